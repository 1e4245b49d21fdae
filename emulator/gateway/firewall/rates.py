"""Rate-based rules: how many requests one client, or one custom key, made within the last minutes.

AWS estimates the rate about every ten seconds; here requests are counted in slices of that length, so the same
requests always get the same answers on a clock that is given.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable

from emulator.gateway.firewall.addresses import forwarded_addresses
from emulator.gateway.firewall.inspection import Inspection
from emulator.gateway.firewall.transformations import transformed
from emulator.model.web_acls import RateBased, RateKey

_SLICE_S = 10
_MOST_KEYS = 10_000
"""AWS tracks that many at most: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"""
Key = tuple[object, ...]


class Rates:
    """The counts of one rule; a client that is quiet longest is forgotten first."""

    def __init__(self, rule: RateBased, monotonic: Callable[[], float]) -> None:
        self._rule, self._monotonic = rule, monotonic
        self._counts: OrderedDict[Key, deque[list[int]]] = OrderedDict()
        self._lock = threading.Lock()

    def exceeded(self, inspection: Inspection) -> bool:
        """Counts the request; True once there were more than the limit within the window."""
        key = self._key(inspection)
        if isinstance(key, bool):
            return key
        now = int(self._monotonic() // _SLICE_S)
        with self._lock:
            slices = self._slices(key, now)
            if slices and slices[-1][0] == now:
                slices[-1][1] += 1
            else:
                slices.append([now, 1])
            return sum(count for _, count in slices) > self._rule.limit

    def _slices(self, key: Key, now: int) -> deque[list[int]]:
        slices = self._counts.setdefault(key, deque())
        self._counts.move_to_end(key)
        while slices and slices[0][0] <= now - self._rule.window_s // _SLICE_S:
            slices.popleft()
        if len(self._counts) > _MOST_KEYS:
            self._counts.popitem(last=False)
        return slices

    def _key(self, inspection: Inspection) -> Key | bool:
        """The key; False when the request lacks a part of it, and the fallback where a header names no address."""
        parts = []
        for key in self._rule.keys:
            part = self._part(key, inspection)
            if isinstance(part, bool):
                return part
            parts.append(part)
        return tuple(parts)

    def _part(self, key: RateKey, inspection: Inspection) -> object:
        if key.kind == "IP":
            return str(inspection.address)
        if key.kind == "ForwardedIP":
            return self._forwarded(inspection)
        if key.kind == "LabelNamespace":
            labels = tuple(label for label in inspection.labels if f":{key.name}" in f":{label}")
            return labels or False
        values = _values(key, inspection)
        return tuple(transformed(value, key.transformations) for value in values) if values else False

    def _forwarded(self, inspection: Inspection) -> object:
        forwarded = self._rule.forwarded
        addresses = forwarded_addresses(inspection, forwarded) if forwarded is not None else None
        if addresses is None:
            return False
        return str(addresses[0]) if addresses else forwarded is not None and forwarded.fallback == "MATCH"


def _values(key: RateKey, inspection: Inspection) -> tuple[bytes, ...]:
    components = inspection.components
    if key.kind == "Header":
        return components.values_of(key.name, components.headers[0])
    if key.kind == "Cookie":
        return components.values_of(key.name, components.cookies[0])
    if key.kind == "QueryArgument":
        return components.values_of(key.name, components.arguments)
    if key.kind == "QueryString":
        return (components.query,) if components.query else ()
    return (components.uri_path if key.kind == "UriPath" else components.request.method.encode("latin-1", "replace"),)

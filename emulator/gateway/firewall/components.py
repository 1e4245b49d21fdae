"""The components of a request as AWS WAF sees them: raw bytes, up to the sizes it inspects.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from emulator.gateway.firewall.json_body import json_values, texts_of_damaged
from emulator.model.web_acls import FieldToMatch
from emulator.payloads.http_message import HttpRequest

_MAP_LIMIT_BYTES, _MAP_LIMIT_ENTRIES = 8_192, 200
# WSGI hands a path over decoded once; what a client can only have sent encoded is encoded again.
_ENCODED = {code: f"%{code:02X}" for code in (*range(0x21), *range(0x7F, 0x100), *b'"<>\\^`{|}%?#')}
Pair = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Component:
    """The values of a component, each inspected by itself; oversize: there was more than is inspected."""

    values: tuple[bytes, ...]
    oversize: bool = False
    invalid: bool = False
    """A body that should be JSON and is none."""


class Components:
    """One request. `body_limit` in bytes."""

    def __init__(self, request: HttpRequest, body_limit: int) -> None:
        self.request = request
        self._body_limit = body_limit

    def component(self, field: FieldToMatch) -> Component:
        return _READERS[field.kind](self, field)

    @cached_property
    def uri_path(self) -> bytes:
        """The path as sent, as far as the server tells: AWS WAF does not normalize it.

        https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
        """
        raw = self.request.raw_path
        if raw is not None:
            return raw.encode("latin-1", "replace")
        return self.request.path.translate(_ENCODED).encode("latin-1", "replace")

    @cached_property
    def query(self) -> bytes:
        return self.request.query.encode("latin-1", "replace")

    @cached_property
    def arguments(self) -> tuple[Pair, ...]:
        return tuple(_pair(part) for part in self.query.split(b"&") if part)

    @cached_property
    def headers(self) -> tuple[tuple[Pair, ...], bool]:
        return _within_limits(
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in self.request.headers
        )

    @cached_property
    def cookies(self) -> tuple[tuple[Pair, ...], bool]:
        header = self.request.header("cookie") or ""
        parts = (part.strip() for part in header.encode("latin-1", "replace").split(b";"))
        return _within_limits(_pair(part) for part in parts if part)

    @cached_property
    def body(self) -> Component:
        body = self.request.body
        return Component((body[: self._body_limit],), oversize=len(body) > self._body_limit)

    @cached_property
    def json(self) -> tuple[tuple[tuple[str, bytes, bool], ...], bool]:
        return json_values(self.body.values[0])

    def values_of(self, name: str, among: Iterable[Pair]) -> tuple[bytes, ...]:
        """Those of one name; names of headers, cookies and arguments are compared without case."""
        wanted = name.encode()
        return tuple(value for key, value in among if key.lower() == wanted)


def _pair(text: bytes) -> Pair:
    name, _, value = text.partition(b"=")
    return name, value


def _within_limits(pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], bool]:
    """At most 8 KB and 200 of them; whether there were more."""
    kept: list[Pair] = []
    left = _MAP_LIMIT_BYTES
    for name, value in pairs:
        if len(kept) == _MAP_LIMIT_ENTRIES:
            return tuple(kept), True
        left -= len(name) + len(value)
        if left < 0:
            # What still fits is inspected.
            kept.append((name, value[: max(0, len(value) + left)]))
            return tuple(kept), True
        kept.append((name, value))
    return tuple(kept), False


def _map(pairs: Iterable[Pair], oversize: bool, field: FieldToMatch) -> Component:
    return Component(tuple(_chosen(pairs, field)), oversize)


def _chosen(pairs: Iterable[Pair], field: FieldToMatch) -> Iterator[bytes]:
    included = None if field.included is None else {name.encode() for name in field.included}
    excluded = {name.encode() for name in field.excluded or ()}
    for name, value in pairs:
        lowered = name.lower()
        if lowered in excluded or (included is not None and lowered not in included):
            continue
        if field.scope != "VALUE":
            yield name
        if field.scope != "KEY":
            yield value


def _json(components: Components, field: FieldToMatch) -> Component:
    values, valid = components.json
    body = components.body
    if not valid and field.invalid == "EVALUATE_AS_STRING":
        return Component(body.values, body.oversize)
    if not valid and field.invalid == "":
        return Component(texts_of_damaged(body.values[0]), body.oversize)
    chosen = tuple(text for path, text, is_key in values if _wanted(path, is_key, field))
    return Component(chosen, body.oversize, invalid=not valid)


def _wanted(path: str, is_key: bool, field: FieldToMatch) -> bool:
    if field.scope == ("VALUE" if is_key else "KEY"):
        return False
    included = field.included
    return included is None or any(path == one or path.startswith(f"{one}/") for one in included)


_READERS: Mapping[str, Callable[[Components, FieldToMatch], Component]] = MappingProxyType(
    {
        "UriPath": lambda all_, _: Component((all_.uri_path,)),
        "QueryString": lambda all_, _: Component((all_.query,)),
        "AllQueryArguments": lambda all_, _: Component(tuple(value for _, value in all_.arguments)),
        "SingleQueryArgument": lambda all_, field: Component(all_.values_of(field.name, all_.arguments)),
        "SingleHeader": lambda all_, field: Component(all_.values_of(field.name, all_.headers[0])),
        "Headers": lambda all_, field: _map(*all_.headers, field),
        "Cookies": lambda all_, field: _map(*all_.cookies, field),
        "Method": lambda all_, _: Component((all_.request.method.encode("latin-1", "replace"),)),
        "Body": lambda all_, _: all_.body,
        "JsonBody": _json,
        # No client sends the fragment of a URL to a server.
        "UriFragment": lambda *_: Component((), oversize=True),
    }
)

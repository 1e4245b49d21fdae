"""Makes the events that click and change leave behind: JSON lines, without anything that identifies a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from time import gmtime, strftime
from urllib.parse import urlsplit

from shortener.domain.model import Event, Origin, Visit
from shortener.domain.ports import Now
from shortener.domain.writers import new_name

CLICKED = "link_clicked"
_encode = json.JSONEncoder(separators=(",", ":")).encode
_UTM = {f"utm_{name}": name for name in ("source", "medium", "campaign", "term", "content")}
_BOT = re.compile(r"bot|crawl|spider|slurp|preview|curl|wget|python|java/|go-http", re.IGNORECASE).search
_TABLET = re.compile(r"ipad|tablet|kindle|silk|android(?!.*mobile)", re.IGNORECASE).search
_MOBILE = re.compile(r"mobile|iphone|ipod|android|windows phone", re.IGNORECASE).search


class Recorder:
    """Numbers and words this execution environment's events.

    `salts` gives the salts of IP addresses and user agents. The writer's name is drawn at the first event, not
    before, so that environments copied from one warm process do not share it.
    """

    def __init__(self, salts: Callable[[], tuple[str, str]], now: Now, writer: Callable[[], str] | None = None) -> None:
        self._salts, self._now = salts, now
        self._name = writer or (lambda: new_name(now()))
        self._writer = ""
        self._number = 0

    def clicked(self, visit: Visit, link_id: str) -> Event:
        """Somebody followed a link."""
        return self._event(
            {
                "type": CLICKED,
                "code": visit.code,
                "linkId": link_id,
                "referrer": cut_to_origin(visit.referrer),
                "country": visit.country or "unknown",
                "device": device_class(visit.user_agent),
                "utm": utm(visit.query) if visit.query else {},
            },
            Origin(visit.correlation_id, visit.source_ip, visit.user_agent),
        )

    def happened(self, event_type: str, origin: Origin, **fields: object) -> Event:
        """Something changed: `event_type` in the past tense, `fields` say what."""
        return self._event({"type": event_type, **fields}, origin)

    def _event(self, fields: Mapping[str, object], origin: Origin) -> Event:
        self._writer = self._writer or self._name()
        self._number += 1
        ip_salt, agent_salt = self._salts()
        body = {
            "id": f"{self._writer}-{self._number}",
            "at": timestamp(self._now()),
            **fields,
            "ip": salted(ip_salt, origin.source_ip),
            "userAgent": salted(agent_salt, origin.user_agent),
            "correlationId": origin.correlation_id,
        }
        return Event(self._writer, self._number, _encode(body))


def timestamp(epoch_s: float) -> str:
    """2026-03-01T09:30:00.250Z"""
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(epoch_s))}.{int(epoch_s * 1000) % 1000:03d}Z"


def salted(salt: str, value: str) -> str:
    """A hash that tells visitors apart and names none: 32 hex digits, empty for an empty value."""
    return sha256(f"{salt}\n{value}".encode()).hexdigest()[:32] if value else ""


def cut_to_origin(referrer: str) -> str:
    """`https://example.com` of whatever page linked here; "direct" without one."""
    if not referrer:
        return "direct"
    try:
        parts = urlsplit(referrer)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "unknown"
    if parts.scheme not in ("http", "https") or not host or len(host) > 253:
        return "unknown"
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"


def utm(query: Mapping[str, str]) -> dict[str, str]:
    """The campaign parameters among a query's, at most 128 characters each."""
    return {short: query[name][:128] for name, short in _UTM.items() if query.get(name)}


def device_class(user_agent: str) -> str:
    """bot, tablet, mobile, desktop, or unknown without a user agent."""
    if not user_agent:
        return "unknown"
    if _BOT(user_agent):
        return "bot"
    if _TABLET(user_agent):
        return "tablet"
    return "mobile" if _MOBILE(user_agent) else "desktop"

"""What a link may lead to: http and https, never back to the shortener itself."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from shortener.domain.errors import InvalidFieldError

MAX_LENGTH = 2048
_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})


def allowed(target: str, own_hosts: Iterable[str], field: str = "url") -> str:
    """The target as given. `own_hosts` are the hosts (with port) we answer under. Raises InvalidFieldError."""
    if len(target) > MAX_LENGTH:
        raise InvalidFieldError(field, f"must be at most {MAX_LENGTH} characters")
    if any(character <= " " or character == "\x7f" for character in target):
        raise InvalidFieldError(field, "must not contain spaces or control characters")
    parts = _parts(target, field)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InvalidFieldError(field, "must be an absolute http or https URL")
    if _address(parts) in {_address(_parts(f"{parts.scheme}://{own}", field)) for own in own_hosts if own}:
        raise InvalidFieldError(field, "must not point back at the shortener")
    return target


def _parts(url: str, field: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InvalidFieldError(field, "is not a URL") from None
    return parts


def _address(parts: SplitResult) -> tuple[str, int]:
    """Host and port, so written that two spellings of one address are equal."""
    host = (parts.hostname or "").rstrip(".").lower()
    return "localhost" if host in _THIS_MACHINE else host, parts.port or _PORTS[parts.scheme]

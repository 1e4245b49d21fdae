"""Short codes: which may be chosen, and how one is made."""

from __future__ import annotations

import re
import secrets
import string

from shortener.domain.errors import InvalidFieldError

GENERATED_LENGTH = 7
_ALPHABET = string.ascii_letters + string.digits
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{4,32}").fullmatch

_RESERVED_WORDS = """
about account admin analytics api assets auth authorize blog callback click clicks config console dashboard docs
download edit error events export favicon health healthz help home index info internal link links live login logout
metrics news oauth openapi page pages ping privacy public ready register robots root search security settings
shortener signin signout signup sitemap static stats status support swagger system terms test user users webhook
well-known
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Paths that we use or may use, and words that would let somebody pose as us. Compared without case."""


def is_well_formed(code: str) -> bool:
    """True when a link could have this code, so that nonsense costs no read."""
    return _WELL_FORMED(code) is not None


def chosen(code: str) -> str:
    """A code somebody asked for; raises InvalidFieldError."""
    if not is_well_formed(code):
        raise InvalidFieldError("code", "must be 4 to 32 letters, digits, '-' or '_'")
    if code.lower() in RESERVED:
        raise InvalidFieldError("code", "is a reserved word")
    return code


def generated() -> str:
    """A code nobody can guess: 7 letters or digits from the operating system's random source."""
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(GENERATED_LENGTH))
        if code.lower() not in RESERVED:
            return code

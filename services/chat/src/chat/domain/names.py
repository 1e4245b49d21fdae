"""Names people sign in with, names they are shown by, and passwords: what each may be."""

from __future__ import annotations

import re
import unicodedata

from chat.domain.errors import InvalidFieldError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}").fullmatch
SHOWN_CHARACTERS = 60
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
_COMMON = frozenset(
    [
        *("0123456789", "1234567890", "12345678910", "123456789a", "a123456789", "9876543210", "1q2w3e4r5t"),
        *("q1w2e3r4t5", "qwertyuiop", "qwertyuiop123", "qwerty12345", "qwerty123456", "abcdefghij"),
        *("password12", "password123", "password1234", "administrator", "changeme123", "letmein123", "welcome123"),
        *("chocolate1", "football123", "iloveyou123", "princess123", "sunshine123", "trustno1trustno1"),
    ]
)


def sign_in_name(text: str) -> str:
    """In small letters. Raises InvalidFieldError."""
    name = text.strip().lower()
    if not _NAME(name):
        message = "must have 3 to 32 characters of a-z, 0-9 and . _ - and begin with a letter or digit"
        raise InvalidFieldError("name", message)
    return name


def shown_name(text: str, field: str = "displayName") -> str:
    """In one normal form, without invisible characters, which make two look the same. Raises InvalidFieldError."""
    kept = (character for character in unicodedata.normalize("NFC", text) if _is_visible(character))
    name = " ".join("".join(kept).split())
    if not 1 <= len(name) <= SHOWN_CHARACTERS:
        raise InvalidFieldError(field, f"must have 1 to {SHOWN_CHARACTERS} visible characters")
    return name


def folded(text: str) -> str:
    """What searching compares."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def check_password(password: str, name: str) -> None:
    """Length counts, not kinds of characters. https://pages.nist.gov/800-63-4/sp800-63b.html

    Raises InvalidFieldError.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidFieldError("password", f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    small = password.lower()
    if small in _COMMON or len(set(small)) < 4:
        raise InvalidFieldError("password", "is too easy to guess")
    if name in small:
        raise InvalidFieldError("password", "must not contain the name")


def _is_visible(character: str) -> bool:
    return character.isspace() or not unicodedata.category(character).startswith("C")

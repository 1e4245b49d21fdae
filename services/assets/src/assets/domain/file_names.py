"""File names that are safe in a key, a header and on any disk. Names that try to leave their folder are refused."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from assets.domain.errors import InvalidFieldError

MAX_BYTES = 180
"""S3 keys have 1,024 bytes; disks take 255 a name."""
_UNSAFE = re.compile(r"[^\w .()\-]")
_SPACES = re.compile(r"\s+")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def safe(name: str) -> str:
    """The name with everything but letters, digits, space and `. _ - ( )` replaced by `_`.

    Raises InvalidFieldError for paths, however they are written, and when nothing is left.
    """
    if any(_is_path(form) for form in (name, unquote(name), unquote(unquote(name)))):
        raise InvalidFieldError("fileName", "must be a name without a path")
    text = unicodedata.normalize("NFC", name)
    text = _SPACES.sub(" ", _UNSAFE.sub("_", _without_controls(text))).strip(" .")
    if not text.strip("_"):
        raise InvalidFieldError("fileName", "must have letters or digits")
    # Windows takes these for devices, whatever their extension.
    return _cut(f"_{text}" if _DEVICES.match(text) else text)


def _is_path(name: str) -> bool:
    # NFKC: a full-width slash becomes one on some systems.
    plain = unicodedata.normalize("NFKC", name).strip()
    return "/" in plain or "\\" in plain or "\0" in plain or plain in (".", "..")


def _without_controls(text: str) -> str:
    """Spaces for tabs and line ends; nothing for invisible characters, which could turn an extension round."""
    return "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )


def _cut(name: str) -> str:
    """At most MAX_BYTES in UTF-8, with the extension kept."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = MAX_BYTES - len((dot + extension).encode())
    # Cut between two words, a name would end in a space.
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + extension

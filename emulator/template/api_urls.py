"""Replaces the public URL of an API, function or distribution of this stack by the URL it has here, in any text.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-publish.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

_PUBLIC = re.compile(r"(https|wss)://([a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?![\w.-])")
_FUNCTION = re.compile(r"(https)://([a-z0-9]{32})\.lambda-url\.[a-z0-9-]+\.on\.aws(?![\w.-])")
_DISTRIBUTION = re.compile(r"(https)://(d[a-z0-9]{13})\.cloudfront\.net(?![\w.-])")
_PUBLIC_BY_MARK = ((".execute-api.", _PUBLIC), (".lambda-url.", _FUNCTION), (".cloudfront.net", _DISTRIBUTION))
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def stable_id(*parts: str, length: int = 10) -> str:
    """Lower-case letters and digits that depend on nothing but `parts`: ids survive a restart."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest())
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def with_local_urls(text: str, local: Mapping[str, str]) -> str:
    """`local` maps the first label of such a host to its base URL; a stage in the path stays where it is.

    wss becomes ws, as https becomes http.
    """

    def here(match: re.Match[str]) -> str:
        base = local.get(match.group(2))
        if base is None:
            return match.group()
        return base.replace("http", "ws", 1) if match.group(1) == "wss" else base

    for mark, public in _PUBLIC_BY_MARK:
        if mark in text:
            text = public.sub(here, text)
    return text

"""Which bodies of a REST API are binary: media types that the API lists, with `*` for any type or subtype.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
"""

from __future__ import annotations

from collections.abc import Sequence


def is_binary(media_type: str | None, binary_types: Sequence[str]) -> bool:
    """True when the API lists the type of a Content-Type header; a missing one is only in `*/*`."""
    if "*/*" in binary_types:
        return True
    wanted = _essence(media_type)
    kind = wanted.partition("/")[0]
    return any(listed.lower() in (wanted, f"{kind}/*") for listed in binary_types) if wanted else False


def accepts_binary(accept: str | None, binary_types: Sequence[str]) -> bool:
    """By the first entry of an Accept header, as API Gateway decides what a response may be."""
    return is_binary((accept or "").partition(",")[0], binary_types)


def _essence(media_type: str | None) -> str:
    return (media_type or "").partition(";")[0].strip().lower()

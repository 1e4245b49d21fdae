"""Decides whether a request's body reaches a function as text or as base64.

An HTTP API passes a body on as text only for text/*, JSON, XML and JavaScript; everything else, a form and a
missing content type among it, is base64.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
(the types as observed on a live API: https://github.com/ministackorg/ministack/pull/766)
"""

from __future__ import annotations

import base64

_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript"})


def encoded_body(body: bytes, content_type: str | None) -> tuple[str, bool]:
    """The body as a string, and whether that string is base64. Text that is not UTF-8 is base64, not damaged."""
    if _is_text(content_type):
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode("ascii"), True


def _is_text(content_type: str | None) -> bool:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type in _TEXT_TYPES

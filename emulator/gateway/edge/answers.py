"""What a distribution found for a request, and how: from the cache, from the origin, or its own refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.gateway.edge.object_cache import StoredObject
from emulator.payloads.http_message import HttpResponse

Result = Literal["Hit", "Miss", "RefreshHit", "Error"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` as x-cache says it. age_s: since it came from the origin; None when it just came.

    whole: it is the complete object, so that a part or a 304 may be made of it.
    final: no custom error page stands in for it.
    """

    response: HttpResponse
    result: Result
    age_s: int | None = None
    whole: bool = False
    final: bool = False


def from_store(stored: StoredObject, result: Result, now: float) -> Answer:
    """A stored failure is an "Error" however it is served."""
    failed = stored.response.status >= 400
    return Answer(stored.response, "Error" if failed else result, stored.age(now), whole=not failed)


def from_origin(response: HttpResponse, *, whole: bool) -> Answer:
    """What just came."""
    failed = response.status >= 400
    return Answer(response, "Error" if failed else "Miss", whole=whole and response.status == 200)

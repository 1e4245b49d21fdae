"""Turns an answer into what the viewer gets: headers of the edge, less those of the connection.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRemovedHeaders
"""

from __future__ import annotations

from emulator.gateway.edge.answers import Answer
from emulator.gateway.edge.identity import POP
from emulator.gateway.edge.partial_content import tailored
from emulator.gateway.edge.response_policy import with_policy
from emulator.gateway.edge.visit import Visit
from emulator.model import Behavior
from emulator.payloads.http_message import HeaderPairs, HttpResponse

_REPLACED = frozenset(
    {
        "age",
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-cache",
        "x-edge-location",
    }
)


def viewer_response(answer: Answer, visit: Visit, via: str) -> HttpResponse:
    """With conditions and ranges answered, and the behaviour's response headers policy applied."""
    response = tailored(visit.request, answer.response) if answer.whole else answer.response
    headers = tuple(pair for pair in response.headers if pair[0] not in _REPLACED)
    headers = _with_vary(_without_cookies(headers, visit.behavior), visit.behavior)
    if visit.behavior.respond is not None:
        headers = with_policy(visit.behavior.respond, headers, visit.request, answer, visit.edge_id)
    own = (
        ("x-cache", f"{answer.result} from cloudfront"),
        ("via", via),
        ("x-amz-cf-pop", POP),
        ("x-amz-cf-id", visit.edge_id),
    )
    age = () if answer.age_s is None else (("age", str(answer.age_s)),)
    return HttpResponse(response.status, (*headers, *own, *age), response.body)


def _without_cookies(headers: HeaderPairs, behavior: Behavior) -> HeaderPairs:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html: who forwards no cookies gets
    none back."""
    forward = behavior.forward
    if behavior.cache.cookies.mode != "none" or (forward is not None and forward.cookies.mode != "none"):
        return headers
    return tuple(pair for pair in headers if pair[0] != "set-cookie")


def _with_vary(headers: HeaderPairs, behavior: Behavior) -> HeaderPairs:
    """Of Vary, what concerns headers that reach the origin."""
    forward = behavior.forward

    def matters(name: str) -> bool:
        lower = name.lower()
        selected = behavior.cache.headers.includes(lower) or (forward is not None and forward.headers.includes(lower))
        return selected or lower in ("accept-encoding", "cookie")

    found = []
    for name, value in headers:
        if name != "vary":
            found.append((name, value))
            continue
        kept = [part.strip() for part in value.split(",") if matters(part.strip())]
        if kept:
            found.append((name, ", ".join(kept)))
    return tuple(found)

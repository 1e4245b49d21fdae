"""Turns an answer into what the viewer gets: headers of the edge, less those of the connection."""

from __future__ import annotations

from emulator.gateway.edge.answers import Answer
from emulator.gateway.edge.identity import POP
from emulator.payloads.http_message import HttpResponse

_DROPPED = frozenset(
    {
        "age",
        "connection",
        "date",
        "keep-alive",
        "proxy-authenticate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-cache",
    }
)


def viewer_response(answer: Answer, edge_id: str, via: str) -> HttpResponse:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html"""
    response = answer.response
    headers = [pair for pair in response.headers if pair[0] not in _DROPPED]
    headers += (
        ("x-cache", f"{answer.result} from cloudfront"),
        ("via", via),
        ("x-amz-cf-pop", POP),
        ("x-amz-cf-id", edge_id),
    )
    if answer.age_s is not None:
        headers.append(("age", str(answer.age_s)))
    return HttpResponse(response.status, tuple(headers), response.body)

"""Applies a response headers policy to what a viewer gets.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from emulator.gateway.edge.answers import Answer
from emulator.gateway.edge.identity import POP
from emulator.model import EdgeCors, ResponseHeader, ResponseHeadersPolicy
from emulator.payloads.http_message import HeaderPairs, HttpRequest


def with_policy(
    policy: ResponseHeadersPolicy, headers: HeaderPairs, request: HttpRequest, answer: Answer, edge_id: str
) -> HeaderPairs:
    """The headers after removing and adding what the policy says. What CloudFront needs itself is never removed."""
    kept = [pair for pair in headers if pair[0] not in policy.remove]
    added = [*_cors(policy.cors, request), *policy.headers]
    if crc32(edge_id.encode()) % 10_000 < policy.server_timing_percent * 100:
        added.append(ResponseHeader("server-timing", _timing(answer, edge_id), override=False))
    for one in added:
        there = any(name == one.name for name, _ in kept)
        if there and not one.override:
            continue
        kept = [pair for pair in kept if pair[0] != one.name]
        kept.append((one.name, one.value))
    return tuple(kept)


def _cors(cors: EdgeCors | None, request: HttpRequest) -> list[ResponseHeader]:
    """Nothing for requests that do not come from another origin's page."""
    origin = request.header("origin")
    if cors is None or origin is None:
        return []
    allowed = _allowed_origin(cors, origin)
    if allowed is None:
        return []
    found = {"access-control-allow-origin": allowed}
    if allowed != "*":
        found["vary"] = "Origin"
    if cors.allow_credentials:
        found["access-control-allow-credentials"] = "true"
    found |= _preflight(cors) if _is_preflight(request) else _exposed(cors)
    return [ResponseHeader(name, value, cors.override) for name, value in found.items()]


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and request.header("access-control-request-method") is not None


def _preflight(cors: EdgeCors) -> dict[str, str]:
    found = {
        "access-control-allow-methods": ", ".join(cors.allow_methods),
        "access-control-allow-headers": ", ".join(cors.allow_headers),
        "access-control-max-age": "" if cors.max_age_s is None else str(cors.max_age_s),
    }
    return {name: value for name, value in found.items() if value}


def _exposed(cors: EdgeCors) -> dict[str, str]:
    return {"access-control-expose-headers": ", ".join(cors.expose_headers)} if cors.expose_headers else {}


def _allowed_origin(cors: EdgeCors, origin: str) -> str | None:
    if "*" in cors.allow_origins:
        return "*"
    return origin if any(_pattern(one).fullmatch(origin) for one in cors.allow_origins) else None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """https://*.example.com; without a scheme, either."""
    written = text if "://" in text else f"*://{text}"
    return re.compile("".join(".*" if character == "*" else re.escape(character) for character in written))


def _timing(answer: Answer, edge_id: str) -> str:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html#server-timing-header"""
    result = {"Hit": "cdn-cache-hit", "RefreshHit": "cdn-cache-refresh"}.get(answer.result, "cdn-cache-miss")
    return f'{result},cdn-pop;desc="{POP}",cdn-rid;desc="{edge_id}"'

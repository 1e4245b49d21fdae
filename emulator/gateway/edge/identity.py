"""The names that an edge location gives itself and each request: x-amz-cf-id, x-amz-cf-pop, via."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

POP = "TER50-P1"
"""An edge location's name: an airport's code, a number, a part."""


def request_id() -> str:
    """42 random bytes in base64, as in `x-amz-cf-id: -nQDSQM3aQ…==`."""
    return base64.urlsafe_b64encode(os.urandom(42)).decode("ascii") + "=="


@dataclass(frozen=True, slots=True)
class EdgeIds:
    """`via` is the value of the header of that name; tests give their own `request`."""

    via: str
    request: Callable[[], str] = request_id


def edge_ids(distribution_id: str) -> EdgeIds:
    """Names that belong to one distribution."""
    server = hashlib.sha256(distribution_id.encode()).hexdigest()[:32]
    return EdgeIds(f"1.1 {server}.cloudfront.net (CloudFront)")

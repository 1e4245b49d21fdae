"""An S3 bucket as origin: read as CloudFront itself, if the bucket's policy lets it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from emulator.errors import BackendUnavailableError
from emulator.gateway.edge.origins import OriginFailure, OriginRequest
from emulator.gateway.edge.viewer_path import decoded
from emulator.model import Origin
from emulator.payloads import s3_error
from emulator.payloads.http_message import HeaderPairs, HttpResponse
from emulator.payloads.s3_policy import Caller, allows

_NOT_FOR_S3 = frozenset({"host", "cookie", "authorization", "x-amzn-trace-id", "via", "x-amz-cf-id"})
_S3S_OWN = frozenset({"server", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid"})
_ACTIONS = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}


class BucketRequests(Protocol):
    """Sends a signed request to S3; raises BackendUnavailableError when S3 does not answer."""

    def send(
        self, bucket: str, method: str, path: str, query: str, headers: HeaderPairs, body: bytes
    ) -> HttpResponse: ...


class BucketOrigin:
    """One bucket of one distribution."""

    def __init__(self, origin: Origin, bucket: str, requests: BucketRequests) -> None:
        self._origin, self._bucket, self._requests = origin, bucket, requests
        access = origin.access
        self._caller = Caller(access.identity, access.arn, access.canonical_user)
        self._may_list = self._allows("s3:ListBucket", "")

    def send(self, request: OriginRequest) -> HttpResponse | OriginFailure:
        """S3's answer; 403 where the bucket's policy does not let this distribution in."""
        path = self._origin.path + decoded(request.path)
        action = _ACTIONS.get(request.method)
        if action is not None and not self._allows(action, path):
            return s3_error.ACCESS_DENIED
        headers = {name: value for name, value in request.headers if name not in _NOT_FOR_S3} | dict(
            self._origin.headers
        )
        try:
            answer = self._requests.send(
                self._bucket, request.method, path, request.query, tuple(headers.items()), request.body
            )
        except BackendUnavailableError as error:
            return OriginFailure("unreachable", error.found)
        answer = replace(answer, headers=_passed_on(answer.headers, request))
        # Who may not list a bucket does not learn whether an object is there.
        return s3_error.ACCESS_DENIED if answer.status == 404 and not self._may_list else answer

    def _allows(self, action: str, path: str) -> bool:
        policy = self._origin.access.policy
        return policy is None or allows(policy, self._caller, action, f"arn:aws:s3:::{self._bucket}{path}")


def _passed_on(headers: HeaderPairs, request: OriginRequest) -> HeaderPairs:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html"""
    # S3 speaks of CORS only to who asks; the embedded backend always does.
    asks = any(name == "origin" for name, _ in request.headers)
    kept = (pair for pair in headers if pair[0] not in _S3S_OWN)
    return (*(pair for pair in kept if asks or not pair[0].startswith("access-control-")), ("server", "AmazonS3"))

"""Which requests change something that must survive kill -9. Pure.

Journaled: DynamoDB, SQS, SNS, SSM, Secrets Manager, KMS, IAM, EventBridge and Scheduler, Cognito, log groups, alarms
and dashboards, budgets, and the configuration of S3 buckets (objects are on disk at once, S3_PERSIST). Not journaled:
log events, metric data, whatever runs something (Lambda, Step Functions, ECS …) and parts of an unfinished
multipart upload.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

_SERVICES = frozenset(
    (
        "dynamodb", "sqs", "sns", "ssm", "secretsmanager", "kms", "iam", "events", "scheduler", "cognito-idp",
        "cognito-identity", "logs", "monitoring", "budgets", "s3", "tagging",
    )
)  # fmt: skip
_READING = (
    "Get", "BatchGet", "TransactGet", "List", "Describe", "Query", "Scan", "Search", "Select", "Lookup", "Filter",
    "Check", "Test", "Validate", "Simulate", "Generate", "Encrypt", "Decrypt", "ReEncrypt", "Verify", "Derive",
    "Receive",
)  # fmt: skip
_VOLATILE = frozenset(["Sign", "PutLogEvents", "PutMetricData", "StartQuery", "StopQuery", "StartLiveTail"])
_SCOPE = re.compile(rb"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")
_REST_PATH = re.compile(r"^/service/[^/]+/operation/([A-Za-z]+)$")

# On disk with the object itself, or (delete, uploads) wrong to do again when the object was written anew since.
_OBJECT_SUBRESOURCES = frozenset(["retention", "legal-hold"])
_NOT_BUCKET_CONFIG = frozenset(["delete", "uploads", "session"])


def may_write(method: str, path: str, query: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """False when the request certainly only reads, or is none of the services above. Needs no body."""
    service = _service(headers)
    if service not in _SERVICES or method in ("GET", "HEAD", "OPTIONS"):
        return False
    if service == "s3":
        return _writes_bucket_config(path, query, headers)
    target = headers.get(b"x-amz-target")
    return target is None or _changes(target.decode("latin-1").rpartition(".")[2])


def writes(path: str, headers: Mapping[bytes, bytes], body: bytes) -> bool:
    """The rest of the decision for a request that `may_write`: what only the body tells."""
    target = headers.get(b"x-amz-target", b"").decode("latin-1").rpartition(".")[2]
    if target:
        return not (target == "ExecuteStatement" and _selects(body))
    operation = _REST_PATH.match(path)
    if operation:
        return _changes(operation.group(1))
    if headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        return not action or _changes(action)
    return True


def _service(headers: Mapping[bytes, bytes]) -> str:
    scope = _SCOPE.search(headers.get(b"authorization", b""))
    if scope:
        return scope.group(1).decode("latin-1")
    # Cognito's public operations are not signed.
    return "cognito-idp" if headers.get(b"x-amz-target", b"").startswith(b"AWSCognito") else ""


def _changes(operation: str) -> bool:
    return operation not in _VOLATILE and not operation.startswith(_READING)


def _selects(body: bytes) -> bool:
    try:
        return str(json.loads(body)["Statement"]).lstrip().upper().startswith("SELECT")
    except (ValueError, KeyError, TypeError):
        return False


def _writes_bucket_config(path: str, query: bytes, headers: Mapping[bytes, bytes]) -> bool:
    parameters = parse_qs(query.decode("latin-1"), keep_blank_values=True)
    key = path.lstrip("/") if _bucket_in_host(headers) else path.lstrip("/").partition("/")[2]
    if key:
        return not _OBJECT_SUBRESOURCES.isdisjoint(parameters)
    form = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
    return _NOT_BUCKET_CONFIG.isdisjoint(parameters) and not form


def _bucket_in_host(headers: Mapping[bytes, bytes]) -> bool:
    host = headers.get(b"host", b"").decode("latin-1").rpartition(":")[0]
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "." in host
    return False

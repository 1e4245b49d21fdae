"""Which requests the journal must hold."""

from __future__ import annotations

import json

import pytest

from emulator.backends.embedded import mutations


def journaled(
    service: str,
    *,
    target: str = "",
    method: str = "POST",
    path: str = "/",
    query: str = "",
    body: bytes = b"",
    **more: str,
) -> bool:
    scope = f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, Signature=x"
    headers = {b"authorization": scope.encode(), b"host": b"127.0.0.1:4566"}
    if target:
        headers[b"x-amz-target"] = f"Something_2012.{target}".encode()
    headers |= {name.replace("_", "-").encode(): value.encode() for name, value in more.items()}
    if not mutations.may_write(method, path, query.encode(), headers):
        return False
    return mutations.writes(path, headers, body)


@pytest.mark.parametrize(
    "operation",
    ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "CreateTable", "UpdateTimeToLive"],
)
def test_writes_of_dynamodb_are_journaled(operation: str) -> None:
    assert journaled("dynamodb", target=operation)


@pytest.mark.parametrize(
    "operation", ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "DescribeTable", "ListTables"]
)
def test_reads_of_dynamodb_are_not(operation: str) -> None:
    assert not journaled("dynamodb", target=operation)


@pytest.mark.parametrize(
    ("statement", "writes"),
    [(" select * from t", False), ('INSERT INTO "t" VALUE {}', True), ("DELETE FROM t WHERE a=1", True)],
)
def test_partiql_is_judged_by_its_statement(statement: str, writes: bool) -> None:
    body = json.dumps({"Statement": statement}).encode()
    assert journaled("dynamodb", target="ExecuteStatement", body=body) is writes


@pytest.mark.parametrize("operation", ["SendMessage", "DeleteMessageBatch", "PurgeQueue", "ChangeMessageVisibility"])
def test_writes_of_sqs_are_journaled(operation: str) -> None:
    assert journaled("sqs", target=operation)


def test_receiving_is_journaled_by_its_effect_only() -> None:
    assert not journaled("sqs", target="ReceiveMessage")


@pytest.mark.parametrize(
    ("action", "writes"), [("Publish", True), ("ListTopics", False), ("GetTopicAttributes", False)]
)
def test_forms_are_judged_by_their_action(action: str, writes: bool) -> None:
    body = f"Action={action}&Version=2010-03-31".encode()
    assert journaled("sns", body=body, content_type="application/x-www-form-urlencoded; charset=utf-8") is writes


@pytest.mark.parametrize(("operation", "writes"), [("PutMetricAlarm", True), ("PutMetricData", False)])
def test_rpc_paths_are_judged_by_their_operation(operation: str, writes: bool) -> None:
    path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
    assert journaled("monitoring", path=path, content_type="application/cbor") is writes


@pytest.mark.parametrize(("operation", "writes"), [("PutLogEvents", False), ("CreateLogGroup", True)])
def test_log_groups_are_journaled_and_events_are_not(operation: str, writes: bool) -> None:
    assert journaled("logs", target=operation) is writes


@pytest.mark.parametrize("operation", ["Encrypt", "Decrypt", "GenerateDataKey", "Sign", "Verify"])
def test_using_a_key_changes_nothing(operation: str) -> None:
    assert not journaled("kms", target=operation)


def test_signing_up_is_journaled_without_a_signature() -> None:
    headers = {b"x-amz-target": b"AWSCognitoIdentityProviderService.SignUp"}
    assert mutations.may_write("POST", "/", b"", headers)


@pytest.mark.parametrize(
    ("method", "path", "query", "writes"),
    [
        ("PUT", "/bucket", "", True),
        ("PUT", "/bucket", "versioning", True),
        ("DELETE", "/bucket", "lifecycle", True),
        ("GET", "/bucket", "versioning", False),
        ("PUT", "/bucket/key", "", False),
        ("DELETE", "/bucket/key", "", False),
        ("PUT", "/bucket/key", "tagging", False),
        ("PUT", "/bucket/key", "retention", True),
        ("POST", "/bucket", "delete", False),
        ("POST", "/bucket/key", "uploads", False),
    ],
)
def test_buckets_are_journaled_and_objects_are_on_disk(method: str, path: str, query: str, writes: bool) -> None:
    assert journaled("s3", method=method, path=path, query=query) is writes


def test_bucket_in_the_host_name_makes_the_path_a_key() -> None:
    assert not journaled("s3", method="PUT", path="/key", host="bucket.s3.localhost:4566")
    assert journaled("s3", method="PUT", path="/", query="cors", host="bucket.s3.localhost:4566")


def test_browser_upload_is_an_object() -> None:
    assert not journaled("s3", path="/bucket", content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize("service", ["lambda", "states", "ecs", "sts", ""])
def test_services_that_run_something_are_not_journaled(service: str) -> None:
    assert not journaled(service, target="StartExecution")

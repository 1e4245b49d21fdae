"""Each function of assets as Lambda loads and calls it, on a real backend, with AWS's recorded events."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from seed.assets.files import content
from tests.fakes.assets_account import Account, Handler, http_event, s3_event

PNG = content("image/png", "green")
CONTEXT = SimpleNamespace(aws_request_id="request-1")
Load = Callable[..., Handler]


def body(reply: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply["body"])
    return found


def announced(load: Load, **other: object) -> dict[str, Any]:
    wanted = {"fileName": "größe 1+2.png", "contentType": "image/png", "size": len(PNG), **other}
    reply = load("manage_assets")(http_event("POST /assets", body=wanted), CONTEXT)
    assert reply["statusCode"] == 201, reply
    return body(reply)


def read(load: Load, asset: dict[str, Any]) -> dict[str, Any]:
    return body(load("manage_assets")(http_event("GET /assets/{assetId}", assetId=asset["assetId"]), CONTEXT))


def store(account: Account, key: str, content: bytes, content_type: str) -> str:
    stored = account.client("s3").put_object(Bucket=account.bucket, Key=key, Body=content, ContentType=content_type)
    return str(stored["ETag"]).strip('"')


def test_notification_settles_the_asset(load: Load, account: Account) -> None:
    asset = announced(load)
    event = s3_event(asset["s3Key"], store(account, asset["s3Key"], PNG, "image/png"))
    listener = load("receive_uploads")
    for _ in range(2):
        listener(event, CONTEXT)
    assert (read(load, asset)["status"], read(load, asset)["size"]) == ("uploaded", len(PNG))


def test_notifications_out_of_order_leave_the_last_file(load: Load, account: Account) -> None:
    asset = announced(load, fileName="a.txt", contentType="text/plain", size=10)
    listener = load("receive_uploads")
    first = s3_event(asset["s3Key"], store(account, asset["s3Key"], b"first", "text/plain"), "00AA")
    second = s3_event(asset["s3Key"], store(account, asset["s3Key"], b"second", "text/plain"), "00AB")
    listener(second, CONTEXT)
    listener(first, CONTEXT)
    assert read(load, asset)["size"] == len(b"second")


def test_listener_logs_under_the_id_of_the_announcement(
    load: Load, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {"fileName": "a.png", "contentType": "image/png", "size": 100}
    event = http_event("POST /assets", body=wanted, headers={"x-correlation-id": "from-the-browser"})
    asset = body(load("manage_assets")(event, CONTEXT))
    etag = store(account, asset["s3Key"], b"no picture", "image/png")
    capsys.readouterr()
    load("receive_uploads")(s3_event(asset["s3Key"], etag), CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (note,) = [line for line in lines if "message" in line]
    (metric,) = [line for line in lines if "_aws" in line]
    assert (note["level"], note["message"], note["correlationId"]) == ("WARNING", "quarantined", "from-the-browser")
    assert metric["ObjectsQuarantined"] == [1.0]
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Terrarium/Assets"


def test_backend_that_does_not_answer_makes_the_listener_fail(load: Load, account: Account) -> None:
    asset = announced(load)
    etag = store(account, asset["s3Key"], PNG, "image/png")
    listener = load("receive_uploads", ASSETS_TABLE="nothing-there")
    with pytest.raises(Exception, match="DynamoDB answered ResourceNotFoundException"):
        listener(s3_event(asset["s3Key"], etag), CONTEXT)


def test_backend_that_does_not_answer_is_503_with_a_reason_in_the_log(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = load("manage_users", USERS_TABLE="nothing-there")(http_event("GET /users"), CONTEXT)
    assert (reply["statusCode"], body(reply)["error"]["code"]) == (503, "unavailable")
    assert reply["headers"]["retry-after"] == "1"
    assert "ResourceNotFoundException" in capsys.readouterr().out


def test_missing_secret_is_503_and_says_how_to_make_it(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    users = load("manage_users", SECRETS_PATH="/assets/unknown")
    reply = users(http_event("GET /users", query={"nextToken": "a" * 60}), CONTEXT)
    assert reply["statusCode"] == 503
    assert "seed/secrets.py" in capsys.readouterr().out


def test_addresses_of_people_are_never_logged(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    users = load("manage_users")
    wanted = {"email": "secret.person@example.com", "name": "Secret Person"}
    for _ in range(2):
        users(http_event("POST /users", body=wanted), CONTEXT)
    users(http_event("POST /users", body={**wanted, "email": "secret.person"}), CONTEXT)
    users(http_event("GET /users", query={"email": wanted["email"]}), CONTEXT)
    logged = capsys.readouterr()
    assert "secret" not in (logged.out + logged.err).lower()


def test_links_name_the_public_endpoint(load: Load) -> None:
    assets = load("manage_assets", PUBLIC_S3_ENDPOINT="http://127.0.0.1:9999")
    wanted = {"fileName": "a.png", "contentType": "image/png", "size": 1}
    upload = body(assets(http_event("POST /assets", body=wanted), CONTEXT))["upload"]
    assert upload["url"].startswith("http://127.0.0.1:9999/")


def test_links_name_the_buckets_own_host_on_aws(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.adapters.clients import signing_client

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    post = signing_client("eu-west-1", "").generate_presigned_post("b-assets", "assets/1/a")
    assert post["url"] == "https://b-assets.s3.eu-west-1.amazonaws.com/"


@pytest.mark.parametrize("module", ["manage_users", "manage_assets", "receive_uploads"])
def test_function_that_is_kept_warm_does_nothing(load: Load, module: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not load(module)({"source": "assets.warmer"}, CONTEXT)
    assert capsys.readouterr().out == ""


def test_openapi_document_is_made_on_request(load: Load) -> None:
    reply = load("manage_assets")(http_event("GET /openapi.json"), CONTEXT)
    assert body(reply)["servers"] == [{"url": "https://assets.example"}]
    assert "/users" in body(reply)["paths"]


def test_body_that_came_as_base64_is_read(load: Load) -> None:
    import base64

    text = base64.b64encode(b'{"email": "b64@example.com", "name": "B"}').decode()
    event = {**http_event("POST /users", body=text), "isBase64Encoded": True}
    assert load("manage_users")(event, CONTEXT)["statusCode"] == 201
    broken = {**event, "body": "%%%"}
    assert load("manage_users")(broken, CONTEXT)["statusCode"] == 400

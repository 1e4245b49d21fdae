"""Announcing, uploading, downloading and deleting assets, the same on AWS and here."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.fakes.waiting import wait_for
from tests.parity.assets_system import PATIENCE_S, PNG, AssetsSystem, error, upload


def test_asset_is_announced_uploaded_and_downloaded(assets: AssetsSystem) -> None:
    announced = assets.announce("summer über Köln (2)+1.png", size=len(PNG) + 10)
    assert announced["status"] == "pending"
    assert announced["s3Key"] == f"assets/{announced['assetId']}/summer über Köln (2)_1.png"
    assert upload(announced, PNG).status_code == 201
    asset = assets.when(announced["assetId"], lambda asset: asset["status"] == "uploaded")
    assert (asset["size"], asset["contentType"], asset["rejection"]) == (len(PNG), "image/png", None)
    stored = assets.s3.head_object(Bucket=assets.bucket, Key=asset["s3Key"])
    assert stored["ETag"].strip('"') == asset["etag"]

    link = assets.call("GET", f"/assets/{asset['assetId']}/download").json()
    file = requests.get(link["url"], timeout=30)
    assert (file.status_code, file.content, file.headers["content-type"]) == (200, PNG, "image/png")
    disposition = file.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="summer _ber K_ln (2)_1.png"')
    assert "filename*=UTF-8''summer%20%C3%BCber%20K%C3%B6ln%20%282%29_1.png" in disposition


def test_form_and_link_are_lent_for_an_hour(assets: AssetsSystem) -> None:
    asset = assets.uploaded()
    link = assets.call("GET", f"/assets/{asset['assetId']}/download").json()
    for lent in (assets.announce()["upload"], link):
        left = datetime.fromisoformat(lent["expiresAt"]) - datetime.now(UTC)
        assert timedelta(minutes=59) < left <= timedelta(minutes=60)
    assert "X-Amz-Expires=3600" in link["url"]


def test_forged_link_is_refused(assets: AssetsSystem) -> None:
    asset = assets.uploaded()
    url = assets.call("GET", f"/assets/{asset['assetId']}/download").json()["url"]
    assert requests.get(url[:-4] + "0000", timeout=30).status_code == 403


def test_larger_file_than_announced_is_refused_by_the_form(assets: AssetsSystem) -> None:
    announced = assets.announce()
    answer = upload(announced, PNG + b"1")
    assert (answer.status_code, "EntityTooLarge" in answer.text) == (400, True)
    assert upload(announced, b"").status_code == 400
    assert assets.keys(f"assets/{announced['assetId']}/") == []


@pytest.mark.parametrize(
    "changed",
    [{"Content-Type": "text/html"}, {"key": "assets/elsewhere/a.png"}, {"success_action_status": "200"}],
    ids=lambda changed: next(iter(changed)),
)
def test_form_accepts_nothing_but_what_was_announced(assets: AssetsSystem, changed: dict[str, str]) -> None:
    announced = assets.announce()
    assert upload(announced, PNG, **changed).status_code == 403
    assert assets.keys(f"assets/{announced['assetId']}/") == []


def test_file_that_is_not_what_it_says_is_quarantined(assets: AssetsSystem) -> None:
    announced = assets.announce(size=1000)
    assert upload(announced, b"<html><script>alert(1)</script>").status_code == 201
    asset = assets.when(announced["assetId"], lambda asset: bool(asset["rejection"]))
    assert (asset["status"], asset["rejection"]) == ("pending", "its content is not image/png")
    in_quarantine = f"quarantine/{asset['s3Key']}"
    assert wait_for(lambda: assets.keys(in_quarantine) == [in_quarantine], within_s=PATIENCE_S)
    assert wait_for(lambda: assets.keys(asset["s3Key"]) == [], within_s=PATIENCE_S)
    stored = assets.s3.head_object(Bucket=assets.bucket, Key=in_quarantine)
    assert stored["Metadata"] == {"reason": "its content is not image/png"}
    assert error(assets.call("GET", f"/assets/{asset['assetId']}/download")) == (409, "asset_not_uploaded")


def test_good_file_after_a_bad_one_is_accepted(assets: AssetsSystem) -> None:
    announced = assets.announce(size=1000)
    upload(announced, b"not a picture")
    assets.when(announced["assetId"], lambda asset: bool(asset["rejection"]))
    assert upload(announced, PNG).status_code == 201
    asset = assets.when(announced["assetId"], lambda asset: asset["status"] == "uploaded")
    assert asset["rejection"] is None


def test_object_that_nobody_announced_is_quarantined(assets: AssetsSystem) -> None:
    key = f"assets/{uuid.uuid4()}/not announced+at all.txt"
    assets.s3.put_object(Bucket=assets.bucket, Key=key, Body=b"hello", ContentType="text/plain")
    assert wait_for(lambda: assets.keys(f"quarantine/{key}"), within_s=PATIENCE_S) == [f"quarantine/{key}"]
    assert wait_for(lambda: assets.keys(key) == [], within_s=PATIENCE_S)
    stored = assets.s3.get_object(Bucket=assets.bucket, Key=f"quarantine/{key}")
    assert (stored["Body"].read(), stored["Metadata"]) == (b"hello", {"reason": "nobody announced it"})


def test_another_file_in_the_folder_of_an_asset_is_quarantined(assets: AssetsSystem) -> None:
    key = f"assets/{assets.announce()['assetId']}/another.png"
    assets.s3.put_object(Bucket=assets.bucket, Key=key, Body=PNG, ContentType="image/png")
    assert wait_for(lambda: assets.keys(f"quarantine/{key}"), within_s=PATIENCE_S) == [f"quarantine/{key}"]


def test_deleted_asset_is_gone_with_its_file(assets: AssetsSystem) -> None:
    asset = assets.uploaded()
    path = f"/assets/{asset['assetId']}"
    assert assets.call("DELETE", path).status_code == 204
    assert assets.keys(asset["s3Key"]) == []
    for gone in (path, f"{path}/download"):
        assert error(assets.call("GET", gone)) == (410, "asset_gone")
    assert assets.call("DELETE", path).status_code == 204


def test_file_that_arrives_after_deleting_does_not_stay(assets: AssetsSystem) -> None:
    announced = assets.announce()
    assert assets.call("DELETE", f"/assets/{announced['assetId']}").status_code == 204
    assert upload(announced, PNG).status_code == 201
    assert wait_for(lambda: assets.keys(announced["s3Key"]) == [], within_s=PATIENCE_S)
    assert assets.keys(f"quarantine/{announced['s3Key']}") == []


def test_uploads_that_race_with_deleting_leave_nothing(assets: AssetsSystem) -> None:
    announced = [assets.announce() for _ in range(8)]
    with ThreadPoolExecutor(16) as pool:
        uploads = [pool.submit(upload, one, PNG) for one in announced]
        deletes = [pool.submit(assets.call, "DELETE", f"/assets/{one['assetId']}") for one in announced]
    assert [one.result().status_code for one in uploads] == [201] * 8
    assert [one.result().status_code for one in deletes] == [204] * 8
    keys = [one["s3Key"] for one in announced]
    assert wait_for(lambda: not any(assets.keys(key) for key in keys), within_s=PATIENCE_S)
    for one in announced:
        assert error(assets.call("GET", f"/assets/{one['assetId']}")) == (410, "asset_gone")


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a/b.png", "..\\b.png", "%2e%2e%2fb.png", "%252fb.png", "..", "/", "a\0.png", "．．／b.png"],
)
def test_path_tricks_are_refused(assets: AssetsSystem, name: str) -> None:
    answer = assets.call("POST", "/assets", json={"fileName": name, "contentType": "image/png", "size": 1})
    assert error(answer) == (422, "invalid_field")
    assert answer.json()["error"]["details"][0]["field"] == "fileName"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"contentType": "image/png", "size": 1}, "fileName"),
        ({"fileName": "a.exe", "contentType": "application/x-msdownload", "size": 1}, "contentType"),
        ({"fileName": "a.png", "contentType": "image/png", "size": 0}, "size"),
        ({"fileName": "a.png", "contentType": "image/png", "size": "1"}, "size"),
        ({"fileName": "a.png", "contentType": "image/png", "size": 10**12}, "size"),
    ],
)
def test_wrong_field_is_named(assets: AssetsSystem, body: dict[str, object], field: str) -> None:
    answer = assets.call("POST", "/assets", json=body)
    assert error(answer) == (422, "invalid_field")
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


def test_same_idempotency_key_gets_the_first_answer(assets: AssetsSystem) -> None:
    body, key = {"fileName": "a.png", "contentType": "image/png", "size": 5}, {"idempotency-key": uuid.uuid4().hex}
    first = assets.call("POST", "/assets", json=body, headers=key)
    assert assets.call("POST", "/assets", json=body, headers=key).json() == first.json()
    other = assets.call("POST", "/assets", json={**body, "size": 6}, headers=key)
    assert error(other) == (422, "idempotency_key_reused")


def test_assets_are_listed_by_status_newest_first(assets: AssetsSystem) -> None:
    uploaded, pending, deleted = (
        assets.uploaded()["assetId"],
        assets.announce()["assetId"],
        assets.announce()["assetId"],
    )
    assets.call("DELETE", f"/assets/{deleted}")
    ours = [deleted, pending, uploaded]

    def listed(**query: str) -> list[str]:
        answer = assets.call("GET", "/assets", params={"limit": "100", **query}).json()
        return [asset["assetId"] for asset in answer["assets"] if asset["assetId"] in ours]

    assert wait_for(lambda: listed(status="uploaded") == [uploaded], within_s=PATIENCE_S)
    assert wait_for(lambda: listed(status="pending") == [pending], within_s=PATIENCE_S)
    assert wait_for(lambda: listed(status="deleted") == [deleted], within_s=PATIENCE_S)
    assert wait_for(lambda: listed() == [pending, uploaded], within_s=PATIENCE_S)


def test_token_of_one_status_is_none_of_another(assets: AssetsSystem) -> None:
    assets.announce(), assets.announce()
    one = {"limit": "1", "status": "pending"}
    token = wait_for(lambda: assets.call("GET", "/assets", params=one).json().get("nextToken"), within_s=PATIENCE_S)
    assert assets.call("GET", "/assets", params={**one, "nextToken": token}).status_code == 200
    other = {"status": "uploaded", "nextToken": token}
    assert error(assets.call("GET", "/assets", params=other)) == (400, "invalid_next_token")


def test_unknown_asset_is_not_found(assets: AssetsSystem) -> None:
    path = f"/assets/{uuid.uuid4()}"
    for method, place in (("GET", path), ("GET", f"{path}/download"), ("DELETE", path)):
        assert error(assets.call(method, place)) == (404, "asset_not_found")


def test_openapi_document_describes_every_route(assets: AssetsSystem) -> None:
    answer = assets.call("GET", "/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": assets.system.url}]
    assert {path: set(operations) for path, operations in document["paths"].items()} == {
        "/users": {"get", "post"},
        "/users/{userId}": {"get", "put", "delete"},
        "/assets": {"get", "post"},
        "/assets/{assetId}": {"get", "delete"},
        "/assets/{assetId}/download": {"get"},
    }
    create = document["paths"]["/users"]["post"]
    assert create["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/CreateUser"}
    refused = create["responses"]["422"]["content"]["application/json"]["schema"]
    assert refused == {"$ref": "#/components/schemas/ErrorView"}

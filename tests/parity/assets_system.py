"""A deployed `assets`: its API, its bucket, and how to upload as a browser does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from seed.assets.files import content
from tests.fakes.waiting import wait_for
from tests.parity.running_system import System

PNG = content("image/png", "blue")
PATIENCE_S = 30.0


@dataclass(frozen=True)
class AssetsSystem:
    """The system, and the secrets and names that its stack published."""

    system: System
    bucket: str
    users_table: str
    assets_table: str

    @property
    def s3(self) -> Any:
        return self.system.client("s3")

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return requests.request(method, f"{self.system.url}{path}", timeout=30, **arguments)

    def user(self, **body: Any) -> dict[str, Any]:
        """A user, for tests that need one."""
        answer = self.call("POST", "/users", json={"email": an_address(), "name": "Some One", **body})
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def announce(
        self, name: str = "picture.png", content_type: str = "image/png", size: int = len(PNG)
    ) -> dict[str, Any]:
        """An asset with its upload form, for tests that need one."""
        body = {"fileName": name, "contentType": content_type, "size": size}
        answer = self.call("POST", "/assets", json=body)
        assert answer.status_code == 201, answer.text
        announced: dict[str, Any] = answer.json()
        return announced

    def uploaded(self, name: str = "picture.png") -> dict[str, Any]:
        """An asset whose file has been received."""
        announced = self.announce(name)
        assert upload(announced, PNG).status_code == 201
        return self.when(announced["assetId"], lambda asset: asset["status"] == "uploaded")

    def when(self, asset_id: str, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The asset as soon as it is so."""

        def if_ready() -> dict[str, Any] | None:
            asset: dict[str, Any] = self.call("GET", f"/assets/{asset_id}").json()
            return asset if ready(asset) else None

        found = wait_for(if_ready, within_s=PATIENCE_S, every_s=0.05)
        assert found is not None, f"it did not happen within {PATIENCE_S:.0f} s"
        return found

    def keys(self, prefix: str) -> list[str]:
        """What lies in the bucket."""
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])]


def upload(announced: dict[str, Any], body: bytes, **other_fields: str) -> requests.Response:
    """Posts the form: its fields, perhaps changed, and the file last."""
    form = announced["upload"]
    return requests.post(form["url"], data={**form["fields"], **other_fields}, files={"file": body}, timeout=30)


def an_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.com"


def error(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an answer in the shape that all errors have."""
    body = answer.json()
    assert set(body) == {"error", "requestId"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["error"]["code"]

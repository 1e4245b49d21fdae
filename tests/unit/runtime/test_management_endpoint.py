"""Calls of the API Gateway management API go to the system, whatever endpoint the function built."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from emulator.runtime.inside.management_endpoint import lead_home

HOME = "http://127.0.0.1:3104/prod"
VARIABLE = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"


class Nothing:
    """The body of an answer that has none."""

    def stream(self) -> tuple[bytes, ...]:
        return ()


def called(endpoint: str | None) -> str:
    """Where a posted message goes."""
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, {}, Nothing())

    client.meta.events.register("before-call.apigatewaymanagementapi", lead_home)
    client.meta.events.register("before-send", answer)
    client.post_to_connection(ConnectionId="abc=", Data=b"x")
    return str(sent[0].url)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("https://127.0.0.1:3104/prod", "http://127.0.0.1:3104/prod/@connections/abc%3D"),
        ("https://localhost:8104/prod", "http://127.0.0.1:3104/prod/@connections/abc%3D"),
        (
            "https://abc123def4.execute-api.us-east-1.amazonaws.com/live",
            "http://127.0.0.1:3104/live/@connections/abc%3D",
        ),
        ("https://chat.example/prod", "http://127.0.0.1:3104/prod/@connections/abc%3D"),
        ("http://127.0.0.1:3999/prod", "http://127.0.0.1:3999/prod/@connections/abc%3D"),
        (None, "http://127.0.0.1:3104/prod/@connections/abc%3D"),
    ],
)
def test_message_is_posted_to_the_local_connections(
    monkeypatch: pytest.MonkeyPatch, endpoint: str | None, url: str
) -> None:
    monkeypatch.setenv(VARIABLE, HOME)
    assert called(endpoint) == url


def test_without_a_local_websocket_api_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert called("https://a.example/prod") == "https://a.example/prod/@connections/abc%3D"

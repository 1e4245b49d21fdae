"""A function URL to send requests to, and signatures that look like ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.gateway.function_url import FunctionUrlEndpoint
from emulator.model import Function, FunctionUrl, Place, Stack
from emulator.payloads.http_message import HttpRequest, HttpResponse
from tests.fakes.moved_clock import MovedClock
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import function

URL_ID = "abcdefghijklmnopqrstuvwxyz012345"
REQUEST_ID = "f0d3c7a1-0000-4000-8000-000000000001"
ANSWER: dict[str, Any] = {"statusCode": 200, "body": "well"}


def signed(service: str = "lambda", *, access_key: str = "AKIDEXAMPLE", **changed: str) -> dict[str, str]:
    """Headers of a request signed by a stranger; `changed` replaces parts of the Authorization header."""
    parts = {
        "Credential": f"{access_key}/20231114/us-east-1/{service}/aws4_request",
        "SignedHeaders": "host;x-amz-date",
        "Signature": "0f" * 32,
        **changed,
    }
    written = ", ".join(f"{name}={value}" for name, value in parts.items() if value)
    return {"authorization": f"AWS4-HMAC-SHA256 {written}", "x-amz-date": "20231114T221320Z"}


@dataclass
class FakeFunctionUrl:
    """One endpoint over a scripted function."""

    answer: Callable[[Any], Any] | Any = None
    values: dict[str, Any] = field(default_factory=dict)
    clock: MovedClock = field(default_factory=MovedClock)
    worker: Function = field(default_factory=function)

    def __post_init__(self) -> None:
        answer = ANSWER if self.answer is None else self.answer
        self.invoker = ScriptedInvoker(answer if callable(answer) else lambda _: answer)
        fields: dict[str, Any] = {"auth_type": "NONE", "public": True, **self.values}
        url = FunctionUrl("WorkerUrl", URL_ID, "Worker", Place("template.yaml", 1), **fields)
        stack = Stack(
            "demo",
            Path("template.yaml"),
            "us-east-1",
            "000000000000",
            {"Worker": self.worker},
            function_urls={"WorkerUrl": url},
        )
        known = {"test": "secret"}
        self.endpoint = FunctionUrlEndpoint(url, stack, self.invoker, self.clock, lambda: REQUEST_ID, known)

    def respond(self, request: HttpRequest) -> HttpResponse:
        return self.endpoint.respond(request)


def function_url(answer: Callable[[Any], Any] | Any = None, **values: Any) -> FakeFunctionUrl:
    """`answer`: what the function returns, or a function of the event; `values`: of the FunctionUrl."""
    return FakeFunctionUrl(answer, values)

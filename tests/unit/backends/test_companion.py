"""A backend that lacks a service and the embedded one beside it act as one."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest

from emulator.backends import COMPANION_PORT_AFTER, create
from emulator.backends.companion import AccompaniedBackend
from emulator.errors import BackendUnavailableError
from emulator.model import Endpoints

COGNITO = ("cognito-idp", "cognito-identity")


class Part:
    """Remembers what was done to it, in a list both parts share."""

    keeps_data = False

    def __init__(self, kind: str, port: int, done: list[str]) -> None:
        self.kind, self.endpoints, self._done = kind, Endpoints(f"http://127.0.0.1:{port}"), done
        self.well, self.startable, self._pid = False, True, port

    def start(self) -> None:
        self._done.append(f"start {self.kind}")
        if not self.startable:
            raise BackendUnavailableError("It does not start")
        self.well = True

    def healthy(self) -> bool:
        return self.well

    def restart(self) -> None:
        self._done.append(f"restart {self.kind}")
        self.well = True

    def stop(self) -> None:
        self._done.append(f"stop {self.kind}")
        self.well = False

    def wipe(self) -> None:
        self._done.append(f"wipe {self.kind}")

    def process_ids(self) -> tuple[int, ...]:
        return (self._pid,)


class Bench:
    """LocalStack and its companion."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.main, self.companion = Part("localstack", 1, self.done), Part("embedded", 2, self.done)
        self.backend = AccompaniedBackend(self.main, self.companion, COGNITO)


def test_only_the_lacking_services_have_an_endpoint_of_their_own() -> None:
    backend = Bench().backend
    assert backend.kind == "localstack"
    assert backend.endpoints == Endpoints("http://127.0.0.1:1", dict.fromkeys(COGNITO, "http://127.0.0.1:2"))
    assert backend.endpoints.as_environment() == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:2",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY": "http://127.0.0.1:2",
    }


def test_both_are_started_stopped_and_wiped_together() -> None:
    bench = Bench()
    bench.backend.start()
    assert bench.backend.healthy()
    bench.backend.stop()
    bench.backend.wipe()
    assert bench.done == [
        "start localstack",
        "start embedded",
        "stop embedded",
        "stop localstack",
        "wipe embedded",
        "wipe localstack",
    ]
    assert bench.backend.process_ids() == (1, 2)


def test_nothing_is_left_running_when_the_companion_does_not_start() -> None:
    bench = Bench()
    bench.companion.startable = False
    with pytest.raises(BackendUnavailableError):
        bench.backend.start()
    assert bench.done[-1] == "stop localstack"


def test_localstack_keeps_its_data_when_only_the_companion_ended() -> None:
    bench = Bench()
    bench.backend.start()
    bench.companion.well = False
    assert not bench.backend.healthy()
    bench.backend.restart()
    assert bench.backend.healthy()
    assert bench.done[2:] == ["restart embedded"]


def test_companion_has_the_next_port(tmp_path: Path) -> None:
    made = create(
        "localstack", state=tmp_path, port=4140, endpoint=None, region="us-east-1", report=print, lacking=COGNITO
    )
    assert made.endpoints.url("cognito-idp") == f"http://127.0.0.1:{4140 + COMPANION_PORT_AFTER}"
    assert made.endpoints.url("sqs") == "http://127.0.0.1:4140"


def test_sdk_finds_every_service_under_the_variable_of_its_own_id() -> None:
    """The names that the SDK itself looks for, asked of the SDK."""
    names = ("cognito-idp", "cognito-identity", "events", "logs", "secretsmanager", "stepfunctions", "dynamodbstreams")
    session = botocore.session.Session()
    wanted = {session.get_service_model(name).service_id.upper().replace(" ", "_") for name in (*names, "sqs")}
    endpoints = Endpoints(by_service=dict.fromkeys((*names, "sqs"), "http://127.0.0.1:2"))
    assert endpoints.as_environment().keys() == {f"AWS_ENDPOINT_URL_{service_id}" for service_id in wanted}

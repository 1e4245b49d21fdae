"""`terrarium up`, from the command line to an answer over HTTP and back to nothing, on the embedded backend."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator.supervisor import run_state
from emulator.supervisor.machine import port_is_free
from emulator.supervisor.run_state import RunState
from tests.fakes.free_ports import kept_ports
from tests.fakes.waiting import wait_for

TERRARIUM = str(Path(sys.executable).with_name("terrarium"))
BACKEND_PORT, PORT = kept_ports(2)
URL = f"http://127.0.0.1:{PORT}/hello"
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: hello.handle
      CodeUri: src
      Environment: {Variables: {TABLE: !Ref Table}}
      Events: {Get: {Type: HttpApi, Properties: {Path: /hello, Method: get}}}
"""
HANDLER = """
import os, boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])

def handle(event, context):
    answer = table.update_item(Key={"pk": "visits"}, UpdateExpression="ADD n :one",
                               ExpressionAttributeValues={":one": 1}, ReturnValues="ALL_NEW")
    return {"visits": int(answer["Attributes"]["n"])}
"""


@dataclass(frozen=True)
class Application:
    """Somebody else's application in a folder of its own."""

    folder: Path

    def terrarium(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [TERRARIUM, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.terrarium("up", "--detach", "--port-base", str(PORT), "template.yaml")

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TERRARIUM_")}
        return inherited | {"TERRARIUM_BACKEND_PORT": str(BACKEND_PORT)}

    def handler(self, text: str) -> None:
        (self.folder / "src" / "hello.py").write_text(text)

    def run(self) -> RunState:
        found = run_state.read(self.folder / ".terrarium")
        assert found is not None
        return found


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "src").mkdir()
    app = Application(tmp_path)
    app.handler(HANDLER)
    yield app
    app.terrarium("down")


def visits() -> int:
    with urllib.request.urlopen(URL, timeout=30) as response:
        return int(json.loads(response.read())["visits"])


def visits_when_it_answers() -> int:
    try:
        return visits()
    except OSError:
        return 0


def test_template_serves_keeps_its_data_and_leaves_nothing_behind(application: Application) -> None:
    up = application.up()
    assert up.returncode == 0, up.stderr
    assert f"http://127.0.0.1:{PORT}" in up.stdout
    assert visits() == 1
    run = application.run()

    assert application.terrarium("down").returncode == 0
    assert run.leftovers() == ()
    assert application.up().returncode == 0
    assert visits() == 2


def test_reset_forgets_the_data(application: Application) -> None:
    application.up()
    assert visits() == 1

    assert application.terrarium("reset").returncode == 0
    application.up()

    assert visits() == 1


def test_killed_system_serves_again_by_itself(application: Application) -> None:
    application.up()
    process = application.run().systems[0].process
    assert process is not None

    process.signal(signal.SIGKILL)

    assert wait_for(visits_when_it_answers, 30.0)


def test_killed_backend_loses_no_accepted_write(application: Application) -> None:
    application.up()
    assert visits() == 1

    application.run().backend_processes[0].signal(signal.SIGKILL)

    assert wait_for(visits_when_it_answers, 30.0) == 2


def test_killed_supervisor_takes_everything_along(application: Application) -> None:
    application.up()
    run = application.run()
    assert run.supervisor is not None

    run.supervisor.signal(signal.SIGKILL)

    assert wait_for(lambda: run.leftovers() == (), 20.0)
    assert application.terrarium("status").returncode == 1


def test_handler_that_cannot_be_imported_is_told_and_nothing_stays_running(application: Application) -> None:
    application.handler("import nothing_of_this_name\n" + HANDLER)

    up = application.up()

    assert up.returncode == 1
    assert up.stderr.startswith("error: Function Hello (")
    assert "nothing_of_this_name" in up.stderr
    assert run_state.read(application.folder / ".terrarium") is None
    assert port_is_free(PORT)


def test_status_is_healthy_again_once_a_broken_handler_was_mended(application: Application) -> None:
    application.up()
    application.handler("import nothing_of_this_name\n" + HANDLER)
    assert wait_for(lambda: application.terrarium("status").returncode == 1, 20.0)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        visits()

    application.handler(HANDLER)

    assert wait_for(visits_when_it_answers, 20.0) == 1
    assert wait_for(lambda: application.terrarium("status").returncode == 0, 20.0)


def test_broken_template_is_one_sentence_and_leaves_nothing_running(application: Application) -> None:
    (application.folder / "template.yaml").write_text("Resources: {Hello: {Type: AWS::Lambda::Function, Properties: {")

    up = application.up()

    assert up.returncode == 1
    assert up.stderr.startswith("error: ")
    assert "template.yaml" in up.stderr
    assert "Traceback" not in up.stdout + up.stderr
    assert run_state.read(application.folder / ".terrarium") is None


def test_foreground_ends_with_ctrl_c_and_leaves_nothing_behind(application: Application) -> None:
    with subprocess.Popen(
        [TERRARIUM, "up", "--port-base", str(PORT), "template.yaml"],
        cwd=application.folder,
        env=application.environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("Ctrl-C" in line for line in process.stdout)
        run = application.run()
        assert visits() == 1

        process.send_signal(signal.SIGINT)

        assert process.wait(30) == 0
    assert run.leftovers() == ()
    assert run_state.read(application.folder / ".terrarium") is None

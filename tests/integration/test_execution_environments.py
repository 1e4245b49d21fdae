"""What a function does to itself, and what its caller gets: AWS's own answers, and the next request is served."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from emulator.clock import SystemClock
from emulator.model import Function, Invocation, LogLine, Outcome, Place
from emulator.runtime import LambdaRuntime, Launchers, RuntimeConfig
from tests.fakes.processes import is_running
from tests.fakes.waiting import wait_for

HANDLERS = Path(__file__).parent / "handlers"
STATE = Path(__file__).parents[2] / ".terrarium" / "tests"
VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_MAX_ATTEMPTS": "1",
}


class Notebook:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.outcomes: list[Outcome] = []

    def logged(self, function: Function, lines: list[LogLine]) -> None:
        self.lines.extend(lines)

    def finished(self, invocation: Invocation, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def messages(self, function: str) -> list[str]:
        return [line.message for line in self.lines if line.function == function]


def function(name: str, handler: str | None = None, **changes: object) -> Function:
    made = Function(
        name,
        name,
        f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        Place("template.yaml", 1),
        "python3.11",
        handler or f"misbehaving.{name}",
        HANDLERS,
        log_group=f"/aws/lambda/{name}",
        timeout_s=2,
        memory_mb=128,
        ephemeral_storage_mb=10,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


PLAIN = (
    "returns raises exits kills_itself allocates_without_end returns_rubbish returns_seven_megabytes"
    " prints_binary prints_much fills_tmp calls_aws remembers_tmp"
)
SPECIAL = (
    function("hangs", timeout_s=1),
    function("describes_itself", environment={"COLOUR": "green"}),
    function("reserved", "misbehaving.hangs", timeout_s=1, reserved_concurrency=1),
    function("fails_in_import", "fails_in_import.handler"),
    function("has_no_handler", "misbehaving.nowhere"),
    function("logs_json", "misbehaving.raises", log_format="JSON"),
)
FUNCTIONS = {made.logical_id: made for made in (*map(function, PLAIN.split()), *SPECIAL)}


@contextmanager
def running(functions: dict[str, Function], notebook: Notebook) -> Iterator[LambdaRuntime]:
    launchers = Launchers(STATE, print)
    runtime = LambdaRuntime(functions, launchers, RuntimeConfig(VARIABLES), notebook, SystemClock())
    runtime.start()
    try:
        yield runtime
    finally:
        runtime.stop()
        launchers.stop()


@pytest.fixture(scope="module")
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture(scope="module")
def runtime(notebook: Notebook) -> Iterator[LambdaRuntime]:
    with running(FUNCTIONS, notebook) as started:
        yield started


def invoke(runtime: LambdaRuntime, name: str, event: object = None) -> Outcome:
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
    return runtime.invoke(Invocation(FUNCTIONS[name], json.dumps(event).encode(), str(uuid.uuid4()), trace, "invoke"))


def body(outcome: Outcome) -> dict:
    return json.loads(outcome.payload)


def test_function_gets_its_event_and_its_request_id(runtime):
    outcome = invoke(runtime, "returns", {"number": 1})

    assert outcome.kind == "returned"
    assert body(outcome)["event"] == {"number": 1}
    assert body(outcome)["request_id"] == outcome.request_id


def test_environment_stays_warm_between_invocations(runtime):
    first, second = invoke(runtime, "returns"), invoke(runtime, "returns")

    assert body(second)["calls"] == body(first)["calls"] + 1
    assert second.init_ms is None


def test_function_sees_what_it_would_see_on_aws_and_nothing_of_the_host(runtime, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_HOST", "do not tell")

    seen = body(invoke(runtime, "describes_itself"))

    environment = seen["environment"]
    assert environment["COLOUR"] == "green"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "describes_itself"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-5759e988-")
    assert "SECRET_OF_THE_HOST" not in environment
    assert "HOME" not in environment
    assert not [path for path in seen["path"] if ".venv" in path or path.endswith("emulator")]
    assert 0 < seen["remaining_ms"] <= 2000
    assert seen["memory_mb"] == "128"
    assert seen["arn"].endswith(":function:describes_itself")


def test_code_is_read_only_under_var_task_and_tmp_is_private(runtime):
    seen = body(invoke(runtime, "describes_itself"))

    if not seen["file"].startswith("/var/task"):
        pytest.skip("this machine forbids mount namespaces; Terrarium says so at start")
    assert (seen["cwd"], seen["file"]) == ("/var/task", "/var/task/misbehaving.py")
    assert seen["task"] == "read-only"
    assert "mine" in seen["tmp"]
    assert not Path("/tmp/mine").exists()
    assert "mine" not in json.loads(invoke(runtime, "remembers_tmp").payload)


def test_tmp_has_the_size_of_the_template(runtime):
    outcome = invoke(runtime, "fills_tmp")

    assert body(outcome)["errorType"] == "OSError"
    assert "No space left on device" in body(outcome)["errorMessage"]


def test_handler_that_raises_gives_type_message_and_stack(runtime):
    outcome = invoke(runtime, "raises")

    assert outcome.kind == "raised"
    error = body(outcome)
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such luck")
    assert error["requestId"] == outcome.request_id
    assert "misbehaving.py" in error["stackTrace"][0]


def test_handler_that_hangs_times_out_and_the_next_request_is_served(runtime):
    outcome = invoke(runtime, "hangs")

    assert outcome.kind == "timed_out"
    sentence = f"RequestId: {outcome.request_id} Error: Task timed out after 1.00 seconds"
    assert body(outcome) == {"errorType": "Sandbox.Timedout", "errorMessage": sentence}
    assert b"about to hang" in outcome.log_tail
    assert invoke(runtime, "hangs").kind == "timed_out"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a reason")],
)
def test_handler_that_exits_gives_exit_error(runtime, code, reason):
    outcome = invoke(runtime, "exits", {"code": code})

    assert outcome.kind == "crashed"
    assert body(outcome) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {outcome.request_id} Error: {reason}",
    }


def test_handler_killed_by_a_signal_gives_exit_error(runtime):
    assert body(invoke(runtime, "kills_itself"))["errorMessage"].endswith("signal: killed")


def test_handler_that_allocates_without_end_is_killed_at_its_memory_size(runtime):
    outcome = invoke(runtime, "allocates_without_end")

    assert body(outcome)["errorType"] == "Runtime.ExitError"
    assert body(outcome)["errorMessage"].endswith("signal: killed")
    assert b"Max Memory Used: 128 MB" in outcome.log_tail


def test_answer_that_is_not_json_gives_marshal_error(runtime):
    outcome = invoke(runtime, "returns_rubbish")

    assert outcome.kind == "raised"
    assert body(outcome)["errorType"] == "Runtime.MarshalError"


def test_answer_above_six_megabytes_is_refused_and_the_next_request_is_served(runtime):
    for _ in range(2):
        outcome = invoke(runtime, "returns_seven_megabytes")

        assert body(outcome) == {
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        }


def test_binary_output_goes_to_the_log_without_harm(runtime):
    outcome = invoke(runtime, "prints_binary")

    assert json.loads(outcome.payload) == "printed"
    assert outcome.log_tail


def test_every_printed_line_arrives_once_and_in_order(runtime, notebook):
    invoke(runtime, "prints_much")

    numbers = [int(line.split()[1]) for line in notebook.messages("prints_much") if line.startswith("line ")]
    assert numbers == list(range(20_000))


def test_log_has_start_end_and_report_and_the_tail_at_most_four_kilobytes(runtime):
    tail = invoke(runtime, "prints_much").log_tail.decode()

    assert len(tail) <= 4096
    assert "REPORT RequestId: " in tail
    assert "Billed Duration: " in tail
    assert "Memory Size: 128 MB" in tail


@pytest.mark.parametrize(
    ("name", "error_type", "message"),
    [
        ("fails_in_import", "RuntimeError", "cannot import me"),
        ("has_no_handler", "Runtime.HandlerNotFound", "Handler 'nowhere' missing on module 'misbehaving'"),
    ],
)
def test_failing_import_is_reported_by_each_invocation(runtime, name, error_type, message):
    for _ in range(2):
        outcome = invoke(runtime, name)

        assert outcome.kind == "raised"
        assert (body(outcome)["errorType"], body(outcome)["errorMessage"]) == (error_type, message)
    assert message in str(runtime.failure(name))


def test_json_log_format_writes_json_lines(runtime, notebook):
    invoke(runtime, "logs_json")

    lines = [line for line in notebook.messages("logs_json") if line.startswith("{")]
    assert any(json.loads(line).get("errorType") == "ValueError" for line in lines)


def test_above_reserved_concurrency_is_throttled(runtime):
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(invoke(runtime, "reserved"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome.kind for outcome in outcomes) == ["throttled", "throttled", "timed_out"]


def test_aws_calls_of_a_function_are_recorded(runtime):
    outcome = invoke(runtime, "calls_aws")

    assert json.loads(outcome.payload) == "EndpointConnectionError"
    assert [(call.service, call.operation, call.error) for call in outcome.calls] == [
        ("dynamodb", "ListTables", "EndpointConnectionError")
    ]


def test_killed_environment_is_replaced_at_the_next_request(runtime):
    process = psutil.Process(pid_of(runtime, "returns"))

    process.kill()

    assert wait_for(lambda: not is_running(process))
    assert wait_for(lambda: invoke(runtime, "returns").kind == "returned")


def pid_of(runtime: LambdaRuntime, name: str) -> int:
    invoke(runtime, name)
    return runtime._pools[name]._idle[-1]._process.pid  # type: ignore[union-attr]


def test_saved_file_is_run_at_the_next_invocation(tmp_path, notebook):
    code = tmp_path / "src"
    code.mkdir()
    (code / "greeting.py").write_text("def handler(event, context): return 'old'\n")
    edited = function("edited", "greeting.handler", code=code)
    with running({"edited": edited}, notebook) as runtime:
        assert _greeting(runtime, edited) == "old"

        (code / "greeting.py").write_text("def handler(event, context): return 'new'\n")

        assert wait_for(lambda: _greeting(runtime, edited) == "new")


def _greeting(runtime: LambdaRuntime, edited: Function) -> str:
    return json.loads(runtime.invoke(Invocation(edited, b"{}", str(uuid.uuid4()), "", "invoke")).payload)


def test_stop_leaves_no_process_behind(notebook):
    with running({"returns": FUNCTIONS["returns"]}, notebook) as runtime:
        pid = pid_of(runtime, "returns")

    assert wait_for(lambda: not Path(f"/proc/{pid}").exists())

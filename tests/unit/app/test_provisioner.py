"""Resources are created in a process of its own, and whoever waits for it hears how that went."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from emulator.app.provision import Provisioned
from emulator.app.provisioner import Provisioner
from emulator.errors import LookupFailedError, ProvisionError
from emulator.model import Created, Ignored, Place

# pytest has threads; a system's process has none when it forks.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

QUEUE = Created("https://queue", {"Arn": "arn:aws:sqs:eu-central-1:000000000000:q"}, ("a note",))
NOTED = Ignored("Queue", "AWS::SQS::Queue", "a note", Place("template.yaml", 7))


@dataclass
class Working:
    """Work that does what it is told to when resources are to be created."""

    creates: Callable[[Working], Provisioned]
    expected: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def expect(self, stack: str, types: Sequence[str]) -> None:
        self.expected.append((stack, tuple(types)))

    def create(self) -> Provisioned:
        return self.creates(self)


@contextmanager
def provisioner(creates: Callable[[Working], Provisioned]) -> Iterator[Provisioner]:
    found = Provisioner(Working(creates))
    found.start()
    try:
        yield found
    finally:
        found.stop()


def created(**attributes: str) -> Provisioned:
    return Provisioned({"Queue": Created(str(os.getpid()), attributes)}, ())


def test_what_was_created_and_what_has_no_effect_comes_back() -> None:
    everything = Provisioned({"Queue": QUEUE}, (NOTED,))
    with provisioner(lambda work: everything) as apart:
        assert apart.provision() == everything


def test_the_work_is_done_in_another_process() -> None:
    with provisioner(lambda work: created()) as apart:
        assert apart.provision().known["Queue"].physical_id != str(os.getpid())


def test_the_work_knows_what_to_expect_before_it_begins() -> None:
    with provisioner(lambda work: created(expected=str(work.expected))) as apart:
        apart.expect("shop", ["AWS::SQS::Queue"])
        assert apart.provision().known["Queue"].attributes == {"expected": "[('shop', ('AWS::SQS::Queue',))]"}


def test_an_error_of_ours_is_raised_as_it_was() -> None:
    def fails(work: Working) -> Provisioned:
        raise LookupFailedError("There is no secret", where="template.yaml:3", found="none", fix="Create it.")

    with provisioner(fails) as apart, pytest.raises(LookupFailedError) as error:
        apart.provision()
    assert error.value.sentence() == "There is no secret (template.yaml:3); found none. Create it."
    assert (error.value.where, error.value.fix) == ("template.yaml:3", "Create it.")


def test_any_other_error_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        provisioner(lambda work: dict[str, Provisioned]()["nothing"]) as apart,
        pytest.raises(ProvisionError, match="KeyError: 'nothing'"),
    ):
        apart.provision()
    assert "Traceback" in capfd.readouterr().err


def test_one_that_is_killed_says_so() -> None:
    def killed(work: Working) -> Provisioned:
        os.kill(os.getpid(), signal.SIGKILL)
        return created()

    with provisioner(killed) as apart, pytest.raises(ProvisionError, match="exit code -9"):
        apart.provision()


def test_one_that_was_never_needed_ends_when_it_is_stopped() -> None:
    with provisioner(lambda work: created()) as apart:
        process = apart._process
    assert process is not None
    assert process.exitcode is not None


def test_it_may_be_stopped_twice() -> None:
    with provisioner(lambda work: created()) as apart:
        apart.provision()
        apart.stop()

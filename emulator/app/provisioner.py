"""Creates the resources in a process of its own: what the SDK keeps of a dozen services, 20 MB, ends with it.

It is forked before there are threads, makes its clients while the backend starts, and waits for the word to begin.
Only where a fork is safe, on Linux; elsewhere the work is done in this process.
"""

from __future__ import annotations

import multiprocessing
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Protocol

from emulator.app.provision import Provisioned
from emulator.errors import ProvisionError, TerrariumError

_STOP_S = 5.0


class Work(Protocol):
    """What is done apart. Both methods run in the same process, one after the other."""

    def expect(self, stack: str, types: Sequence[str]) -> None:
        """Make ready for resources of these types; must need no backend."""

    def create(self) -> Provisioned:
        """Create everything; raises TerrariumError."""


class Provisioner:
    """`start` while there are no threads yet, `expect` at most once, then `provision` once, `stop` at the end."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self) -> None:
        """Fork."""
        if sys.platform != "linux":
            return
        processes = multiprocessing.get_context("fork")
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=_run, args=(self._work, self._ours, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def expect(self, stack: str, types: Sequence[str]) -> None:
        """What is going to be created, as far as it is known already; returns at once."""
        if self._process is not None:
            self._tell((stack, tuple(types)))

    def provision(self) -> Provisioned:
        """Wait until everything is created; raises TerrariumError."""
        if self._process is None:
            return self._work.create()
        self._tell(None)
        try:
            answer = self._ours.recv()
        except (EOFError, OSError):
            answer = None
        self._process.join(_STOP_S)
        if isinstance(answer, TerrariumError):
            raise answer
        if isinstance(answer, Provisioned):
            return answer
        raise ProvisionError("Creating resources failed", found=answer or f"exit code {self._process.exitcode}")

    def stop(self) -> None:
        """End it, whatever it is doing."""
        if self._process is None:
            return
        self._ours.close()
        self._process.terminate()
        self._process.join(_STOP_S)
        self._process = None

    def _tell(self, message: tuple[str, tuple[str, ...]] | None) -> None:
        try:
            self._ours.send(message)
        except OSError:
            pass  # it is gone: `provision` says so


def _run(work: Work, parents: Connection, ours: Connection) -> None:
    """In the fork: a message with what to expect, then None to begin. The end of the pipe is the end of the parent."""
    parents.close()
    try:
        while (message := ours.recv()) is not None:
            work.expect(*message)
        ours.send(_created(work))
    except (EOFError, OSError):
        return


def _created(work: Work) -> Provisioned | TerrariumError | str:
    """What was created, or why it was not: an error of ours as it is, any other as a sentence with its trace logged."""
    try:
        return work.create()
    except TerrariumError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the border: raised again in the other process
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"

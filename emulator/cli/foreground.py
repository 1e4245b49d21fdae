"""`terrarium up` in the foreground: this process is the supervisor and shows the systems' logs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import click

from emulator.cli.log_tail import LogTail
from emulator.cli.narration import narrator
from emulator.errors import TerrariumError
from emulator.supervisor.plan import Plan
from emulator.supervisor.progress import Event, Failed, Ready, Step
from emulator.supervisor.session import run


class Foreground:
    """Shows progress until all is ready, then the table, then logs until Ctrl-C."""

    def __init__(self, planned: Plan, show: Callable[[], int]) -> None:
        self._plan, self._show = planned, show
        self._progress = ExitStack()
        self._told = self._progress.enter_context(narrator())
        self._tail = LogTail(
            planned.state, {spec.name: planned.state / "logs" / f"{spec.name}.log" for spec in planned.systems}
        )
        self._ready = False

    def run(self) -> int:
        """Returns the exit code: 0 after Ctrl-C; raises TerrariumError when the start failed."""
        with self._progress, self._tail:
            code = run(self._plan, self._tell, echo=self._echo)
        return 0 if code == 130 and self._ready else code

    def _tell(self, event: Event) -> None:
        match event:
            case Step():
                self._told.tell(event)
            case Ready():
                self._progress.close()
                self._ready = True
                self._show()
                click.echo("\nCtrl-C stops everything. Logs follow.\n")
                self._tail.start()
            case Failed():
                self._progress.close()
                raise TerrariumError(event.sentence)

    def _echo(self, text: str) -> None:
        if self._ready:
            click.echo(f"terrarium | {text}")

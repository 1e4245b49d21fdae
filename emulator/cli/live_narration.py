"""Progress on a terminal: one line per step, with a spinner and the time it took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from emulator.supervisor.progress import Step


class LiveNarrator:
    """Adds a line for every step it has not seen, and changes those it has."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def tell(self, step: Step) -> None:
        """Show what a step has become."""
        mark = "[red]✗ " if step.state == "failed" else ""
        text = f"{mark}{escape(step.name):<12} [dim]{escape(step.detail)}"
        if step.name not in self._tasks:
            self._tasks[step.name] = self._progress.add_task(text, total=1)
        finished = 0 if step.state == "running" else 1
        self._progress.update(self._tasks[step.name], description=text, completed=finished)


@contextmanager
def live_narrator() -> Iterator[LiveNarrator]:
    """Draws until the block ends; the lines stay."""
    columns = (SpinnerColumn(finished_text="[green]✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns) as progress:
        yield LiveNarrator(progress)

"""What every command needs to know first: the settings, the project and the folder of the run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emulator import settings
from emulator.errors import UsageError
from emulator.settings import Settings
from emulator.supervisor import project, run_state
from emulator.supervisor.project import Project
from emulator.supervisor.run_state import RunState


@dataclass(frozen=True, slots=True)
class Here:
    """Settings and places, as seen from the current folder."""

    settings: Settings
    project: Project
    state: Path

    def running(self) -> RunState:
        """The run that goes on now; raises UsageError when there is none."""
        run = run_state.read_alive(self.state)
        if run is None:
            raise UsageError("Nothing is running", where=str(self.state), fix="Start it with `terrarium up`.")
        return run


def here() -> Here:
    """Read the environment and look around."""
    configured = settings.read()
    cwd = Path.cwd()
    found = project.find(cwd)
    state = configured.state if configured.state.is_absolute() else found.root / configured.state
    return Here(configured, found, state)

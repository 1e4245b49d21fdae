"""One Terrarium for all tests that do no lasting harm: four applications of other people, started once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.terrarium_command import EXTERNAL, Terrarium

APPLICATIONS = Path(__file__).parent / "applications"


@dataclass(frozen=True)
class Neighbourhood:
    """What runs, and the folder that the applications were copied to."""

    terrarium: Terrarium
    applications: Path

    def url(self, system: str) -> str:
        """The system's first door: its HTTP API."""
        url, *_ = self.terrarium.system(system)["http"].values()
        return str(url)


@pytest.fixture(scope="session")
def neighbourhood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    folder = tmp_path_factory.mktemp("neighbourhood")
    copies = shutil.copytree(APPLICATIONS, folder / "applications")
    terrarium = Terrarium(folder / "state")
    templates = ("library/template.yaml", "weather.yaml", "guestbook/cdk.out", "troublesome/template.yaml")
    try:
        up = terrarium.up(*(copies / template for template in templates))
        assert up.returncode == 0, up.stdout + up.stderr
        yield Neighbourhood(terrarium, copies)
    finally:
        terrarium.end()


@pytest.fixture
def terrarium(tmp_path: Path) -> Iterator[Terrarium]:
    """One with nothing in it yet, for tests that start and stop it themselves."""
    started = Terrarium(tmp_path / "state", folder=tmp_path)
    yield started
    started.end()


@pytest.fixture
def own_backend() -> None:
    """The test harms or wipes its backend: not one that it was only lent."""
    if EXTERNAL:
        pytest.skip(f"the backend at {EXTERNAL} is not ours to harm")

"""A small project on disk to load templates from, and lookups that know what a test tells them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from emulator.errors import LookupFailedError
from emulator.model import Created, Stack
from emulator.template import Context, Template, load

REGION, ACCOUNT = "eu-west-1", "123456789012"


@dataclass
class FakeLookups:
    """An account that holds exactly these parameters, secrets and exports."""

    parameters: dict[str, str] = field(default_factory=dict)
    secrets: dict[tuple[str, str | None], str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)

    def ssm_parameter(self, name: str, version: str | None) -> str:
        return self._find(self.parameters, f"{name}:{version}" if version else name)

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        return self._find(self.secrets, (secret_id, json_key))

    def export(self, name: str) -> str:
        return self._find(self.exports, name)

    @staticmethod
    def _find(values, key):
        if key not in values:
            raise LookupFailedError(f"no {key}")
        return values[key]


@dataclass
class Project:
    """A folder with a template and Python handlers. `context` may be replaced before loading."""

    folder: Path
    context: Context
    lookups: FakeLookups

    def template(self, text: str, name: str = "template.yaml") -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text), "utf-8")
        return path

    def file(self, name: str, text: str = "def handler(event, context):\n    return {}\n") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def load(self, text: str, **context: object) -> Template:
        return load(self.template(text), replace(self.context, **context))

    def stack(self, text: str, **context: object) -> Stack:
        template = self.load(text, **context)
        return template.stack(everything(template))


def everything(template: Template) -> dict[str, Created]:
    """Identities as the application collects them: Terrarium's own, and names for what a backend would create."""
    known: dict[str, Created] = {}
    for resource in template.resources:
        own = template.identity(resource.logical_id, known)
        known[resource.logical_id] = own or template.stand_in(resource.logical_id)
    return known


@pytest.fixture
def lookups() -> FakeLookups:
    return FakeLookups()


@pytest.fixture
def project(tmp_path: Path, lookups: FakeLookups) -> Project:
    """A project whose folder, and so whose stack, is called `shop`, with one handler in src/app.py."""
    folder = tmp_path / "shop"
    folder.mkdir()
    context = Context(
        region=REGION,
        account_id=ACCOUNT,
        lookups=lookups,
        api_url=lambda _, index: f"http://127.0.0.1:{3001 + index}",
        state=tmp_path / "state",
    )
    project = Project(folder, context, lookups)
    project.file("src/app.py")
    return project

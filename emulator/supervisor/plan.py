"""Turns what a person asked for into a frozen plan: which systems on which ports, on which backend.

Pure apart from looking into the templates; starts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.errors import UsageError
from emulator.supervisor.project import Project, name_of, template_at
from emulator.system_spec import SystemSpec

_COGNITO = b"AWS::Cognito::"


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of `terrarium up`. `templates` are paths or names of the project's own systems."""

    templates: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    backend: str = "embedded"
    backend_port: int = 4566
    endpoint: str | None = None
    region: str = "us-east-1"
    port_base: int = 3001
    config_env: str = "dev"
    parameters: Mapping[str, str] = field(default_factory=dict)
    debug: tuple[str, ...] = ()
    every_service: bool = False
    """LocalStack runs with an account, or the endpoint says that it has Cognito: nothing is lacking."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the supervisor runs. The systems' endpoints are filled in when the backend is known.

    `own` are names of systems that belong to the project: only these get its demo data.
    """

    state: Path
    root: Path
    backend: str
    backend_port: int
    endpoint: str | None
    region: str
    systems: tuple[SystemSpec, ...]
    own: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    """Services (boto3 ids) that the templates use and the backend has not: an embedded one beside it serves them."""

    @property
    def log(self) -> Path:
        """Where the supervisor writes what it does."""
        return self.state / "logs" / "supervisor.log"

    def to_json(self) -> str:
        """The JSON text that `from_json` reads back to an equal plan."""
        return json.dumps(
            {
                "state": str(self.state),
                "root": str(self.root),
                "backend": self.backend,
                "backend_port": self.backend_port,
                "endpoint": self.endpoint,
                "region": self.region,
                "systems": [system.to_json() for system in self.systems],
                "own": list(self.own),
                "lacking": list(self.lacking),
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan `to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        return cls(
            state=Path(raw["state"]),
            root=Path(raw["root"]),
            backend=raw["backend"],
            backend_port=raw["backend_port"],
            endpoint=raw["endpoint"],
            region=raw["region"],
            systems=tuple(SystemSpec.from_json(system) for system in raw["systems"]),
            own=tuple(raw["own"]),
            lacking=tuple(raw["lacking"]),
        )


def make(asked: Asked, project: Project, state: Path) -> Plan:
    """The plan; raises UsageError for a template, a system or an endpoint that is not there."""
    if asked.backend == "external" and not asked.endpoint:
        raise UsageError(
            "The external backend needs its address",
            where="TERRARIUM_ENDPOINT",
            fix="Set it, for example TERRARIUM_ENDPOINT=http://127.0.0.1:4566.",
        )
    chosen = _chosen(asked, project)
    return Plan(
        state=state,
        root=project.root,
        backend=asked.backend,
        backend_port=asked.backend_port,
        endpoint=asked.endpoint,
        region=asked.region,
        systems=tuple(_spec(asked, state, name, template, port) for name, template, port in chosen),
        own=tuple(name for name, template, _ in chosen if template == project.template_of(name)),
        lacking=_lacking(asked, [template for _, template, _ in chosen]),
    )


def _lacking(asked: Asked, templates: Sequence[Path]) -> tuple[str, ...]:
    """LocalStack has no Cognito without an account, and somebody else's endpoint may be such a LocalStack."""
    if asked.backend not in ("localstack", "external") or asked.every_service:
        return ()
    uses = any(_COGNITO in template.read_bytes() for template in templates)
    return ("cognito-idp", "cognito-identity") if uses else ()


def _spec(asked: Asked, state: Path, name: str, template: Path, port: int) -> SystemSpec:
    return SystemSpec(
        name=name,
        template=template,
        port=port,
        backend=asked.backend,
        state=state,
        config_env=asked.config_env,
        parameters=asked.parameters,
        debug=asked.debug,
    )


def _chosen(asked: Asked, project: Project) -> list[tuple[str, Path, int]]:
    """Name, template and port of each system, in the order of the ports."""
    strangers = [text for text in asked.templates if text not in project.stacks]
    if not strangers:
        wanted = set(asked.templates + asked.stacks) or set(project.stacks)
        return _own_systems(wanted, asked.port_base, project)
    if asked.stacks:
        raise UsageError(
            "Templates and --stack cannot be mixed",
            found=f"{', '.join(asked.templates)} and --stack {', '.join(asked.stacks)}",
            fix="--stack picks from the project's own systems; name templates without it.",
        )
    chosen: list[tuple[str, Path, int]] = []
    for port, text in enumerate(asked.templates, start=asked.port_base):
        template = project.template_of(text) if text in project.stacks else template_at(Path(text))
        chosen.append((_unused(name_of(template), {name for name, _, _ in chosen}), template, port))
    return chosen


def _own_systems(wanted: set[str], port_base: int, project: Project) -> list[tuple[str, Path, int]]:
    """The project's systems; each keeps the port of its place in the list, however few are picked."""
    if not wanted:
        raise UsageError(
            "There is nothing to run",
            where=str(project.root),
            fix="Name a template: terrarium up path/to/template.yaml.",
        )
    unknown = wanted - set(project.stacks)
    if unknown:
        raise UsageError(
            f"There is no system {', '.join(sorted(unknown))}",
            where="[tool.terrarium] stacks in pyproject.toml",
            found=", ".join(project.stacks) or "none",
            fix="Correct the name or add it there.",
        )
    systems = [
        (name, project.template_of(name), port)
        for port, name in enumerate(project.stacks, start=port_base)
        if name in wanted
    ]
    for _, template, _ in systems:
        template_at(template)
    return systems


def _unused(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate

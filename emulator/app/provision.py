"""Creates a template's resources in order, and deletes those that an earlier version of the template had."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from emulator.cloud import Cloud
from emulator.model import Created, Ignored
from emulator.template import Template

KEEPS = ("Retain", "RetainExceptOnCreate", "Snapshot")


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What exists now: `known` by logical id; `ignored` lists what of it has no effect here."""

    known: Mapping[str, Created]
    ignored: tuple[Ignored, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """One resource of the last run, as the state file keeps it."""

    type: str
    deletion_policy: str
    physical_id: str
    attributes: Mapping[str, str]


def provision(template: Template, cloud: Cloud, memory: Path, report: Callable[[str], None]) -> Provisioned:
    """Idempotent. `memory` is the file that remembers what the last run created; raises ProvisionError."""
    known: dict[str, Created] = {}
    ours: dict[str, Remembered] = {}
    ignored: list[Ignored] = []
    for resource in template.resources:
        identity = template.identity(resource.logical_id, known)
        if identity is not None:
            known[resource.logical_id] = identity
        elif cloud.supports(resource.type):
            created = cloud.ensure(resource, template.properties(resource.logical_id, known))
            known[resource.logical_id] = created
            ignored += [Ignored(resource.logical_id, resource.type, note, resource.place) for note in created.notes]
            ours[resource.logical_id] = Remembered(
                resource.type, resource.deletion_policy, created.physical_id, created.attributes
            )
        else:
            known[resource.logical_id] = template.stand_in(resource.logical_id)
            reason = "Terrarium does not create resources of this type yet"
            ignored.append(Ignored(resource.logical_id, resource.type, reason, resource.place))
    _delete_removed(_read(memory), ours, cloud, report)
    _write(memory, ours)
    return Provisioned(known, tuple(ignored))


def _delete_removed(
    before: Mapping[str, Remembered], now: Mapping[str, Remembered], cloud: Cloud, report: Callable[[str], None]
) -> None:
    """As CloudFormation does: what left the template, or got another name, is deleted unless it is to be retained.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    alive = {(resource.type, resource.physical_id) for resource in now.values()}
    for logical_id, resource in before.items():
        if (resource.type, resource.physical_id) in alive or resource.deletion_policy in KEEPS:
            continue
        report(f"deleting {resource.type} {logical_id}: it is no longer in the template")
        cloud.delete(resource.type, Created(resource.physical_id, resource.attributes))


def _read(memory: Path) -> dict[str, Remembered]:
    if not memory.is_file():
        return {}
    return {logical_id: Remembered(**value) for logical_id, value in json.loads(memory.read_text()).items()}


def _write(memory: Path, resources: Mapping[str, Remembered]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    fresh = memory.with_suffix(".new")
    fresh.write_text(json.dumps({logical_id: asdict(value) for logical_id, value in resources.items()}, indent=1))
    fresh.replace(memory)

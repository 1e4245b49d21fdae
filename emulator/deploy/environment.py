"""What samconfig.toml says about one environment: where its account is and which parameters it has.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.errors import DeployError
from emulator.template import samconfig


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment of a system; `region` and `profile` are None where the shell's own apply, `stack` where the
    file names none."""

    name: str
    file: Path
    region: str | None = None
    profile: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    stack: str | None = None

    @property
    def options(self) -> list[str]:
        """Options that every SAM command takes."""
        return ["--config-file", str(self.file), "--config-env", self.name]

    def account(self) -> dict[str, str]:
        """Variables that lead any AWS SDK to the account that `sam deploy` uses."""
        region = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region} if self.region else {}
        return {**region, **({"AWS_PROFILE": self.profile} if self.profile else {})}


def read(template: Path, name: str) -> Environment:
    """The environment beside a template; raises DeployError unless it is there: SAM would go on without it."""
    file = template.parent / "samconfig.toml"
    config = samconfig.read(template, name)
    tables: dict[str, Any] = tomllib.loads(file.read_text()) if file.is_file() else {}
    if not isinstance(tables.get(name), dict):
        raise DeployError(
            f"There is no environment {name!r}",
            where=str(file),
            found=", ".join(table for table, value in tables.items() if isinstance(value, dict)) or "none",
            fix=f"Name one of these, or add [{name}.deploy.parameters] with stack_name and region.",
        )
    values = {**_values(tables[name], "global"), **_values(tables[name], "deploy")}
    return Environment(name, file, values.get("region"), values.get("profile"), config.parameters, config.stack_name)


def _values(table: dict[str, Any], command: str) -> dict[str, Any]:
    values: dict[str, Any] = table.get(command, {}).get("parameters", {})
    return values

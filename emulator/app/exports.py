"""Outputs that one local stack exports and another imports, kept in files under the state folder.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.model import Lookups


@dataclass(frozen=True, slots=True)
class SharedExports:
    """Implements `model.Lookups`: exports of stacks that ran here first, everything else from the account."""

    folder: Path
    account: Lookups

    def publish(self, stack: str, exports: Mapping[str, str]) -> None:
        """Make a stack's exports known to the others; replaces what it exported before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{stack}.new"
        fresh.write_text(json.dumps(dict(exports), indent=1))
        fresh.replace(self.folder / f"{stack}.json")

    def ssm_parameter(self, name: str, version: str | None) -> str:
        return self.account.ssm_parameter(name, version)

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        return self.account.secret(secret_id, json_key, version_stage, version_id)

    def export(self, name: str) -> str:
        """The value of an export; raises LookupFailedError when nobody exports it."""
        for path in sorted(self.folder.glob("*.json")):
            exports = json.loads(path.read_text())
            if name in exports:
                return str(exports[name])
        return self.account.export(name)

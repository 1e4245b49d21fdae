"""Runs the SAM translator in a process of its own, so that a long-lived one does not keep what it imports."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.errors import TemplateError


def translate(
    source: dict[str, Any], parameters: Mapping[str, Any], region: str, partition: str
) -> tuple[dict[str, Any] | None, list[str]]:
    """The plain CloudFormation, or None and the translator's messages. Raises TemplateError when the process fails."""
    asked = {"source": source, "parameters": dict(parameters), "region": region, "partition": partition}
    # By its path: as a module it would import its whole package first, 0.1 s of nothing it needs.
    command = [sys.executable, "-P", str(Path(__file__).with_name("sam_translator.py"))]
    done = subprocess.run(command, input=json.dumps(asked, default=str), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise TemplateError(
            "The SAM translator failed", found=last[0], fix="`terrarium doctor` checks the installation."
        )
    answer = json.loads(done.stdout)
    return answer.get("result"), answer.get("messages", [])

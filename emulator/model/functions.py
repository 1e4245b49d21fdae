"""Lambda functions as a template describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class AsyncConfig:
    """How Lambda treats asynchronous invocations of a function (EventInvokeConfig and DeadLetterConfig)."""

    max_retries: int = 2
    max_age_s: int = 21_600
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function. `code` is the folder that ships (CodeUri), `layers` folders laid under /opt."""

    logical_id: str
    name: str
    arn: str
    place: Place
    runtime: str
    handler: str
    code: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[Path, ...] = ()
    timeout_s: int = 3
    memory_mb: int = 128
    ephemeral_storage_mb: int = 512
    reserved_concurrency: int | None = None
    log_group: str = ""
    log_format: Literal["Text", "JSON"] = "Text"
    log_level: str | None = None
    tracing: bool = False
    role_arn: str = ""
    async_config: AsyncConfig = AsyncConfig()

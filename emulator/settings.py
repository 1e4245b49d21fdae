"""Reads the environment, once, into a frozen value. The only module that touches os.environ for settings.

Every setting is documented in README.md ("Settings"); a test fails when one is not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.errors import UsageError

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
BACKENDS = ("embedded", "localstack", "external", "aws")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set. Field `x` is the environment variable `TERRARIUM_X`."""

    state: Path = Path(".terrarium")
    """Everything a run writes lives here."""
    backend: str = "embedded"
    """embedded, localstack, external or aws."""
    endpoint: str | None = None
    """URL of the external backend."""
    backend_port: int = 4566
    """Port of the embedded backend or of LocalStack."""
    port_base: int = 3001
    """Port of the first system."""
    console_port: int = 3000
    """Port of the console."""
    bind: str = "127.0.0.1"
    """Address that systems listen on; anything but loopback only inside a container."""
    region: str = "us-east-1"
    """AWS region that ARNs and clients use."""
    account_id: str = "000000000000"
    """AWS account that ARNs name."""
    log_level: str = "INFO"
    """Level of Terrarium's own log."""
    idle_environment_s: int = 600
    """An execution environment idle for so long is stopped."""
    threads: int = 32
    """Requests a system serves at the same time."""


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `TERRARIUM_*` variables; raises UsageError naming the variable that is wrong."""
    values: dict[str, object] = {}
    for name, default in _defaults().items():
        raw = environ.get(f"TERRARIUM_{name.upper()}")
        if raw:
            values[name] = _parsed(name, raw, default)
    settings = Settings(**values)  # type: ignore[arg-type]
    if settings.backend not in BACKENDS:
        raise UsageError(
            "Unknown backend",
            where="TERRARIUM_BACKEND",
            found=repr(settings.backend),
            fix=f"Use one of {', '.join(BACKENDS)}.",
        )
    return settings


def credentials(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The person's own AWS credentials, for the `aws` backend only; functions never see them elsewhere."""
    return {name: environ[name] for name in CREDENTIALS if name in environ}


def localstack_has_account(environ: Mapping[str, str] = os.environ) -> bool:
    """True when LocalStack starts with an account, and so with every service."""
    return bool(environ.get("LOCALSTACK_AUTH_TOKEN"))


def _defaults() -> dict[str, object]:
    blank = Settings()
    return {name: getattr(blank, name) for name in Settings.__slots__}


def _parsed(name: str, raw: str, default: object) -> object:
    if isinstance(default, Path):
        return Path(raw)
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise UsageError(
                "A setting must be a whole number",
                where=f"TERRARIUM_{name.upper()}",
                found=repr(raw),
                fix="Correct or unset it.",
            ) from None
    return raw

"""The port every backend implements, and the choice between the kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from emulator.backends.aws import AwsBackend
from emulator.backends.companion import FOLDER, PORT_AFTER, AccompaniedBackend
from emulator.backends.embedded.backend import EmbeddedBackend
from emulator.backends.external import ExternalBackend
from emulator.backends.localstack import LocalstackBackend
from emulator.errors import UsageError
from emulator.model import Endpoints


class Backend(Protocol):
    """Something that serves AWS's APIs."""

    kind: str
    keeps_data: bool
    """Whether everything is there again after it crashed and was started again."""

    @property
    def endpoints(self) -> Endpoints:
        """Which URL serves which service, as seen from this machine."""

    def start(self) -> None:
        """Return once it answers. Raises BackendMissingError, PortInUseError or BackendUnavailableError."""

    def healthy(self) -> bool:
        """True when it answers now."""

    def restart(self) -> None:
        """Stop and start what is not well. Raises what `start` raises."""

    def stop(self) -> None:
        """Stop what `start` started, keeping its data; does nothing when nothing runs."""

    def wipe(self) -> None:
        """Delete all data. Only while stopped."""

    def process_ids(self) -> tuple[int, ...]:
        """Processes on this machine that belong to it."""


def create(
    kind: str,
    *,
    state: Path,
    port: int,
    endpoint: str | None,
    region: str,
    report: Callable[[str], None],
    lacking: Collection[str] = (),
) -> Backend:
    """The backend of this kind, not started.

    state: the embedded backend owns its subfolder `embedded`. endpoint: URL, external only. lacking: services (boto3
    ids) that it has not; an embedded backend on the next port serves them, with its data in the subfolder `companion`.
    report: is given one short line for each step that takes a while. Raises UsageError for a wrong combination.
    """
    if lacking:
        main = create(kind, state=state, port=port, endpoint=endpoint, region=region, report=report)
        companion = EmbeddedBackend(state / FOLDER, port + PORT_AFTER, region, report)
        return AccompaniedBackend(main, companion, lacking)
    if kind == "embedded":
        return EmbeddedBackend(state / "embedded", port, region, report)
    if kind == "localstack":
        return LocalstackBackend(port, report)
    if kind == "external":
        return ExternalBackend(_required(endpoint), report)
    if kind == "aws":
        return AwsBackend()
    raise UsageError("Unknown backend", found=repr(kind), fix="Use one of embedded, localstack, external, aws.")


def _required(endpoint: str | None) -> str:
    if endpoint is None or not endpoint.startswith(("http://", "https://")):
        raise UsageError(
            "The external backend needs an endpoint",
            where="TERRARIUM_ENDPOINT or --endpoint",
            found=repr(endpoint) if endpoint else "none",
            fix="Give a URL such as http://127.0.0.1:4566.",
        )
    return endpoint.rstrip("/")

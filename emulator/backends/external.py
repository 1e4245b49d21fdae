"""An endpoint somebody else runs."""

from __future__ import annotations

from collections.abc import Callable

from emulator.backends.reachability import answers, wait_until
from emulator.errors import BackendUnavailableError
from emulator.model import Endpoints

_START_TIMEOUT_S = 30.0


class ExternalBackend:
    """Any server that speaks AWS's APIs at one URL. Healthy means that it answers HTTP."""

    kind = "external"
    keeps_data = True

    def __init__(self, endpoint: str, report: Callable[[str], None]) -> None:
        self._endpoint, self._report = endpoint, report

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(default=self._endpoint)

    def start(self) -> None:
        """Wait until it answers; raises BackendUnavailableError after 30 s."""
        if self.healthy():
            return
        self._report(f"waiting for {self._endpoint}")
        if not wait_until(self.healthy, timeout_s=_START_TIMEOUT_S, every_s=0.2):
            raise BackendUnavailableError(
                "The external backend does not answer",
                where=self._endpoint,
                fix="Start it, or correct the endpoint.",
            )

    def healthy(self) -> bool:
        return answers(self._endpoint)

    def restart(self) -> None:
        """It is not ours to restart: wait for it."""
        self.start()

    def stop(self) -> None:
        """It is not ours to stop."""

    def wipe(self) -> None:
        """It is not ours to wipe."""

    def process_ids(self) -> tuple[int, ...]:
        return ()

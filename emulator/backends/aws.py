"""AWS itself: the SDK's own endpoints, nothing to start."""

from __future__ import annotations

from emulator.model import Endpoints


class AwsBackend:
    """No endpoint of ours; credentials and region are the SDK's business."""

    kind = "aws"
    keeps_data = True
    endpoints = Endpoints()

    def start(self) -> None:
        """Nothing to start."""

    def healthy(self) -> bool:
        """AWS is taken to be there: the first call says otherwise."""
        return True

    def restart(self) -> None:
        """Nothing to restart."""

    def stop(self) -> None:
        """Nothing to stop."""

    def wipe(self) -> None:
        """Data on AWS is never deleted from here."""

    def process_ids(self) -> tuple[int, ...]:
        return ()

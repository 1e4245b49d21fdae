"""Deletes handled messages and gives back what was not handled.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.errors import BackendError, BackendRefusedError
from emulator.model import Clock
from emulator.sources.pause import Pause
from emulator.sources.ports import QueueClient
from emulator.sources.queue_batch import Received

RETRY_S = 0.2


@dataclass(frozen=True, slots=True)
class QueueAcknowledgement:
    """For one mapping."""

    name: str
    queues: QueueClient
    clock: Clock
    pause: Pause
    report: Callable[[str], None]

    def delete(self, url: str, items: Sequence[Received]) -> None:
        """Tries until the backend answers, or the mapping is stopped: then the messages come again."""
        while items:
            try:
                refused = self.queues.delete(url, [item.message.receipt_handle for item in items])
            except BackendRefusedError:
                # The queue is gone, and its messages with it.
                return
            except BackendError as error:
                if self.pause.sleep(RETRY_S):
                    continue
                self.report(f"{self.name}: {len(items)} handled message(s) are not deleted and come again: {error}")
                return
            self._tell_late(refused, items)
            return

    def give_back(self, url: str, items: Sequence[Received]) -> None:
        """Visible again at once, also to others; when the backend is away, after their visibility timeout."""
        if not items:
            return
        try:
            self.queues.give_back(url, [item.message.receipt_handle for item in items])
        except BackendError as error:
            self.report(f"{self.name}: {len(items)} message(s) come again only after their visibility timeout: {error}")

    def _tell_late(self, refused: Sequence[str], items: Sequence[Received]) -> None:
        """A function may have deleted its messages itself; one that was too slow gets them twice."""
        now = self.clock.monotonic()
        late = [item for item in items if item.message.receipt_handle in set(refused) and item.visible_at <= now]
        if late:
            self.report(
                f"{self.name}: {len(late)} message(s) were visible again before they were handled and come twice; "
                "a longer VisibilityTimeout of the queue avoids it."
            )

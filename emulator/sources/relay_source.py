"""The topics, buckets and rules of a stack as event sources: each delivers into a queue, which is read here.

So nothing is lost while nobody reads, and the backend's other subscribers notice nothing.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from emulator.errors import BackendError, BackendRefusedError, TemplateError
from emulator.model import BucketNotification, Clock, RelayRoute, TopicSubscription
from emulator.sources.async_consumer import AWAY_S, AsyncConsumer
from emulator.sources.async_envelope import Messages
from emulator.sources.async_lines import Line, Lines
from emulator.sources.pause import Pause
from emulator.sources.ports import Ports
from emulator.sources.relay import Relay
from emulator.sources.relay_ledger import RelayLedger
from emulator.sources.relay_messages import WAKE, BucketMessages, RuleMessages, TopicMessages
from emulator.sources.topic_filter import topic_filter

WAIT_S = 5
"""How long a receive waits. Stopping ends it early, by a message; but the receive of a killed process lives on, and
takes along what comes. Measured: 0.3 ms of CPU a second for an idle queue; 20 s would save 0.1 of it."""
ROOM_S = 1.0


@dataclass(frozen=True, slots=True)
class RelayParts:
    """What relays are wired to; `connecting` lets one connect at a time."""

    ports: Ports
    consumer: AsyncConsumer
    lines: Lines
    clock: Clock
    connecting: threading.Lock = field(default_factory=threading.Lock)


class RelaySources:
    """All relays of a stack: connects them, disconnects those that left the template, reads their queues."""

    def __init__(self, relays: Sequence[Relay], ledger: RelayLedger, parts: RelayParts) -> None:
        self._ledger, self._relays = ledger, parts.ports.relays
        self._sources = [_RelaySource(relay, parts) for relay in relays]

    def start(self) -> None:
        """From here on nothing that is sent is missed. Raises TemplateError, BackendUnavailableError."""
        wanted = [source.route for source in self._sources]
        self._disconnect_all_but(wanted)
        for source in self._sources:
            self._ledger.add(source.route)
            source.start()

    def stop(self, timeout_s: float) -> bool:
        """End all waiting receives; what is in hand is the consumer's."""
        deadline = time.monotonic() + timeout_s
        for source in self._sources:
            source.tell_to_stop()
        ended = [source.join(max(0.0, deadline - time.monotonic())) for source in self._sources]
        return all(ended)

    def _disconnect_all_but(self, wanted: Sequence[RelayRoute]) -> None:
        queues = {route.queue for route in wanted}
        for route in self._ledger.routes():
            if route.queue not in queues:
                self._relays.disconnect(route)
                self._ledger.remove(route)


class _RelaySource:
    """One queue and the thread that waits at it."""

    def __init__(self, relay: Relay, parts: RelayParts) -> None:
        self.route, self._place, self._parts = relay.route, relay.trigger.place, parts
        self._subscription_arn = ""
        messages = _messages(relay, lambda: self._subscription_arn, parts.ports)
        self._line = Line(relay.function, messages, self._connect, awaited=True)
        self._pause = Pause(parts.clock)
        self._thread: threading.Thread | None = None
        self._away = False

    def start(self) -> None:
        try:
            self._line.url = self._connect()
        except BackendRefusedError as error:
            raise self._refusal(error) from error
        self._thread = threading.Thread(target=self._serve, name=self.route.queue, daemon=True)
        self._thread.start()

    def tell_to_stop(self) -> None:
        self._pause.stop()
        url = self._line.url
        if self._thread is None or not self._thread.is_alive() or url is None:
            return
        try:
            self._parts.ports.queues.send(url, WAKE)
        except BackendError:
            # Nobody answers: then no receive waits either.
            pass

    def join(self, timeout_s: float) -> bool:
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _connect(self) -> str:
        # Notifications of one bucket are read, changed and written as a whole.
        with self._parts.connecting:
            queue = self._parts.ports.relays.connect(self.route)
        self._subscription_arn = queue.subscription_arn
        return queue.url

    def _serve(self) -> None:
        while not self._pause.stopped:
            try:
                if self._parts.lines.wait_for_room(self._line, ROOM_S):
                    self._parts.consumer.take(self._line, WAIT_S)
                self._away = False
            except Exception as error:  # noqa: BLE001  (said, and tried again: a source never just ends)
                self._tell_away(error)
                self._pause.wait(AWAY_S)

    def _refusal(self, error: BackendRefusedError) -> TemplateError:
        return TemplateError(
            f"{self.route.source} cannot call {self._line.function.logical_id}",
            where=str(self._place),
            found=error.found or str(error),
            fix="Name a topic, bucket or rule that exists.",
        )

    def _tell_away(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            self._parts.ports.report(f"{self._line.function.logical_id}: events of {self.route.source} wait: {error}")


def _messages(relay: Relay, subscription_arn: Callable[[], str], ports: Ports) -> Messages:
    trigger = relay.trigger
    if isinstance(trigger, TopicSubscription):
        return TopicMessages(topic_filter(trigger.attributes), subscription_arn)
    if isinstance(trigger, BucketNotification):
        return BucketMessages(str(uuid.uuid5(uuid.NAMESPACE_URL, relay.route.queue)))
    return RuleMessages(trigger, relay.function.arn, ports.report, lambda: ports.relays.is_enabled(relay.route))

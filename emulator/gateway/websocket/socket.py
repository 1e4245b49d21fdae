"""One open WebSocket: frames in and out by the `websockets` library, on the event loop's thread only.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import SERVER, State
from websockets.protocol import Protocol as Framing

from emulator.gateway.websocket.limits import CLOSE_S, FRAME_BYTES, IN_HAND, MESSAGE_BYTES
from emulator.model import Clock
from emulator.payloads.websocket_event import Peer

WRITE_BUFFER_BYTES = 1024 * 1024
"""What is kept for a client that does not read; then whoever sends to it is told to wait."""
GONE = (int(CloseCode.ABNORMAL_CLOSURE), "Connection closed abnormally")
"""Code and reason where a client vanished without a word."""
_NO_STATUS = "Client-side close frame status not set"

# The library tells of every connection; what matters is told in the functions' own log.
_quiet = logging.getLogger("terrarium.websocket.frames")
_quiet.setLevel(logging.WARNING)


class SocketListener(Protocol):
    """Is told what a socket receives. Called on the event loop's thread, must return at once."""

    def received(self, socket: Socket, text: str) -> None:
        """One whole text message."""

    def closed(self, socket: Socket, code: int, reason: str) -> None:
        """The end; nothing follows. Code and reason as AWS names them in the $disconnect event."""


class Socket(asyncio.Protocol):
    """Takes over a TCP connection on which a handshake was accepted."""

    __slots__ = (
        "_closing",
        "_deaf",
        "_framing",
        "_listener",
        "_loop",
        "_message",
        "_transport",
        "_went",
        "active_at",
        "active_s",
        "in_hand",
        "opened_at",
        "peer",
        "took_leave",
    )

    def __init__(
        self,
        peer: Peer,
        listener: SocketListener,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        clock: Clock,
    ) -> None:
        self.peer = peer
        self.in_hand = 0
        self.touch(clock)
        self.opened_at = self.active_at
        self.took_leave: tuple[int, str] | None = None
        """Code and reason once it is closed, kept by whoever tells the $disconnect route."""
        self._went: tuple[int, str] | None = None
        self._listener, self._transport, self._loop = listener, transport, loop
        self._framing = Framing(SERVER, max_size=(MESSAGE_BYTES, FRAME_BYTES), logger=_quiet)
        self._message = bytearray()
        self._closing: asyncio.TimerHandle | None = None
        self._deaf = False

    def touch(self, clock: Clock) -> None:
        """A message came or went."""
        self.active_at, self.active_s = clock.monotonic(), clock.now()

    @property
    def open(self) -> bool:
        return self._framing.state is State.OPEN and not self._transport.is_closing()

    @property
    def full(self) -> bool:
        """True when the client does not read what it is sent."""
        return self._transport.get_write_buffer_size() > WRITE_BUFFER_BYTES

    def send(self, data: bytes) -> None:
        """One message, as text where it is text, in frames no larger than AWS's."""
        whole = len(data) <= FRAME_BYTES
        send = self._framing.send_text if _is_text(data) else self._framing.send_binary
        send(data[:FRAME_BYTES], fin=whole)
        for start in range(FRAME_BYTES, len(data), FRAME_BYTES):
            part = data[start : start + FRAME_BYTES]
            self._framing.send_continuation(part, fin=start + FRAME_BYTES >= len(data))
        self._flush()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; the listener is told once the client answered, or did not in time."""
        if not self.open:
            return
        self._went = self._went or (code, reason)
        self._framing.send_close(code, reason)
        self._flush()
        self._expect_end()

    def drop(self) -> None:
        """Hang up on a client that does not."""
        self._transport.abort()

    def took_in_hand(self) -> None:
        """A message is on its way to a function."""
        self.in_hand += 1
        self._regulate()

    def let_go(self) -> None:
        """A function is done with one."""
        self.in_hand -= 1
        self._regulate()

    # ---- asyncio.Protocol

    def data_received(self, data: bytes) -> None:
        self._framing.receive_data(data)
        for event in self._framing.events_received():
            if isinstance(event, Frame) and self.open:
                self._take(event)
        self._flush()

    def pause_writing(self) -> None:
        self._deaf = True
        self._regulate()

    def resume_writing(self) -> None:
        self._deaf = False
        self._regulate()

    def eof_received(self) -> bool:
        self._framing.receive_eof()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        del error
        if self._closing is not None:
            self._closing.cancel()
        self._listener.closed(self, *self._end())

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
            self._fail(CloseCode.UNSUPPORTED_DATA)
        elif frame.opcode is Opcode.TEXT or frame.opcode is Opcode.CONT:
            self._message += frame.data
            if frame.fin:
                whole, self._message = self._message, bytearray()
                self._deliver(whole)

    def _deliver(self, data: bytearray) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            self._fail(CloseCode.INVALID_DATA)
            return
        self._listener.received(self, text)

    def _fail(self, code: CloseCode) -> None:
        self._framing.fail(code)
        self._flush()

    def _flush(self) -> None:
        for data in self._framing.data_to_send():
            if data:
                self._transport.write(data)
            elif not self._transport.is_closing():
                # Half a close: with unread data a whole one would reset the connection, and the close frame with it.
                self._transport.write_eof()
                self._expect_end()

    def _regulate(self) -> None:
        """Nothing is read of who asks more than can be answered, or does not read the answers; his end is."""
        if self.open and (self._deaf or self.in_hand >= IN_HAND):
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _expect_end(self) -> None:
        """The client has a moment to hang up."""
        if self._closing is None:
            self._closing = self._loop.call_later(CLOSE_S, self._transport.abort)
            self._regulate()

    def _end(self) -> tuple[int, str]:
        """Code and reason of the $disconnect event."""
        theirs, ours = self._framing.close_rcvd, self._framing.close_sent
        if self._went is not None:
            return self._went
        if theirs is not None:
            return theirs.code, _NO_STATUS if theirs.code == CloseCode.NO_STATUS_RCVD else theirs.reason
        if ours is not None:
            return ours.code, ours.reason
        return GONE


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

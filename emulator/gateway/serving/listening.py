"""The sockets that servers accept connections on."""

from __future__ import annotations

import errno
import socket

from emulator.errors import PortInUseError

BACKLOG = 4_096


def listening_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends what is written at once: otherwise small answers wait 40 ms for the client.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"Port {port} is taken",
                where=host,
                found="another process listening there",
                fix="Stop it, or choose another port with --port-base or TERRARIUM_PORT_BASE.",
            ) from error
        raise
    listening.setblocking(False)
    return listening

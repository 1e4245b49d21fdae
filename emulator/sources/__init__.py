"""What invokes functions besides HTTP: event source mappings and the asynchronous queue."""

from emulator.sources.async_queue import AsyncQueue
from emulator.sources.event_sources import Sources
from emulator.sources.identity import Identity
from emulator.sources.ports import DestinationClient, Ports, QueueClient, StreamReader

__all__ = ["AsyncQueue", "DestinationClient", "Identity", "Ports", "QueueClient", "Sources", "StreamReader"]

"""A system process with nothing but event sources, to be killed by test_sources_survive_kill.py.

Arguments: endpoint, stream ARN, state folder, file to append what was handled to, seconds a handler takes.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from emulator.clock import SystemClock
from emulator.cloud.clients import Clients
from emulator.cloud.destination import DestinationClient
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.stream_reader import StreamReader
from emulator.model import Endpoints
from emulator.sources import Ports, Sources
from tests.fakes.scripted_invoker import ScriptedInvoker
from tests.fakes.stacks import stack, trigger


def main(endpoint: str, stream_arn: str, state: str, handled: str, seconds: str) -> None:
    out = os.open(handled, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def handler(event: Any) -> None:
        time.sleep(float(seconds))
        for record in event.get("Records", [{"async": event.get("id")}]):
            name = record["async"] if "async" in record else record["dynamodb"]["Keys"]["pk"]["S"]
            os.write(out, json.dumps(name).encode() + b"\n")

    clients = Clients(Endpoints(endpoint), region="us-east-1")
    ports = Ports(StreamReader(clients), QueueClient(clients), DestinationClient(clients), print)
    here = stack(trigger(source_arn=stream_arn, batch_size=5))
    Sources(here, ScriptedInvoker(handler), ports, SystemClock(), Path(state)).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

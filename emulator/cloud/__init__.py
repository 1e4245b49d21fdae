"""AWS resources on any backend: creates what a template wants, and the SDK ports that event sources and logs need.

The only room beside backends/ that knows the AWS SDK. Knows nothing of templates or functions.
"""

from __future__ import annotations

from emulator.cloud.bucket_requests import BucketRequests
from emulator.cloud.clients import Clients
from emulator.cloud.cloud import Cloud
from emulator.cloud.destination import DestinationClient
from emulator.cloud.log_shipper import LogShipper
from emulator.cloud.queue_client import QueueClient
from emulator.cloud.relay_client import RelayClient
from emulator.cloud.schedule_target import ScheduleTargets
from emulator.cloud.stream_reader import StreamReader

__all__ = [
    "BucketRequests",
    "Clients",
    "Cloud",
    "DestinationClient",
    "LogShipper",
    "QueueClient",
    "RelayClient",
    "ScheduleTargets",
    "StreamReader",
]

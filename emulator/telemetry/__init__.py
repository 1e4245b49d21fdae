"""What happened: invocations, AWS calls and logs in one SQLite file, and logs shipped to CloudWatch Logs."""

from emulator.telemetry.broadcast import Broadcast
from emulator.telemetry.invocation_reader import RecordedInvocation, read_invocations
from emulator.telemetry.log_courier import LogCourier, LogShipper
from emulator.telemetry.log_reader import RecordedLine, follow_lines, read_lines
from emulator.telemetry.recorder import Recorder

__all__ = [
    "Broadcast",
    "LogCourier",
    "LogShipper",
    "RecordedInvocation",
    "RecordedLine",
    "Recorder",
    "follow_lines",
    "read_invocations",
    "read_lines",
]

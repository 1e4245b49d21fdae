"""Runs functions in execution environments. Knows nothing of HTTP APIs, queues or where events come from."""

from emulator.runtime.lambda_runtime import LambdaRuntime, RuntimeConfig
from emulator.runtime.launchers import Launchers

__all__ = ["LambdaRuntime", "Launchers", "RuntimeConfig"]

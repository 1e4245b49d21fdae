"""Runs functions in execution environments. Knows nothing of HTTP APIs, queues or where events come from."""

from emulator.runtime.lambda_runtime import LambdaRuntime, RuntimeConfig

__all__ = ["LambdaRuntime", "RuntimeConfig"]

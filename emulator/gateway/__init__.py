"""Flask: the HTTP APIs of a system, the Lambda Invoke API and the control endpoints. Must not know a backend."""

from emulator.gateway.app import create_app
from emulator.gateway.server import serve

__all__ = ["create_app", "serve"]

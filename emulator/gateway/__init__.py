"""Flask: the HTTP APIs of a system, the Lambda Invoke API and the control endpoints. Must not know a backend."""

from emulator.gateway.app import ControlApi, create_app
from emulator.gateway.serving import Site, serve

__all__ = ["ControlApi", "Site", "create_app", "serve"]

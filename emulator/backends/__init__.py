"""Backends: which URL serves which AWS service. Starts and stops what serves it; knows nothing of resources.

`create` is the only door. Each kind is one module: embedded, localstack, external, aws.
"""

from __future__ import annotations

from emulator.backends.backend import Backend, create
from emulator.backends.companion import PORT_AFTER as COMPANION_PORT_AFTER
from emulator.backends.offering import has_cognito

__all__ = ["COMPANION_PORT_AFTER", "Backend", "create", "has_cognito"]

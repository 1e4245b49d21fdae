"""How writers of events are named. A writer is one execution environment: it lives for hours and never comes back.

Writers of one group share the item that says how far their events are counted, so that counting the events of a
hundred environments moves four items and not a hundred. A group is an hour of birth: it ends by itself, and no item
grows for ever.
"""

from __future__ import annotations

import secrets
from time import gmtime, strftime

_PARTS = "0123"
"""So many groups an hour: the item of one takes 400 KB, the positions of some 12,000 writers."""


def new_name(now: float) -> str:
    """`<group>-<own>`, e.g. `20260225062-9f86d081884c7d65`. `now` in seconds since the epoch."""
    return f"{strftime('%Y%m%d%H', gmtime(now))}{secrets.choice(_PARTS)}-{secrets.token_hex(8)}"


def group_of(writer: str) -> str:
    """What is before the first dash; a name without one is a group of its own."""
    return writer.partition("-")[0]

"""Says what a system is doing while it starts."""

from __future__ import annotations

import json


def tell(doing: str) -> None:
    """One JSON line on standard output, which the supervisor shows."""
    print(json.dumps({"progress": doing}), flush=True)

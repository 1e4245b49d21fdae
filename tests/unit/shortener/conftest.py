"""The shortener's source is on the path as in its Lambda: `src` is the root of the artifact."""

from __future__ import annotations

import sys
from pathlib import Path

SOURCE = str(Path(__file__).parents[3] / "services" / "shortener" / "src")
if SOURCE not in sys.path:
    sys.path.insert(0, SOURCE)

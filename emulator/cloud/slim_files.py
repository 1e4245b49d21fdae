"""Reads the SDK's model files without what only people read: a client takes half the memory, and less time to make.

Must not change what a client does: names, shapes, order and the endpoints of the region stay as botocore has them.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader

_KEY = '"documentation":"'
"""Inside of a text a quote is written \\", so this stands only where the key does."""


class SlimFiles(JSONFileLoader):  # type: ignore[misc]  # botocore has no types
    """A botocore `file_loader` for clients of one region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def load_file(self, file_path: str) -> dict[str, Any] | None:
        """What the file (named without its ending) holds; None when there is none."""
        for ending, unpacked in ((".json", bytes), (".json.gz", gzip.decompress)):
            path = Path(file_path + ending)
            if path.is_file():
                found: dict[str, Any] = json.loads(_slim(unpacked(path.read_bytes()).decode()))
                return self._of_region(found) if path.name == "endpoints.json" else found
        return None

    def _of_region(self, endpoints: dict[str, Any]) -> dict[str, Any]:
        """Without the addresses of other regions; those that serve a whole partition stay."""
        for partition in endpoints["partitions"]:
            for service in partition["services"].values():
                wanted = (self._region, service.get("partitionEndpoint"))
                addresses = service["endpoints"]
                service["endpoints"] = {name: addresses[name] for name in wanted if name in addresses}
        return endpoints


def _slim(text: str) -> str:
    """With each documentation empty, as one that is missing is to botocore. Cut from the text, because what is never
    parsed leaves no holes between the objects that stay; by searching, because a pattern takes four times as long."""
    kept, end = [], 0
    while (start := text.find(_KEY, end)) >= 0:
        start += len(_KEY)
        kept.append(text[end:start])
        end = _closing_quote(text, start)
    return "".join([*kept, text[end:]])


def _closing_quote(text: str, start: int) -> int:
    end = text.find('"', start)
    while end > start and _is_escaped(text[start:end]):
        end = text.find('"', end + 1)
    return end


def _is_escaped(before: str) -> bool:
    """True when what stands before the quote ends with a backslash that is not itself escaped."""
    return before.endswith("\\") and (len(before) - len(before.rstrip("\\"))) % 2 == 1

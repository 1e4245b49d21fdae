"""Finds the cache behaviour of a path: the first whose pattern fits, the default one last.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
"""

from __future__ import annotations

import re

from emulator.gateway.edge.viewer_path import normalized, plain, written
from emulator.model import Behavior

_WILDCARDS = {"*": ".*", "?": "."}


class BehaviorTable:
    """The behaviours of one distribution, in the order they are tried."""

    def __init__(self, behaviors: tuple[Behavior, ...]) -> None:
        self._rows = [(pattern_of(behavior.pattern), behavior) for behavior in behaviors]

    def match(self, path: str) -> Behavior:
        """`path` is as the viewer sent it, without query string. The default behaviour's pattern fits everything."""
        path = normalized(path)
        for pattern, behavior in self._rows:
            if pattern.fullmatch(path):
                return behavior
        raise AssertionError("a distribution has a default cache behaviour")


def pattern_of(text: str) -> re.Pattern[str]:
    """`*` is any number of characters, slashes too, `?` exactly one; upper and lower case differ.

    A slash at the beginning may be left out; what is escaped without need is compared as if it were not.
    """
    whole = text if text.startswith(("/", "*")) else f"/{text}"
    parts = (_WILDCARDS.get(part) or re.escape(plain(written(part))) for part in re.split("([*?])", whole))
    return re.compile("".join(parts), re.DOTALL)

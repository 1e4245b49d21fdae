"""What a system says of itself: the `stacks` entry of `terrarium status --json`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from emulator.model import Ignored, Stack
from emulator.runtime import LambdaRuntime


def describe(
    stack: Stack,
    name: str,
    base: str,
    urls: Mapping[str, str],
    runtime: LambdaRuntime,
    ignored: Iterable[Ignored],
    *,
    websocket: Mapping[str, str],
    distributions: Mapping[str, str],
) -> dict[str, Any]:
    """`base`: the URL of the port. `urls`: logical id of a door -> its URL; `websocket` the same of WebSocket APIs,
    `distributions` of distributions.

    A function's state is "ready" or "failed: <why>".
    """
    return {
        "name": name,
        "stack": stack.name,
        "template": str(stack.template),
        "process": os.getpid(),
        "http": dict(urls),
        "websocket": dict(websocket),
        "distributions": dict(distributions),
        "functions": {
            logical_id: {
                "name": function.name,
                "invoke_url": f"{base}/2015-03-31/functions/{function.name}/invocations",
                "state": _state(runtime.failure(logical_id)),
            }
            for logical_id, function in stack.functions.items()
        },
        "resources": dict(stack.resources),
        "outputs": dict(stack.outputs),
        "places": {logical_id: str(function.place) for logical_id, function in stack.functions.items()},
        "ignored": [{**asdict(item), "place": str(item.place)} for item in ignored],
    }


def _state(failure: str | None) -> str:
    if failure is None:
        return "ready"
    try:
        error = json.loads(failure)
        return f"failed: {error.get('errorType', 'error')}: {error.get('errorMessage', '')}"
    except (ValueError, AttributeError):
        return f"failed: {failure[:200]}"

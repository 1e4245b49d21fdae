"""Asks a system how it is: GET /_terrarium/status on its port."""

from __future__ import annotations

import http.client
import json
from typing import Any

PATH = "/_terrarium/status"


def status(port: int, timeout_s: float = 2.0) -> dict[str, Any] | None:
    """The system's own account of itself, None while it does not serve.

    Shape: {"name", "template", "process": pid, "http": {id: url}, "websocket": {id: url}, "functions": {id: {"name",
    "invoke_url", "state"}}, "resources": {id: physical id}, "outputs": {…}, "ignored": […],
    "places": {function id: "template.yaml:12"}}.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        answer = json.loads(response.read()) if response.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else None


def failed_functions(answer: dict[str, Any]) -> list[str]:
    """One sentence for each function that cannot run, with its place in the template, from a status answer."""
    places = answer.get("places", {})
    return [
        f"Function {logical_id} ({places.get(logical_id, 'template')}) {function['state']}"
        for logical_id, function in answer.get("functions", {}).items()
        if str(function.get("state", "")).startswith("failed")
    ]


def left_out(answer: dict[str, Any]) -> list[str]:
    """One line for everything that the template asks for and that has no effect, from a status answer."""
    return [
        f"{one['place']} {' '.join(filter(None, (one['logical_id'], one['property'])))}: {one['reason']}"
        for one in answer.get("ignored", ())
    ]

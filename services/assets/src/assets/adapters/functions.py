"""Calls functions to keep them warm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

WARMING = b'{"source": "assets.warmer"}'


def warm(lambda_client: Any, names: list[str]) -> dict[str, str]:
    """What each function answered: "warm", or the name of what went wrong."""
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: _call(lambda_client, name), names), strict=True))


def _call(lambda_client: Any, name: str) -> str:
    try:
        answer = lambda_client.invoke(FunctionName=name, InvocationType="RequestResponse", Payload=WARMING)
    except (ClientError, BotoCoreError) as error:
        return type(error).__name__
    return str(answer.get("FunctionError", "warm"))

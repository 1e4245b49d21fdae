"""What a template needs to know about the place it is loaded for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulator.model import Lookups


@dataclass(frozen=True, slots=True)
class Context:
    """Region, account, parameters and the local cloud a template is loaded against.

    api_url: (logical id, 0-based index among the stack's doors) -> local base URL without stage.
    distribution_url: (0-based index among the stack's distributions) -> local base URL.
    websocket_url: the same for WebSocket APIs, as http://; they have a port of their own.
    stack_name: wins over samconfig.toml's; default_name: is used where neither gives one, else the folder's name.
    parameters: win over samconfig.toml and defaults. config_env: the table of samconfig.toml to read.
    state: a folder for what has to be on disk (inline code, unpacked archives, the SAM transform's result).
    translate_apart: run the SAM translator, which takes 30 MB for good, in a process of its own.
    """

    region: str
    account_id: str
    lookups: Lookups
    api_url: Callable[[str, int], str]
    stack_name: str | None = None
    default_name: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    config_env: str = "dev"
    state: Path = Path(".terrarium")
    translate_apart: bool = False
    distribution_url: Callable[[int], str] = lambda index: f"http://127.0.0.1:{3201 + 100 * index}"
    websocket_url: Callable[[str, int], str] = lambda logical_id, _: f"http://127.0.0.1/{logical_id}"

    @property
    def partition(self) -> str:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def url_suffix(self) -> str:
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

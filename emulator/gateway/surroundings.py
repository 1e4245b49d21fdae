"""What all doors of a system share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.gateway.firewall_port import FirewallPort
from emulator.gateway.request_ids import Ids
from emulator.model import AsyncInvoker, Clock, HttpApi, Invoker, RestApi, Stack


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`published_keys`: for token issuers that a backend stands in for, the URL below which their documents are.
    `stage_firewall`: what the web ACL of a REST API's stage is enforced by. `credentials`: the secret of each access
    key that is known; whoever signs with another is looked at no closer."""

    stack: Stack
    invoker: Invoker
    async_invoker: AsyncInvoker
    clock: Clock
    ids: Ids
    access_log: Callable[[HttpApi | RestApi, str], None]
    published_keys: Mapping[str, str]
    stage_firewall: Callable[[RestApi], FirewallPort | None]
    credentials: Mapping[str, str]

"""Small web ACLs, the firewalls that enforce them, and the probes that a firewall has to know."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.gateway.firewall import Firewall, Guarded, Verdict
from emulator.model import Place
from emulator.model.web_acls import (
    Action,
    ByteMatch,
    Content,
    FieldToMatch,
    ManagedGroup,
    Rule,
    Statement,
    WebAcl,
)
from seed.shortener.access_token import mint
from tests.fakes.http_apis import request
from tests.fakes.moved_clock import MovedClock

PROBES = Path(__file__).parents[1] / "probes"
ALLOW, BLOCK, COUNT = Action("ALLOW"), Action("BLOCK"), Action("COUNT")
USER_AGENT = ("user-agent", "curl/8.7.1")


def content(kind: str = "UriPath", *transformations: str, **values: Any) -> Content:
    return Content(FieldToMatch(kind, **values), transformations)


def contains(text: str, kind: str = "UriPath", *transformations: str, **values: Any) -> ByteMatch:
    return ByteMatch(content(kind, *transformations, **values), text.encode(), "CONTAINS")


def rule(statement: Statement, action: Action | None = BLOCK, name: str = "Rule", **values: Any) -> Rule:
    return Rule(name, values.pop("priority", 0), statement, action, **values)


def web_acl(*rules: Rule, default: Action = ALLOW, **values: Any) -> WebAcl:
    arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2"
    fields: dict[str, Any] = {
        "account_id": "123456789012",
        "scope": "CLOUDFRONT",
        "place": Place("t.yaml", 1),
        **values,
    }
    return WebAcl("Acl", "shop", arn, default_action=default, rules=rules, **fields)


@dataclass
class Guard:
    """A firewall with its clock and its log."""

    acl: WebAcl
    clock: MovedClock = field(default_factory=MovedClock)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.firewall = Firewall(
            self.acl,
            self.clock,
            lambda _acl, line: self.lines.append(json.loads(line)),
            Guarded("CF", "E2QWRUHEXAMPLE"),
        )

    def ask(self, path: str = "/", *, method: str = "GET", client: str = "127.0.0.1", **values: Any) -> Verdict:
        """`headers`: pairs besides a user agent."""
        headers = (("host", "127.0.0.1:3201"), USER_AGENT, *values.pop("headers", ()))
        return self.firewall.inspect(request(method, path, headers=headers, **values), client)

    def blocks(self, path: str = "/", **values: Any) -> bool:
        return self.ask(path, **values).blocked


def guard(*rules: Rule, **values: Any) -> Guard:
    return Guard(web_acl(*rules, **values))


def guard_of(statement: Statement, **values: Any) -> Guard:
    """One rule that blocks."""
    return guard(rule(statement, **values))


def managed_guard(*groups: str) -> Guard:
    return guard(*(rule(ManagedGroup(name, {}), None, name) for name in groups))


def probes(name: str) -> list[bytes]:
    """The lines of a list, with \\x0B and \\n as the bytes they stand for."""
    lines = (PROBES / f"{name}.txt").read_text("utf-8").splitlines()
    return [_unescaped(line.encode()) for line in lines]


@dataclass(frozen=True)
class SeedRequest:
    """One request that loading demo data made. path: as sent."""

    system: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


def seed_traffic() -> list[SeedRequest]:
    """What the seeds of all systems asked of their APIs, with a token in place of each that was left out."""
    found = []
    for line in (PROBES / "seed_traffic.jsonl").read_text("utf-8").splitlines():
        values = json.loads(line)
        if "authorization" in values["headers"]:
            values["headers"]["authorization"] = f"Bearer {mint('a secret of this test', 'ada', 'user', 'dev')}"
        found.append(SeedRequest(**{**values, "body": values["body"].encode()}))
    return found


def _unescaped(line: bytes) -> bytes:
    first, *parts = line.split(b"\\x")
    kept = [first]
    for part in parts:
        digits = part[:2].decode("latin-1")
        is_byte = len(digits) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
        kept.append(bytes([int(digits, 16)]) + part[2:] if is_byte else b"\\x" + part)
    return b"".join(kept).replace(b"\\n", b"\n")

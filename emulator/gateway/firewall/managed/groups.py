"""The rules of AWS's managed groups, ready to run: every documented name with its place, its label and its action.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import re2

from emulator.gateway.firewall.components import Components
from emulator.gateway.firewall.inspection import Inspection
from emulator.gateway.firewall.managed.patterns import HARMLESS, PATTERNS
from emulator.gateway.firewall.managed.places import all_at, texts_at
from emulator.gateway.firewall.ready_rule import ReadyRule
from emulator.gateway.firewall.sqli.detector import sqli_test
from emulator.gateway.firewall.texts import Matcher, Test
from emulator.gateway.firewall.xss.detector import is_xss
from emulator.model.web_acls import Action
from emulator.payloads.managed_rule_groups import MANAGED_RULES

_LARGEST_QUERY, _LARGEST_COOKIES, _LARGEST_BODY, _LARGEST_PATH = 2_048, 10_240, 8_192, 1_024
_BY_TEXT = frozenset({"SQLi", "CrossSiteScripting"})
_LISTED_ADDRESSES = frozenset({"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList"})


def managed_rules(group: str) -> tuple[ReadyRule, ...]:
    """In AWS's order."""
    described = MANAGED_RULES[group]
    # One engine for all places of a rule.
    kinds = {_kind(name) for name in described.rules}
    tests = {kind: _test(kind) for kind in kinds if kind in PATTERNS or kind in _BY_TEXT}
    return tuple(
        ReadyRule(
            name,
            _matcher(group, name, tests),
            Action("COUNT" if name in described.counted else "BLOCK"),
            (described.label(name),),
            f"AWS#{group}",
        )
        for name in described.rules
    )


def _kind(name: str) -> str:
    """GenericLFI of GenericLFI_BODY."""
    return name.rpartition("_")[0]


def _matcher(group: str, name: str, tests: Mapping[str, Test]) -> Matcher:
    special = _SPECIAL.get(name)
    if special is not None:
        return lambda inspection: special(inspection.components)
    if group in _LISTED_ADDRESSES:
        # Only AWS has these lists; the reader says so at start.
        return lambda _: False
    kind, place = _kind(name), name.rpartition("_")[2]
    test = tests[kind]
    if kind == "UserAgent_BadBots":
        return _user_agent(test)
    if kind in _BY_TEXT:
        begins = "SEGMENTS" if place == "URIPATH" else place
        return lambda inspection: any(map(test, texts_at(begins, inspection)))
    return lambda inspection: test(all_at(place, inspection))


def _test(kind: str) -> Test:
    if kind in _BY_TEXT:
        return sqli_test("LOW") if kind == "SQLi" else is_xss
    found = _compiled(PATTERNS[kind])
    if kind not in HARMLESS:
        return lambda text: found.search(text) is not None
    harmless = _compiled(HARMLESS[kind])
    return lambda text: found.search(text) is not None and found.search(harmless.sub(b"", text)) is not None


def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    # Texts stand in lines, so the ends of a text are those of a line.
    return re2.compile(b"(?m)" + pattern.encode("latin-1"), options)


def _user_agent(test: Test) -> Matcher:
    def matches(inspection: Inspection) -> bool:
        return test((inspection.components.request.header("user-agent") or "").encode("latin-1", "replace"))

    return matches


def _is_localhost(components: Components) -> bool:
    """On AWS a client that asks for localhost means another host than it got. Here every system is on localhost, but
    behind a port of its own, which a browser then names: only the bare name is an attempt."""
    host = (components.request.header("host") or "").strip().lower()
    return host in ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")


def _cookies_too_large(components: Components) -> bool:
    return len(components.request.header("cookie") or "") > _LARGEST_COOKIES


_SPECIAL: Mapping[str, Callable[[Components], bool]] = MappingProxyType(
    {
        "NoUserAgent_HEADER": lambda components: not components.request.header("user-agent"),
        "SizeRestrictions_QUERYSTRING": lambda components: len(components.query) > _LARGEST_QUERY,
        "SizeRestrictions_Cookie_HEADER": _cookies_too_large,
        "SizeRestrictions_BODY": lambda components: len(components.request.body) > _LARGEST_BODY,
        "SizeRestrictions_URIPATH": lambda components: len(components.uri_path) > _LARGEST_PATH,
        "Host_localhost_HEADER": _is_localhost,
        "PROPFIND_METHOD": lambda components: components.request.method == "PROPFIND",
    }
)

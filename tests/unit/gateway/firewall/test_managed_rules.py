"""Every documented rule of AWS's managed groups: a request that it stops, and one like it that passes."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from emulator.payloads.managed_rule_groups import MANAGED_RULES
from tests.fakes.http_apis import request
from tests.fakes.web_acls import Guard, managed_guard

SPRING = "class.module.classLoader.resources"
JNDI = "${jndi:ldap://example.com/a}"
METADATA = "http://169.254.169.254/latest/meta-data/"
RFI = "https://203.0.113.9/shell.txt"
UNION = "1 union select 1,2"
SCRIPT = "<script>alert(1)</script>"
PASSWD = "../../../etc/passwd"


def at(place: str, text: str) -> dict[str, Any]:
    """A request with the text where a rule's name says."""
    if place == "BODY":
        return {"method": "POST", "body": text.encode()}
    if place in ("QUERYARGUMENTS", "QUERYSTRING"):
        return {"query": f"q={text}"}
    if place == "COOKIE":
        return {"headers": [("cookie", f"q={text}")]}
    if place == "HEADER":
        return {"headers": [("x-any", text)]}
    return {"path": f"/{text}"}


def everywhere(kind: str, text: str, *places: str) -> dict[str, dict[str, Any]]:
    return {f"{kind}_{place}": at(place, text) for place in places}


STOPPED: dict[str, dict[str, dict[str, Any]]] = {
    "AWSManagedRulesCommonRuleSet": {
        "SizeRestrictions_QUERYSTRING": {"query": "a" * 2_049},
        "SizeRestrictions_Cookie_HEADER": {"headers": [("cookie", "a" * 10_241)]},
        "SizeRestrictions_BODY": {"method": "POST", "body": b"a" * 8_193},
        "SizeRestrictions_URIPATH": {"path": "/" + "a" * 1_024},
        **everywhere("EC2MetaDataSSRF", METADATA, "BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"),
        **everywhere("GenericLFI", PASSWD, "QUERYARGUMENTS", "URIPATH", "BODY"),
        **everywhere("RestrictedExtensions", "server.log", "URIPATH", "QUERYARGUMENTS"),
        **everywhere("GenericRFI", RFI, "QUERYARGUMENTS", "BODY", "URIPATH"),
        **everywhere("CrossSiteScripting", SCRIPT, "COOKIE", "QUERYARGUMENTS", "BODY", "URIPATH"),
    },
    "AWSManagedRulesAdminProtectionRuleSet": {"AdminProtection_URIPATH": {"path": "/sqlmanager/"}},
    "AWSManagedRulesKnownBadInputsRuleSet": {
        **everywhere("JavaDeserializationRCE", SPRING, "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
        **everywhere("Log4JRCE", JNDI, "HEADER", "QUERYSTRING", "BODY", "URIPATH"),
        "PROPFIND_METHOD": {"method": "PROPFIND"},
        "ExploitablePaths_URIPATH": {"path": "/WEB-INF/web.xml"},
        "ReactJSRCE_BODY": at("BODY", '{"then":"$1:__proto__:then","status":"resolved_model"}'),
    },
    "AWSManagedRulesSQLiRuleSet": {
        **everywhere("SQLi", UNION, "QUERYARGUMENTS", "BODY", "COOKIE", "URIPATH"),
        "SQLiExtendedPatterns_QUERYARGUMENTS": at("QUERYARGUMENTS", "see a) or x = y"),
        "SQLiExtendedPatterns_BODY": at("BODY", "see a) or x = y"),
    },
    "AWSManagedRulesLinuxRuleSet": everywhere("LFI", "/proc/version", "URIPATH", "QUERYSTRING", "HEADER"),
    "AWSManagedRulesUnixRuleSet": everywhere(
        "UNIXShellCommandsVariables", "echo $HOME", "QUERYSTRING", "BODY", "HEADER"
    ),
    "AWSManagedRulesWindowsRuleSet": {
        **everywhere("WindowsShellCommands", "x||nslookup ", "COOKIE", "QUERYARGUMENTS", "BODY"),
        **everywhere("PowerShellCommands", "Invoke-Expression", "COOKIE", "QUERYARGUMENTS", "BODY"),
    },
    "AWSManagedRulesWordPressRuleSet": {
        "WordPressExploitableCommands_QUERYSTRING": {"query": "do-reset-wordpress"},
        "WordPressExploitablePaths_URIPATH": {"path": "/xmlrpc.php"},
    },
    "AWSManagedRulesPHPRuleSet": everywhere("PHPHighRiskMethodsVariables", "$_GET[1]", "HEADER", "QUERYSTRING", "BODY"),
}
CASES = [(group, name, asked) for group, rules in STOPPED.items() for name, asked in rules.items()]
ABOUT_OTHER_HEADERS = {"NoUserAgent_HEADER", "UserAgent_BadBots_HEADER", "Host_localhost_HEADER"}
WITHOUT_LISTS = {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList"}


@pytest.fixture(scope="module")
def guards() -> dict[str, Guard]:
    return {name: managed_guard(name) for name in MANAGED_RULES}


@pytest.mark.parametrize(("group", "name", "asked"), CASES, ids=[name for _, name, _ in CASES])
def test_rule_stops_what_it_is_for(guards: dict[str, Guard], group: str, name: str, asked: dict[str, Any]) -> None:
    verdict = guards[group].ask(**asked)
    assert verdict.rule == f"{group}#{name}"
    assert verdict.labels[-1] == MANAGED_RULES[group].label(name)


def test_every_documented_rule_has_a_case() -> None:
    documented = {name for group, rules in MANAGED_RULES.items() if group not in WITHOUT_LISTS for name in rules.rules}
    assert documented == {name for _, name, _ in CASES} | ABOUT_OTHER_HEADERS


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"query": "q=hello+world&page=2&sort=-created_at&next=abc.DEF-123_~"},
        {"path": "/users/42/orders.json"},
        {"path": "/assets/app.3f2a.js"},
        {"path": "/.well-known/openid-configuration"},
        {"method": "POST", "body": b'{"url":"https://docs.python.org/3/library/re.html#re.compile","tags":["a","b"]}'},
        {"method": "POST", "body": b'{"redirectUri":"http://127.0.0.1:3201/","code":"x/y+z="}'},
        {"method": "POST", "body": b'{"text":"Hi! It\'s 5 o\'clock -- lunch; or not? <3 & :-) 100% $5 (maybe)"}'},
        {"method": "POST", "body": b"a" * 8_192},
        {"headers": [("cookie", "session=eyJhbGciOiJIUzI1NiJ9.e30.x; theme=dark; consent=a:1|b:0")]},
        {"headers": [("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")]},
        {
            "headers": [
                ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
                ("referer", "http://127.0.0.1:3201/"),
            ]
        },
    ],
)
def test_everyday_requests_pass_every_group(guards: dict[str, Guard], asked: dict[str, Any]) -> None:
    assert [name for name, here in guards.items() if here.blocks(**asked)] == []


def test_tokens_of_every_spelling_pass_every_group(guards: dict[str, Guard]) -> None:
    """Sessions, signatures and ids are random letters, digits and marks: now and then they spell something."""
    random = Random(20261121)
    tokens = [random.randbytes(random.randint(8, 60)) for _ in range(150)]
    for token in tokens:
        plain, safe = b64encode(token).decode(), urlsafe_b64encode(token).decode()
        asked: list[dict[str, Any]] = [
            {"path": f"/files/{safe}/{token.hex()}.pdf", "query": f"state={quote(plain)}&code={safe}&sig={plain}"},
            {"headers": [("cookie", f"sid={plain}; csrf={safe}"), ("authorization", f"Basic {plain}"), ("etag", safe)]},
            {
                "method": "POST",
                "body": json.dumps({"id": token.hex(), "next": plain, "at": "09:00Z"}).encode(),
            },
        ]
        assert [name for name, here in guards.items() for one in asked if here.blocks(**one)] == [], token


def test_client_without_user_agent_or_with_a_scanner_s_is_stopped(guards: dict[str, Guard]) -> None:
    firewall = guards["AWSManagedRulesCommonRuleSet"].firewall
    for headers, rule in [
        ((), "NoUserAgent_HEADER"),
        ((("user-agent", ""),), "NoUserAgent_HEADER"),
        ((("user-agent", "Mozilla/5.0 Nikto/2.5"),), "UserAgent_BadBots_HEADER"),
    ]:
        assert firewall.inspect(request(headers=headers), "127.0.0.1").rule.endswith(rule)


@pytest.mark.parametrize(
    ("host", "stopped"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("localhost:3201", False),
        ("127.0.0.1:3201", False),
        ("a.example", False),
    ],
)
def test_bare_localhost_is_an_attempt_and_a_system_of_this_machine_is_none(
    guards: dict[str, Guard], host: str, stopped: bool
) -> None:
    firewall = guards["AWSManagedRulesKnownBadInputsRuleSet"].firewall
    assert firewall.inspect(request(headers=(("host", host),)), "127.0.0.1").blocked is stopped


def test_lists_of_addresses_are_empty_here(guards: dict[str, Guard]) -> None:
    assert not any(guards[name].blocks(client="185.220.101.1") for name in WITHOUT_LISTS)

"""AWS's managed rule groups by name: their rules, in order, and the labels those add.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class ManagedRules:
    """rules: name -> last part of its label. counted: those that AWS itself only counts."""

    namespace: str
    rules: Mapping[str, str]
    counted: frozenset[str] = field(default_factory=frozenset)

    def label(self, rule: str) -> str:
        return f"awswaf:managed:aws:{self.namespace}:{self.rules[rule]}"


def _placed(rule: str, *places: str, title: str = "") -> dict[str, str]:
    """As GenericLFI_BODY -> GenericLFI_Body."""
    written = {"URIPATH": "URIPath", "QUERYARGUMENTS": "QueryArguments", "QUERYSTRING": "QueryString"}
    return {f"{rule}_{place}": f"{title or rule}_{written.get(place, place.title())}" for place in places}


_EVERYWHERE = ("QUERYARGUMENTS", "URIPATH", "BODY")

_COMMON = ManagedRules(
    "core-rule-set",
    {
        **_placed("NoUserAgent", "HEADER"),
        **_placed("UserAgent_BadBots", "HEADER", title="BadBots"),
        "SizeRestrictions_QUERYSTRING": "SizeRestrictions_QueryString",
        "SizeRestrictions_Cookie_HEADER": "SizeRestrictions_Cookie_Header",
        **_placed("SizeRestrictions", "BODY", "URIPATH"),
        **_placed("EC2MetaDataSSRF", "BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"),
        **_placed("GenericLFI", *_EVERYWHERE),
        **_placed("RestrictedExtensions", "URIPATH", "QUERYARGUMENTS"),
        **_placed("GenericRFI", "QUERYARGUMENTS", "BODY", "URIPATH"),
        **_placed("CrossSiteScripting", "COOKIE", *_EVERYWHERE),
    },
)

_BAD_INPUTS = ManagedRules(
    "known-bad-inputs",
    {
        **_placed("JavaDeserializationRCE", "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
        **_placed("Host_localhost", "HEADER", title="Host_Localhost"),
        **_placed("PROPFIND", "METHOD", title="Propfind"),
        **_placed("ExploitablePaths", "URIPATH"),
        **_placed("Log4JRCE", "HEADER", "QUERYSTRING", "BODY", "URIPATH"),
        **_placed("ReactJSRCE", "BODY"),
    },
)

_SQLI = ManagedRules(
    "sql-database",
    {
        **_placed("SQLi", "QUERYARGUMENTS"),
        **_placed("SQLiExtendedPatterns", "QUERYARGUMENTS"),
        **_placed("SQLi", "BODY"),
        **_placed("SQLiExtendedPatterns", "BODY"),
        **_placed("SQLi", "COOKIE", "URIPATH"),
    },
)

MANAGED_RULES: Final[Mapping[str, ManagedRules]] = MappingProxyType(
    {
        "AWSManagedRulesCommonRuleSet": _COMMON,
        "AWSManagedRulesAdminProtectionRuleSet": ManagedRules(
            "admin-protection", _placed("AdminProtection", "URIPATH")
        ),
        "AWSManagedRulesKnownBadInputsRuleSet": _BAD_INPUTS,
        "AWSManagedRulesSQLiRuleSet": _SQLI,
        "AWSManagedRulesLinuxRuleSet": ManagedRules("linux-os", _placed("LFI", "URIPATH", "QUERYSTRING", "HEADER")),
        "AWSManagedRulesUnixRuleSet": ManagedRules(
            "posix-os", _placed("UNIXShellCommandsVariables", "QUERYSTRING", "BODY", "HEADER")
        ),
        "AWSManagedRulesWindowsRuleSet": ManagedRules(
            "windows-os",
            {
                **_placed("WindowsShellCommands", "COOKIE", "QUERYARGUMENTS", "BODY"),
                **_placed("PowerShellCommands", "COOKIE", "QUERYARGUMENTS", "BODY"),
            },
        ),
        "AWSManagedRulesWordPressRuleSet": ManagedRules(
            "wordpress-app",
            {
                **_placed("WordPressExploitableCommands", "QUERYSTRING"),
                **_placed("WordPressExploitablePaths", "URIPATH"),
            },
        ),
        "AWSManagedRulesPHPRuleSet": ManagedRules(
            "php-app", _placed("PHPHighRiskMethodsVariables", "HEADER", "QUERYSTRING", "BODY")
        ),
        "AWSManagedRulesAmazonIpReputationList": ManagedRules(
            "amazon-ip-list",
            {
                name: name
                for name in ("AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList")
            },
            counted=frozenset({"AWSManagedIPDDoSList"}),
        ),
        "AWSManagedRulesAnonymousIpList": ManagedRules(
            "anonymous-ip-list", {name: name for name in ("AnonymousIPList", "HostingProviderIPList")}
        ),
    }
)

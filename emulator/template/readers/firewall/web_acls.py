"""AWS::WAFv2::WebACL with its sets, groups, associations and log -> model.WebAcl.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.model import Created
from emulator.model.web_acls import Action, WebAcl
from emulator.template.readers.firewall.actions import read_action, read_bodies
from emulator.template.readers.firewall.associations import read_associations
from emulator.template.readers.firewall.logs import read_logs
from emulator.template.readers.firewall.notes import tell_what_differs
from emulator.template.readers.firewall.parts import Parts, read_parts
from emulator.template.readers.firewall.rules import read_rules
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_TYPE = "AWS::WAFv2::WebACL"
_KNOWN = frozenset(
    {"Name", "Scope", "DefaultAction", "Rules", "CustomResponseBodies", "AssociationConfig"}
    # Metrics and samples are CloudWatch's; tokens are nobody's here.
    | {"VisibilityConfig", "TokenDomains"}
)
_REASONS = {
    "CaptchaConfig": "nobody solves puzzles here, so no token is ever valid",
    "ChallengeConfig": "nobody answers challenges here, so no token is ever valid",
    "DataProtectionConfig": "logs stay on this machine; use RedactedFields of the log",
}
_LIMITS = {"KB_16": 16_384, "KB_32": 32_768, "KB_48": 49_152, "KB_64": 65_536}


def read_web_acls(reading: Reading, known: Mapping[str, Created]) -> dict[str, WebAcl]:
    """Logical id -> web ACL; raises UnsupportedError for rules that cannot be judged here."""
    parts = read_parts(reading, known)
    sections = {known[logical_id].attributes["Arn"]: logical_id for logical_id, _ in reading.of(_TYPE)}
    protected, logs = read_associations(reading, frozenset(sections)), read_logs(reading)
    acls = {}
    for logical_id, section in reading.of(_TYPE):
        arn = known[logical_id].attributes["Arn"]
        scope = section.one_of("Scope", ("REGIONAL", "CLOUDFRONT"), "")
        reading.ignore_others(section, _KNOWN, _REASONS)
        rules = read_rules(section, parts)
        tell_what_differs(reading, section, rules)
        acls[logical_id] = WebAcl(
            logical_id=logical_id,
            name=known[logical_id].physical_id.split("|")[0],
            arn=arn,
            account_id=parts.account_id,
            scope="CLOUDFRONT" if scope == "CLOUDFRONT" else "REGIONAL",
            place=section.places.resource(logical_id),
            default_action=_default(section),
            rules=rules,
            protects=protected.get(arn, ()),
            body_limit=_body_limit(section, scope),
            log=logs.get(arn),
        )
    _check_groups(parts)
    return acls


def _default(section: Section) -> Action:
    action = read_action(section.sub("DefaultAction"), read_bodies(section))
    if action.kind not in ("ALLOW", "BLOCK"):
        raise section.fault("DefaultAction", found=action.kind.title(), fix="AWS allows Allow and Block.")
    return action


def _body_limit(section: Section, scope: str) -> int:
    """https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html"""
    resource = "CLOUDFRONT" if scope == "CLOUDFRONT" else "API_GATEWAY"
    limits = section.sub("AssociationConfig").sub("RequestBody").sub(resource)
    return _LIMITS[limits.one_of("DefaultSizeInspectionLimit", tuple(_LIMITS), "KB_16")]


def _check_groups(parts: Parts) -> None:
    """A group that no web ACL uses is read all the same: its faults are faults on AWS too."""
    for group in parts.groups.values():
        read_rules(group, parts, within_group=True)

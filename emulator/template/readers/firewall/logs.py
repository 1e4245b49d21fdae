"""AWS::WAFv2::LoggingConfiguration -> model.WebAclLog.

https://docs.aws.amazon.com/waf/latest/developerguide/logging.html
"""

from __future__ import annotations

from typing import Any

from emulator.model.web_acls import LogRule, WebAclLog
from emulator.template.readers.firewall.contents import read_field
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_PREFIX = "aws-waf-logs-"


def read_logs(reading: Reading) -> dict[str, WebAclLog]:
    """By the ARN of the web ACL. Streams and buckets as destinations are listed: only log groups are written here."""
    logs = {}
    for _, section in reading.of("AWS::WAFv2::LoggingConfiguration"):
        groups = tuple(group for arn in section.texts("LogDestinationConfigs") if (group := _group(section, arn)))
        if not any(":logs:" in arn for arn in section.texts("LogDestinationConfigs")):
            reading.ignore(section, "LogDestinationConfigs", "only CloudWatch log groups are written here")
        filtering = section.sub("LoggingFilter")
        default: Any = filtering.one_of("DefaultBehavior", ("KEEP", "DROP"), "KEEP")
        logs[section.text("ResourceArn")] = WebAclLog(
            groups=groups,
            redacted=tuple(read_field(one) for one in section.subs("RedactedFields")),
            rules=tuple(_rule(one) for one in filtering.subs("Filters")),
            default_behavior=default,
        )
    return logs


def _group(section: Section, arn: str) -> str:
    """The log group of an ARN; AWS wants its name to begin with `aws-waf-logs-`."""
    if ":logs:" not in arn:
        return ""
    # A group of this template has its ARN only once it exists.
    _, is_written, name = arn.removesuffix(":*").partition(":log-group:")
    if is_written and not name.startswith(_PREFIX):
        raise section.fault("LogDestinationConfigs", found=name, fix=f"AWS wants a name that starts with {_PREFIX}.")
    return name


def _rule(section: Section) -> LogRule:
    behavior: Any = section.one_of("Behavior", ("KEEP", "DROP"), "")
    requirement: Any = section.one_of("Requirement", ("MEETS_ALL", "MEETS_ANY"), "")
    conditions = section.subs("Conditions")
    return LogRule(
        behavior,
        requirement,
        actions=tuple(one.sub("ActionCondition").text("Action") for one in conditions if "ActionCondition" in one),
        labels=tuple(
            one.sub("LabelNameCondition").text("LabelName") for one in conditions if "LabelNameCondition" in one
        ),
    )

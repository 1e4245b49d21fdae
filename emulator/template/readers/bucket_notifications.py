"""The LambdaConfigurations of AWS::S3::Bucket -> model.BucketNotification.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-lambdaconfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.model import BucketNotification, Created
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.permissions import tell_missing_permission
from emulator.template.readers.reading import Reading
from emulator.template.section import Section


def read_bucket_notifications(
    reading: Reading, functions: FunctionIndex, known: Mapping[str, Created]
) -> tuple[BucketNotification, ...]:
    """Functions of other stacks are listed as ignored."""
    notifications = []
    for logical_id, bucket in reading.of("AWS::S3::Bucket"):
        for section in bucket.sub("NotificationConfiguration").subs("LambdaConfigurations"):
            function = functions.find(section.text("Function"))
            if function is None:
                reading.ignore(section, "Function", "the function does not run here, so no event reaches it")
                continue
            tell_missing_permission(reading, functions, function, "s3.amazonaws.com", section, "Function")
            notifications.append(_notification(logical_id, function, known[logical_id].physical_id, section))
    return tuple(notifications)


def _notification(logical_id: str, function: str, bucket: str, section: Section) -> BucketNotification:
    rules: dict[str, str] = {}
    for rule in section.sub("Filter").sub("S3Key").subs("Rules"):
        name = rule.text("Name").lower()
        if name not in ("prefix", "suffix") or name in rules:
            raise rule.fault("Name", found=rule.text("Name"), fix="Give at most one prefix and one suffix.")
        rules[name] = rule.text("Value")
    return BucketNotification(
        logical_id=logical_id,
        function=function,
        bucket=bucket,
        events=(section.text("Event"),),
        place=section.place("Event"),
        prefix=rules.get("prefix", ""),
        suffix=rules.get("suffix", ""),
    )

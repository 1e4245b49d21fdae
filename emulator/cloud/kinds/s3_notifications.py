"""A bucket's event notifications to queues, topics and EventBridge.

Those to functions are Terrarium's own event sources. Configurations whose Id starts with "terrarium-" are theirs and
stay. Nothing is put when nothing differs, since every put sends an s3:TestEvent.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.cloud.coercion import text
from emulator.cloud.wanted import Wanted

OWN_PREFIX = "terrarium-"
_LISTS = {"QueueConfigurations": ("Queue", "QueueArn"), "TopicConfigurations": ("Topic", "TopicArn")}
_FUNCTIONS = {"LambdaConfigurations": ("Function", "LambdaFunctionArn")}


def apply(wanted: Wanted, bucket: str) -> None:
    """Bring the notifications to the template."""
    given = wanted.properties.get("NotificationConfiguration") or {}
    local = wanted.clients.is_local("s3")
    found = wanted.call("s3", "get_bucket_notification_configuration", Bucket=bucket)
    found.pop("ResponseMetadata", None)
    target = _target(given, _LISTS if local else {**_LISTS, **_FUNCTIONS})
    for kind in ("QueueConfigurations", "TopicConfigurations"):
        own = [one for one in found.get(kind) or () if str(one.get("Id", "")).startswith(OWN_PREFIX)]
        if own:
            target[kind] = [*target.get(kind, []), *own]
    if _comparable(found) != _comparable(target):
        wanted.call("s3", "put_bucket_notification_configuration", Bucket=bucket, NotificationConfiguration=target)


def _target(given: Mapping[str, Any], lists: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    target: dict[str, Any] = {}
    for template_name, (template_arn, api_arn) in lists.items():
        api_name = template_name.replace("Lambda", "LambdaFunction")
        configured = [_one(one, template_arn, api_arn) for one in given.get(template_name) or ()]
        if configured:
            target[api_name] = configured
    bridge = given.get("EventBridgeConfiguration")
    if bridge is not None and text(bridge.get("EventBridgeEnabled", True)) == "true":
        target["EventBridgeConfiguration"] = {}
    return target


def _one(given: Mapping[str, Any], template_arn: str, api_arn: str) -> dict[str, Any]:
    converted: dict[str, Any] = {api_arn: given[template_arn], "Events": [given["Event"]]}
    rules = ((given.get("Filter") or {}).get("S3Key") or {}).get("Rules")
    if rules:
        converted["Filter"] = {"Key": {"FilterRules": rules}}
    return converted


def _comparable(configuration: Mapping[str, Any]) -> list[str]:
    """Without Ids, which the backend makes up, and without the case of "Prefix" and "prefix"."""
    flat = []
    for kind, value in configuration.items():
        if isinstance(value, list):
            plain = [{key: part for key, part in one.items() if key != "Id"} for one in value]
            flat += [f"{kind} {json.dumps(one, sort_keys=True).lower()}" for one in plain]
        else:
            flat.append(kind)
    return sorted(flat)

"""Ref and Fn::GetAtt of AWS WAF's resources, as AWS forms them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from emulator.model import Created
from emulator.template.names import Names


def firewall_part(kind: str) -> Callable[[Names, str, Mapping[str, Any]], Created]:
    """For webacl, rulegroup, ipset and regexpatternset: Ref is `name|id|scope`."""

    def identify(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
        name = str(properties.get("Name") or names.physical(logical_id, 128))
        scope = str(properties.get("Scope", "REGIONAL"))
        part_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{names.stack}/{logical_id}/{name}"))
        arn = _arn(names, scope, f"{kind}/{name}/{part_id}")
        attributes = {"Arn": arn, "Id": part_id}
        if kind in ("webacl", "rulegroup"):
            attributes["LabelNamespace"] = f"awswaf:{names.context.account_id}:{kind}:{name}:"
        if kind == "webacl":
            # Capacity is only known to AWS; nothing here is limited by it.
            attributes["Capacity"] = "0"
        return Created(f"{name}|{part_id}|{scope}", attributes)

    return identify


def association(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del names, logical_id
    return Created(f"{properties.get('WebACLArn')}|{properties.get('ResourceArn')}")


def logging_configuration(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del names, logical_id
    return Created(str(properties.get("ResourceArn")), {"ManagedByFirewallManager": "false"})


def _arn(names: Names, scope: str, resource: str) -> str:
    context = names.context
    if scope != "CLOUDFRONT":
        return names.arn("wafv2", f"regional/{resource}")
    # What guards CloudFront lives in us-east-1 only.
    return f"arn:{context.partition}:wafv2:us-east-1:{context.account_id}:global/{resource}"

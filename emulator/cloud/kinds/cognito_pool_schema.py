"""The attributes of an existing user pool: new ones can be added, existing ones can never be changed.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloud.differences import differs
from emulator.cloud.wanted import Wanted, chosen

_UNCHANGEABLE = ("AttributeDataType", "Mutable", "Required")


def bring_schema(wanted: Wanted, pool: Mapping[str, Any]) -> None:
    """Add the custom attributes that the pool lacks; raises ProvisionError for an attribute that is to be another."""
    existing = {attribute["Name"]: attribute for attribute in pool.get("SchemaAttributes") or ()}
    added = []
    for attribute in wanted.properties.get("Schema") or ():
        found = existing.get(str(attribute["Name"])) or existing.get(_custom_name(attribute))
        if found is None:
            added.append(attribute)
        elif differs(found, chosen(attribute, *_UNCHANGEABLE)):
            raise wanted.refuse(
                f"attribute {attribute['Name']} of its Schema differs",
                "Cognito never changes an attribute: take the change back or name a new one.",
            )
    if added:
        wanted.call("cognito-idp", "add_custom_attributes", UserPoolId=pool["Id"], CustomAttributes=added)


def _custom_name(attribute: Mapping[str, Any]) -> str:
    prefix = "dev:" if attribute.get("DeveloperOnlyAttribute") in (True, "true") else "custom:"
    return f"{prefix}{attribute['Name']}"

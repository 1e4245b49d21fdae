"""AWS::Lambda::Permission: which services may call which function. Here everybody may, so what AWS would miss is told.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.section import Section


def tell_missing_permission(
    reading: Reading, functions: FunctionIndex, function: str, service: str, section: Section, name: str
) -> None:
    """List property `name` when no permission lets `service` ("sns.amazonaws.com") call the function."""
    allowed = any(
        permission.optional_text("Principal") == service
        and functions.find(permission.optional_text("FunctionName") or "") == function
        for _, permission in reading.of("AWS::Lambda::Permission")
    )
    if not allowed:
        reason = f"no AWS::Lambda::Permission lets {service} call {function}: it is called here, but not on AWS"
        reading.ignore(section, name, reason)

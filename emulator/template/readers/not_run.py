"""Lists what a template asks for that does not run here yet, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from emulator.template.readers.reading import Reading
from emulator.template.section import Section


def list_not_run(reading: Reading) -> None:
    """Appends one `Ignored` for each thing; parts of an API that is listed are not listed again."""
    for resource in reading.resources.values():
        section = resource.properties
        if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource":
            reading.ignore(section, "", "custom resources are not run")
        elif resource.type in _WHOLE:
            reading.ignore(section, "", _WHOLE[resource.type])
        elif resource.type in _TRIGGERS:
            name, asks, reason = _TRIGGERS[resource.type]
            if asks(section):
                reading.ignore(section, name, reason)


def _is_lambda(*path: str) -> Callable[[Section], bool]:
    def asks(section: Section) -> bool:
        for name in path[:-1]:
            section = section.sub(name)
        return ":lambda:" in str(section.values.get(path[-1]))

    return asks


_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "AWS::ApiGatewayV2::ApiMapping": "custom domains are not served; use the local URL",
        "AWS::ApiGatewayV2::VpcLink": "there is no VPC here",
        "AWS::CloudFormation::Stack": "nested stacks are not started; start their template by itself",
        "AWS::Lambda::CodeSigningConfig": "code is not signed here",
    }
)

_TRIGGERS: Mapping[str, tuple[str, Callable[[Section], bool], str]] = MappingProxyType(
    {
        "AWS::Logs::SubscriptionFilter": (
            "DestinationArn",
            _is_lambda("DestinationArn"),
            "log subscriptions do not trigger functions yet",
        ),
        "AWS::IoT::TopicRule": ("", lambda _: True, "IoT rules do not trigger functions"),
        "AWS::Cognito::UserPool": (
            "LambdaConfig",
            lambda section: bool(section.values.get("LambdaConfig")),
            "Cognito does not call functions here",
        ),
    }
)

# Types of a backend that the readers look at all the same.
TYPES = frozenset(
    [
        *_TRIGGERS,
        "AWS::Events::Rule",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::Scheduler::Schedule",
    ]
)

"""AWS::Lambda::EventInvokeConfig and DeadLetterConfig -> model.AsyncConfig.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventinvokeconfig.html
"""

from __future__ import annotations

from emulator.model import AsyncConfig
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

_KNOWN = frozenset(
    {"FunctionName", "Qualifier", "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"}
)


def async_configs(reading: Reading, functions: FunctionIndex) -> dict[str, AsyncConfig]:
    """Logical id of the function -> how its asynchronous invocations are treated."""
    configs: dict[str, AsyncConfig] = {}
    for logical_id, section in reading.of("AWS::Lambda::Function"):
        dead_letter = section.sub("DeadLetterConfig").optional_text("TargetArn")
        configs[logical_id] = AsyncConfig(dead_letter_arn=dead_letter)
    for _, section in reading.of("AWS::Lambda::EventInvokeConfig"):
        function = functions.find(section.text("FunctionName"))
        if function is None:
            reading.ignore(section, "FunctionName", "the function is not part of this template")
            continue
        configs[function] = _config(section, configs[function].dead_letter_arn)
        reading.ignore_others(section, _KNOWN, {})
    return configs


def _config(section: Section, dead_letter_arn: str | None) -> AsyncConfig:
    destinations = section.sub("DestinationConfig")
    return AsyncConfig(
        max_retries=section.number("MaximumRetryAttempts", 2, 0, 2),
        max_age_s=section.number("MaximumEventAgeInSeconds", 21_600, 60, 21_600),
        on_success=destinations.sub("OnSuccess").optional_text("Destination"),
        on_failure=destinations.sub("OnFailure").optional_text("Destination"),
        dead_letter_arn=dead_letter_arn,
    )

"""What a target of a rule or schedule gets instead of the event -> model.TargetInput.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
"""

from __future__ import annotations

from emulator.model import TargetInput
from emulator.template.section import Section


def read_target_input(target: Section) -> TargetInput:
    """At most one of Input, InputPath and InputTransformer may be given."""
    given = [name for name in ("Input", "InputPath", "InputTransformer") if name in target]
    if len(given) > 1:
        raise target.fault(given[1], found=" and ".join(given), fix="Give at most one of them.")
    if "InputTransformer" in target:
        transformer = target.sub("InputTransformer")
        return TargetInput(template=transformer.text("InputTemplate"), paths=transformer.text_map("InputPathsMap"))
    return TargetInput(input=target.optional_text("Input"), path=target.optional_text("InputPath"))

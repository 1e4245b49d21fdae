"""The Outputs section: values and exports.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.template.intrinsics import Resolver


def read_outputs(
    section: Mapping[str, Any], resolver: Resolver, finish: Callable[[str], str]
) -> tuple[dict[str, str], dict[str, str]]:
    """(output name -> value, export name -> value); outputs whose condition is false are left out."""
    outputs: dict[str, str] = {}
    exports: dict[str, str] = {}
    for name, output in section.items():
        trail = ("Outputs", name)
        if not isinstance(output, dict) or "Value" not in output:
            raise resolver.scope.fault("An output needs a Value", trail, found=repr(output)[:60], fix="Add Value.")
        if "Condition" in output and not resolver.condition(output["Condition"], (*trail, "Condition")):
            continue
        outputs[name] = finish(resolver.text(output["Value"], (*trail, "Value"), "The value of an output"))
        export = output.get("Export")
        if export is not None:
            if not isinstance(export, dict) or "Name" not in export:
                raise resolver.scope.fault(
                    "Export needs a Name", (*trail, "Export"), found=repr(export)[:60], fix="Add Name."
                )
            exports[resolver.text(export["Name"], (*trail, "Export"), "The name of an export")] = outputs[name]
    return outputs, exports

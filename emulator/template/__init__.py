"""SAM and CloudFormation templates -> model.Stack. Starts nothing, creates nothing, imports no customer code."""

from emulator.template.context import Context
from emulator.template.load import load
from emulator.template.template import Template

__all__ = ["Context", "Template", "load"]

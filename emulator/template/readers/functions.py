"""AWS::Lambda::Function -> model.Function.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
"""

from __future__ import annotations

import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from emulator.errors import TemplateError
from emulator.model import Function
from emulator.template.identity import function_arn, function_name
from emulator.template.readers import runtimes
from emulator.template.readers.async_config import async_configs
from emulator.template.readers.code import code_folder
from emulator.template.readers.environment import environment_variables
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.handlers import check_handler
from emulator.template.readers.reading import Reading, Resolved
from emulator.template.section import Section

_TYPE = "AWS::Lambda::Function"
_KNOWN = frozenset(
    [
        "FunctionName",
        "Runtime",
        "Handler",
        "Code",
        "Environment",
        "Timeout",
        "MemorySize",
        "EphemeralStorage",
        "ReservedConcurrentExecutions",
        "DeadLetterConfig",
        "LoggingConfig",
        "TracingConfig",
        "Architectures",
        "Layers",
        "Role",
        "PackageType",
    ]
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "CodeSigningConfigArn": "code is not signed here",
        "FileSystemConfigs": "there is no EFS here; the mount path does not exist",
        "KmsKeyArn": "environment variables are not encrypted here",
        "RecursiveLoop": "recursive loops are not detected here",
        "RuntimeManagementConfig": "the runtime is this machine's Python",
        "SnapStart": "there are no snapshots here; every cold start runs init",
        "VpcConfig": "functions use this machine's network",
    }
)


def read_functions(reading: Reading) -> dict[str, Function]:
    """Logical id -> function; raises TemplateError for what cannot run."""
    providers = _providers(reading)
    layers = _layers(reading)
    functions: dict[str, Function] = {}
    faults: list[TemplateError] = []
    for logical_id, section in reading.of(_TYPE):
        try:
            if _can_run(reading, section, logical_id in providers):
                function = _function(reading, logical_id, reading.resources[logical_id], layers)
                _check_name(section, function, functions)
                functions[logical_id] = function
        except TemplateError as fault:  # all of them are told together
            faults.append(fault)
    if faults:
        raise _together(faults)
    configs = async_configs(reading, FunctionIndex(functions))
    return {
        name: replace(found, async_config=configs.get(name, found.async_config)) for name, found in functions.items()
    }


def _check_name(section: Section, function: Function, others: Mapping[str, Function]) -> None:
    for other in others.values():
        if other.name == function.name:
            raise section.fault(
                "FunctionName", found=f"{other.name}, the name of {other.logical_id} too", fix="Rename one."
            )


def _together(faults: Sequence[TemplateError]) -> TemplateError:
    first, *others = faults
    if not others:
        return first
    fix = " ".join([first.fix, "Also:", *(fault.sentence() for fault in others)])
    return type(first)(first.what, where=first.where, found=first.found, fix=fix)


def _can_run(reading: Reading, section: Section, is_provider: bool) -> bool:
    runtime = section.optional_text("Runtime")
    if section.text("PackageType", "Zip") == "Image":
        problem, fix = "a container image", "Terrarium runs functions from folders: use PackageType Zip."
    elif runtime is None:
        raise section.fault("Runtime", what="is missing", found="nothing", fix="Add Runtime, as python3.11.")
    elif not runtimes.runs(runtime):
        problem, fix = f"runtime {runtime!r}", "Terrarium runs python3.8 to python3.14."
    else:
        return True
    if is_provider:
        reading.ignore(section, "", f"it only serves custom resources, and {problem} cannot run here")
        return False
    raise section.unsupported("Runtime" if runtime else "PackageType", found=problem, fix=fix)


def _function(reading: Reading, logical_id: str, resource: Resolved, layers: Mapping[str, Path]) -> Function:
    section = resource.properties
    name = function_name(reading.names, logical_id, section.values)
    runtime = section.text("Runtime")
    code = code_folder(reading, logical_id, resource, "Code")
    own_layers = _own_layers(reading, section, layers)
    check_handler(section, code, own_layers, runtime)
    logging = section.sub("LoggingConfig")
    log_format = logging.one_of("LogFormat", ("Text", "JSON"), "Text")
    formats: Mapping[str, Literal["Text", "JSON"]] = {"Text": "Text", "JSON": "JSON"}
    old = runtimes.remark(runtime)
    if old:
        reading.ignore(section, "Runtime", old)
    _note_architecture(reading, section)
    reading.ignore_others(section, _KNOWN, _REASONS)
    return Function(
        logical_id=logical_id,
        name=name,
        arn=function_arn(reading.names, name),
        place=section.places.resource(logical_id),
        runtime=runtime,
        handler=section.text("Handler"),
        code=code,
        environment=environment_variables(section),
        layers=own_layers,
        timeout_s=section.number("Timeout", 3, 1, 900),
        memory_mb=section.number("MemorySize", 128, 128, 10_240),
        ephemeral_storage_mb=section.sub("EphemeralStorage").number("Size", 512, 512, 10_240),
        reserved_concurrency=section.optional_number("ReservedConcurrentExecutions", 0, 1_000_000),
        log_group=logging.text("LogGroup", f"/aws/lambda/{name}"),
        log_format=formats[log_format],
        log_level=logging.optional_text("ApplicationLogLevel"),
        tracing=section.sub("TracingConfig").text("Mode", "PassThrough") == "Active",
        role_arn=section.text("Role", ""),
    )


def _note_architecture(reading: Reading, section: Section) -> None:
    own = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    if any(wanted != own for wanted in section.texts("Architectures")):
        reading.ignore(section, "Architectures", f"functions run on this machine's own architecture, {own}")


def _providers(reading: Reading) -> Collection[str]:
    """Functions that only answer CloudFormation's custom resources, which are not run here."""
    tokens = {
        str(resource.properties.values.get("ServiceToken"))
        for resource in reading.resources.values()
        if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource"
    }
    return {
        logical_id
        for logical_id, section in reading.of(_TYPE)
        if function_arn(reading.names, function_name(reading.names, logical_id, section.values)) in tokens
    }


def _layers(reading: Reading) -> dict[str, Path]:
    """ARN -> folder of each layer of this template."""
    folders: dict[str, Path] = {}
    for logical_id, section in reading.of("AWS::Lambda::LayerVersion"):
        resource = reading.resources[logical_id]
        arn = reading.names.arn("lambda", f"layer:{section.text('LayerName', reading.names.physical(logical_id))}:1")
        folders[arn] = code_folder(reading, logical_id, resource, "Content")
        if "BuildMethod" in resource.metadata:
            reading.ignore(section, "BuildMethod", "a layer is laid under /opt as it is; run `sam build` to build it")
    return folders


def _own_layers(reading: Reading, section: Section, layers: Mapping[str, Path]) -> tuple[Path, ...]:
    arns = section.texts("Layers")
    for arn in arns:
        if arn not in layers:
            reason = f"layer {arn} is not on this machine; put what it holds into requirements.txt"
            reading.ignore(section, "Layers", reason)
    return tuple(layers[arn] for arn in arns if arn in layers)

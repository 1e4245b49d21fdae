"""Describes a function as Lambda's GetFunction, GetFunctionConfiguration and ListFunctions do.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

from typing import Any

from emulator.model import Function


def configuration(function: Function) -> dict[str, Any]:
    """FunctionConfiguration. What exists only for an uploaded package (hash, size, date) has a fixed value."""
    return {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": function.runtime,
        "Role": function.role_arn,
        "Handler": function.handler,
        "CodeSize": 0,
        "CodeSha256": "",
        "Description": "",
        "Timeout": function.timeout_s,
        "MemorySize": function.memory_mb,
        "LastModified": "1970-01-01T00:00:00.000+0000",
        "Version": "$LATEST",
        "Environment": {"Variables": dict(function.environment)},
        "TracingConfig": {"Mode": "Active" if function.tracing else "PassThrough"},
        "Layers": [{"Arn": str(layer), "CodeSize": 0} for layer in function.layers],
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": function.ephemeral_storage_mb},
        "LoggingConfig": {"LogFormat": function.log_format, "LogGroup": function.log_group},
    }


def description(function: Function) -> dict[str, Any]:
    """GetFunction's answer."""
    document: dict[str, Any] = {
        "Configuration": configuration(function),
        "Code": {
            "RepositoryType": "FileSystem",
            "Location": function.code.as_uri() if function.code.is_absolute() else "",
        },
        "Tags": {},
    }
    if function.reserved_concurrency is not None:
        document["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
    return document

"""A function's environment variables, held to what Lambda accepts: what starts here must also deploy.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import re

from emulator.template.section import Section

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")
_MAX_BYTES = 4096
_RESERVED = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


def environment_variables(function: Section) -> dict[str, str]:
    """Name -> value; raises TemplateError for names and sizes that Lambda refuses."""
    section = function.sub("Environment").sub("Variables")
    variables = {name: section.text(name) for name in section.values}
    for name in variables:
        if name in _RESERVED:
            raise section.fault(name, what="is reserved", found="a variable that Lambda sets itself", fix="Rename it.")
        if not _NAME.fullmatch(name):
            raise section.fault(
                name,
                what="is not a name",
                found=repr(name)[:60],
                fix="Use two or more letters, digits or _, a letter first.",
            )
    size = sum(len(part.encode("utf-8", "surrogatepass")) for pair in variables.items() for part in pair)
    if size > _MAX_BYTES:
        raise section.fault(None, what="is too large", found=f"{size} bytes", fix="Lambda takes 4 KB.")
    return variables

"""AWS::Lambda::Url -> model.FunctionUrl, with what the function's permissions say of it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-url.html
"""

from __future__ import annotations

from typing import Literal

from emulator.model import FunctionUrl
from emulator.template.readers.cors import read_cors
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.reading import Reading
from emulator.template.section import Section

TYPE = "AWS::Lambda::Url"
_PERMISSION = "AWS::Lambda::Permission"
_KNOWN = frozenset(["AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"])
_EVERYBODY = "*"


def read_function_urls(reading: Reading, functions: FunctionIndex) -> dict[str, FunctionUrl]:
    """Logical id -> function URL, in template order; the rest is listed as ignored."""
    urls = {}
    for logical_id, section in reading.of(TYPE):
        target = section.text("TargetFunctionArn")
        function = functions.find(target)
        if function is None:
            reading.ignore(section, "TargetFunctionArn", f"{target} does not run here")
            continue
        urls[logical_id] = _function_url(reading, logical_id, section, function, functions)
        reading.ignore_others(section, _KNOWN, {})
    return urls


def _function_url(
    reading: Reading, logical_id: str, section: Section, function: str, functions: FunctionIndex
) -> FunctionUrl:
    iam = section.one_of("AuthType", ("NONE", "AWS_IAM"), "") == "AWS_IAM"
    public = _is_public(reading, functions, function)
    if not iam and not public:
        reading.ignore(section, "AuthType", f"{_missing(function)}: every request is refused with 403, as on AWS")
    return FunctionUrl(
        logical_id=logical_id,
        url_id=reading.names.id(logical_id, 32),
        function=function,
        place=section.places.resource(logical_id),
        auth_type="AWS_IAM" if iam else "NONE",
        public=public,
        cors=read_cors(section.sub("Cors"), credentials_with_all=True),
        invoke_mode=_invoke_mode(reading, section),
    )


def _invoke_mode(reading: Reading, section: Section) -> Literal["BUFFERED", "RESPONSE_STREAM"]:
    if section.one_of("InvokeMode", ("BUFFERED", "RESPONSE_STREAM"), "BUFFERED") == "BUFFERED":
        return "BUFFERED"
    reading.ignore(section, "InvokeMode", "the response is sent when it is complete, not as it is written")
    return "RESPONSE_STREAM"


def _is_public(reading: Reading, functions: FunctionIndex, function: str) -> bool:
    """Whether everybody may use the URL and invoke the function through it; AWS asks for both since October 2025.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    granted = [
        permission
        for _, permission in reading.of(_PERMISSION)
        if permission.optional_text("Principal") == _EVERYBODY
        and functions.find(permission.optional_text("FunctionName") or "") == function
        and not any(name in permission for name in ("SourceArn", "SourceAccount", "PrincipalOrgID"))
    ]
    may_use = any(
        _allows(permission, "lambda:InvokeFunctionUrl")
        and permission.text("FunctionUrlAuthType", "NONE") == "NONE"
        and "InvokedViaFunctionUrl" not in permission
        for permission in granted
    )
    may_invoke = any(
        _allows(permission, "lambda:InvokeFunction")
        and permission.flag("InvokedViaFunctionUrl", default=True)
        and "FunctionUrlAuthType" not in permission
        for permission in granted
    )
    return may_use and may_invoke


def _allows(permission: Section, action: str) -> bool:
    return permission.optional_text("Action") in (action, "lambda:*")


def _missing(function: str) -> str:
    return (
        f"no AWS::Lambda::Permission lets everybody (*) call {function} with both lambda:InvokeFunctionUrl"
        " (FunctionUrlAuthType NONE) and lambda:InvokeFunction (InvokedViaFunctionUrl true)"
    )

"""Function URLs, as SAM writes them and as resources of their own."""

import pytest

from emulator.errors import TemplateError
from emulator.model import Cors

HEAD = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.11, CodeUri: src}}\nResources:\n"
PLAIN = """
Resources:
  App:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: src}
  Web:
    Type: AWS::Lambda::Url
    Properties: {TargetFunctionArn: !GetAtt App.Arn, AuthType: NONE}
"""
USE = """
  Use:
    Type: AWS::Lambda::Permission
    Properties:
      {Action: "lambda:InvokeFunctionUrl", FunctionName: !Ref App, Principal: "*", FunctionUrlAuthType: NONE}
"""
INVOKE = """
  Invoke:
    Type: AWS::Lambda::Permission
    Properties:
      {Action: "lambda:InvokeFunction", FunctionName: !GetAtt App.Arn, Principal: "*", InvokedViaFunctionUrl: true}
"""


def sam(config: str, rest: str = "") -> str:
    return f"""{HEAD}
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      FunctionUrlConfig: {config}
{rest}"""


def test_sam_url_is_public_and_its_address_local(project):
    stack = project.stack(sam("{AuthType: NONE}", "Outputs: {Url: {Value: !GetAtt AppUrl.FunctionUrl}}"))
    url = stack.function_urls["AppUrl"]
    assert (url.function, url.auth_type, url.public, url.invoke_mode) == ("App", "NONE", True, "BUFFERED")
    assert stack.outputs["Url"] == "http://127.0.0.1:3001/"
    assert [entry for entry in stack.ignored if entry.logical_id == "AppUrl"] == []


def test_url_of_an_alias_is_public_as_well(project):
    stack = project.stack(sam("{AuthType: NONE}\n      AutoPublishAlias: live"))
    assert stack.function_urls["AppUrl"].function == "App"
    assert stack.function_urls["AppUrl"].public


def test_cors_of_a_url_may_allow_credentials_of_all_origins(project):
    cors = "{AllowOrigins: ['*'], AllowMethods: [get], AllowHeaders: [x-a], AllowCredentials: true, MaxAge: 5}"
    stack = project.stack(sam(f"{{AuthType: AWS_IAM, Cors: {cors}}}"))
    assert stack.function_urls["AppUrl"].cors == Cors(("*",), ("GET",), ("x-a",), (), 5, True)


def test_url_stands_behind_the_apis_of_its_stack(project):
    text = sam(
        "{AuthType: NONE}\n      Events: {Get: {Type: HttpApi}}", "Outputs: {Url: {Value: !GetAtt AppUrl.FunctionUrl}}"
    )
    stack = project.stack(text)
    assert [door.logical_id for door in stack.doors] == ["ServerlessHttpApi", "AppUrl"]
    assert stack.outputs["Url"] == "http://127.0.0.1:3002/"


def test_url_inside_any_text_becomes_local(project):
    rest = """
Outputs:
  Link: {Value: !Sub "see ${AppUrl.FunctionUrl}help?x=1"}
  Other: {Value: "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/"}
"""
    stack = project.stack(sam("{AuthType: NONE}", rest))
    assert stack.outputs["Link"] == "see http://127.0.0.1:3001/help?x=1"
    assert stack.outputs["Other"] == "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/"


def test_streaming_is_listed_because_responses_are_complete_here(project):
    stack = project.stack(sam("{AuthType: NONE, InvokeMode: RESPONSE_STREAM}"))
    assert stack.function_urls["AppUrl"].invoke_mode == "RESPONSE_STREAM"
    assert [(entry.logical_id, entry.property) for entry in stack.ignored] == [("AppUrl", "InvokeMode")]


@pytest.mark.parametrize(
    ("permissions", "public"),
    [
        (USE + INVOKE, True),
        ("", False),
        (USE, False),
        (INVOKE, False),
        (USE.replace("NONE", "AWS_IAM") + INVOKE, False),
        (USE + INVOKE.replace('"*"', "123456789012"), False),
        (USE + INVOKE.replace("InvokedViaFunctionUrl: true", "SourceAccount: '1'"), False),
        (USE + INVOKE.replace("!GetAtt App.Arn", "other"), False),
    ],
)
def test_url_for_everybody_needs_both_permissions(project, permissions, public):
    stack = project.stack(PLAIN + permissions)
    assert stack.function_urls["Web"].public is public
    listed = [entry.reason for entry in stack.ignored if entry.logical_id == "Web"]
    assert bool(listed) is not public
    assert all("lambda:InvokeFunctionUrl" in reason for reason in listed)


@pytest.mark.parametrize("auth", ["", "OPEN"])
def test_url_without_a_known_kind_of_authorization_is_refused(project, auth):
    with pytest.raises(TemplateError, match="AuthType"):
        project.stack(PLAIN.replace("NONE", auth or "''"))


def test_url_of_a_function_elsewhere_is_listed(project):
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:elsewhere"
    stack = project.stack(PLAIN.replace("!GetAtt App.Arn", arn))
    assert stack.function_urls == {}
    assert [entry.logical_id for entry in stack.ignored] == ["Web"]

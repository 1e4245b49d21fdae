"""Values that come from elsewhere: dynamic references, exports, identities, local URLs."""

import pytest

from emulator.errors import LookupFailedError, TemplateError, UnsupportedError
from emulator.template import load
from emulator.template.api_urls import with_local_urls

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"


def properties(project, value):
    template = project.load(f"Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {{Name: {value}}}\n")
    return template.properties("Q", {})["Name"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a-{{resolve:ssm:/x}}-b'", "a-plain-b"),
        ("'{{resolve:ssm:/x:3}}'", "third"),
        ("!Sub '{{resolve:ssm-secure:/${AWS::StackName}}}'", "of shop"),
        ("'{{resolve:secretsmanager:db}}'", "whole"),
        ("'{{resolve:secretsmanager:db:SecretString:user::}}'", "ann"),
        (f"'{{{{resolve:secretsmanager:{ARN}:SecretString:user:AWSCURRENT}}}}'", "bob"),
        (f"'{{{{resolve:secretsmanager:{ARN}}}}}'", "all"),
    ],
)
def test_dynamic_references_are_resolved_in_finished_text(project, text, value):
    project.lookups.parameters = {"/x": "plain", "/x:3": "third", "/shop": "of shop"}
    project.lookups.secrets = {("db", None): "whole", ("db", "user"): "ann", (ARN, "user"): "bob", (ARN, None): "all"}
    assert properties(project, text) == value


def test_a_missing_secret_is_found_out_with_its_line(project):
    with pytest.raises(LookupFailedError, match="no secretsmanager entry 'db'") as error:
        properties(project, "'{{resolve:secretsmanager:db}}'")
    assert error.value.where.endswith("template.yaml:4")


def test_an_unknown_service_is_refused_when_the_template_is_loaded(project):
    with pytest.raises(TemplateError, match="service 'vault'"):
        project.load("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Name: '{{resolve:vault:x}}'}}}")


def test_loading_asks_for_no_secret(project):
    assert project.load("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Name: '{{resolve:ssm:/absent}}'}}}")


def test_exports_come_from_other_stacks_and_go_to_them(project):
    project.lookups.exports = {"other-url": "http://other"}
    stack = project.stack("""
        Resources: {Q: {Type: AWS::SQS::Queue}}
        Outputs:
          Theirs: {Value: !ImportValue other-url}
          Ours: {Value: !Ref Q, Export: {Name: !Sub "${AWS::StackName}-queue"}}
    """)
    assert stack.outputs == {"Theirs": "http://other", "Ours": "shop-Q"}
    assert stack.exports == {"shop-queue": "shop-Q"}


def test_outputs_of_nested_stacks_are_not_made_up(project):
    nested = "Resources:\n  Part: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: part.yaml}}\n"
    assert [entry.logical_id for entry in project.load(nested).ignored] == ["Part"]
    with pytest.raises(UnsupportedError, match="nested stacks cannot run yet"):
        project.load(nested + "Outputs: {Url: {Value: !GetAtt Part.Outputs.Url}}")


def test_the_file_of_a_cdk_stack_names_it(project):
    path = project.template('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', "LinksStack.template.json")
    assert load(path, project.context).name == "LinksStack"


def test_pseudo_parameters(project):
    stack = project.stack("""
        Resources: {Q: {Type: AWS::SQS::Queue}}
        Outputs:
          All: {Value: !Sub "${AWS::Region} ${AWS::AccountId} ${AWS::StackName} ${AWS::Partition} ${AWS::URLSuffix}"}
          Id: {Value: !Ref AWS::StackId}
    """)
    assert stack.outputs["All"] == "eu-west-1 123456789012 shop aws amazonaws.com"
    assert stack.outputs["Id"].startswith("arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("https://abcdefghij.execute-api.eu-west-1.amazonaws.com", "http://here"),
        ("https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x?y", "http://here/prod/x?y"),
        ("see https://abcdefghij.execute-api.cn-north-1.amazonaws.com.cn, or", "see http://here, or"),
        ("https://zzzzzzzzzz.execute-api.eu-west-1.amazonaws.com", None),
        ("https://abcdefghij.execute-api.eu-west-1.amazonaws.com.evil.org", None),
        ("abcdefghij.execute-api.eu-west-1.amazonaws.com", None),
        ("arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/*", None),
    ],
)
def test_the_public_url_of_an_own_api_becomes_local(text, local):
    assert with_local_urls(text, {"abcdefghij": "http://here"}) == (local or text)

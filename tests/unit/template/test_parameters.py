"""Parameters: where values come from, their types, and their constraints."""

import pytest

from emulator.errors import LookupFailedError, TemplateError

QUEUE = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"


def outputs(project, definitions, **context):
    names = [line.split(":")[0].strip() for line in definitions.strip().splitlines()]
    shown = "".join(f"  {name}: {{Value: !Ref {name}}}\n" for name in names)
    body = "".join(f"  {line.strip()}\n" for line in definitions.strip().splitlines())
    return project.stack(f"Parameters:\n{body}Outputs:\n{shown}{QUEUE}", **context).outputs


def test_a_given_value_wins_over_samconfig_and_samconfig_over_the_default(project):
    project.file("samconfig.toml", '[dev.deploy.parameters]\nparameter_overrides = "B=config C=config"\n')
    text = "A: {Type: String, Default: a}\nB: {Type: String, Default: b}\nC: {Type: String, Default: c}"
    assert outputs(project, text, parameters={"C": "given"}) == {"A": "a", "B": "config", "C": "given"}


@pytest.mark.parametrize(
    "overrides",
    [
        '"A=1 B=\\"two words\\""',
        "\"ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue='two words'\"",
        '["A=1", "B=two words"]',
        '{A = 1, B = "two words"}',
    ],
)
def test_samconfig_writes_overrides_in_several_ways(project, overrides):
    project.file("samconfig.toml", f"[default.deploy.parameters]\nparameter_overrides = {overrides}\n")
    assert outputs(project, "A: {Type: String}\nB: {Type: String}") == {"A": "1", "B": "two words"}


def test_samconfig_names_the_stack_and_its_environment_is_chosen(project):
    project.file(
        "samconfig.toml",
        '[default.global.parameters]\nstack_name = "other"\n[prod.deploy.parameters]\nstack_name = "live"\n',
    )
    assert project.load(QUEUE).name == "other"
    assert project.load(QUEUE, config_env="prod").name == "live"
    assert project.load(QUEUE, stack_name="mine").name == "mine"


def test_without_samconfig_the_folder_names_the_stack(project):
    assert project.load(QUEUE).name == "shop"
    assert project.load(QUEUE, default_name="shop of two").name == "shop-of-two"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[dev", "not valid TOML"),
        ("[dev.deploy.parameters]\nparameter_overrides = 'A'\n", "parameter_overrides"),
        ("[dev.deploy.parameters]\nparameter_overrides = 'A=\"x'\n", "quotation marks"),
        ("[dev.deploy]\nparameters = 1\n", "deploy.parameters"),
        ("[dev.deploy.parameters]\nstack_name = 1\n", "stack_name"),
    ],
)
def test_a_faulty_samconfig_is_refused(project, text, says):
    project.file("samconfig.toml", text)
    with pytest.raises(TemplateError, match=says) as error:
        project.load(QUEUE)
    assert "samconfig.toml" in error.value.where


def test_values_of_ssm_types_come_from_the_account(project):
    project.lookups.parameters = {"/shop/url": "http://x", "/shop/list": "a, b"}
    text = "U: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/url}"
    assert outputs(project, text) == {"U": "http://x"}
    stack = project.stack(
        "Parameters: {L: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /shop/list}}\n"
        f"Outputs: {{L: {{Value: !Join ['-', !Ref L]}}}}\n{QUEUE}"
    )
    assert stack.outputs == {"L": "a-b"}


def test_a_missing_ssm_parameter_is_a_lookup_failure_with_its_line(project):
    with pytest.raises(LookupFailedError, match="no SSM parameter '/shop/url'") as error:
        outputs(project, "U: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/url}")
    assert error.value.where.endswith("template.yaml:2")


def test_the_bootstrap_version_of_cdk_is_not_looked_up(project):
    text = "BootstrapVersion: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /cdk-bootstrap/hnb659fds/version}"
    assert outputs(project, text) == {"BootstrapVersion": "21"}


def test_lists_and_numbers(project):
    stack = project.stack(
        "Parameters: {L: {Type: CommaDelimitedList, Default: 'a, b'}, N: {Type: Number, Default: 5}}\n"
        "Outputs: {L: {Value: !Select [1, !Ref L]}, N: {Value: !Ref N}}\n" + QUEUE
    )
    assert stack.outputs == {"L": "b", "N": "5"}


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        ("{Type: String}", "A has no value"),
        ("{Default: x}", "A has no Type"),
        ("x", "A has no Type"),
        ("{Type: String, Default: [x]}", "not text"),
        ("{Type: String, Default: x, AllowedValues: [y, z]}", "Use one of y, z"),
        ("{Type: String, Default: x, AllowedPattern: '[0-9]+'}", r"must match \[0-9\]\+"),
        ("{Type: String, Default: x, AllowedPattern: '['}", "broken AllowedPattern"),
        ("{Type: String, Default: x, MinLength: 2}", "MinLength is 2"),
        ("{Type: String, Default: xyz, MaxLength: 2}", "MaxLength is 2"),
        ("{Type: Number, Default: x}", "needs a number"),
        ("{Type: Number, Default: 1, MinValue: 2}", "MinValue is 2"),
        ("{Type: Number, Default: 3, MaxValue: 2}", "MaxValue is 2"),
        ("{Type: List<Number>, Default: '1,x'}", "needs a number"),
        ("{Type: String, Default: x, AllowedValues: [y], ConstraintDescription: Ask Ann.}", "Ask Ann"),
    ],
)
def test_constraints_are_checked(project, definition, says):
    with pytest.raises(TemplateError, match=says) as error:
        outputs(project, f"A: {definition}")
    assert error.value.where.endswith("template.yaml:2")


def test_a_secret_parameter_is_never_shown(project):
    with pytest.raises(TemplateError) as error:
        outputs(project, "A: {Type: String, NoEcho: true, Default: hunter2, AllowedPattern: '[0-9]+'}")
    assert "hunter2" not in str(error.value)


def test_a_value_for_no_parameter_is_listed_as_ignored(project):
    ignored = project.load(QUEUE, parameters={"Stagee": "dev"}).ignored
    assert [(entry.property, entry.reason) for entry in ignored] == [("Stagee", "the template has no such parameter")]

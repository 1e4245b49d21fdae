"""Lambda functions: from SAM, plain CloudFormation and cdk to the model."""

import json
import os
import zipfile

import pytest

from emulator.errors import TemplateError, UnsupportedError
from emulator.model import AsyncConfig
from emulator.template.sam import KEPT

SAM = "Transform: AWS::Serverless-2016-10-31\n"


def sam_function(properties="", before=""):
    return (
        f"{SAM}{before}Resources:\n  App:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      Handler: app.handler\n      Runtime: python3.11\n      CodeUri: src\n{properties}"
    )


def test_a_sam_function_has_the_properties_of_its_template(project):
    stack = project.stack(
        sam_function("""
      FunctionName: shop-app
      Timeout: 7
      MemorySize: 512
      EphemeralStorage: {Size: 1024}
      ReservedConcurrentExecutions: 3
      Tracing: Active
      LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: DEBUG, LogGroup: /my/logs}
      Environment: {Variables: {TEXT: a, NUMBER: 1, FLAG: true, QUEUE: !Ref Queue}}
  Queue: {Type: AWS::SQS::Queue}
""")
    )
    function = stack.functions["App"]
    assert function.name == "shop-app"
    assert function.arn == "arn:aws:lambda:eu-west-1:123456789012:function:shop-app"
    assert (function.timeout_s, function.memory_mb, function.ephemeral_storage_mb) == (7, 512, 1024)
    assert (function.reserved_concurrency, function.tracing) == (3, True)
    assert (function.log_group, function.log_format, function.log_level) == ("/my/logs", "JSON", "DEBUG")
    assert function.environment == {"TEXT": "a", "NUMBER": "1", "FLAG": "true", "QUEUE": "shop-Queue"}
    assert function.code == project.folder / "src"
    assert function.place.line == 3


def test_defaults_are_those_of_lambda(project):
    function = project.stack(sam_function()).functions["App"]
    assert (function.name, function.log_group) == ("shop-App", "/aws/lambda/shop-App")
    assert (function.timeout_s, function.memory_mb, function.reserved_concurrency) == (3, 128, None)
    assert function.async_config == AsyncConfig()


def test_globals_and_parameters_reach_code_uri_and_layers(project):
    project.file("layers/one/python/lib.py", "main = print")
    stack = project.stack(f"""{SAM}
Parameters: {{Folder: {{Type: String, Default: src}}}}
Globals: {{Function: {{Runtime: python3.12, CodeUri: !Ref Folder, Layers: [!Ref One]}}}}
Resources:
  One: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: layers/one}}}}
  App: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler}}}}
  Lib: {{Type: AWS::Serverless::Function, Properties: {{Handler: lib.main}}}}
""")
    assert stack.functions["App"].layers == (project.folder / "layers/one",)
    assert stack.functions["App"].code == project.folder / "src"


def test_without_code_uri_the_folder_of_the_template_ships(project):
    project.file("main.py")
    text = sam_function().replace("      CodeUri: src\n", "").replace("app.handler", "main.handler")
    assert project.stack(text).functions["App"].code == project.folder


def test_retries_destinations_and_dead_letters_of_asynchronous_invocations(project):
    stack = project.stack(
        sam_function("""
      AutoPublishAlias: live
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        MaximumEventAgeInSeconds: 600
        DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failed.Arn}}
  Dead: {Type: AWS::SQS::Queue}
  Failed: {Type: AWS::SQS::Queue}
""")
    )
    arn = "arn:aws:sqs:eu-west-1:123456789012:shop-"
    assert stack.functions["App"].async_config == AsyncConfig(1, 600, None, f"{arn}Failed", f"{arn}Dead")


def test_inline_code_is_laid_out_as_lambda_does(project):
    stack = project.stack("""
        Resources:
          App:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.11
              Handler: index.go
              Role: arn:aws:iam::123456789012:role/x
              Code: {ZipFile: "def go(event, context): return 1"}
    """)
    assert (stack.functions["App"].code / "index.py").read_text() == "def go(event, context): return 1"


def test_a_zip_file_is_unpacked(project):
    with zipfile.ZipFile(project.folder / "app.zip", "w") as archive:
        archive.writestr("zipped.py", "def handler(event, context): pass")
    text = sam_function().replace("CodeUri: src", "CodeUri: app.zip").replace("app.handler", "zipped.handler")
    assert (project.stack(text).functions["App"].code / "zipped.py").is_file()


def test_cdk_output_names_its_assets_in_metadata(project):
    project.file("asset.abc/app.py")
    template = {
        "Resources": {
            "App978": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"S3Bucket": {"Fn::Sub": "cdk-${AWS::AccountId}"}, "S3Key": "abc.zip"},
                    "Handler": "app.handler",
                    "Runtime": "python3.12",
                },
                "Metadata": {"aws:cdk:path": "S/App", "aws:asset:path": "asset.abc", "aws:asset:property": "Code"},
            },
            "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Condition": "CDKMetadataAvailable"},
        },
        "Conditions": {"CDKMetadataAvailable": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Parameters": {
            "BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
            }
        },
        "Rules": {"CheckBootstrapVersion": {"Assertions": [{"Assert": {"Fn::Not": [True]}}]}},
    }
    stack = project.stack(json.dumps(template, indent=1))
    assert stack.functions["App978"].code == project.folder / "asset.abc"
    assert stack.ignored == ()


CUSTOM_RESOURCE = """
    Resources:
      Helper:
        Type: AWS::Lambda::Function
        Properties: {Runtime: nodejs20.x, Handler: index.handler, Code: {S3Bucket: b, S3Key: k}}
      Clean: {Type: "Custom::S3AutoDelete", Properties: {ServiceToken: !GetAtt Helper.Arn}}
      App:
        Type: AWS::Lambda::Function
        Properties: {Runtime: python3.11, Handler: app.handler, Code: src, Environment: {Variables: {XX: !Ref Clean}}}
"""


def test_helpers_of_custom_resources_are_left_out_and_listed(project):
    stack = project.stack(CUSTOM_RESOURCE)
    assert list(stack.functions) == ["App"]
    assert {entry.logical_id for entry in stack.ignored} == {"Helper", "Clean"}


def test_aliases_versions_and_urls_name_their_function(project):
    template = project.load(
        sam_function("      AutoPublishAlias: live\n      FunctionUrlConfig: {AuthType: AWS_IAM}\n")
    )
    known = {}
    for resource in template.resources:
        known[resource.logical_id] = template.identity(resource.logical_id, known) or template.stand_in(
            resource.logical_id
        )
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:shop-App"
    assert known["AppAliaslive"].physical_id == f"{arn}:live"
    assert next(found for name, found in known.items() if name.startswith("AppVersion")).physical_id == f"{arn}:1"
    assert known["AppUrl"].physical_id == arn
    assert template.ignored == ()


def test_layers_that_are_elsewhere_are_listed(project):
    arn = "arn:aws:lambda:eu-west-1:017000801446:layer:Powertools:1"
    stack = project.stack(sam_function(f"      Layers: [{arn}]\n"))
    assert stack.functions["App"].layers == ()
    assert [(entry.property, entry.place.line) for entry in stack.ignored] == [("Layers", 9)]


def test_what_has_no_effect_is_listed_with_its_line(project):
    ignored = project.load(sam_function("      VpcConfig: {SubnetIds: [a]}\n      Architectures: [riscv]\n")).ignored
    assert {(entry.logical_id, entry.property, entry.place.line) for entry in ignored} == {
        ("App", "VpcConfig", 9),
        ("App", "Architectures", 10),
    }


def test_a_runtime_that_aws_gave_up_runs_with_a_remark(project):
    stack = project.stack(sam_function().replace("python3.11", "python3.8"))
    assert [entry.property for entry in stack.ignored] == ["Runtime"]


@pytest.mark.parametrize("runtime", ["nodejs20.x", "python2.7", "python3.7", "python3.99", "provided.al2023"])
def test_other_runtimes_are_refused(project, runtime):
    with pytest.raises(UnsupportedError, match=f"runtime '{runtime}'") as error:
        project.load(sam_function().replace("python3.11", runtime))
    assert error.value.where.endswith("template.yaml:7")


def test_container_images_and_code_in_s3_are_refused(project):
    with pytest.raises(UnsupportedError, match="container image"):
        project.load(
            f"{SAM}Resources: {{App: {{Type: AWS::Serverless::Function, "
            "Properties: {PackageType: Image, ImageUri: x}}}"
        )
    with pytest.raises(UnsupportedError, match="code that is in S3"):
        project.load(sam_function().replace("CodeUri: src", "CodeUri: s3://bucket/key"))


def test_every_handler_that_is_not_there_is_named(project):
    other = (
        "  Other:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Handler: app.other, Runtime: python3.11, CodeUri: src}\n"
    )
    with pytest.raises(TemplateError, match=r"^Function App .* no `one` .*Also: Function Other .* no `other` "):
        project.load(sam_function(other).replace("app.handler", "app.one"))


@pytest.mark.parametrize("transform", [SAM, ""])
def test_a_type_that_sam_does_not_know_is_refused(project, transform):
    with pytest.raises(
        TemplateError, match=r"Type is none of SAM's in App \(.*template.yaml:\d\); found AWS::Serverless::Funktion"
    ):
        project.load(f"{transform}Resources:\n  App:\n    Type: AWS::Serverless::Funktion\n")


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        ("app.main", r"no `main` in app\.py; found `handler`\. Fix Handler or rename it\."),
        ("nope.handler", r"no file nope\.py in .*src"),
        ("deep/nope.handler", r"no file deep/nope\.py"),
        ("handler", "Write it as folder/module.function"),
        ("broken.handler", "broken.py:1 is not valid Python; found invalid syntax"),
    ],
)
def test_a_handler_that_is_not_there_is_found_without_running_it(project, handler, says):
    project.file("src/broken.py", "def handler(:\n")
    with pytest.raises(TemplateError, match=says) as error:
        project.load(sam_function().replace("app.handler", handler))
    assert error.value.where.endswith("template.yaml:6")
    assert str(error.value).startswith("Function App (")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from x import handler", "handler"),
        ("from x import *", "handler"),
        ("import x as handler", "handler"),
        ("handler = wrap(1)", "handler"),
        ("try:\n    import x\nexcept ImportError:\n    def handler(e, c): pass", "handler"),
        ("class handler: pass", "handler"),
        ("def __getattr__(name): pass", "handler"),
        ("async def handler(e, c): pass", "handler"),
    ],
)
def test_a_handler_may_be_bound_in_any_way(project, source, name):
    project.file("src/app.py", source)
    assert project.load(sam_function().replace("app.handler", f"app.{name}"))


def test_a_handler_of_a_dependency_is_left_to_the_runtime(project):
    project.file("src/requirements.txt", "mangum\n")
    assert project.load(sam_function().replace("app.handler", "mangum.adapter.handler"))


@pytest.mark.parametrize(
    ("properties", "says", "line"),
    [
        ("      Timeout: 901\n", "from 1 to 900", 9),
        ("      MemorySize: 64\n", "from 128 to 10240", 9),
        ("      MemorySize: lots\n", "must be a number", 9),
        ("      LoggingConfig: {LogFormat: XML}\n", "LoggingConfig.LogFormat; found 'XML'. Use one of Text, JSON", 9),
        ("      Environment: {Variables: {A: [1]}}\n", "Environment.Variables.A must be text", 9),
    ],
)
def test_values_that_lambda_refuses_are_refused(project, properties, says, line):
    with pytest.raises(TemplateError, match=says) as error:
        project.load(sam_function(properties))
    assert error.value.where.endswith(f"template.yaml:{line}")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ("AWS_REGION: x", "AWS_REGION is reserved"),
        ("1st: x", "1st is not a name"),
        (f"BIG: {'x' * 4100}", "Environment.Variables is too large"),
    ],
)
def test_environment_variables_that_would_not_deploy_are_refused(project, variables, says):
    with pytest.raises(TemplateError, match=says):
        project.load(sam_function(f"      Environment: {{Variables: {{{variables}}}}}\n"))


def test_two_functions_of_one_name_are_refused(project):
    twice = sam_function("      FunctionName: same\n")
    second = twice.partition("Resources:\n")[2].replace("  App:", "  Other:")
    with pytest.raises(TemplateError, match=r"same, the name of .+ too"):
        project.load(twice + second)


def test_a_missing_code_folder_is_refused(project):
    with pytest.raises(TemplateError, match=r"names a folder that does not exist.*nowhere") as error:
        project.load(sam_function().replace("CodeUri: src", "CodeUri: nowhere"))
    assert error.value.where.endswith("template.yaml:8")


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ("      Events: {Get: {Type: Nope}}\n", "Get"),
        ("      Policies: [{NoSuchPolicy: {}}]\n", "NoSuchPolicy|Policies"),
        ("      Nonsense: 1\n", "Nonsense"),
    ],
)
def test_the_translators_own_errors_get_a_place(project, properties, says):
    with pytest.raises(TemplateError, match=says) as error:
        project.load(sam_function(properties))
    assert error.value.where.split(":")[-1] in ("3", "9")


def test_policy_templates_and_managed_policies_need_no_aws(project):
    template = project.load(
        sam_function(
            "      Policies: [AmazonDynamoDBFullAccess, FutureManagedPolicy, {SQSPollerPolicy: {QueueName: q}}]\n"
        )
    )
    policies = template.properties("AppRole", {})["ManagedPolicyArns"]
    assert "arn:aws:iam::aws:policy/FutureManagedPolicy" in policies
    assert "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess" in policies


def results_of_the_transform(project):
    return list((project.context.state / "cache" / "transforms").glob("*.json"))


def test_the_transform_is_remembered_until_the_template_changes(project):
    first = project.load(sam_function())
    cached = results_of_the_transform(project)
    assert len(cached) == 1
    assert [r.logical_id for r in project.load(sam_function()).resources] == [r.logical_id for r in first.resources]
    assert results_of_the_transform(project) == cached
    project.load(sam_function("      Timeout: 5\n"))
    assert len(results_of_the_transform(project)) == 2


def test_of_the_transforms_results_the_oldest_goes(project):
    folder = project.context.state / "cache" / "transforms"
    folder.mkdir(parents=True)
    for age_s in range(KEPT):
        (folder / f"{age_s}.json").write_text("{}")
        os.utime(folder / f"{age_s}.json", (1_000_000_000 - age_s, 1_000_000_000 - age_s))
    project.load(sam_function())
    assert len(results_of_the_transform(project)) == KEPT
    assert not (folder / f"{KEPT - 1}.json").exists()


def test_a_result_of_the_transform_that_was_cut_off_is_made_again(project):
    first = project.load(sam_function())
    [stored] = results_of_the_transform(project)
    stored.write_text(stored.read_text()[:100])
    assert [r.logical_id for r in project.load(sam_function()).resources] == [r.logical_id for r in first.resources]

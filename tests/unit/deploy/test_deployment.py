"""The steps of a deployment, with a `sam` that writes down what it is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emulator.deploy import environment
from emulator.deploy.deployment import Deployment, create_secrets, deploy, prove, release, upload_website
from emulator.deploy.functions import built
from emulator.deploy.sam_cli import SamCli
from emulator.errors import DeployError

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.11, CodeUri: src}}
Resources:
  Greet: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler}}
  Node: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: nodejs22.x}}
  Table: {Type: AWS::DynamoDB::Table}
"""
CONFIG = """\
version = 0.1
[dev.global.parameters]
region = "eu-west-1"
[dev.deploy.parameters]
profile = "shop"
parameter_overrides = ["Stage=dev", "Level=INFO"]
[prod.deploy.parameters]
stack_name = "shop-prod"
"""
SAM = """\
echo "$@" >>{folder}/asked
[ "$1" != "{failing}" ] || {{ echo "Error: what is wrong"; exit 1; }}
[ "$1" != build ] || {{ mkdir -p {build}/Greet; cp {code}/* {build}/Greet; cp {template} {build}/template.yaml; \
sed -i 's/CodeUri: src/CodeUri: Greet/' {build}/template.yaml; }}
"""


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    code = tmp_path / "shop" / "src"
    code.mkdir(parents=True)
    (code / "app.py").write_text("def handler(event, context): ...")
    (tmp_path / "shop" / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "shop" / "samconfig.toml").write_text(CONFIG)
    return Deployment("shop", tmp_path / "shop" / "template.yaml", "dev", tmp_path / "state")


def sam(deployment: Deployment, failing: str = "nothing") -> SamCli:
    folder = deployment.state / "tools" / "sam"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    values = {"folder": folder, "failing": failing, "build": deployment.build, "template": deployment.template}
    script = SAM.format(**values, code=deployment.template.parent / "src")
    (folder / "bin" / "sam").write_text(f"#!/bin/sh\n{script}")
    (folder / "bin" / "sam").chmod(0o755)
    return SamCli(folder, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})


def asked(cli: SamCli) -> list[str]:
    return (cli.folder / "asked").read_text().splitlines()


def test_template_is_validated_built_proved_and_deployed(deployment: Deployment) -> None:
    cli, said = sam(deployment), list[str]()
    deploy(deployment, cli, said.append)
    assert [line.split()[0] for line in asked(cli)] == ["validate", "build", "deploy"]
    assert all("--config-env dev" in line for line in asked(cli))
    assert "shop: Greet is what runs here, 1 files" in said


def test_invalid_template_is_never_built(deployment: Deployment) -> None:
    cli = sam(deployment, failing="validate")
    with pytest.raises(DeployError, match=r"sam validate failed .*what is wrong"):
        deploy(deployment, cli, lambda _: None)
    assert len(asked(cli)) == 1


def test_artifact_that_is_not_what_runs_here_is_never_deployed(deployment: Deployment) -> None:
    cli = sam(deployment)
    with pytest.raises(DeployError, match=r"different: app\.py"):
        deploy(deployment, cli, lambda said: tamper(deployment) if said.endswith("building") else None)
    assert [line.split()[0] for line in asked(cli)] == ["validate", "build"]


def tamper(deployment: Deployment) -> None:
    """Make the build copy something else than the code."""
    script = deployment.state / "tools" / "sam" / "bin" / "sam"
    script.write_text(script.read_text() + f'[ "$1" != build ] || echo "# late" >>{deployment.build}/Greet/app.py\n')


def test_functions_are_found_with_the_folder_that_ships_and_the_artifact(deployment: Deployment) -> None:
    sam(deployment).run(["build"], cwd=deployment.template.parent, quiet=True)
    found = built(deployment.template, deployment.build)
    assert [(one.logical_id, one.runtime, one.code.name) for one in found] == [("Greet", "python3.11", "src")]
    assert found[0].artifact == (deployment.build / "Greet").resolve()
    assert prove(deployment) == ("Greet is what runs here, 1 files",)


def test_parameters_of_the_command_line_join_those_of_the_environment(deployment: Deployment) -> None:
    cli = sam(deployment)
    changed = Deployment(
        "shop", deployment.template, "dev", deployment.state, {"Level": "DEBUG", "Mail": "a@b.example"}
    )
    release(changed, environment.read(changed.template, "dev"), cli)
    assert asked(cli)[0].endswith("--parameter-overrides Stage=dev Level=DEBUG Mail=a@b.example")


def test_environment_that_samconfig_lacks_is_refused(deployment: Deployment) -> None:
    with pytest.raises(DeployError, match=r"no environment 'staging' .*found dev, prod"):
        environment.read(deployment.template, "staging")


def test_secrets_go_to_the_account_of_the_environment(deployment: Deployment, tmp_path: Path) -> None:
    script = tmp_path / "secrets.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "told = [*sys.argv[1:], *(os.environ[name] for name in ('AWS_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL'))]\n"
        "pathlib.Path(__file__).with_suffix('.told').write_text(' '.join(told))\n"
    )
    create_secrets(deployment, environment.read(deployment.template, "dev"), script, sam(deployment))
    told = script.with_suffix(".told").read_text()
    assert told == "shop --env dev eu-west-1 shop http://127.0.0.1:9"


def test_web_page_goes_to_the_stack_of_the_environment(deployment: Deployment, tmp_path: Path) -> None:
    script = tmp_path / "website.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "told = [*sys.argv[1:], os.environ['AWS_ENDPOINT_URL']]\n"
        "pathlib.Path(__file__).with_suffix('.told').write_text(' '.join(told))\n"
    )
    for name, stack in (("dev", "shop"), ("prod", "shop-prod")):
        upload_website(deployment, environment.read(deployment.template, name), script, sam(deployment))
        assert script.with_suffix(".told").read_text() == f"shop --stack {stack} http://127.0.0.1:9"


def test_web_page_is_uploaded_after_the_deployment(deployment: Deployment, tmp_path: Path) -> None:
    cli, script = sam(deployment), tmp_path / "website.py"
    script.write_text(f"open({str(cli.folder / 'asked')!r}, 'a').write('web page\\n')")
    deploy(replace(deployment, website=script), cli, lambda _: None)
    assert [line.split()[0] for line in asked(cli)] == ["validate", "build", "deploy", "web"]


def test_web_page_that_cannot_be_uploaded_fails_the_deployment(deployment: Deployment, tmp_path: Path) -> None:
    script = tmp_path / "website.py"
    script.write_text("raise SystemExit(3)")
    with pytest.raises(DeployError, match="web page of shop"):
        upload_website(deployment, environment.read(deployment.template, "dev"), script, sam(deployment))


def test_secrets_that_cannot_be_created_stop_the_deployment(deployment: Deployment, tmp_path: Path) -> None:
    script = tmp_path / "secrets.py"
    script.write_text("raise SystemExit(3)")
    with pytest.raises(DeployError, match="secrets of shop"):
        create_secrets(deployment, environment.read(deployment.template, "dev"), script, sam(deployment))


def test_sam_is_never_allowed_to_phone_home(deployment: Deployment) -> None:
    cli = sam(deployment)
    script = cli.folder / "bin" / "sam"
    script.write_text(f'#!/bin/sh\necho "$SAM_CLI_TELEMETRY $AWS_ENDPOINT_URL" >{cli.folder}/asked\n')
    cli.run(["validate"], cwd=deployment.template.parent, quiet=True)
    assert asked(cli) == ["0 http://127.0.0.1:9"]

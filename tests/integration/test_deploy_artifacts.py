"""What the SAM CLI makes of each system is file for file what runs here. Nothing is deployed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.deploy import Deployment, environment, installed
from emulator.deploy.deployment import build, prove, validate
from emulator.deploy.functions import built
from emulator.errors import DeployError
from tests.integration.deploy_wheels import offline_pip

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".terrarium"
SYSTEMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["terrarium"]["stacks"]

pytestmark = pytest.mark.slow


# test_deploy_shortener.py deploys the shortener altogether.
@pytest.mark.parametrize("system", [name for name in SYSTEMS if name != "shortener"])
def test_artifact_of_every_function_is_what_runs_here(system: str, tmp_path: Path) -> None:
    try:
        sam = installed(STATE, print)
    except DeployError as error:
        pytest.skip(error.sentence())
    template = ROOT / "services" / system / "template.yaml"
    pip = offline_pip(template.parent / "src" / "requirements.txt", sam.folder / "bin" / "pip", STATE / "cache")
    sam = replace(sam, environment={**sam.environment, **pip, "AWS_DEFAULT_REGION": "us-east-1"})
    # What is installed for functions is kept beside; what is built is not.
    (tmp_path / "cache").symlink_to(STATE / "cache")
    deployment = Deployment(system, template, "dev", tmp_path)
    configured = environment.read(template, "dev")
    validate(deployment, configured, sam)
    build(deployment, configured, sam)
    proved = [sentence for sentence in prove(deployment) if " is what runs here" in sentence]
    assert len(proved) == len(built(template, deployment.build)) > 0

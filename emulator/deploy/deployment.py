"""`terrarium deploy`: one template through the SAM CLI, with the proof that what ships is what ran here.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-deploying.html
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulator.deploy import artifact, environment, functions
from emulator.deploy.environment import Environment
from emulator.deploy.sam_cli import SamCli
from emulator.errors import DeployError
from emulator.runtime import interpreter
from emulator.runtime.packages import Packages

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One system to deploy. `environment` is a table of the samconfig.toml beside the template.

    `parameters` win over those of samconfig.toml. `secrets` is a script that creates the SSM SecureStrings the system
    reads: CloudFormation cannot.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
    `website` is a script that uploads the system's web page: objects are not CloudFormation's either.
    """

    name: str
    template: Path
    environment: str
    state: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Path | None = None
    website: Path | None = None

    @property
    def build(self) -> Path:
        """Where `sam build` writes: one folder per function, and the template that names them."""
        return self.state / "build" / self.name


def deploy(deployment: Deployment, sam: SamCli, report: Report) -> None:
    """Validate, build, prove, create secrets, deploy, upload the web page; raises DeployError at the first step that
    fails."""
    configured = environment.read(deployment.template, deployment.environment)
    report(f"{deployment.name}: validating")
    validate(deployment, configured, sam)
    report(f"{deployment.name}: building")
    build(deployment, configured, sam)
    for sentence in prove(deployment):
        report(f"{deployment.name}: {sentence}")
    if deployment.secrets is not None:
        report(f"{deployment.name}: secrets")
        create_secrets(deployment, configured, deployment.secrets, sam)
    report(f"{deployment.name}: deploying to {deployment.environment}")
    release(deployment, configured, sam)
    if deployment.website is not None:
        report(f"{deployment.name}: web page")
        upload_website(deployment, configured, deployment.website, sam)


def validate(deployment: Deployment, configured: Environment, sam: SamCli) -> None:
    """`sam validate --lint`: the SAM schema and cfn-lint's rules."""
    template = ["--template-file", str(deployment.template)]
    sam.run(["validate", "--lint", *template, *configured.options], cwd=deployment.template.parent, quiet=True)


def build(deployment: Deployment, configured: Environment, sam: SamCli) -> None:
    """`sam build`: code and dependencies of every function, for Lambda's platform."""
    places = ["--build-dir", str(deployment.build), "--cache-dir", str(deployment.state / "cache" / "sam")]
    template = ["--template-file", str(deployment.template)]
    sam.run(["build", *template, *places, *configured.options], cwd=deployment.template.parent, quiet=True)


def prove(deployment: Deployment) -> tuple[str, ...]:
    """What was compared and found, in sentences; raises DeployError when an artifact is not what runs here."""
    packages = Packages(deployment.state / "cache")
    sentences, notes = [], dict[str, None]()
    for function in functions.built(deployment.template, deployment.build):
        python = interpreter.find(function.runtime)
        if not python.exact:
            sentences.append(f"{function.logical_id} not compared: this machine has no {function.runtime}")
            continue
        found = artifact.compare(function.artifact, function.code, packages.of(function.code, python))
        if not found.same:
            raise DeployError(
                f"The artifact of {function.logical_id} is not what runs here",
                where=str(function.artifact),
                found=str(found),
                fix=f"Pin all versions in {function.code / 'requirements.txt'}; build on Lambda's platform (Linux).",
            )
        sentences.append(f"{function.logical_id} is what runs here, {found.compared} files")
        notes.update((str(build), None) for build in found.other_builds)
    return (*sentences, *notes)


def create_secrets(deployment: Deployment, configured: Environment, script: Path, sam: SamCli) -> None:
    """Run the secrets script in the account of this environment; what it prints goes to standard error."""
    if not _succeeds([str(script), deployment.name, "--env", deployment.environment], configured, sam):
        raise DeployError(f"The secrets of {deployment.name} could not be created", where=str(script), fix="See above.")


def upload_website(deployment: Deployment, configured: Environment, script: Path, sam: SamCli) -> None:
    """Run the website script on the stack that is deployed now; what it prints goes to standard error."""
    stack = configured.stack or deployment.name
    if not _succeeds([str(script), deployment.name, "--stack", stack], configured, sam):
        raise DeployError(
            f"The web page of {deployment.name} could not be uploaded", where=str(script), fix="See above."
        )


def _succeeds(command: Sequence[str], configured: Environment, sam: SamCli) -> bool:
    environment = {**os.environ, **configured.account(), **sam.environment}
    return subprocess.run([sys.executable, *command], env=environment, stdout=sys.stderr, check=False).returncode == 0


def release(deployment: Deployment, configured: Environment, sam: SamCli) -> None:
    """`sam deploy` of what was built. It asks first where samconfig.toml says `confirm_changeset`."""
    # On the command line they replace those of samconfig.toml altogether, so these go along.
    overrides = [f"{name}={value}" for name, value in {**configured.parameters, **deployment.parameters}.items()]
    given = ["--parameter-overrides", *overrides] if deployment.parameters else []
    template = ["--template-file", str(deployment.build / "template.yaml")]
    sam.run(
        ["deploy", *template, *configured.options, "--no-fail-on-empty-changeset", *given],
        cwd=deployment.template.parent,
    )

"""`terrarium deploy`: the same templates to AWS, through the SAM CLI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from emulator.cli.context import Here, here
from emulator.cli.key_values import pairs
from emulator.deploy import Deployment, deploy, installed
from emulator.supervisor.project import name_of, template_at


@click.command("deploy")
@click.argument("systems", nargs=-1, metavar="[SYSTEM|TEMPLATE]...")
@click.option(
    "--env", "environment", default="dev", show_default=True, help="Table of samconfig.toml: dev, staging, prod."
)
@click.option("--parameter", "parameters", multiple=True, metavar="KEY=VALUE", help="Template parameter; repeatable.")
def command(systems: tuple[str, ...], environment: str, parameters: tuple[str, ...]) -> None:
    """Validate, build and deploy the project's systems, or only those you name, with the SAM CLI.

    The credentials and region are your own (AWS_PROFILE and so on). The build is compared file for file with what
    ran here before anything is changed on AWS.

    \b
    Examples:
      terrarium deploy --env staging shortener
      AWS_PROFILE=shop terrarium deploy --env prod
    """
    place = here()
    sam = installed(place.state, click.echo)
    given = pairs(parameters)
    for deployment in [_deployment(place, system, environment, given) for system in systems or place.project.stacks]:
        deploy(deployment, sam, click.echo)
        click.echo(f"{deployment.name}: deployed to {environment}")


def _deployment(place: Here, system: str, environment: str, parameters: Mapping[str, str]) -> Deployment:
    own = place.project.template_of(system)
    template = own if system in place.project.stacks else template_at(Path(system))
    scripts = [place.project.root / "seed" / name for name in ("secrets.py", "website.py")]
    secrets, website = (path if template == own and path.is_file() else None for path in scripts)
    return Deployment(
        name=name_of(template),
        template=template,
        environment=environment,
        state=place.state,
        parameters=parameters,
        secrets=secrets,
        website=website,
    )

"""`terrarium up`: start everything, show how it goes, print where it is."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from emulator import backends
from emulator.cli import already_up, table
from emulator.cli.context import Here, here
from emulator.cli.key_values import pairs
from emulator.cli.narration import narrate, narrator
from emulator.errors import TerrariumError
from emulator.settings import BACKENDS, localstack_has_account
from emulator.supervisor import machine, plan, run_state
from emulator.supervisor.background import Background
from emulator.supervisor.overview import Overview, overview
from emulator.supervisor.plan import Asked, Plan
from emulator.supervisor.progress import Failed


@click.command("up")
@click.argument("templates", nargs=-1, metavar="[TEMPLATE]...")
@click.option("--backend", type=click.Choice(BACKENDS), help="Who serves the AWS services. Default: embedded.")
@click.option("--endpoint", metavar="URL", help="Address of the backend, with --backend external.")
@click.option("--detach", "-d", is_flag=True, help="Return once all is healthy; it goes on in the background.")
@click.option("--containers", is_flag=True, help="With --backend localstack: one container per system, too.")
@click.option("--port-base", type=int, help="Port of the first system. Default: 3001.")
@click.option("--stack", "stacks", multiple=True, metavar="NAME", help="Only this system of the project; repeatable.")
@click.option("--config-env", default="dev", show_default=True, help="Environment of samconfig.toml.")
@click.option("--parameter", "parameters", multiple=True, metavar="KEY=VALUE", help="Template parameter; repeatable.")
@click.option("--debug", multiple=True, metavar="FUNCTION", help="Open a debugger port for this function; repeatable.")
def command(
    templates: tuple[str, ...],
    backend: str | None,
    endpoint: str | None,
    detach: bool,
    containers: bool,
    port_base: int | None,
    stacks: tuple[str, ...],
    config_env: str,
    parameters: tuple[str, ...],
    debug: tuple[str, ...],
) -> None:
    """Run the project's systems, or the SAM, `cdk synth` or CloudFormation TEMPLATEs you name.

    Starts the backend, creates what the templates describe, loads demo data into the project's own systems and
    serves them. Without --detach it stays in the foreground and shows the logs until Ctrl-C. A second `up` changes
    nothing and shows the table again.

    \b
    Examples:
      terrarium up
      terrarium up --detach --stack shortener
      terrarium up ../shop/template.yaml --port-base 3100 --parameter Stage=dev
      terrarium up --backend localstack --debug Redirect
    """
    place = here()
    asked = Asked(
        templates=templates,
        stacks=tuple(name for text in stacks for name in text.replace(",", " ").split()),
        backend=backend or ("external" if endpoint else place.settings.backend),
        backend_port=place.settings.backend_port,
        endpoint=endpoint or place.settings.endpoint,
        region=place.settings.region,
        port_base=port_base or place.settings.port_base,
        config_env=config_env,
        parameters=pairs(parameters),
        debug=debug,
    )
    sys.exit(_up(place, plan.make(_informed(asked), place.project, place.state), detach=detach, containers=containers))


def _informed(asked: Asked) -> Asked:
    """With what the backend that is to be used is known to have."""
    if asked.backend == "external" and asked.endpoint:
        return replace(asked, every_service=backends.has_cognito(asked.endpoint, asked.region))
    return replace(asked, every_service=localstack_has_account())


def _up(place: Here, planned: Plan, *, detach: bool, containers: bool) -> int:
    if already_up.check(planned, containers=containers):
        click.echo("Terrarium is already up.")
        return _show(place, planned)
    machine.check_state_folder(planned.state)
    if containers:
        return _in_containers(place, planned)
    return _in_background(place, planned) if detach else _in_foreground(place, planned)


def _in_background(place: Here, planned: Plan) -> int:
    background = Background(planned)
    try:
        outcome = narrate(background.events())
    except KeyboardInterrupt:
        click.echo("\nStopping what was started…", err=True)
        background.cancel()
        return 130
    if isinstance(outcome, Failed):
        background.wait()
        raise TerrariumError(outcome.sentence)
    return _show(place, planned)


def _in_containers(place: Here, planned: Plan) -> int:
    from emulator.supervisor import containers

    with narrator() as told:
        containers.up(planned, told.tell)
    return _show(place, planned)


def _in_foreground(place: Here, planned: Plan) -> int:
    from emulator.cli.foreground import Foreground

    return Foreground(planned, lambda: _show(place, planned)).run()


def _show(place: Here, planned: Plan) -> int:
    """Print the table; 1 when something that was up before is not as it should be."""
    found = overview(run_state.read_alive(planned.state))
    table.show(found, _first_try(place, planned, found))
    return 0 if found.healthy else 1


def _first_try(place: Here, planned: Plan, found: Overview) -> str:
    """What to type first; a system without an API has functions all the same."""
    first = found.stacks[0] if found.stacks else {"http": {}, "functions": {}}
    if not first["http"] and first["functions"]:
        return f"terrarium invoke {next(iter(first['functions']))}"
    name = planned.systems[0].name
    if first["http"] and name not in place.project.tries:
        # With the stage, outside of which a REST API answers nobody.
        return f"curl -i {str(next(iter(first['http'].values()))).rstrip('/')}/"
    return place.project.first_try(name, planned.systems[0].port)

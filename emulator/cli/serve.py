"""`terrarium serve`: one system in this process, without a supervisor; what a container runs."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.cli.context import here
from emulator.cli.key_values import pairs
from emulator.model import Endpoints
from emulator.settings import BACKENDS
from emulator.supervisor.project import name_of, template_at
from emulator.system_spec import SystemSpec


@click.command("serve")
@click.argument("template", type=click.Path(path_type=Path))
@click.option(
    "--backend", type=click.Choice(BACKENDS), default="external", show_default=True, help="Kind of the backend."
)
@click.option("--endpoint", metavar="URL", help="Address of the backend; none for AWS.")
@click.option(
    "--endpoint-for", "by_service", multiple=True, metavar="SERVICE=URL", help="Another address for one service."
)
@click.option("--port", type=int, default=3001, show_default=True, help="Port to serve on.")
@click.option("--config-env", default="dev", show_default=True, help="Environment of samconfig.toml.")
@click.option("--parameter", "parameters", multiple=True, metavar="KEY=VALUE", help="Template parameter; repeatable.")
def command(
    template: Path,
    backend: str,
    endpoint: str | None,
    by_service: tuple[str, ...],
    port: int,
    config_env: str,
    parameters: tuple[str, ...],
) -> None:
    """Serve one TEMPLATE in this process on a backend that is already there, until it is told to end.

    This is what each container of docker-compose.yml runs; on a laptop, `terrarium up` is what you want.

    \b
    Example:
      terrarium serve services/shortener/template.yaml --endpoint http://localstack:4566 --port 3001
    """
    from emulator.app import run_system  # everything a system needs: no other command waits for it

    place = here()
    found = template_at(template)
    (place.state / "logs").mkdir(parents=True, exist_ok=True)
    run_system(
        SystemSpec(
            name=name_of(found),
            template=found,
            port=port,
            backend=backend,
            endpoints=Endpoints(endpoint or place.settings.endpoint, pairs(by_service)),
            state=place.state,
            config_env=config_env,
            parameters=pairs(parameters),
        )
    )

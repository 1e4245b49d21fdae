"""`terrarium env`: shell exports that point the AWS tools at the local cloud."""

from __future__ import annotations

import shlex

import click

from emulator.cli.context import here
from emulator.model import Endpoints
from emulator.supervisor import health
from emulator.supervisor.run_state import RunState
from emulator.supervisor.seeding import CREDENTIALS


@click.command("env")
@click.option("--stack", help="Point `lambda` and `cloudfront` at this stack; needed when several run.")
def command(stack: str | None) -> None:
    """Print exports so that `aws`, boto3, Terraform and others use the local cloud.

    The credentials are dummies: the local cloud accepts any. With one running stack, the `lambda` service points at
    it, so that `aws lambda invoke` works too. `cloudfront` points at the stack that has distributions,
    `apigatewaymanagementapi` at the one that has a WebSocket API.

    \b
    Examples:
      eval "$(terrarium env)"
      aws dynamodb list-tables
    """
    found = here()
    run = found.running()
    if run.backend == "aws":
        click.echo("# The backend is AWS itself: your own credentials and region apply.")
        return
    for name, value in variables(run, found.settings.region, stack).items():
        click.echo(f"export {name}={shlex.quote(value)}")


def variables(run: RunState, region: str, stack: str | None) -> dict[str, str]:
    """Names and values for a shell."""
    by_service = dict(run.by_service)
    lambda_port = _lambda_port(run, stack)
    if lambda_port is not None:
        by_service["lambda"] = f"http://127.0.0.1:{lambda_port}"
    edge_port = _edge_port(run, lambda_port)
    if edge_port is not None:
        by_service["cloudfront"] = f"http://127.0.0.1:{edge_port}"
    connections = _connections(run, lambda_port)
    if connections is not None:
        by_service["apigatewaymanagementapi"] = connections
    return {
        **Endpoints(run.endpoint, by_service).as_environment(),
        **CREDENTIALS,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _edge_port(run: RunState, chosen: int | None) -> int | None:
    """The port of the chosen stack, else of the only one with distributions: an invalidation must not go elsewhere."""
    ports = [one.port for one in run.systems if chosen in (None, one.port)]
    having = [port for port in ports if (health.status(port) or {}).get("distributions")]
    return having[0] if len(having) == 1 else None


def _connections(run: RunState, chosen: int | None) -> str | None:
    """Where the WebSocket clients of the chosen stack can be posted to, else those of the only one that has an API."""
    ports = [one.port for one in run.systems if chosen in (None, one.port)]
    urls = [url for port in ports for url in (health.status(port) or {}).get("websocket", {}).values()]
    return str(urls[0]).replace("ws", "http", 1) if len(urls) == 1 else None


def _lambda_port(run: RunState, stack: str | None) -> int | None:
    if stack is None:
        return run.systems[0].port if len(run.systems) == 1 else None
    for system in run.systems:
        if stack in (system.name, (health.status(system.port) or {}).get("name")):
            return system.port
    raise click.BadParameter(
        f"no stack {stack!r}; running: {', '.join(system.name for system in run.systems)}", param_hint="--stack"
    )

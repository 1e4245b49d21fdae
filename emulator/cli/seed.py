"""`terrarium seed`: load the demo data again."""

from __future__ import annotations

import sys

import click

from emulator.cli.context import Here, here
from emulator.errors import UsageError
from emulator.supervisor import health
from emulator.supervisor.run_state import RunningSystem, RunState
from emulator.supervisor.seeding import Seed, seed_of


@click.command("seed")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
def command(systems: tuple[str, ...]) -> None:
    """Load the demo data of the project's running systems, or only of the SYSTEMs you name.

    Loading is idempotent: what is there already stays. `terrarium up` does it once by itself.

    \b
    Examples:
      terrarium seed
      terrarium seed shortener
    """
    place = here()
    run = place.running()
    seeds = [(system, _seed(place, run, system)) for system in _chosen(run, systems)]
    codes = [_load(system, seed) for system, seed in seeds if seed is not None]
    if not codes:
        click.echo("There is no demo data for what runs.")
    sys.exit(max(codes, default=0))


def _chosen(run: RunState, names: tuple[str, ...]) -> list[RunningSystem]:
    running = {system.name: system for system in run.systems}
    unknown = [name for name in names if name not in running]
    if unknown:
        raise UsageError(
            f"{', '.join(unknown)} does not run", found=", ".join(running), fix="Name a running system, or start it."
        )
    return [running[name] for name in names or running]


def _seed(place: Here, run: RunState, system: RunningSystem) -> Seed | None:
    if system.template != str(place.project.template_of(system.name)):
        return None
    return seed_of(run, system.name, place.project.root, place.state, place.settings.region)


def _load(system: RunningSystem, seed: Seed) -> int:
    answer = health.status(system.port) or {}
    api = next(iter(answer.get("http", {}).values()), None)
    if api is None:
        raise UsageError(f"System {system.name} does not answer", fix="`terrarium status` shows how it is.")
    if seed.start(api, str(answer.get("stack", system.name))).wait() != 0:
        click.echo(f"{system.name}: {seed.last_words()} ({seed.log})", err=True)
        return 1
    seed.mark()
    click.echo(f"{system.name}: demo data loaded")
    return 0

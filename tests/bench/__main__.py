"""`python -m tests.bench`: measure Terrarium beside its peers and against the bars of DESIGN.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from tests.bench import report
from tests.bench.contender import WORK
from tests.bench.findings import Findings
from tests.bench.sections import SECTIONS, Section


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Short rounds: a look, not a measurement.")
@click.option("--only", "names", multiple=True, type=click.Choice(list(SECTIONS)), help="This section; repeatable.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Where to write the figures.")
@click.option("--rate", type=click.Choice(["document", "max"]), default="document", help="Pace of the document's load.")
def main(quick: bool, names: tuple[str, ...], path: Path | None, rate: str) -> None:
    """Measure and compare. Exit code 0 when all of Terrarium could be measured, whether or not a bar was missed."""
    console, started, load_average = _console(), datetime.now(), os.getloadavg()
    chosen = {name: SECTIONS[name] for name in SECTIONS if not names or name in names}
    if load_average[0] > 0.5:
        console.print(f"This machine is busy (load {load_average[0]:.1f}): trust the ratios, not the rates.")
    findings = _measure(console, chosen, quick=quick, flat_out=rate == "max")
    report.show(console, findings)
    path = path or WORK / f"{started:%Y-%m-%dT%H%M%S}.json"
    report.write(path, findings, started=started, load_average=load_average)
    console.print(f"Written to {path}")
    sys.exit(0 if all(verdict.held is not None for found in findings for verdict in found.verdicts) else 1)


def _console() -> Console:
    """As wide as the terminal; wide enough for the tables where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=140)


def _measure(console: Console, chosen: Mapping[str, Section], *, quick: bool, flat_out: bool) -> list[Findings]:
    with console.status("") as status:

        def progress(text: str) -> None:
            if console.is_terminal:
                status.update(text)
            else:
                print(text, file=sys.stderr, flush=True)

        return [section(quick, flat_out, progress) for section in chosen.values()]


if __name__ == "__main__":
    main()

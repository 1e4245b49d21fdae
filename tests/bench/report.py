"""Shows findings as tables and writes them as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.findings import Figure, Findings, Verdict

UNITS = {"ms": "ms", "us": "µs", "s": "s", "mb": "MB", "percent": "%"}


def show(console: Console, findings: Sequence[Findings]) -> None:
    """One table of figures for each section, then one of all bars."""
    for found in findings:
        console.print(_figures(found))
        for remark in found.remarks:
            console.print(f"  {remark}", style="dim")
    verdicts = [verdict for found in findings for verdict in found.verdicts]
    if verdicts:
        console.print(_verdicts(verdicts))


def write(path: Path, findings: Sequence[Findings], *, started: datetime, load_average: tuple[float, ...]) -> None:
    """Everything that was measured, with the machine it was measured on."""
    document = {
        "started": started.isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load_average_before": list(load_average),
        },
        "sections": [
            {
                "section": found.section,
                "figures": [asdict(figure) for figure in found.figures],
                "verdicts": [{**asdict(verdict), "held": verdict.held} for verdict in found.verdicts],
                "remarks": list(found.remarks),
            }
            for found in findings
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _figures(found: Findings) -> Table:
    table = Table(title=found.section, title_justify="left", title_style="bold")
    for heading in ("what", "who"):
        table.add_column(heading, no_wrap=True)
    for heading in ("median", "range"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    previous = ""
    for figure in found.figures:
        what = "" if figure.what == previous else figure.what
        table.add_row(what, figure.who, _value(figure), _range(figure), figure.reason or _detail(figure))
        previous = figure.what
    return table


def _verdicts(verdicts: Sequence[Verdict]) -> Table:
    table = Table(title="numbers to hold", title_justify="left", title_style="bold")
    table.add_column("what")
    table.add_column("bar", justify="right")
    table.add_column("measured", justify="right")
    table.add_column("")
    for verdict in verdicts:
        mark = {True: "[green]held[/]", False: "[red]missed[/]", None: f"not measured: {verdict.reason}"}[verdict.held]
        measured = "" if verdict.measured is None else f"{_number(verdict.measured)} {verdict.bar.unit}"
        table.add_row(verdict.bar.what, str(verdict.bar), measured, mark)
    return table


def _value(figure: Figure) -> str:
    return "–" if figure.value is None else f"{_number(figure.value)} {figure.unit}"


def _range(figure: Figure) -> str:
    return "" if figure.low is None or figure.high is None else f"{_number(figure.low)} … {_number(figure.high)}"


def _detail(figure: Figure) -> str:
    return " · ".join(_named(name, value) for name, value in figure.detail.items())


def _named(name: str, value: object) -> str:
    """`p50_ms`, 0.17 → "p50 0.17 ms": a unit at the end of a name is shown behind the value."""
    shown = _number(value) if isinstance(value, float) else str(value)
    label, _, unit = name.rpartition("_")
    sign = UNITS.get(unit)
    return f"{label.replace('_', ' ')} {shown} {sign}" if sign else f"{name.replace('_', ' ')} {shown}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"

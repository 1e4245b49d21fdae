"""What runs, asked of the systems themselves: the value behind `terrarium status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from emulator.supervisor import health
from emulator.supervisor.run_state import RunningSystem, RunState


@dataclass(frozen=True, slots=True)
class Overview:
    """`backend`: kind and endpoint, and by_service where a service has another. `stacks`: one account per system, in
    the order of the ports. `problems`: sentences; everything is healthy when there are none."""

    backend: dict[str, Any] = field(default_factory=lambda: {"kind": None, "endpoint": None})
    stacks: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the templates ask for and Terrarium leaves out, one line each with its place."""

    @property
    def healthy(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """{"backend": {"kind", "endpoint"}, "stacks": [{"name", "template", "http", "websocket", "distributions",
        "functions", "resources", "outputs"}]}."""
        return {"backend": self.backend, "stacks": list(self.stacks)}


NOTHING = Overview(problems=("Nothing is running. Start it with `make up` or `terrarium up`.",))

_FIELDS: dict[str, Any] = {
    "http": {},
    "websocket": {},
    "distributions": {},
    "functions": {},
    "resources": {},
    "outputs": {},
}


def overview(run: RunState | None) -> Overview:
    """Ask every system of a run that is alive."""
    if run is None:
        return NOTHING
    with ThreadPoolExecutor(max_workers=max(1, len(run.systems))) as pool:
        answers = list(pool.map(lambda system: health.status(system.port), run.systems))
    pairs = list(zip(run.systems, answers, strict=True))
    return Overview(
        backend=_backend(run),
        stacks=tuple(_stack(system, answer) for system, answer in pairs),
        problems=tuple(problem for system, answer in pairs for problem in _problems(system, answer)),
        left_out=tuple(line for answer in answers if answer is not None for line in health.left_out(answer)),
    )


def borrowed(by_service: Mapping[str, str]) -> list[str]:
    """One sentence for each place beside the backend that serves something, for the banner."""
    places: dict[str, list[str]] = {}
    for service, url in by_service.items():
        places.setdefault(url, []).append(service)
    return [
        f"{' and '.join(services)} served by the embedded backend at {url}: LocalStack has none without an account"
        for url, services in places.items()
    ]


def _backend(run: RunState) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": run.backend, "endpoint": run.endpoint}
    return {**found, "by_service": dict(run.by_service)} if run.by_service else found


def _stack(system: RunningSystem, answer: dict[str, Any] | None) -> dict[str, Any]:
    found = {"name": system.name, "template": system.template, **_FIELDS} | (answer or {})
    return {key: found[key] for key in ("name", "template", *_FIELDS)}


def _problems(system: RunningSystem, answer: dict[str, Any] | None) -> Iterator[str]:
    if answer is None:
        yield system.problem or f"System {system.name} does not answer on port {system.port} (yet)."
    else:
        for sentence in health.failed_functions(answer):
            yield f"{system.name}: {sentence}"

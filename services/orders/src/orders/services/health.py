"""Whether the shop can do its work: asks everything it depends on, all at once and not for long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How the whole is."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something we call. `ask` raises when it does not answer; without an `essential` one there are no orders."""

    name: str
    essential: bool
    ask: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Health:
    """`dependencies` says of each whether it answered; `failures` why not, for the log only."""

    state: State
    dependencies: Mapping[str, bool]
    failures: Mapping[str, str]


def examine(dependencies: Sequence[Dependency]) -> Health:
    """All of them, at the same time: it takes as long as the slowest."""
    with ThreadPoolExecutor(max_workers=max(len(dependencies), 1)) as pool:
        failures = dict(zip(dependencies, pool.map(_failure, dependencies), strict=True))
    failed = [dependency for dependency, failure in failures.items() if failure]
    if any(dependency.essential for dependency in failed):
        state = State.DOWN
    else:
        state = State.DEGRADED if failed else State.OK
    return Health(
        state,
        {dependency.name: dependency not in failed for dependency in dependencies},
        {dependency.name: failures[dependency] for dependency in failed},
    )


def _failure(dependency: Dependency) -> str:
    """Whatever goes wrong while asking is the answer."""
    try:
        dependency.ask()
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return ""

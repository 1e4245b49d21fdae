"""Puts resources into the order in which they can be created; a circle is an error that names it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator.errors import TemplateError
from emulator.template.places import Places


def creation_order(needs: Mapping[str, Sequence[str]], places: Places) -> list[str]:
    """Logical ids so that each stands after all it needs, else in template order. `needs` names only its own keys."""
    done: dict[str, None] = {}
    for start in needs:
        # Depth first with a stack of our own: (logical id, how many of its needs are already looked at).
        stack: list[tuple[str, int]] = [(start, 0)] if start not in done else []
        on_path = {start}
        while stack:
            logical_id, seen = stack.pop()
            if seen == len(needs[logical_id]):
                done[logical_id] = None
                on_path.discard(logical_id)
                continue
            stack.append((logical_id, seen + 1))
            needed = needs[logical_id][seen]
            if needed in on_path:
                raise _circle([name for name, _ in stack], needed, places)
            if needed not in done:
                stack.append((needed, 0))
                on_path.add(needed)
    return list(done)


def _circle(path: list[str], again: str, places: Places) -> TemplateError:
    names = [*path[path.index(again) :], again]
    return TemplateError(
        "Circular dependency between resources",
        where=str(places.resource(again)),
        found=" → ".join(names),
        fix="Break the circle: let one of them take the other's name from a parameter instead of Ref or GetAtt.",
    )

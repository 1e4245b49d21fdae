"""A path as an API names it, with {variable} segments and perhaps a greedy {proxy+} at the end."""

from __future__ import annotations

from dataclasses import dataclass

_STATIC, _VARIABLE, _GREEDY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """The segments, each a literal, a variable or the greedy variable."""

    kinds: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """True when only one path is of this template."""
        return set(self.kinds) <= {_STATIC}

    @property
    def rank(self) -> tuple[bool, tuple[int, ...]]:
        """Smaller is more specific: no greedy variable first, then literal segments as early as possible."""
        return (_GREEDY in self.kinds, self.kinds)

    def captures(self, segments: list[str]) -> dict[str, str] | None:
        """What the variables capture of these segments, or None when the path is not of this template."""
        greedy = self.kinds[-1:] == (_GREEDY,)
        if len(segments) < len(self.kinds) or (len(segments) > len(self.kinds) and not greedy):
            return None
        captured: dict[str, str] = {}
        for index, (kind, name) in enumerate(zip(self.kinds, self.names, strict=True)):
            value = "/".join(segments[index:]) if kind == _GREEDY else segments[index]
            if kind == _STATIC:
                if value != name:
                    return None
            elif not value:
                # A variable never captures nothing: /links/ is not /links/{code}.
                return None
            else:
                captured[name] = value
        return captured


def path_template(path: str) -> PathTemplate:
    classified = [_classified(segment) for segment in path.split("/")[1:]]
    return PathTemplate(tuple(kind for kind, _ in classified), tuple(name for _, name in classified))


def _classified(segment: str) -> tuple[int, str]:
    if not (segment.startswith("{") and segment.endswith("}")):
        return _STATIC, segment
    name = segment[1:-1]
    return (_GREEDY, name.removesuffix("+")) if name.endswith("+") else (_VARIABLE, name)

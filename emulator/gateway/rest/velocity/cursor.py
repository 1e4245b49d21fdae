"""A place in a template's text that moves forward."""

from __future__ import annotations

import re

from emulator.gateway.rest.velocity.syntax import TemplateSyntaxError

_SPACE = re.compile(r"\s*")


class Cursor:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.text)

    def sees(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def take(self, token: str) -> bool:
        """Steps over the token if it is next."""
        if not self.sees(token):
            return False
        self.at += len(token)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Steps over what the pattern matches here."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def skip_space(self) -> None:
        self.match(_SPACE)

    def expect(self, token: str) -> None:
        self.skip_space()
        if not self.take(token):
            raise self.fault(f"expected {token!r}")

    def fault(self, what: str) -> TemplateSyntaxError:
        line = self.text.count("\n", 0, self.at) + 1
        return TemplateSyntaxError(f"line {line} of the template: {what}, found {self.text[self.at : self.at + 20]!r}")

"""Reads, renames and finds people."""

from __future__ import annotations

from collections.abc import Sequence

from chat.domain import names
from chat.domain.errors import InvalidFieldError, PersonNotFoundError
from chat.domain.model import Person
from chat.domain.paging import PageTokens
from chat.domain.ports import People
from chat.domain.remembering import Remembered


class ManagePeople:
    """The use cases behind /users."""

    def __init__(self, people: People, tokens: PageTokens) -> None:
        self._people, self._tokens = people, tokens

    def read(self, user_id: str) -> Person:
        """Raises PersonNotFoundError."""
        found = self._people.several([user_id]).get(user_id)
        if found is None:
            raise PersonNotFoundError("There is nobody with this id.")
        return found

    def rename(self, user_id: str, display_name: str) -> Person:
        """Raises InvalidFieldError, PersonNotFoundError."""
        wanted = names.shown_name(display_name)
        return self._people.rename(self.read(user_id), wanted)

    def search(self, query: str, limit: int, token: str | None) -> tuple[Sequence[Person], str | None]:
        """One page, by name, and the nextToken. Raises InvalidFieldError, ForgedTokenError."""
        prefix = names.folded(query)
        if not prefix:
            raise InvalidFieldError("query", "must have a letter or digit")
        listed = f"people {prefix}"
        page = self._people.beginning_with(prefix, limit, self._tokens.position(listed, token))
        return page.records, self._tokens.sign(listed, page.position)


class DisplayNames:
    """Who writes and types, as others see it: remembered for as long as `remembered` says."""

    def __init__(self, people: People, remembered: Remembered[str, str]) -> None:
        self._people, self._remembered = people, remembered

    def __call__(self, user_id: str) -> str:
        """Raises PersonNotFoundError, UnavailableError."""
        return self._remembered(user_id, lambda: self._read(user_id))

    def _read(self, user_id: str) -> str:
        found = self._people.several([user_id]).get(user_id)
        if found is None:
            raise PersonNotFoundError("There is nobody with this id.")
        return found.display_name

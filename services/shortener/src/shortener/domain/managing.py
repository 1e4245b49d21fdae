"""Creates, lists, reads, changes and deletes links for their owners."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from shortener.domain import codes, targets
from shortener.domain.errors import (
    ChangedMeanwhileError,
    CodeTakenError,
    InvalidFieldError,
    KeyReusedError,
    LinkNotFoundError,
    NotOwnerError,
    UnavailableError,
)
from shortener.domain.events import Recorder
from shortener.domain.model import Caller, Link, Origin, Page, State
from shortener.domain.paging import PageTokens
from shortener.domain.ports import Answered, Links, Now

_DRAWS = 5


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a caller asks for. Without `code` one is generated."""

    target: str
    code: str | None = None
    expires_at: datetime | None = None
    tags: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """The same for the same wish, however its JSON was written."""
        wish = [self.target, self.code, self.expires_at and self.expires_at.isoformat(), self.tags]
        return sha256(json.dumps(wish).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What shall change of a link: None leaves as is. `forget_expiry` makes it last for ever."""

    target: str | None = None
    expires_at: datetime | None = None
    forget_expiry: bool = False
    state: State | None = None
    tags: tuple[str, ...] | None = None
    seen_version: int | None = None


class ManageLinks:
    """The use cases behind /links. `own_hosts` of each call are the hosts that a target may not name."""

    def __init__(self, links: Links, recorder: Recorder, tokens: PageTokens, now: Now) -> None:
        self._links, self._recorder, self._tokens, self._now = links, recorder, tokens, now

    def create(self, caller: Caller, wish: NewLink, own_hosts: Sequence[str], key: str | None, origin: Origin) -> Link:
        """The new link, or the one this Idempotency-Key made before.

        Raises InvalidFieldError, CodeTakenError, KeyReusedError, UnavailableError.
        """
        before = self._before(caller, wish, key)
        if before is not None:
            return before
        targets.allowed(wish.target, own_hosts)
        self._check_expiry(wish.expires_at)
        wanted = codes.chosen(wish.code) if wish.code is not None else None
        for _ in range(_DRAWS):
            link = self._made(caller, wish, wanted or codes.generated())
            answered = Answered(key, wish.fingerprint(), link) if key is not None else None
            try:
                self._links.add(link, self._recorder.happened("link_created", origin, **_described(link)), answered)
            except KeyReusedError:
                return self._before(caller, wish, key) or self._gave_up()
            except CodeTakenError:
                if wanted is not None:
                    raise
            else:
                return link
        return self._gave_up()

    def read(self, caller: Caller, code: str) -> Link:
        """Raises LinkNotFoundError, NotOwnerError."""
        link = self._links.find(code) if codes.is_well_formed(code) else None
        if link is None:
            raise LinkNotFoundError(f"There is no link with the code {code[:32]}.")
        if link.owner != caller.user_id and not caller.is_admin:
            raise NotOwnerError("This link belongs to somebody else.")
        return link

    def owned(self, caller: Caller, limit: int, token: str | None) -> tuple[Page, str | None]:
        """One page of the caller's links and the nextToken; raises ForgedTokenError."""
        position = self._tokens.position(caller.user_id, token) if token is not None else None
        page = self._links.owned_by(caller.user_id, limit, position)
        return page, self._tokens.sign(caller.user_id, page.position) if page.position is not None else None

    def change(self, caller: Caller, code: str, change: Change, own_hosts: Sequence[str], origin: Origin) -> Link:
        """The changed link. Raises as `read`, InvalidFieldError, ChangedMeanwhileError."""
        link = self.read(caller, code)
        if change.seen_version is not None and change.seen_version != link.version:
            raise ChangedMeanwhileError(f"The link is at version {link.version}; read it again.")
        if change.target is not None:
            targets.allowed(change.target, own_hosts)
        self._check_expiry(change.expires_at)
        changed = replace(
            link,
            target=change.target if change.target is not None else link.target,
            expires_at=None if change.forget_expiry else change.expires_at or link.expires_at,
            state=change.state or link.state,
            tags=link.tags if change.tags is None else change.tags,
            updated_at=self._moment(),
            version=link.version + 1,
        )
        event = self._recorder.happened("link_updated", origin, by=caller.user_id, **_described(changed))
        self._links.replace(changed, link.version, event)
        return changed

    def delete(self, caller: Caller, code: str, origin: Origin) -> None:
        """Raises as `read`, ChangedMeanwhileError."""
        link = self.read(caller, code)
        event = self._recorder.happened("link_deleted", origin, by=caller.user_id, **_described(link))
        self._links.remove(link, event)

    def _before(self, caller: Caller, wish: NewLink, key: str | None) -> Link | None:
        answered = self._links.answered(caller.user_id, key) if key is not None else None
        if answered is not None and answered.fingerprint != wish.fingerprint():
            raise KeyReusedError("This Idempotency-Key was used with another body.")
        return answered.link if answered is not None else None

    def _made(self, caller: Caller, wish: NewLink, code: str) -> Link:
        moment = self._moment()
        return Link(code, uuid4().hex, wish.target, caller.user_id, moment, moment, wish.expires_at, tags=wish.tags)

    def _check_expiry(self, expires_at: datetime | None) -> None:
        if expires_at is not None and expires_at.timestamp() <= self._now():
            raise InvalidFieldError("expiresAt", "must be in the future")

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    @staticmethod
    def _gave_up() -> Link:
        raise UnavailableError("No free code could be drawn; try again.")


def _described(link: Link) -> dict[str, object]:
    return {
        "code": link.code,
        "linkId": link.link_id,
        "owner": link.owner,
        "target": link.target,
        "state": link.state.value,
        "expiresAt": link.expires_at.isoformat() if link.expires_at else None,
        "tags": list(link.tags),
        "version": link.version,
    }

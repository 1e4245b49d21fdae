from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from shortener.domain.errors import (
    ChangedMeanwhileError,
    CodeTakenError,
    ForgedTokenError,
    InvalidFieldError,
    KeyReusedError,
    LinkNotFoundError,
    NotOwnerError,
    UnavailableError,
)
from shortener.domain.events import Recorder
from shortener.domain.managing import Change, ManageLinks, NewLink
from shortener.domain.model import Caller, Counts, Link, Origin, State
from shortener.domain.paging import PageTokens
from shortener.domain.statistics import ReadStatistics

from tests.fakes.shortener_ports import FakeLinks, FakeNow, FakeStatistics

ADA, BOB, ROOT = Caller("ada"), Caller("bob"), Caller("root", "admin")
ORIGIN = Origin("c-1", "1.2.3.4", "agent")


class Api:
    """The links' use cases on fakes."""

    def __init__(self) -> None:
        self.now, self.links = FakeNow(), FakeLinks()
        recorder = Recorder(lambda: ("a", "b"), self.now)
        self.manage = ManageLinks(self.links, recorder, PageTokens(lambda: "secret"), self.now)

    def create(self, caller: Caller = ADA, key: str | None = None, **wish: object) -> Link:
        self.now.now += 1
        new = NewLink(**{"target": "https://example.com/a", **wish})  # type: ignore[arg-type]
        return self.manage.create(caller, new, ("short.example",), key, ORIGIN)

    def change(self, code: str, caller: Caller = ADA, **change: object) -> Link:
        return self.manage.change(caller, code, Change(**change), ("short.example",), ORIGIN)  # type: ignore[arg-type]

    def happened(self) -> list[str]:
        return [json.loads(event.line)["type"] for event in self.links.events]


def later(api: Api, seconds: float) -> datetime:
    return datetime.fromtimestamp(api.now.now + seconds, UTC)


def test_created_link_belongs_to_its_caller() -> None:
    api = Api()
    link = api.create(code="abcd", tags=("one",))
    assert (link.owner, link.code, link.tags, link.version) == ("ada", "abcd", ("one",), 1)
    assert api.manage.read(ADA, "abcd") == link


def test_every_change_leaves_an_event() -> None:
    api = Api()
    api.create(code="abcd")
    api.change("abcd", state=State.DISABLED)
    api.manage.delete(ADA, "abcd", ORIGIN)
    assert api.happened() == ["link_created", "link_updated", "link_deleted"]


def test_taken_code_is_a_conflict_and_leaves_no_event() -> None:
    api = Api()
    api.create(code="abcd")
    with pytest.raises(CodeTakenError):
        api.create(BOB, code="abcd")
    assert api.happened() == ["link_created"]


def test_generated_code_that_is_taken_is_drawn_again() -> None:
    class TakesOnlyTheThird(FakeLinks):
        tries = 0

        def add(self, link: Link, event: object, answered: object) -> None:
            self.tries += 1
            if self.tries < 3:
                raise CodeTakenError("taken")

    api = Api()
    api.manage._links = links = TakesOnlyTheThird()
    api.create()
    assert links.tries == 3


def test_it_gives_up_when_every_drawn_code_is_taken() -> None:
    class TakesNone(FakeLinks):
        def add(self, link: Link, event: object, answered: object) -> None:
            raise CodeTakenError("taken")

    api = Api()
    api.manage._links = TakesNone()
    with pytest.raises(UnavailableError):
        api.create()


def test_same_key_and_body_give_the_first_answer() -> None:
    api = Api()
    first = api.create(key="k1")
    assert api.create(key="k1") == first
    assert len(api.links.by_code) == 1


def test_same_key_with_another_body_is_refused() -> None:
    api = Api()
    api.create(key="k1")
    with pytest.raises(KeyReusedError):
        api.create(key="k1", target="https://example.com/b")


def test_keys_of_two_people_do_not_meet() -> None:
    api = Api()
    assert api.create(ADA, key="k1").code != api.create(BOB, key="k1").code


def test_key_used_at_the_same_moment_gives_the_faster_ones_answer() -> None:
    api = Api()
    faster = api.create(key="k1")

    class Late(FakeLinks):
        """Does not see the answer until it tries to write."""

        asked = 0

        def answered(self, owner: str, key: str) -> object:  # type: ignore[override]
            self.asked += 1
            return api.links.answered(owner, key) if self.asked > 1 else None

        def add(self, link: Link, event: object, answered: object) -> None:
            raise KeyReusedError("used")

    late = Late()
    manage = ManageLinks(late, api.manage._recorder, PageTokens(lambda: "s"), api.now)
    assert manage.create(ADA, NewLink("https://example.com/a"), (), "k1", ORIGIN) == faster


def test_expiry_in_the_past_is_refused() -> None:
    api = Api()
    with pytest.raises(InvalidFieldError) as refused:
        api.create(expires_at=later(api, -1))
    assert refused.value.field == "expiresAt"


def test_target_pointing_back_is_refused_on_change_too() -> None:
    api = Api()
    api.create(code="abcd")
    with pytest.raises(InvalidFieldError):
        api.change("abcd", target="https://short.example/abcd")


def test_what_a_change_does_not_name_stays() -> None:
    api = Api()
    before = api.create(code="abcd", tags=("one",), expires_at=later(api, 100))
    after = api.change("abcd", target="https://example.com/b")
    assert (after.target, after.tags, after.expires_at, after.state) == (
        "https://example.com/b",
        before.tags,
        before.expires_at,
        before.state,
    )
    assert after.version == 2


def test_expiry_can_be_taken_away() -> None:
    api = Api()
    api.create(code="abcd", expires_at=later(api, 100))
    assert api.change("abcd", forget_expiry=True).expires_at is None


def test_change_of_a_version_that_is_gone_is_a_conflict() -> None:
    api = Api()
    api.create(code="abcd")
    api.change("abcd", tags=("x",))
    with pytest.raises(ChangedMeanwhileError):
        api.change("abcd", tags=("y",), seen_version=1)


def test_somebody_elses_link_can_neither_be_seen_nor_changed_nor_deleted() -> None:
    api = Api()
    api.create(code="abcd")
    for attempt in (
        lambda: api.manage.read(BOB, "abcd"),
        lambda: api.change("abcd", BOB, tags=()),
        lambda: api.manage.delete(BOB, "abcd", ORIGIN),
    ):
        with pytest.raises(NotOwnerError):
            attempt()


def test_admin_may_change_any_link_and_the_event_says_who() -> None:
    api = Api()
    api.create(code="abcd")
    api.change("abcd", ROOT, state=State.DISABLED)
    assert json.loads(api.links.events[-1].line)["by"] == "root"


def test_deleted_link_is_not_found() -> None:
    api = Api()
    api.create(code="abcd")
    api.manage.delete(ADA, "abcd", ORIGIN)
    with pytest.raises(LinkNotFoundError):
        api.manage.read(ADA, "abcd")


def test_pages_hold_every_own_link_once_newest_first() -> None:
    api = Api()
    made = [api.create(code=f"code{index}").code for index in range(7)]
    api.create(BOB, code="bobs")
    seen: list[str] = []
    token: str | None = None
    while True:
        page, token = api.manage.owned(ADA, 3, token)
        seen += [link.code for link in page.links]
        if token is None:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize("token", ["", "x", "====", "AAAA", "ä", "a" * 80])
def test_invented_token_is_refused(token: str) -> None:
    with pytest.raises(ForgedTokenError):
        Api().manage.owned(ADA, 3, token)


def test_token_of_another_caller_or_changed_by_one_letter_is_refused() -> None:
    api = Api()
    for index in range(3):
        api.create(code=f"code{index}")
    _, token = api.manage.owned(ADA, 1, None)
    assert token is not None
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), ("A" if token[0] != "A" else "B") + token[1:]):
        with pytest.raises(ForgedTokenError):
            api.manage.owned(ADA, 1, forged)
    with pytest.raises(ForgedTokenError):
        api.manage.owned(BOB, 1, token)


def test_statistics_have_every_day_of_the_period_and_the_biggest_first() -> None:
    api = Api()
    api.create(code="abcd")
    counts = Counts(9, {"2026-02-25": 4, "2026-01-01": 5}, {"direct": 2, "https://a": 7}, {"DE": 9}, {"bot": 9})
    report = ReadStatistics(api.manage, FakeStatistics(counts), api.now)(ADA, "abcd", 2)
    assert report.total == 9
    assert report.days == (("2026-02-24", 0), ("2026-02-25", 4))
    assert report.referrers == (("https://a", 7), ("direct", 2))


def test_statistics_are_for_the_owner() -> None:
    api = Api()
    api.create(code="abcd")
    with pytest.raises(NotOwnerError):
        ReadStatistics(api.manage, FakeStatistics(Counts()), api.now)(BOB, "abcd", 2)

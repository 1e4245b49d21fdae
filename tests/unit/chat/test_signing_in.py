"""Signing in: guesses, sessions, refresh tokens that were stolen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chat.domain.errors import (
    InvalidFieldError,
    KeyReusedError,
    NameTakenError,
    SessionEndedError,
    TooManyAttemptsError,
    UnavailableError,
    WrongCredentialsError,
)
from chat.domain.model import Caller, Session
from chat.domain.recognising import LiveSessions, Recognise
from chat.domain.remembering import Remembered
from chat.domain.signing_in import GUESSES, GUESSING_S, SESSION_S, SignIn, Tools

from tests.fakes.chat_ports import CountedIds, FakeNow, FakePeople
from tests.fakes.chat_registrations import KEPT_S, FakeRegistrations
from tests.fakes.chat_sign_in import FakeAccessTokens, FakeCounters, FakePasswords, FakeRefreshTokens, FakeSessions

PASSWORD = "correct horse battery"


class Bench:
    """Signing in, on fakes."""

    def __init__(self) -> None:
        self.now = FakeNow()
        self.people, self.sessions, self.passwords = FakePeople(), FakeSessions(), FakePasswords()
        self.ended: list[Session] = []
        self.before_end_sockets: Callable[[], None] = lambda: None
        tools = Tools(
            people=self.people,
            registrations=FakeRegistrations(self.now),
            sessions=self.sessions,
            guesses=FakeCounters(self.now),
            passwords=self.passwords,
            access=FakeAccessTokens(),
            refresh=FakeRefreshTokens(),
            end_sockets=self._end_sockets,
        )
        self.sign_in = SignIn(tools, self.now, CountedIds())

    def _end_sockets(self, session: Session) -> None:
        self.before_end_sockets()
        self.ended.append(session)

    def recognise(self, max_age_s: float = 0) -> Recognise:
        live = LiveSessions(self.sessions, self.now, Remembered(self.now, max_age_s))
        return Recognise(FakeAccessTokens(), live)


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.sign_in.register("Ada", PASSWORD, "Ada Lovelace", None)
    return made


def test_name_is_small_and_display_name_is_tidy(bench: Bench) -> None:
    person = bench.sign_in.register(" Grace.H ", PASSWORD, "  Grace \t Hopper\u202e ", None)
    assert (person.name, person.display_name) == ("grace.h", "Grace Hopper")


def test_password_is_stored_as_a_hash_only(bench: Bench) -> None:
    account = bench.people.with_name("ada")
    assert account is not None
    assert account.password_hash == f"hash of {PASSWORD}"
    assert PASSWORD not in repr(account)


@pytest.mark.parametrize("password", ["short", "x" * 129, "aaaaaaaaaaaa", "PASSWORD123", "I am ada, really"])
def test_password_that_is_easily_guessed_is_refused(bench: Bench, password: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        bench.sign_in.register("ada", password, None, None)
    assert refused.value.field == "password"


def test_taken_name_is_refused_but_not_for_the_same_key(bench: Bench) -> None:
    with pytest.raises(NameTakenError):
        bench.sign_in.register("ada", PASSWORD, None, None)
    first = bench.sign_in.register("grace", PASSWORD, None, "key")
    assert bench.sign_in.register("grace", PASSWORD, None, "key") == first
    with pytest.raises(KeyReusedError):
        bench.sign_in.register("grace", f"{PASSWORD}!", None, "key")
    with pytest.raises(KeyReusedError):
        bench.sign_in.register("hopper", PASSWORD, None, "key")


def test_key_is_as_good_as_forgotten_after_a_day(bench: Bench) -> None:
    bench.sign_in.register("grace", PASSWORD, None, "key")
    with pytest.raises(KeyReusedError):
        bench.sign_in.register("hopper", PASSWORD, None, "key")
    bench.now.now += KEPT_S
    assert bench.sign_in.register("hopper", PASSWORD, None, "key").name == "hopper"


def test_key_of_a_name_that_was_taken_gets_the_same_refusal_and_compares_nothing(bench: Bench) -> None:
    for _ in range(2):
        with pytest.raises(NameTakenError):
            bench.sign_in.register("ada", PASSWORD, "Ada Lovelace", "key")
    assert bench.passwords.compared == 0


def test_key_answers_as_at_first_though_the_display_name_has_changed(bench: Bench) -> None:
    first = bench.sign_in.register("grace", PASSWORD, None, "key")
    bench.people.rename(first, "Admiral")
    assert bench.sign_in.register("grace", PASSWORD, None, "key") == first


def test_password_guessed_by_a_known_key_is_a_guess_like_any_other(bench: Bench) -> None:
    bench.sign_in.register("grace", PASSWORD, None, "key")
    for number in range(GUESSES // 2):
        with pytest.raises(KeyReusedError):
            bench.sign_in.register("grace", f"wrong horse {number}", None, "key")
        with pytest.raises(WrongCredentialsError):
            bench.sign_in.sign_in("grace", f"wrong horse {number}")
    compared = bench.passwords.compared
    for attempt in (
        lambda: bench.sign_in.register("grace", PASSWORD, None, "key"),
        lambda: bench.sign_in.sign_in("grace", PASSWORD),
    ):
        with pytest.raises(TooManyAttemptsError):
            attempt()
    assert bench.passwords.compared == compared


def test_id_of_a_person_tells_nothing_of_the_key(bench: Bench) -> None:
    ids = [bench.sign_in.register(name, PASSWORD, None, key).user_id for name, key in (("grace", "1"), ("alan", "2"))]
    # Counted, as all ids are here.
    assert int(ids[1], 16) == int(ids[0], 16) + 1


def test_unknown_name_is_compared_as_well(bench: Bench) -> None:
    for name in ("ada", "nobody"):
        before = bench.passwords.compared
        with pytest.raises(WrongCredentialsError):
            bench.sign_in.sign_in(name, "wrong")
        assert bench.passwords.compared == before + 1


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_guesses_run_out_for_known_and_unknown_names(bench: Bench, name: str) -> None:
    for _ in range(GUESSES):
        with pytest.raises(WrongCredentialsError):
            bench.sign_in.sign_in(name, "wrong")
    with pytest.raises(TooManyAttemptsError) as refused:
        bench.sign_in.sign_in(name, PASSWORD)
    assert 0 < refused.value.retry_after_s <= GUESSING_S
    bench.now.now += GUESSING_S
    with pytest.raises(WrongCredentialsError):
        bench.sign_in.sign_in(name, "wrong")


def test_right_password_forgives_wrong_ones(bench: Bench) -> None:
    for _ in range(3):
        for _ in range(GUESSES - 1):
            with pytest.raises(WrongCredentialsError):
                bench.sign_in.sign_in("ada", "wrong")
        assert bench.sign_in.sign_in("ADA", PASSWORD).person.name == "ada"


def test_refresh_token_is_replaced_at_each_use(bench: Bench) -> None:
    first = bench.sign_in.sign_in("ada", PASSWORD)
    second = bench.sign_in.again(first.refresh)
    assert second.refresh != first.refresh
    assert bench.sign_in.again(second.refresh).person == first.person


def test_refresh_token_used_twice_ends_the_session_and_its_sockets(bench: Bench) -> None:
    first = bench.sign_in.sign_in("ada", PASSWORD)
    second = bench.sign_in.again(first.refresh)
    for stolen in (first, second, first):
        with pytest.raises(SessionEndedError):
            bench.sign_in.again(stolen.refresh)
    assert bench.ended
    with pytest.raises(SessionEndedError):
        bench.recognise()(second.access)


@pytest.mark.parametrize("way", ["again", "sign_out"])
def test_sockets_that_could_not_be_closed_are_closed_by_the_next_try(bench: Bench, way: str) -> None:
    stolen = bench.sign_in.sign_in("ada", PASSWORD)
    bench.sign_in.again(stolen.refresh)
    attempt = {"again": bench.sign_in.again, "sign_out": bench.sign_in.sign_out}[way]

    def table_is_away() -> None:
        bench.before_end_sockets = lambda: None
        raise UnavailableError

    bench.before_end_sockets = table_is_away
    with pytest.raises(UnavailableError):
        attempt(stolen.refresh)
    assert bench.ended == []
    if way == "again":
        with pytest.raises(SessionEndedError):
            attempt(stolen.refresh)
    else:
        attempt(stolen.refresh)
    assert [one.user_id for one in bench.ended] == [stolen.person.user_id]


def test_of_two_uses_at_once_the_later_ends_the_session(bench: Bench) -> None:
    tokens = bench.sign_in.sign_in("ada", PASSWORD)
    winners = []

    def somebody_else() -> None:
        bench.sessions.before_rotate = lambda: None
        winners.append(bench.sign_in.again(tokens.refresh))

    bench.sessions.before_rotate = somebody_else
    with pytest.raises(SessionEndedError):
        bench.sign_in.again(tokens.refresh)
    with pytest.raises(SessionEndedError):
        bench.sign_in.again(winners[0].refresh)


def test_session_ends_by_itself_when_nobody_comes_back(bench: Bench) -> None:
    tokens = bench.sign_in.sign_in("ada", PASSWORD)
    bench.now.now += SESSION_S
    with pytest.raises(SessionEndedError):
        bench.sign_in.again(tokens.refresh)


def test_signing_out_ends_one_session_and_is_no_mistake_twice(bench: Bench) -> None:
    here, there = (bench.sign_in.sign_in("ada", PASSWORD) for _ in range(2))
    for _ in range(2):
        bench.sign_in.sign_out(here.refresh)
    bench.sign_in.sign_out("nonsense")
    recognise = bench.recognise()
    with pytest.raises(SessionEndedError):
        recognise(here.access)
    assert recognise(there.access).user_id == there.person.user_id
    assert len({one.session_id for one in bench.ended}) == 1


def test_session_is_asked_for_once_in_a_while_only(bench: Bench) -> None:
    tokens = bench.sign_in.sign_in("ada", PASSWORD)
    recognise = bench.recognise(max_age_s=5)
    before = bench.sessions.asked
    for _ in range(3):
        recognise(tokens.access)
    assert bench.sessions.asked == before + 1
    bench.sign_in.sign_out(tokens.refresh)
    recognise(tokens.access)
    bench.now.now += 5
    with pytest.raises(SessionEndedError):
        recognise(tokens.access)


def test_token_for_somebody_elses_session_is_refused(bench: Bench) -> None:
    bench.sign_in.sign_in("ada", PASSWORD)
    (session,) = bench.sessions.by_id.values()
    with pytest.raises(SessionEndedError):
        bench.recognise()(FakeAccessTokens().issue(Caller("eve", session.session_id)))

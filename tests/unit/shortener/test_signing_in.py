from __future__ import annotations

import pytest
from shortener.domain.errors import InvalidFieldError, SignInError, UnavailableError
from shortener.domain.events import Recorder
from shortener.domain.model import Origin
from shortener.domain.signing_in import SESSION_S, Identity, SignIn, Tokens

from tests.fakes.shortener_ports import FakeNow, FakePeople, FakeProvider, FakeTokens

ADA = Identity("https://idp", "ada-sub", "ada@example.com", "Ada")
HOME = "https://app.example/signed-in"


class Door:
    """Sign-in on fakes."""

    def __init__(self) -> None:
        self.now, self.people, self.provider = FakeNow(), FakePeople(), FakeProvider(good=ADA)
        recorder = Recorder(lambda: ("a", "b"), self.now)
        self.use = SignIn(self.provider, self.people, FakeTokens(), recorder, self.now, lambda: [HOME])

    def sign_in(self) -> Tokens:
        return self.use.with_google("good", "v" * 43, HOME, "a nonce", Origin("c"))


def test_person_gets_tokens_and_the_event_names_no_address() -> None:
    door = Door()
    tokens = door.sign_in()
    assert tokens.access == f"{ADA.user_id}:user"
    assert "ada@example.com" not in door.people.events[0].line
    assert "ada-sub" not in door.people.events[0].line


def test_same_person_is_the_same_user_and_another_issuers_is_not() -> None:
    assert Identity("https://idp", "ada-sub", "new@example.com").user_id == ADA.user_id
    assert Identity("https://other", "ada-sub").user_id != ADA.user_id


def test_role_given_by_an_operator_survives_signing_in() -> None:
    door = Door()
    door.people.roles[ADA.user_id] = "admin"
    assert door.sign_in().caller.role == "admin"


def test_unregistered_redirect_address_is_refused_before_the_provider_is_asked() -> None:
    door = Door()
    door.provider.failure = AssertionError("asked")  # type: ignore[assignment]
    with pytest.raises(InvalidFieldError):
        door.use.with_google("good", "v" * 43, "https://evil.example", "n", Origin("c"))


@pytest.mark.parametrize("failure", [SignInError("no"), UnavailableError("down")])
def test_providers_refusal_opens_no_session(failure: Exception) -> None:
    door = Door()
    door.provider.failure = failure  # type: ignore[assignment]
    with pytest.raises(type(failure)):
        door.sign_in()
    assert door.people.sessions == {}


def test_refresh_token_works_once_and_gives_the_next() -> None:
    door = Door()
    first = door.sign_in()
    second = door.use.again(first.refresh)
    third = door.use.again(second.refresh)
    assert len({first.refresh, second.refresh, third.refresh}) == 3


def test_refresh_token_used_twice_ends_the_session_for_thief_and_owner() -> None:
    door = Door()
    stolen = door.sign_in().refresh
    current = door.use.again(stolen).refresh
    with pytest.raises(SignInError):
        door.use.again(stolen)
    with pytest.raises(SignInError):
        door.use.again(current)


def test_session_ends_when_it_is_not_refreshed_for_a_month() -> None:
    door = Door()
    tokens = door.sign_in()
    door.now.now += SESSION_S
    with pytest.raises(SignInError):
        door.use.again(tokens.refresh)


@pytest.mark.parametrize("token", ["", ".", "unknown.token", "unknown"])
def test_invented_refresh_token_is_refused(token: str) -> None:
    with pytest.raises(SignInError):
        Door().use.again(token)


def test_refreshing_takes_up_a_changed_role() -> None:
    door = Door()
    tokens = door.sign_in()
    door.people.roles[ADA.user_id] = "admin"
    assert door.use.again(tokens.refresh).caller.role == "admin"


def test_person_who_was_deleted_cannot_refresh() -> None:
    door = Door()
    tokens = door.sign_in()
    del door.people.roles[ADA.user_id]
    with pytest.raises(SignInError):
        door.use.again(tokens.refresh)


def test_refresh_tokens_are_stored_as_hashes_only() -> None:
    door = Door()
    secret = door.sign_in().refresh.partition(".")[2]
    assert all(secret not in session.fingerprint for session in door.people.sessions.values())

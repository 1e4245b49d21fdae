"""Registering, signing in and out of chat, and what becomes of tokens that others have. The same on AWS and here."""

from __future__ import annotations

import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey
from websockets.exceptions import ConnectionClosed

from tests.fakes.waiting import wait_for
from tests.parity.chat_system import PASSWORD, PATIENCE_S, ChatSystem, Somebody, error, somebody

GUESSES = 10


def refreshed(chat: ChatSystem, who: Somebody) -> requests.Response:
    return chat.call("POST", "/auth/refresh", json={"refreshToken": who.refresh})


def is_shut_out(chat: ChatSystem, who: Somebody) -> bool:
    """Within the seconds that a session is remembered."""
    return bool(wait_for(lambda: chat.call("GET", "/users/me", who).status_code == 403, within_s=PATIENCE_S))


def part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def test_who_registers_can_sign_in_and_be_asked_for(chat: ChatSystem) -> None:
    name = f"Ada-{uuid.uuid4().hex[:8]}"
    made = chat.call("POST", "/auth/register", json={"name": name, "password": PASSWORD})
    assert (made.status_code, made.json()["name"], made.json()["displayName"]) == (201, name.lower(), name.lower())
    ada = chat.signed_in(name.upper())
    assert chat.call("GET", "/users/me", ada).json() == made.json()


def test_name_is_taken_once_however_many_want_it(chat: ChatSystem) -> None:
    body = {"name": f"p-{uuid.uuid4().hex[:12]}", "password": PASSWORD}
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda _: chat.call("POST", "/auth/register", json=body), range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert error(next(one for one in answers if one.status_code == 409)) == (409, "name_taken")


def test_registering_again_with_the_same_key_is_the_same_person(chat: ChatSystem) -> None:
    body = {"name": f"p-{uuid.uuid4().hex[:12]}", "password": PASSWORD}
    key = {"idempotency-key": uuid.uuid4().hex}
    first, again = (chat.call("POST", "/auth/register", json=body, headers=key) for _ in range(2))
    assert (first.json(), again.status_code) == (again.json(), 201)
    other = {**body, "password": f"{PASSWORD} staple"}
    assert error(chat.call("POST", "/auth/register", json=other, headers=key)) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "a"}, "name"),
        ({"name": "ada lovelace"}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "grace-hopper-grace"}, "password"),
        ({"displayName": " \u200b "}, "displayName"),
        ({"admin": True}, "admin"),
    ],
)
def test_fields_that_cannot_be_are_named(chat: ChatSystem, changed: dict[str, object], field: str) -> None:
    answer = chat.call("POST", "/auth/register", json={"name": "grace-hopper", "password": PASSWORD, **changed})
    assert error(answer) == (422, "invalid_field")
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


def test_wrong_password_and_unknown_name_are_told_alike(chat: ChatSystem) -> None:
    name = chat.registered()
    wrong = chat.call("POST", "/auth/login", json={"name": name, "password": "wrong horse battery"})
    unknown = chat.call("POST", "/auth/login", json={"name": f"x{name}", "password": PASSWORD})
    assert error(wrong) == error(unknown) == (401, "wrong_credentials")
    assert wrong.json()["error"] == unknown.json()["error"]


def test_guesses_at_one_password_are_few(chat: ChatSystem) -> None:
    name = chat.registered()
    with ThreadPoolExecutor(4) as at_once:
        guesses = [{"name": name, "password": f"wrong horse {number}"} for number in range(GUESSES + 3)]
        statuses = list(at_once.map(lambda one: chat.call("POST", "/auth/login", json=one).status_code, guesses))
    # A quarter of an hour may begin in between.
    assert statuses.count(401) in range(GUESSES, 2 * GUESSES)
    late = chat.call("POST", "/auth/login", json={"name": name, "password": PASSWORD})
    assert error(late) == (429, "too_many_attempts")
    assert int(late.headers["retry-after"]) > 0


def test_passwords_guessed_by_registering_again_count_as_guesses(chat: ChatSystem) -> None:
    body = {"name": f"p-{uuid.uuid4().hex[:12]}", "password": PASSWORD}
    key = {"idempotency-key": uuid.uuid4().hex}
    assert chat.call("POST", "/auth/register", json=body, headers=key).status_code == 201
    guesses = [{**body, "password": f"wrong horse {number}"} for number in range(2 * GUESSES)]
    statuses = [chat.call("POST", "/auth/register", json=one, headers=key).status_code for one in guesses]
    # A quarter of an hour may begin in between.
    assert statuses[:GUESSES].count(422) > 0
    assert 429 in statuses
    assert error(chat.call("POST", "/auth/login", json=body)) == (429, "too_many_attempts")


def test_refresh_token_works_once_and_gives_the_next(chat: ChatSystem) -> None:
    first = chat.person()
    second = somebody(refreshed(chat, first))
    third = somebody(refreshed(chat, second))
    assert len({first.refresh, second.refresh, third.refresh}) == 3
    assert chat.call("GET", "/users/me", third).status_code == 200


def test_stolen_refresh_token_used_twice_ends_the_session_for_thief_and_owner(chat: ChatSystem) -> None:
    owner = chat.person()
    with chat.line(owner) as line:
        thief = somebody(refreshed(chat, owner))
        assert error(refreshed(chat, owner)) == (401, "session_ended")
        assert error(refreshed(chat, thief)) == (401, "session_ended")
        with pytest.raises(ConnectionClosed):
            line.pushed("nothing")
    assert is_shut_out(chat, thief)
    assert is_shut_out(chat, owner)


def test_of_two_uses_at_once_at_most_one_wins_and_the_session_ends(chat: ChatSystem) -> None:
    owner = chat.person()
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda _: refreshed(chat, owner), range(4)))
    assert sorted(one.status_code for one in answers)[1:] == [401, 401, 401]
    for answer in answers:
        if answer.status_code == 200:
            assert error(refreshed(chat, somebody(answer))) == (401, "session_ended")


def test_after_signing_out_nothing_of_the_session_works(chat: ChatSystem) -> None:
    name = chat.registered()
    here, elsewhere = chat.signed_in(name), chat.signed_in(name)
    with chat.line(here) as line, chat.line(elsewhere) as other:
        assert chat.call("POST", "/auth/logout", json={"refreshToken": here.refresh}).status_code == 204
        with pytest.raises(ConnectionClosed):
            line.pushed("nothing")
        assert other.act("ping")["type"] == "pong"
    assert is_shut_out(chat, here)
    assert error(refreshed(chat, here)) == (401, "session_ended")
    assert chat.call("GET", "/users/me", elsewhere).status_code == 200


def test_who_was_connected_a_moment_ago_is_not_connected_again_after_signing_out(chat: ChatSystem) -> None:
    ada = chat.person()
    for _ in range(3):
        # So that every function remembers the session.
        assert chat.handshake("chat.v1", f"token.{ada.access}") == 101
    assert chat.call("POST", "/auth/logout", json={"refreshToken": ada.refresh}).status_code == 204
    assert [chat.handshake("chat.v1", f"token.{ada.access}") for _ in range(3)] == [403] * 3


def test_session_that_ended_ends_once_more(chat: ChatSystem) -> None:
    ada = chat.person()
    for _ in range(2):
        assert chat.call("POST", "/auth/logout", json={"refreshToken": ada.refresh}).status_code == 204


def test_request_without_token_is_401_and_socket_too(chat: ChatSystem) -> None:
    answer = chat.call("GET", "/users/me")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert chat.handshake() == 401
    assert chat.handshake("chat.v1") == 403


@pytest.mark.parametrize(
    "changed", [{"exp": 1_700_000_000}, {"aud": "chat-refresh"}, {"iss": "elsewhere"}, {"sid": "0" * 32}, {"exp": None}]
)
def test_token_of_another_time_or_purpose_opens_nothing(chat: ChatSystem, changed: dict[str, object]) -> None:
    ada = chat.person()
    claims = {name: value for name, value in {**claims_of(ada.access), **changed}.items() if value is not None}
    signed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(chat.signing_key))
    assert chat.call("GET", "/users/me", replace(ada, access=signed)).status_code == 403
    assert chat.handshake("chat.v1", f"token.{signed}") == 403


def test_forged_tokens_open_nothing(chat: ChatSystem) -> None:
    ada = chat.person()
    head, body, signature = ada.access.split(".")
    claims = claims_of(ada.access)
    for forged in (
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.{signature}",
        f"{head}.{part({**claims, 'sub': 'f' * 32})}.{signature}",
        f"{head}.{part({**claims, 'exp': 4_000_000_000})}.{signature}",
        ada.refresh,
        "a.b.c",
    ):
        answer = chat.call("GET", "/users/me", replace(ada, access=forged))
        assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
        assert chat.handshake("chat.v1", f"token.{forged}") == 403
    assert error(chat.call("POST", "/auth/refresh", json={"refreshToken": ada.access})) == (401, "session_ended")

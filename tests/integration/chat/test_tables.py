"""The contract of the ports of people, sessions and sockets: fakes and real tables must pass the same tests."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from chat.adapters.connection_table import TableConnections
from chat.adapters.conversation_table import TableConversations
from chat.adapters.counter_table import TableCounters
from chat.adapters.message_table import TableMessages
from chat.adapters.people_table import TablePeople
from chat.adapters.registration_table import TableRegistrations
from chat.adapters.session_table import TableSessions
from chat.domain.errors import NameTakenError, UnavailableError
from chat.domain.model import Account as PersonsAccount
from chat.domain.model import Connection, Person, Registration, Session

from tests.fakes.chat_account import Account
from tests.fakes.chat_port_kinds import Ports
from tests.fakes.chat_ports import NOW, FakeNow
from tests.fakes.chat_registrations import KEPT_S, FakeRegistrations


def an_id() -> str:
    return uuid.uuid4().hex


def a_person(display_name: str = "Somebody") -> PersonsAccount:
    user_id = an_id()
    return PersonsAccount(Person(user_id, f"p-{user_id[:12]}", display_name), "hash", 1_000)


def test_person_is_found_by_id_and_by_name(ports: Ports) -> None:
    ada = a_person()
    ports.people.add(ada)
    assert ports.people.account(ada.person.user_id) == ada
    assert ports.people.with_name(ada.person.name) == ada
    assert ports.people.account(an_id()) is None
    assert ports.people.with_name("nobody-has-this-name") is None
    assert ports.people.several([ada.person.user_id, an_id()]) == {ada.person.user_id: ada.person}
    assert ports.people.several([]) == {}


def test_neither_name_nor_id_is_taken_twice(ports: Ports) -> None:
    ada = a_person()
    ports.people.add(ada)
    for other in (replace(ada.person, user_id=an_id()), replace(ada.person, name=f"q-{an_id()[:12]}")):
        with pytest.raises(NameTakenError):
            ports.people.add(replace(ada, person=other))


def test_people_are_listed_once_by_name_or_display_name(ports: Ports) -> None:
    mark = an_id()[:8]
    first = replace(a_person(), person=Person(an_id(), f"{mark}-a", f"{mark} Both"))
    second = replace(a_person(), person=Person(an_id(), f"zz-{mark}", f"{mark.upper()} Display"))
    third = replace(a_person(), person=Person(an_id(), f"{mark}-c", "Other"))
    for one in (first, second, third):
        ports.people.add(one)
    page = ports.people.beginning_with(mark, 2, None)
    rest = ports.people.beginning_with(mark, 2, page.position)
    names = [one.name for one in [*page.records, *rest.records]]
    assert (names, rest.position) == ([f"zz-{mark}", f"{mark}-a", f"{mark}-c"], None)


def test_renamed_person_is_found_by_the_new_name_only(ports: Ports) -> None:
    before, after = f"b{an_id()[:8]}", f"a{an_id()[:8]}"
    ada = a_person(before)
    ports.people.add(ada)
    renamed = ports.people.rename(ada.person, after.upper())
    assert ports.people.several([renamed.user_id])[renamed.user_id].display_name == after.upper()
    assert ports.people.beginning_with(after, 5, None).records == [renamed]
    assert ports.people.beginning_with(before, 5, None).records == []
    assert ports.people.account(renamed.user_id).password_hash == "hash"


@pytest.mark.parametrize("kind", ["fake", "table"])
def test_key_is_reserved_for_whom_it_came_with_first_for_a_day(chat_account: Account, kind: str) -> None:
    now, key, first, second = FakeNow(), an_id(), Registration(an_id(), "one"), Registration(an_id(), "two")
    table = TableRegistrations(chat_account.client("dynamodb"), chat_account.table("users"), now)
    registrations = table if kind == "table" else FakeRegistrations(now)
    assert [registrations.reserve(key, one) for one in (first, second, first)] == [first] * 3
    assert registrations.reserve(an_id(), second) == second
    now.now += KEPT_S
    assert [registrations.reserve(key, one) for one in (second, first)] == [second] * 2


def test_counting_ends_and_begins_anew(ports: Ports) -> None:
    name = an_id()
    assert [ports.counters.take(name, 2, 60) for _ in range(2)] == [0, 0]
    assert 0 < ports.counters.take(name, 2, 60) <= 60
    assert ports.counters.take(an_id(), 2, 60) == 0
    ports.now.now += 60
    assert ports.counters.take(name, 2, 60) == 0
    ports.counters.reset(name, 60)
    assert [ports.counters.take(name, 2, 60) for _ in range(2)] == [0, 0]


def test_session_rotates_for_who_has_the_current_token_until_it_ends(ports: Ports) -> None:
    session = Session(an_id(), "ada", "t1", int(NOW) + 100)
    ports.sessions.open(session)
    assert ports.sessions.find(session.session_id) == session
    second = replace(session, current="t2", expires_at_s=int(NOW) + 200)
    assert ports.sessions.rotate(second, seen="t1")
    assert not ports.sessions.rotate(replace(session, current="t3"), seen="t1")
    assert ports.sessions.find(session.session_id) == second
    for _ in range(2):
        ports.sessions.end(session.session_id)
    assert ports.sessions.find(session.session_id).ended
    assert not ports.sessions.rotate(replace(session, current="t4"), seen="t2")
    ports.sessions.end(an_id())
    assert ports.sessions.find(an_id()) is None


def test_sockets_are_kept_per_person_until_they_close_or_expire(ports: Ports) -> None:
    ada, bob = an_id(), an_id()
    first, second = (Connection(f"{an_id()}=", ada, "s", int(NOW) + age) for age in (50, 100))
    others = Connection(f"{an_id()}=", bob, "s2", int(NOW) + 100)
    ports.connections.open(second)
    ports.connections.open(others)
    assert list(ports.connections.open(first)) == [first, second]
    assert ports.connections.find(first.connection_id) == first
    by_id = sorted(ports.connections.of([ada, bob, an_id()]), key=lambda one: one.connection_id)
    assert by_id == sorted([first, second, others], key=lambda one: one.connection_id)
    ports.now.now += 60
    assert list(ports.connections.of([ada])) == [second]
    for _ in range(2):
        ports.connections.close(ada, second.connection_id)
    assert list(ports.connections.of([ada])) == []
    assert ports.connections.find(second.connection_id) is None
    assert list(ports.connections.of([])) == []


def test_sockets_of_hundreds_are_found_and_none_opened_at_once_is_lost(chat_account: Account) -> None:
    connections = TableConnections(chat_account.client("dynamodb"), chat_account.table("connections"), FakeNow())
    people = [an_id() for _ in range(150)]
    opened = [Connection(an_id(), one, "s", int(NOW) + 50) for one in people] + [
        Connection(an_id(), people[0], "s", int(NOW) + 50) for _ in range(8)
    ]
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(connections.open, opened))
    assert {one.connection_id for one in connections.of(people)} == {one.connection_id for one in opened}


def test_missing_table_is_told_as_unavailable(chat_account: Account) -> None:
    dynamodb, now = chat_account.client("dynamodb"), FakeNow()
    for attempt in (
        lambda: TablePeople(dynamodb, "nothing").account("a"),
        lambda: TablePeople(dynamodb, "nothing").add(a_person()),
        lambda: TableCounters(dynamodb, "nothing", now).take("a", 1, 1),
        lambda: TableSessions(dynamodb, "nothing").rotate(Session("s", "u", "t", 1), "x"),
        lambda: TableConversations(dynamodb, "nothing", now).find(an_id(), "b"),
        lambda: TableRegistrations(dynamodb, "nothing", now).reserve("a", Registration("u", "f")),
        lambda: TableMessages(dynamodb, "nothing", "nothing", now).newest("a", 1, None),
        lambda: TableConnections(dynamodb, "nothing", now).of(["a"]),
    ):
        with pytest.raises(UnavailableError):
            attempt()

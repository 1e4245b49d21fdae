"""Who is told what: every socket of every member, in order; those that are gone are forgotten."""

from __future__ import annotations

import json

import pytest
from chat.domain import happenings
from chat.domain.connecting import MOST_SOCKETS, Connect, end_sockets
from chat.domain.delivering import Deliver, Delivered, Membership, News
from chat.domain.errors import ConversationNotFoundError, SessionEndedError, TooFastError, UnavailableError
from chat.domain.model import OPENING_S, SOCKET_LIVES_S, Caller, Connection, Conversation, Kind, Member, Role, Session
from chat.domain.ports import Delivery
from chat.domain.recognising import LiveSessions
from chat.domain.remembering import Remembered
from chat.domain.signalling import MOST_TOLD, Signal

from tests.fakes.chat_ports import NOW, FakeConnections, FakeConversations, FakeNow, FakeSockets
from tests.fakes.chat_sign_in import FakeCounters, FakeSessions

SESSION = Session("s", "ada", "t", int(NOW) + 1_000)


def connection(connection_id: str, user_id: str = "ada", age_s: int = 60, session_id: str = "s") -> Connection:
    return Connection(connection_id, user_id, session_id, int(NOW) + SOCKET_LIVES_S - age_s)


@pytest.fixture
def now() -> FakeNow:
    return FakeNow()


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


def test_news_reach_all_sockets_of_those_they_are_for_in_order(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections(connection("a1"), connection("a2"), connection("b1", "bob"), connection("e1", "eve"))
    deliver = Deliver(connections, sockets, now)
    told = deliver([News(["ada", "bob"], b"1"), News(["bob"], b"2"), News(["ada", "nobody"], b"3")])
    assert sockets.sent == {"a1": [b"1", b"3"], "a2": [b"1", b"3"], "b1": [b"1", b"2"]}
    assert told == Delivered(texts=6)


def test_socket_that_is_gone_is_forgotten_one_that_is_opening_is_not(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections(connection("old", age_s=OPENING_S), connection("new", age_s=OPENING_S - 1))
    sockets.outcomes = {"old": Delivery.GONE, "new": Delivery.GONE}
    assert Deliver(connections, sockets, now)([News(["ada"], b"1")]) == Delivered(gone=2)
    assert set(connections.by_id) == {"new"}
    assert sockets.hung_up == []


def test_socket_that_cannot_be_told_is_closed_so_that_it_reads_the_history(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections(connection("deaf", age_s=1), connection("well"))
    sockets.outcomes = {"deaf": Delivery.FAILED}
    assert Deliver(connections, sockets, now)([News(["ada"], b"1")]) == Delivered(texts=1, failed=1)
    assert sockets.hung_up == ["deaf"]
    assert set(connections.by_id) == {"well"}


def test_expired_sockets_are_not_told(sockets: FakeSockets, now: FakeNow) -> None:
    Deliver(FakeConnections(connection("a", age_s=SOCKET_LIVES_S)), sockets, now)([News(["ada"], b"1")])
    assert sockets.sent == {}


def test_members_of_a_version_are_read_once(now: FakeNow) -> None:
    conversations = FakeConversations()
    conversation = Conversation("c", Kind.GROUP, "Us", 1, 1)
    conversations.add(conversation, [Member("ada", Role.OWNER, 1)], None)
    membership = Membership(conversations, Remembered(now, 60))
    assert [set(membership("c", 1)) for _ in range(2)] == [{"ada"}] * 2
    assert conversations.asked_members == 1
    conversations.join(conversation, [Member("bob", Role.MEMBER, 1)])
    assert set(membership("c", 2)) == {"ada", "bob"}


def signal(sockets: FakeSockets, now: FakeNow, members: int) -> Signal:
    conversations = FakeConversations()
    in_it = [Member(f"p{number}", Role.MEMBER, 1) for number in range(members)]
    conversations.add(Conversation("c", Kind.GROUP, "Us", 1, members, last_seq=5), in_it, None)
    connections = FakeConnections(*(connection(f"s{number}", f"p{number}") for number in range(members)))
    return Signal(
        conversations,
        Membership(conversations, Remembered(now, 60)),
        lambda user_id: f"Name of {user_id}",
        Deliver(connections, sockets, now),
        lambda user_id, conversation_id, seq: (conversations.read_up_to(conversation_id, user_id, seq), 5 - seq),
        FakeCounters(now),
    )


def test_typing_is_told_to_the_others(sockets: FakeSockets, now: FakeNow) -> None:
    signal(sockets, now, 3).typing("p0", "c")
    assert set(sockets.sent) == {"s1", "s2"}
    assert json.loads(sockets.sent["s1"][0])["displayName"] == "Name of p0"


def test_in_large_groups_nobody_is_told_who_types_and_only_the_reader_what_is_read(
    sockets: FakeSockets, now: FakeNow
) -> None:
    large = signal(sockets, now, MOST_TOLD + 1)
    large.typing("p0", "c")
    assert sockets.sent == {}
    assert large.read("p0", "c", 3) == (3, 2)
    assert set(sockets.sent) == {"s0"}


def test_reading_is_told_to_all_and_going_back_to_nobody(sockets: FakeSockets, now: FakeNow) -> None:
    small = signal(sockets, now, 2)
    small.read("p0", "c", 3)
    assert {name: len(texts) for name, texts in sockets.sent.items()} == {"s0": 1, "s1": 1}
    small.read("p0", "c", 2)
    assert {name: len(texts) for name, texts in sockets.sent.items()} == {"s0": 1, "s1": 1}


def test_signals_have_a_pace_and_strangers_make_none(sockets: FakeSockets, now: FakeNow) -> None:
    small = signal(sockets, now, 2)
    with pytest.raises(ConversationNotFoundError):
        small.typing("stranger", "c")
    for _ in range(60):
        small.typing("p0", "c")
    with pytest.raises(TooFastError):
        small.typing("p0", "c")


def test_pings_have_a_pace_of_their_own(sockets: FakeSockets, now: FakeNow) -> None:
    small = signal(sockets, now, 2)
    for _ in range(60):
        small.typing("p0", "c")
        small.passed("p0")
    with pytest.raises(TooFastError):
        small.passed("p0")
    small.passed("p1")
    now.now += 10
    small.passed("p0")


def connect(connections: FakeConnections, sockets: FakeSockets, now: FakeNow, *sessions: Session) -> Connect:
    live = LiveSessions(FakeSessions(*sessions), now, Remembered(now, 0))
    return Connect(connections, sockets, live, now)


def test_oldest_sockets_give_way_to_the_newest(sockets: FakeSockets, now: FakeNow) -> None:
    old = [connection(f"c{number:02}", age_s=600 - number) for number in range(MOST_SOCKETS)]
    connections = FakeConnections(*old)
    connect(connections, sockets, now, SESSION).opened("new", Caller("ada", "s"))
    assert sockets.hung_up == ["c00"]
    assert len(connections.by_id) == MOST_SOCKETS
    assert "new" in connections.by_id


def test_newest_socket_stays_though_older_ones_are_of_the_same_second(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections(*(connection(f"c{number:02}", age_s=0) for number in range(MOST_SOCKETS)))
    connect(connections, sockets, now, SESSION).opened("a-new", Caller("ada", "s"))
    assert sockets.hung_up == ["c00"]
    assert "a-new" in connections.by_id


def test_socket_of_a_session_that_just_ended_is_not_kept(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections()
    with pytest.raises(SessionEndedError):
        connect(connections, sockets, now).opened("new", Caller("ada", "s"))
    assert connections.by_id == {}


def test_socket_of_a_session_that_was_remembered_and_ended_meanwhile_is_not_kept(
    sockets: FakeSockets, now: FakeNow
) -> None:
    connections, sessions = FakeConnections(), FakeSessions(SESSION)
    live, ada = LiveSessions(sessions, now, Remembered(now, 5)), Caller("ada", "s")
    desk = Connect(connections, sockets, live, now)
    desk.opened("first", ada)
    sessions.end("s")
    end_sockets(connections, sockets, SESSION)
    live.check(ada)
    with pytest.raises(SessionEndedError):
        desk.opened("second", ada)
    assert connections.by_id == {}
    with pytest.raises(SessionEndedError):
        live.check(ada)


def test_session_is_asked_for_after_the_socket_is_stored(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections()
    seen: list[set[str]] = []

    class Watched(FakeSessions):
        def find(self, session_id: str) -> Session | None:
            seen.append(set(connections.by_id))
            return super().find(session_id)

    live = LiveSessions(Watched(SESSION), now, Remembered(now, 5))
    Connect(connections, sockets, live, now).opened("new", Caller("ada", "s"))
    assert seen == [{"new"}]


def test_socket_knows_whose_it_is_until_it_is_closed(sockets: FakeSockets, now: FakeNow) -> None:
    connections = FakeConnections()
    desk = connect(connections, sockets, now, SESSION)
    desk.opened("new", Caller("ada", "s"))
    assert desk.caller("new") == Caller("ada", "s")
    for _ in range(2):
        desk.closed("new")
    with pytest.raises(SessionEndedError):
        desk.caller("new")


def test_end_of_a_session_closes_its_sockets_only(sockets: FakeSockets) -> None:
    connections = FakeConnections(connection("a"), connection("b", session_id="other"), connection("c", "bob"))
    end_sockets(connections, sockets, SESSION)
    assert sockets.hung_up == ["a"]
    assert set(connections.by_id) == {"b", "c"}


def test_socket_that_could_not_be_forgotten_is_closed_again(sockets: FakeSockets) -> None:
    class Stubborn(FakeConnections):
        def close(self, user_id: str, connection_id: str) -> None:
            raise UnavailableError

    connections = Stubborn(connection("a"), connection("b"))
    for _ in range(2):
        with pytest.raises(UnavailableError):
            end_sockets(connections, sockets, SESSION)
    assert sockets.hung_up == ["a", "b"] * 2


def test_pushes_have_the_times_and_letters_of_people() -> None:
    assert happenings.moment(1_772_000_000_007) == "2026-02-25T06:13:20.007Z"
    assert "☕".encode() in happenings.somebody_types("c", "u", "☕")

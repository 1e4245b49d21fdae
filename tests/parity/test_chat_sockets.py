"""Two people talking live, and what sockets refuse. The same on AWS and here."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from tests.fakes.waiting import wait_for
from tests.parity.chat_system import PATIENCE_S, ChatSystem, messages

MANY = 12
GONE = "R1kmxc2VNjMCFIA="
MOST_SOCKETS = 20
PINGS = 60


def test_two_people_talk_on_all_their_sockets(chat: ChatSystem) -> None:
    ada, bob = chat.person("Ada"), chat.person("Bob")
    conversation = chat.pair(ada, bob)
    with chat.line(ada) as desk, chat.line(ada) as phone, chat.line(bob) as bobs:
        asked = desk.say(conversation, "Tea? ☕")
        assert (asked["senderName"], asked["seq"]) == ("Ada", 1)
        for line in (bobs, phone, desk):
            line.message(asked)
        answered = bobs.say(conversation, "Yes!")
        for line in (desk, phone, bobs):
            line.message(answered)
    assert [one["text"] for one in chat.call("GET", messages(conversation), bob).json()["messages"]] == [
        "Yes!",
        "Tea? ☕",
    ]


def test_message_sent_over_http_arrives_live(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with chat.line(bob) as line:
        line.message(chat.call("POST", messages(conversation), ada, json={"text": "hello"}).json())


def test_typing_is_seen_by_the_others_and_kept_nowhere(chat: ChatSystem) -> None:
    ada, bob = chat.person("Ada"), chat.person("Bob")
    conversation_id = chat.pair(ada, bob)["conversationId"]
    with chat.line(ada) as adas, chat.line(bob) as bobs:
        assert adas.act("typing", conversationId=conversation_id)["type"] == "ack"
        seen = bobs.pushed("typing")
        assert seen == {
            "type": "typing",
            "conversationId": conversation_id,
            "userId": ada.user_id,
            "displayName": "Ada",
        }
        assert not any(text["type"] == "typing" for text in adas.kept)


def test_reading_is_told_to_everybody_in_the_conversation(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with chat.line(ada) as adas, chat.line(bob) as bobs, chat.line(bob) as bobs_phone:
        adas.say(conversation, "one")
        adas.say(conversation, "two")
        answer = bobs.act("markRead", conversationId=conversation["conversationId"], seq=1)
        assert (answer["readSeq"], answer["unread"]) == (1, 1)
        for line in (adas, bobs_phone):
            assert (line.pushed("read")["userId"], chat.conversation(bob, conversation)["unread"]) == (bob.user_id, 1)


def test_messages_arrive_in_the_order_of_their_numbers(chat: ChatSystem) -> None:
    people = [chat.person() for _ in range(3)]
    conversation = chat.group(*people)
    with chat.line(people[0]) as first, chat.line(people[1]) as second, chat.line(people[2]) as reader:
        for number in range(MANY // 2):
            first.say(conversation, f"first {number}")
            second.say(conversation, f"second {number}")
        for line in (reader, first, second):
            arrived = [line.pushed("message")["message"]["seq"] for _ in range(MANY)]
            assert list(dict.fromkeys(arrived)) == list(range(1, MANY + 1))


def test_message_that_is_sent_again_is_answered_with_the_stored_one(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with chat.line(ada) as line:
        wanted = {"conversationId": conversation["conversationId"], "clientId": uuid.uuid4().hex, "text": "once"}
        first, again = line.act("sendMessage", **wanted), line.act("sendMessage", **wanted)
        assert first["message"] == again["message"]
        other = line.act("sendMessage", **{**wanted, "text": "twice"})
        assert other["error"]["code"] == "idempotency_key_reused"
    assert chat.conversation(bob, conversation)["unread"] == 1


def test_who_is_no_member_cannot_write_type_or_read(chat: ChatSystem) -> None:
    ada, bob, eve = chat.person(), chat.person(), chat.person()
    conversation_id = chat.pair(ada, bob)["conversationId"]
    with chat.line(eve) as line:
        for action, fields in (
            ("sendMessage", {"clientId": "c", "text": "hello"}),
            ("typing", {}),
            ("markRead", {"seq": 0}),
        ):
            for place in (conversation_id, "0" * 32):
                answer = line.act(action, conversationId=place, **fields)
                assert answer["error"]["code"] == "conversation_not_found"


def test_who_was_removed_hears_nothing_more(chat: ChatSystem) -> None:
    ada, bob, eve = chat.person(), chat.person(), chat.person()
    group = chat.group(ada, bob, eve)
    with chat.line(ada) as adas, chat.line(bob) as bobs, chat.line(eve) as eves:
        before = adas.say(group, "all of us")
        eves.message(before)
        path = f"/conversations/{group['conversationId']}/members/{eve.user_id}"
        assert chat.call("DELETE", path, ada).status_code == 204
        assert eves.next(lambda text: text.get("change") == "left")["conversationId"] == group["conversationId"]
        bobs.message(adas.say(group, "without eve"))
        assert eves.act("ping")["type"] == "pong"
        assert not any(text["type"] == "message" for text in eves.kept)


def test_new_conversation_is_announced(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    with chat.line(bob) as line:
        group = chat.group(ada, bob)
        told = line.pushed("conversation")
        assert (told["conversationId"], told["change"]) == (group["conversationId"], "joined")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hello", "malformed_request"),
        ("[1]", "malformed_request"),
        ('{"action": "dance"}', "unknown_action"),
        ('{"action": 1}', "unknown_action"),
        ('{"action": "sendMessage"}', "invalid_field"),
        ('{"action": "typing", "conversationId": "../x"}', "invalid_field"),
        (json.dumps({"action": "ping", "ref": "r" * 65}), "invalid_field"),
    ],
)
def test_what_makes_no_sense_is_answered_and_the_socket_goes_on(chat: ChatSystem, text: str, code: str) -> None:
    with chat.line(chat.person()) as line:
        line.socket.send(text)
        assert line.pushed("error")["error"]["code"] == code
        assert line.act("ping")["type"] == "pong"


def test_who_sends_much_that_concerns_nobody_is_told_to_wait_and_may_still_write(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with chat.line(ada) as line:
        # Ten seconds may begin in between.
        answers = [line.act("ping") for _ in range(2 * PINGS + 1)]
        late = next(one for one in answers if one["type"] == "error")
        assert late["error"]["code"] == "too_fast"
        line.say(conversation, "hello")


def test_closed_socket_is_forgotten_and_others_are_told_on(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with chat.line(bob) as stays:
        with chat.line(bob):
            pass
        with chat.line(ada) as adas:
            stays.message(adas.say(conversation, "still there?"))
    assert wait_for(lambda: not sockets_of(chat, bob.user_id), within_s=PATIENCE_S)


def test_socket_that_is_gone_without_a_word_is_cleaned_up_by_the_next_message(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    remember(chat, bob.user_id, GONE, int(time.time()) + 3600)
    with chat.line(bob) as bobs, chat.line(ada) as adas:
        bobs.message(adas.say(conversation, "hello"))
        assert wait_for(lambda: len(sockets_of(chat, bob.user_id)) == 1, within_s=PATIENCE_S)


def test_one_socket_too_many_closes_the_oldest(chat: ChatSystem) -> None:
    ada = chat.person()
    with chat.line(ada) as oldest:
        # Those of tomorrow are younger, and nobody's.
        for number in range(MOST_SOCKETS - 1):
            remember(chat, ada.user_id, f"R1kmxc2VNjMC{number:03}=", int(time.time()) + 86_400)
        with chat.line(ada) as newest:
            with pytest.raises(ConnectionClosed):
                oldest.pushed("nothing")
            assert newest.act("ping")["type"] == "pong"


def connections_table(chat: ChatSystem) -> str:
    return chat.system.parameter("connections-table")


def sockets_of(chat: ChatSystem, user_id: str) -> set[str]:
    """As the table has them."""
    key = {"key": {"S": f"PERSON#{user_id}"}}
    table = connections_table(chat)
    item = chat.system.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
    return {name.removeprefix("s#") for name in item if name.startswith("s#")}


def remember(chat: ChatSystem, user_id: str, connection_id: str, expires_at_s: int) -> None:
    """A socket that nobody has."""
    chat.system.client("dynamodb").update_item(
        TableName=connections_table(chat),
        Key={"key": {"S": f"PERSON#{user_id}"}},
        UpdateExpression="SET #socket = :socket",
        ExpressionAttributeNames={"#socket": f"s#{connection_id}"},
        ExpressionAttributeValues={":socket": {"S": f"{expires_at_s} nobody"}},
    )

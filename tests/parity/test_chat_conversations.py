"""People, conversations, messages and what is unread, over HTTP. The same on AWS and here."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.fakes.waiting import wait_for
from tests.parity.chat_system import PATIENCE_S, ChatSystem, Json, Somebody, error, messages


def sent(chat: ChatSystem, who: Somebody, conversation: Json, text: str, **body: str) -> Json:
    answer = chat.call("POST", messages(conversation), who, json={"text": text, **body})
    assert answer.status_code == 201, answer.text
    message: Json = answer.json()
    return message


def test_people_are_found_by_the_beginning_of_either_name(chat: ChatSystem) -> None:
    mark = uuid.uuid4().hex[:10]
    ada = chat.person(f"Élise{mark} Lovelace")

    def found(query: str, **more: str) -> list[str]:
        users = chat.call("GET", "/users", ada, params={"query": query, **more}).json()["users"]
        return [one["userId"] for one in users]

    assert wait_for(lambda: found(f"éLISE{mark}"), within_s=PATIENCE_S) == [ada.user_id]
    assert found(ada.name[:8].upper()) == [ada.user_id]
    assert found(f"Lovelace{mark}") == []
    assert chat.call("PUT", "/users/me", ada, json={"displayName": f"Ada{mark}"}).json()["displayName"] == f"Ada{mark}"
    assert wait_for(lambda: found(f"ada{mark}"), within_s=PATIENCE_S) == [ada.user_id]
    assert found(f"élise{mark}") == []


def test_list_of_people_comes_in_pages_whose_token_is_signed(chat: ChatSystem) -> None:
    mark = f"Zz{uuid.uuid4().hex[:8]}"
    everybody = [chat.person(f"{mark} {number}") for number in range(3)]

    def page(token: str | None = None) -> Json:
        query = {"query": mark, "limit": "2", **({"nextToken": token} if token else {})}
        answer: Json = chat.call("GET", "/users", everybody[0], params=query).json()
        return answer

    first = wait_for(lambda: page() if "nextToken" in page() else None, within_s=PATIENCE_S)
    assert first
    second = page(first["nextToken"])
    assert [one["displayName"] for one in first["users"] + second["users"]] == [f"{mark} {n}" for n in range(3)]
    assert "nextToken" not in second
    forged = chat.call("GET", "/users", everybody[0], params={"query": "other", "nextToken": first["nextToken"]})
    assert error(forged) == (400, "invalid_next_token")


def test_two_people_have_one_conversation_whoever_begins_it(chat: ChatSystem) -> None:
    ada, bob = chat.person("Ada"), chat.person("Bob")
    with ThreadPoolExecutor(4) as at_once:
        begun = list(at_once.map(lambda both: chat.pair(*both), [(ada, bob), (bob, ada)] * 2))
    assert len({one["conversationId"] for one in begun}) == 1
    assert chat.conversation(ada, begun[0])["name"] == "Bob"
    assert chat.conversation(bob, begun[0])["with"]["userId"] == ada.user_id
    alone = chat.call("POST", "/conversations", ada, json={"kind": "direct", "userId": ada.user_id})
    assert error(alone) == (422, "invalid_field")
    nobody = chat.call("POST", "/conversations", ada, json={"kind": "direct", "userId": "0" * 32})
    assert error(nobody) == (404, "person_not_found")


def test_same_key_begins_the_same_group_once(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    key = {"idempotency-key": uuid.uuid4().hex}
    body = {"kind": "group", "name": "Us", "userIds": [bob.user_id]}
    first, again = (chat.call("POST", "/conversations", ada, json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["conversationId"] == again.json()["conversationId"]
    other = chat.call("POST", "/conversations", ada, json={**body, "name": "Them"}, headers=key)
    assert error(other) == (422, "idempotency_key_reused")


def test_unread_counts_what_others_wrote_until_it_is_read(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    path = f"/conversations/{conversation['conversationId']}/read"
    for text in ("one", "two", "three"):
        sent(chat, ada, conversation, text)
    (listed,) = chat.call("GET", "/conversations", bob).json()["conversations"]
    assert (listed["unread"], listed["lastSeq"], listed["lastMessage"]["text"]) == (3, 3, "three")
    assert chat.conversation(ada, conversation)["unread"] == 0
    assert chat.call("POST", path, bob, json={"seq": 2}).json()["unread"] == 1
    # Never backwards.
    assert chat.call("POST", path, bob, json={"seq": 1}).json()["readSeq"] == 2
    assert error(chat.call("POST", path, bob, json={"seq": 4})) == (422, "invalid_field")
    sent(chat, bob, conversation, "four")
    assert chat.conversation(bob, conversation)["unread"] == 0
    assert chat.conversation(ada, conversation)["unread"] == 1


def test_conversations_are_listed_last_active_first_in_pages(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    made = [chat.group(ada, bob, name=f"Group {number}") for number in range(3)]
    sent(chat, bob, made[0], "up again")

    def page(**query: str) -> Json:
        answer: Json = chat.call("GET", "/conversations", ada, params={"limit": "2", **query}).json()
        return answer

    first = wait_for(lambda: page() if len(page()["conversations"]) == 2 else None, within_s=PATIENCE_S)
    assert first
    second = page(nextToken=first["nextToken"])
    names = [one["name"] for one in first["conversations"] + second["conversations"]]
    assert names == ["Group 0", "Group 2", "Group 1"]
    stolen = chat.call("GET", "/conversations", bob, params={"nextToken": first["nextToken"]})
    assert error(stolen) == (400, "invalid_next_token")


def test_history_comes_newest_first_in_pages(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    all_sent = [sent(chat, ada, conversation, f"message {number}") for number in range(5)]
    read: list[Json] = []
    query = {"limit": "2"}
    while True:
        page = chat.call("GET", messages(conversation), bob, params=query).json()
        read += page["messages"]
        if "nextToken" not in page:
            break
        query["nextToken"] = page["nextToken"]
    assert read == list(reversed(all_sent))
    assert [one["seq"] for one in read] == [5, 4, 3, 2, 1]


def test_many_writers_at_once_leave_no_gap_and_no_number_twice(chat: ChatSystem) -> None:
    people = [chat.person() for _ in range(3)]
    conversation = chat.group(*people)
    jobs = [(who, f"{number}") for number in range(6) for who in people]
    with ThreadPoolExecutor(6) as at_once:
        stored = list(at_once.map(lambda job: sent(chat, job[0], conversation, job[1]), jobs))
    assert sorted(one["seq"] for one in stored) == list(range(1, len(jobs) + 1))


def test_message_sent_again_is_stored_once(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    with ThreadPoolExecutor(4) as at_once:
        stored = list(at_once.map(lambda _: sent(chat, ada, conversation, "hello", clientId="c-1"), range(4)))
    assert len({one["messageId"] for one in stored}) == 1
    other = chat.call("POST", messages(conversation), ada, json={"text": "other", "clientId": "c-1"})
    assert error(other) == (422, "idempotency_key_reused")
    # A client id is its sender's.
    assert sent(chat, bob, conversation, "mine", clientId="c-1")["seq"] == 2


def test_key_is_of_one_message_whatever_its_client_id(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    path, key = messages(conversation), {"idempotency-key": f"key {uuid.uuid4()}"}
    body = {"text": "hello", "clientId": "c-1"}
    first, again = (chat.call("POST", path, ada, json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    for other in ({"text": "other", "clientId": "c-2"}, {"text": "hello", "clientId": "c-2"}, {"text": "hello"}):
        answer = chat.call("POST", path, ada, json=other, headers=key)
        assert error(answer) == (422, "idempotency_key_reused")
    assert chat.conversation(bob, conversation)["lastSeq"] == 1


def test_what_cannot_be_an_id_is_not_found(chat: ChatSystem) -> None:
    ada = chat.person()
    for anything in ("x" * 3_000, "%C3%A9" * 1_000, "nothing"):
        path = f"/conversations/{anything}"
        assert error(chat.call("GET", path, ada)) == (404, "conversation_not_found")
        assert error(chat.call("POST", f"{path}/read", ada, json={"seq": 0})) == (404, "conversation_not_found")


def test_strangers_see_nothing_of_a_conversation(chat: ChatSystem) -> None:
    ada, bob, eve = chat.person(), chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    sent(chat, ada, conversation, "for bob")
    there, nowhere = f"/conversations/{conversation['conversationId']}", f"/conversations/{'0' * 32}"
    for path in (there, nowhere):
        for method, below, body in (
            ("GET", "", None),
            ("GET", "/messages", None),
            ("POST", "/messages", {"text": "hello"}),
            ("POST", "/read", {"seq": 0}),
            ("PUT", "", {"name": "Mine"}),
            ("POST", "/members", {"userIds": [eve.user_id]}),
            ("DELETE", f"/members/{bob.user_id}", None),
            ("DELETE", "/members/me", None),
        ):
            assert error(chat.call(method, path + below, eve, json=body)) == (404, "conversation_not_found")
    assert chat.call("GET", "/conversations", eve).json() == {"conversations": []}


def test_owner_of_a_group_decides_who_is_in_it(chat: ChatSystem) -> None:
    ada, bob, eve = chat.person("Ada"), chat.person("Bob"), chat.person("Eve")
    group = chat.group(ada, bob, name="Two")
    path = f"/conversations/{group['conversationId']}"
    sent(chat, ada, group, "before")
    assert error(chat.call("POST", f"{path}/members", bob, json={"userIds": [eve.user_id]})) == (403, "not_allowed")
    assert error(chat.call("PUT", path, bob, json={"name": "Mine"})) == (403, "not_allowed")
    grown = chat.call("POST", f"{path}/members", ada, json={"userIds": [eve.user_id, bob.user_id]}).json()
    roles = [(one["displayName"], one["role"]) for one in grown["members"]]
    assert roles == [("Ada", "owner"), ("Bob", "member"), ("Eve", "member")]
    assert chat.call("PUT", path, ada, json={"name": "Three"}).json()["name"] == "Three"
    # New members see the history, as read.
    assert chat.conversation(eve, group)["unread"] == 0
    assert chat.call("GET", messages(group), eve).json()["messages"][0]["text"] == "before"
    assert chat.call("DELETE", f"{path}/members/{eve.user_id}", ada).status_code == 204
    assert error(chat.call("GET", path, eve)) == (404, "conversation_not_found")


def test_owner_who_leaves_is_followed_by_the_longest_standing_member(chat: ChatSystem) -> None:
    ada, bob, eve = chat.person(), chat.person(), chat.person()
    group = chat.group(ada, bob)
    path = f"/conversations/{group['conversationId']}"
    chat.call("POST", f"{path}/members", ada, json={"userIds": [eve.user_id]})
    assert chat.call("DELETE", f"{path}/members/me", ada).status_code == 204
    assert chat.conversation(bob, group)["role"] == "owner"
    assert chat.call("DELETE", f"{path}/members/me", eve).status_code == 204
    assert chat.conversation(bob, group)["memberCount"] == 1
    pair = chat.pair(ada, bob)
    stays = chat.call("DELETE", f"/conversations/{pair['conversationId']}/members/me", ada)
    assert error(stays) == (409, "not_a_group")


def test_nobody_writes_faster_than_people_read(chat: ChatSystem) -> None:
    ada = chat.person()
    path = messages(chat.pair(ada, chat.person()))
    # Nothing to store, so that a slow backend is quick enough, too: what is refused counts as well.
    blank = {"text": " "}

    with ThreadPoolExecutor(6) as at_once:
        answers = list(at_once.map(lambda _: chat.call("POST", path, ada, json=blank), range(90)))
    assert {one.status_code for one in answers} == {422, 429}
    late = next(one for one in answers if one.status_code == 429)
    assert error(late) == (429, "too_fast")
    assert int(late.headers["retry-after"]) > 0


def test_text_has_limits(chat: ChatSystem) -> None:
    ada, bob = chat.person(), chat.person()
    conversation = chat.pair(ada, bob)
    assert sent(chat, ada, conversation, "é" * 4000)["seq"] == 1
    for text in ("", " \n ", "x" * 4001):
        assert error(chat.call("POST", messages(conversation), ada, json={"text": text})) == (422, "invalid_field")
    for body, refusal in ((b"{", "malformed_request"), (b"[]", "malformed_request"), (b'"x"' * 20_000, "too_large")):
        answer = chat.call("POST", messages(conversation), ada, data=body, headers={"content-type": "application/json"})
        assert error(answer)[1] == refusal


def test_system_describes_itself(chat: ChatSystem) -> None:
    assert chat.call("GET", "/health").json() == {"status": "ok"}
    document = chat.call("GET", "/openapi.json").json()
    assert {"/auth/login", "/users/me", "/conversations/{conversationId}/messages"} <= set(document["paths"])
    assert error(chat.call("POST", "/auth/login", data=b"name=ada")) == (415, "unsupported_media_type")

"""Loads everything, each step only as far as it is missing. A group is known by its name, a pair by its two people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from seed.chat import data, secret_values
from seed.chat.api import Api, SignedIn
from seed.target import Say, SeedError, Target

MARKER = {"userId": {"S": "seed#chat"}}
_AT_ONCE = 2


def load(target: Target, say: Say) -> None:
    """People, conversations, and what was read of them. Raises SeedError."""
    secret_values.ensure(target.client("ssm"), target.stage)
    _talk(target, say)


def _talk(target: Target, say: Say) -> None:
    dynamodb, table = target.client("dynamodb"), _table(target.client("ssm"), target.stack)
    # Every sign-in takes as long as guessing a password shall take: not again when all is there.
    if "Item" in dynamodb.get_item(TableName=table, Key=MARKER):
        say(f"{len(data.people())} people and {len(data.conversations())} conversations there already")
        return
    api = Api(target.api)
    created, signed_in = _people(api)
    sent = sum(_ensure(api, signed_in, conversation) for conversation in data.conversations())
    dynamodb.put_item(TableName=table, Item=MARKER)
    say(f"{created} people created, {len(data.people()) - created} there already, {sent} messages sent")


def _table(ssm: Any, stack: str) -> str:
    name = f"/{stack}/users-table"
    answer = ssm.get_parameters(Names=[name])
    if not answer["Parameters"]:
        raise SeedError(f"There is no parameter {name}: is the stack {stack} deployed to this account and region?")
    return str(answer["Parameters"][0]["Value"])


def _people(api: Api) -> tuple[int, Mapping[str, SignedIn]]:
    people, password = data.people(), data.password()

    def ensured(person: data.DemoPerson) -> tuple[bool, SignedIn]:
        created = api.register(person.name, password, person.display_name)
        return created, api.sign_in(person.name, password)

    with ThreadPoolExecutor(_AT_ONCE) as at_once:
        made = list(at_once.map(ensured, people))
    return sum(created for created, _ in made), {one.name: made[n][1] for n, one in enumerate(people)}


def _ensure(api: Api, people: Mapping[str, SignedIn], wanted: data.DemoConversation) -> int:
    """How many messages were missing."""
    owner, others = people[wanted.members[0]], [people[name].user_id for name in wanted.members[1:]]
    there = _found(api.conversations(owner), wanted, others)
    if there is None:
        body: dict[str, Any] = {"kind": "direct", "userId": others[0]}
        if wanted.name is not None:
            body = {"kind": "group", "name": wanted.name, "userIds": others}
        there = api.begin(owner, body)
    conversation_id, sent = there["conversationId"], int(there["lastSeq"])
    for number, (who, text) in enumerate(wanted.messages[sent:], start=sent + 1):
        api.say(people[who], conversation_id, text, f"seed-{number}")
    for who, seq in wanted.read.items():
        api.read(people[who], conversation_id, seq)
    return max(0, len(wanted.messages) - sent)


def _found(
    conversations: Iterable[dict[str, Any]], wanted: data.DemoConversation, others: list[str]
) -> dict[str, Any] | None:
    for one in conversations:
        if wanted.name is not None and one["name"] == wanted.name:
            return one
        if wanted.name is None and one["with"] is not None and one["with"]["userId"] == others[0]:
            return one
    return None

"""Conversations, members and messages as DynamoDB items, and back.

conversations   conversationId = <id>      entry = META              the conversation
                conversationId = <id>      entry = MEMBER#<user>     a member; member-index lists a person's
                conversationId = <id>      entry = LEFT#<user>#<n>   that somebody left, for the stream
                conversationId = KEY#<…>   entry = KEY               what an Idempotency-Key made
messages        conversationId = <id>      entry = M#<seq>           a message
                conversationId = <id>      entry = C#<user>#<id>     which message a client id was
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from chat.adapters.items import Item, attribute, from_item, to_item
from chat.domain.model import Conversation, Kind, Member, Message, Passage, Role

META, MEMBER, LEFT = "META", "MEMBER#", "LEFT#"
_PREVIEW_CHARACTERS = 200
_LEFT_KEPT_S = 24 * 3600


def meta_key(conversation_id: str) -> Item:
    return to_item({"conversationId": conversation_id, "entry": META})


def member_key(conversation_id: str, user_id: str) -> Item:
    return to_item({"conversationId": conversation_id, "entry": f"{MEMBER}{user_id}"})


def message_key(conversation_id: str, seq: int) -> Item:
    return to_item({"conversationId": conversation_id, "entry": message_entry(seq)})


def message_entry(seq: int) -> str:
    """Sorts as the numbers do."""
    return f"M#{seq:012d}"


def client_id_key(conversation_id: str, sender_id: str, client_id: str) -> Item:
    return to_item({"conversationId": conversation_id, "entry": f"C#{sender_id}#{client_id}"})


def conversation_item(conversation: Conversation) -> Item:
    return to_item(
        {
            "conversationId": conversation.conversation_id,
            "entry": META,
            "kind": conversation.kind.value,
            "name": conversation.name or None,
            "pair": ",".join(conversation.pair) or None,
            "createdAt": conversation.created_at,
            "memberCount": conversation.member_count,
            "membersVersion": conversation.members_version,
            "lastSeq": conversation.last_seq,
            "lastMessage": preview(conversation.last_message).get("S") if conversation.last_message else None,
        }
    )


def conversation_of(item: Item) -> Conversation:
    plain = from_item(item)
    return Conversation(
        conversation_id=plain["conversationId"],
        kind=Kind(plain["kind"]),
        name=plain.get("name", ""),
        created_at=plain["createdAt"],
        member_count=plain["memberCount"],
        pair=tuple(plain["pair"].split(",")) if "pair" in plain else (),
        members_version=plain["membersVersion"],
        last_seq=plain["lastSeq"],
        last_message=Message(**json.loads(plain["lastMessage"])) if "lastMessage" in plain else None,
    )


def preview(message: Message) -> dict[str, str]:
    """The message as the conversation keeps it: an attribute with JSON, its text cut."""
    kept = asdict(replace(message, text=message.text[:_PREVIEW_CHARACTERS]))
    return attribute(json.dumps(kept, separators=(",", ":")))


def member_item(conversation_id: str, member: Member) -> Item:
    return member_key(conversation_id, member.user_id) | to_item(
        {
            "memberId": member.user_id,
            "role": member.role.value,
            "joinedAt": member.joined_at,
            "readSeq": member.read_seq,
            "correlationId": member.correlation_id or None,
        }
    )


def member_of(item: Item) -> Member:
    plain = from_item(item)
    correlation_id = plain.get("correlationId", "")
    return Member(plain["memberId"], Role(plain["role"]), plain["joinedAt"], plain["readSeq"], correlation_id)


def left_item(conversation: Conversation, user_id: str, correlation_id: str, now_s: int) -> Item:
    """That somebody left, new each time: the stream's word of a deleted member could not say which request did it."""
    return to_item(
        {
            "conversationId": conversation.conversation_id,
            "entry": f"{LEFT}{user_id}#{conversation.members_version}",
            "correlationId": correlation_id or None,
            "ttl": now_s + _LEFT_KEPT_S,
        }
    )


def passage_of(item: Mapping[str, Any]) -> Passage:
    """Of a new member's item, or of one that says that somebody left."""
    plain = from_item(item)
    kind, user_id = plain["entry"].split("#")[:2]
    change = "joined" if f"{kind}#" == MEMBER else "left"
    return Passage(plain["conversationId"], user_id, change, plain.get("correlationId", ""))


def message_item(message: Message) -> Item:
    return message_key(message.conversation_id, message.seq) | to_item(
        {
            "messageId": message.message_id,
            "seq": message.seq,
            "senderId": message.sender_id,
            "senderName": message.sender_name,
            "text": message.text,
            "sentAt": message.sent_at,
            "clientId": message.client_id,
            "correlationId": message.correlation_id or None,
            "membersVersion": message.members_version,
        }
    )


def message_of(item: Mapping[str, Any]) -> Message:
    plain = from_item(item)
    return Message(
        message_id=plain["messageId"],
        conversation_id=plain["conversationId"],
        seq=plain["seq"],
        sender_id=plain["senderId"],
        sender_name=plain["senderName"],
        text=plain["text"],
        sent_at=plain["sentAt"],
        client_id=plain["clientId"],
        correlation_id=plain.get("correlationId", ""),
        members_version=plain["membersVersion"],
    )

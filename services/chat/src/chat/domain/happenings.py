"""What is pushed to sockets: each as one JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from chat.domain.model import Message


def message_view(message: Message) -> dict[str, object]:
    """A message as clients see it, here and in the HTTP API."""
    return {
        "messageId": message.message_id,
        "conversationId": message.conversation_id,
        "seq": message.seq,
        "senderId": message.sender_id,
        "senderName": message.sender_name,
        "text": message.text,
        "sentAt": moment(message.sent_at),
        "clientId": message.client_id,
    }


def message_arrived(message: Message, told_at: int) -> bytes:
    """`told_at` tells how long the message waited before anybody was told, in milliseconds since the epoch."""
    return _text({"type": "message", "message": message_view(message), "toldAt": moment(told_at)})


def somebody_types(conversation_id: str, user_id: str, display_name: str) -> bytes:
    return _text({"type": "typing", "conversationId": conversation_id, "userId": user_id, "displayName": display_name})


def somebody_read(conversation_id: str, user_id: str, seq: int) -> bytes:
    return _text({"type": "read", "conversationId": conversation_id, "userId": user_id, "readSeq": seq})


def membership_changed(conversation_id: str, change: str) -> bytes:
    """`change` is `joined` or `left`."""
    return _text({"type": "conversation", "conversationId": conversation_id, "change": change})


def moment(time_ms: int) -> str:
    """2026-03-01T12:00:00.123Z"""
    at = datetime.fromtimestamp(time_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(push: Mapping[str, object]) -> bytes:
    return json.dumps(push, separators=(",", ":"), ensure_ascii=False).encode()

"""A deployed `chat`: its API, its sockets, and people to talk."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.parity.running_system import System

PASSWORD = "correct horse battery"
PATIENCE_S = 30.0
Json = dict[str, Any]


@dataclass(frozen=True)
class Somebody:
    """A person who is signed in."""

    user_id: str
    name: str
    access: str
    refresh: str


@dataclass
class Line:
    """Somebody's open socket. What was received and not asked for yet is kept."""

    socket: ClientConnection
    kept: list[Json] = field(default_factory=list)

    def act(self, action: str, **fields: Any) -> Json:
        """The answer to an action."""
        ref = uuid.uuid4().hex
        self.socket.send(json.dumps({"action": action, "ref": ref, **fields}))
        return self.next(lambda text: text.get("ref") == ref)

    def say(self, conversation: Json, text: str) -> Json:
        """The message as it was stored."""
        wanted = {"conversationId": conversation["conversationId"], "clientId": uuid.uuid4().hex, "text": text}
        answer = self.act("sendMessage", **wanted)
        assert answer["type"] == "ack", answer
        message: Json = answer["message"]
        return message

    def pushed(self, kind: str) -> Json:
        """The next push of this type."""
        return self.next(lambda text: text["type"] == kind)

    def message(self, message: Json) -> Json:
        """The push that brings this message."""
        return self.next(lambda text: text["type"] == "message" and text["message"] == message)

    def next(self, wanted: Callable[[Json], bool]) -> Json:
        """The first text that is so; raises TimeoutError."""
        while True:
            found = next((text for text in self.kept if wanted(text)), None)
            if found is not None:
                self.kept.remove(found)
                return found
            self.kept.append(json.loads(self.socket.recv(timeout=PATIENCE_S)))


@dataclass
class ChatSystem:
    """The system, and the names that its stack published."""

    system: System

    def call(self, method: str, path: str, who: Somebody | None = None, **arguments: Any) -> requests.Response:
        headers = {**arguments.pop("headers", {})}
        if who is not None:
            headers["authorization"] = f"Bearer {who.access}"
        return requests.request(method, f"{self.system.url}{path}", headers=headers, timeout=30, **arguments)

    @cached_property
    def signing_key(self) -> str:
        """Of access tokens."""
        path = "/chat/dev" if self.system.endpoint else self.system.outputs()["SecretsPath"]
        answer = self.system.client("ssm").get_parameter(Name=f"{path}/jwt-secret", WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    def registered(self, display_name: str = "Somebody") -> str:
        """The name of somebody new."""
        name = f"p-{uuid.uuid4().hex[:12]}"
        body = {"name": name, "password": PASSWORD, "displayName": display_name}
        answer = self.call("POST", "/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return name

    def signed_in(self, name: str) -> Somebody:
        """A new session."""
        return somebody(self.call("POST", "/auth/login", json={"name": name, "password": PASSWORD}))

    def person(self, display_name: str = "Somebody") -> Somebody:
        """Somebody new, signed in."""
        return self.signed_in(self.registered(display_name))

    def pair(self, first: Somebody, second: Somebody) -> Json:
        """The conversation of two."""
        return self.begun(first, {"kind": "direct", "userId": second.user_id})

    def group(self, owner: Somebody, *others: Somebody, name: str = "Us") -> Json:
        return self.begun(owner, {"kind": "group", "name": name, "userIds": [one.user_id for one in others]})

    def add(self, owner: Somebody, group: Json, others: Sequence[Somebody]) -> None:
        body = {"userIds": [one.user_id for one in others]}
        answer = self.call("POST", f"/conversations/{group['conversationId']}/members", owner, json=body)
        assert answer.status_code == 200, answer.text

    def begun(self, who: Somebody, body: Json) -> Json:
        answer = self.call("POST", "/conversations", who, json=body)
        assert answer.status_code in (200, 201), answer.text
        conversation: Json = answer.json()
        return conversation

    def conversation(self, who: Somebody, conversation: Json) -> Json:
        found: Json = self.call("GET", f"/conversations/{conversation['conversationId']}", who).json()
        return found

    @contextmanager
    def line(self, who: Somebody) -> Iterator[Line]:
        """An open socket."""
        with self.dial("chat.v1", f"token.{who.access}") as socket:
            assert socket.subprotocol == "chat.v1"
            yield Line(socket)

    def dial(self, *subprotocols: str) -> AbstractContextManager[ClientConnection]:
        """A handshake; entering raises InvalidStatus when it is refused."""
        offered = [Subprotocol(one) for one in subprotocols]
        return connect(self.system.socket_url, subprotocols=offered or None, open_timeout=PATIENCE_S)

    def handshake(self, *subprotocols: str) -> int:
        """The status of its answer."""
        try:
            with self.dial(*subprotocols):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


def somebody(answer: requests.Response) -> Somebody:
    """Who the tokens of an answer are of."""
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return Somebody(said["user"]["userId"], said["user"]["name"], said["accessToken"], said["refreshToken"])


def messages(conversation: Json) -> str:
    """Where its messages are."""
    return f"/conversations/{conversation['conversationId']}/messages"


def error(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an answer in the shape that all errors have."""
    body = answer.json()
    assert set(body) == {"error", "requestId"}
    assert set(body["error"]) == {"code", "message", "details"}
    return answer.status_code, body["error"]["code"]

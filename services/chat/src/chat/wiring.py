"""Puts each function together once per cold start: environment -> adapters -> use cases.

Every function imports only what it needs, in its own part below.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

    from chat.adapters.connections_api import ConnectionsApi
    from chat.domain.delivering import Deliver, Membership
    from chat.domain.messaging import Converser
    from chat.domain.paging import PageTokens
    from chat.domain.people import DisplayNames
    from chat.domain.ports import Connections, Conversations, People
    from chat.domain.recognising import LiveSessions, Recognise
    from chat.domain.signalling import Signal
    from chat.domain.signing_in import SignIn
    from chat.web.socket_actions import SocketActions

JWT_SECRET, REFRESH_SECRET, PAGING_SECRET = "jwt-secret", "jwt-refresh-secret", "paging-secret"
_NAMES_KEPT_S = 60.0
_MEMBERS_KEPT_S = 3600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.2


@dataclass(frozen=True, slots=True)
class Environment:
    """What the template sets."""

    region: str
    users_table: str
    messages_table: str
    conversations_table: str
    connections_table: str
    sessions_table: str
    secrets_path: str
    token_issuer: str
    session_cache_s: float
    socket_endpoint: str


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read once, when a function is put together. Raises KeyError naming a variable the template forgot."""
    return Environment(
        region=variables["AWS_REGION"],
        users_table=variables["DYNAMODB_USERS_TABLE"],
        messages_table=variables["DYNAMODB_MESSAGES_TABLE"],
        conversations_table=variables["DYNAMODB_CONVERSATIONS_TABLE"],
        connections_table=variables["DYNAMODB_CONNECTIONS_TABLE"],
        sessions_table=variables["DYNAMODB_SESSIONS_TABLE"],
        secrets_path=variables["SECRETS_PATH"].rstrip("/"),
        token_issuer=variables["TOKEN_ISSUER"],
        session_cache_s=float(variables.get("SESSION_CACHE_SECONDS", "5")),
        socket_endpoint=variables.get("SOCKET_ENDPOINT", ""),
    )


# ---- parts of several functions


class Parts:
    """Adapters that one function's use cases share, each made when it is first asked for."""

    def __init__(self, env: Environment) -> None:
        from chat.adapters.clients import client

        self.env = env
        self.dynamodb: Any = client("dynamodb", env.region)

    def secret(self, name: str) -> Callable[[], str]:
        from chat.adapters.clients import client
        from chat.adapters.secret import Secret

        return Secret(lambda: client("ssm", self.env.region), f"{self.env.secrets_path}/{name}", time.time)

    def people(self) -> People:
        from chat.adapters.people_table import TablePeople

        return TablePeople(self.dynamodb, self.env.users_table)

    def conversations(self) -> Conversations:
        from chat.adapters.conversation_table import TableConversations

        return TableConversations(self.dynamodb, self.env.conversations_table, time.time)

    def connections(self) -> Connections:
        from chat.adapters.connection_table import TableConnections

        return TableConnections(self.dynamodb, self.env.connections_table, time.time)

    def sockets(self) -> ConnectionsApi:
        from chat.adapters.connections_api import ConnectionsApi
        from chat.adapters.sigv4 import credentials

        return ConnectionsApi(self.env.socket_endpoint, self.env.region, credentials(), time.time)

    def live_sessions(self) -> LiveSessions:
        from chat.adapters.session_table import TableSessions
        from chat.domain.recognising import LiveSessions
        from chat.domain.remembering import Remembered

        sessions = TableSessions(self.dynamodb, self.env.sessions_table)
        return LiveSessions(sessions, time.time, Remembered(time.monotonic, self.env.session_cache_s))

    def page_tokens(self) -> PageTokens:
        from chat.domain.paging import PageTokens

        return PageTokens(self.secret(PAGING_SECRET))

    def converser(self) -> Converser:
        from chat.adapters.counter_table import TableCounters
        from chat.adapters.message_table import TableMessages
        from chat.domain.messaging import Converser

        env = self.env
        return Converser(
            self.conversations(),
            TableMessages(self.dynamodb, env.messages_table, env.conversations_table, time.time),
            TableCounters(self.dynamodb, env.users_table, time.time),
            names=self.display_names(),
            now=time.time,
            new_id=new_id,
            pause=pause,
        )

    def display_names(self) -> DisplayNames:
        from chat.domain.people import DisplayNames
        from chat.domain.remembering import Remembered

        return DisplayNames(self.people(), Remembered(time.monotonic, _NAMES_KEPT_S))

    def signal(self, converser: Converser) -> Signal:
        from chat.adapters.counter_table import TableCounters
        from chat.domain.signalling import Signal

        pace = TableCounters(self.dynamodb, self.env.users_table, time.time)
        return Signal(
            self.conversations(), self.membership(), self.display_names(), self.deliver(), converser.read_up_to, pace
        )

    def membership(self) -> Membership:
        from chat.domain.delivering import Membership
        from chat.domain.remembering import Remembered

        return Membership(self.conversations(), Remembered(time.monotonic, _MEMBERS_KEPT_S))

    def deliver(self) -> Deliver:
        from chat.domain.delivering import Deliver

        return Deliver(self.connections(), self.sockets(), time.time)


def new_id() -> str:
    return uuid.uuid4().hex


def pause(attempt: int) -> None:
    """Exponential backoff with full jitter."""
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt)))


# ---- functions


def sign_in(env: Environment) -> SignIn:
    """Auth."""
    from chat.adapters.argon2_passwords import Argon2Passwords
    from chat.adapters.counter_table import TableCounters
    from chat.adapters.json_web_tokens import JwtAccessTokens, JwtRefreshTokens, SignedTokens
    from chat.adapters.registration_table import TableRegistrations
    from chat.adapters.session_table import TableSessions
    from chat.domain.connecting import end_sockets
    from chat.domain.signing_in import SignIn, Tools

    parts = Parts(env)
    access = SignedTokens(parts.secret(JWT_SECRET), env.token_issuer, "chat", time.time)
    refresh = SignedTokens(parts.secret(REFRESH_SECRET), env.token_issuer, "chat-refresh", time.time)
    connections, sockets = parts.connections(), parts.sockets()
    tools = Tools(
        people=parts.people(),
        registrations=TableRegistrations(parts.dynamodb, env.users_table, time.time),
        sessions=TableSessions(parts.dynamodb, env.sessions_table),
        guesses=TableCounters(parts.dynamodb, env.users_table, time.time),
        passwords=Argon2Passwords(),
        access=JwtAccessTokens(access, time.time),
        refresh=JwtRefreshTokens(refresh),
        end_sockets=lambda session: end_sockets(connections, sockets, session),
    )
    return SignIn(tools, time.time, new_id)


def auth_routes(env: Environment) -> list[APIGatewayHttpRouter]:
    """Auth."""
    from chat.adapters.json_web_tokens import ACCESS_S
    from chat.web.auth_routes import AuthRoutes

    return [AuthRoutes(sign_in(env), ACCESS_S).router()]


def api_routes(env: Environment) -> list[APIGatewayHttpRouter]:
    """Api."""
    from chat.adapters.message_table import TableMessages
    from chat.domain.conversing import Converse
    from chat.domain.grouping import ManageGroups
    from chat.domain.messaging import ReadHistory
    from chat.domain.people import ManagePeople
    from chat.web.conversation_routes import ConversationRoutes
    from chat.web.message_routes import MessageRoutes
    from chat.web.people_routes import PeopleRoutes
    from chat.web.service_routes import ServiceRoutes

    parts = Parts(env)
    conversations, people, tokens = parts.conversations(), parts.people(), parts.page_tokens()
    messages = TableMessages(parts.dynamodb, env.messages_table, env.conversations_table, time.time)
    converse = Converse(conversations, people, tokens, time.time, new_id)
    converser = parts.converser()
    return [
        PeopleRoutes(ManagePeople(people, tokens)).router(),
        ConversationRoutes(converse, ManageGroups(conversations, people, time.time)).router(),
        MessageRoutes(converser, parts.signal(converser), ReadHistory(conversations, messages, tokens)).router(),
        ServiceRoutes(lambda: check(parts), lambda url: document(env, url)).router(),
    ]


def check(parts: Parts) -> None:
    """Read one item of every table that answers need. Raises UnavailableError."""
    from chat.adapters.items import to_item
    from chat.adapters.tables import get

    env = parts.env
    get(parts.dynamodb, env.users_table, to_item({"userId": "#health"}))
    get(parts.dynamodb, env.sessions_table, to_item({"sessionId": "#health"}))
    for table in (env.conversations_table, env.messages_table):
        get(parts.dynamodb, table, to_item({"conversationId": "#health", "entry": "#health"}))


def document(env: Environment, url: str) -> str:
    """The OpenAPI document of both functions' routes. Most requests do not ask for it: made when one does."""
    from chat.web.openapi import document_of

    return document_of([*auth_routes(env), *api_routes(env)], url)


def recognise(env: Environment) -> Recognise:
    """Authorizer and SocketAuthorizer."""
    from chat.adapters.json_web_tokens import JwtAccessTokens, SignedTokens
    from chat.domain.recognising import Recognise

    parts = Parts(env)
    tokens = SignedTokens(parts.secret(JWT_SECRET), env.token_issuer, "chat", time.time)
    return Recognise(JwtAccessTokens(tokens, time.time), parts.live_sessions())


def socket_actions(env: Environment) -> SocketActions:
    """Socket."""
    from chat.domain.connecting import Connect
    from chat.web.socket_actions import SocketActions

    parts = Parts(env)
    connect = Connect(parts.connections(), parts.sockets(), parts.live_sessions(), time.time)
    converser = parts.converser()
    return SocketActions(connect, converser, parts.signal(converser))


def fan_out(env: Environment) -> tuple[Membership, Deliver]:
    """Fanout."""
    parts = Parts(env)
    return parts.membership(), parts.deliver()

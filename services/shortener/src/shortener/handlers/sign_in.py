"""POST /auth/google and POST /auth/refresh. Codes, tokens and e-mail addresses never reach the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shortener import wiring
from shortener.adapters.access_tokens import LIFETIME_S
from shortener.domain.errors import ShortenerError
from shortener.domain.signing_in import Tokens
from shortener.journal import Journal
from shortener.web import parsing, replies
from shortener.web.request import Event, correlation_id, origin, request_id
from shortener.web.sign_in_models import GoogleCode, Refresh, SignedIn

_env = wiring.environment()
_sign_in = wiring.sign_in(_env)
_journal = Journal("GoogleAuth")


def handler(event: Event, _context: Any) -> replies.Reply:
    """Tokens, or why not."""
    correlation, route = correlation_id(event), str(event.get("routeKey"))
    if _env.pause:
        code = "emergency_stop" if _env.pause.emergency else "service_paused"
        return replies.error(code, _env.pause.reason, request_id(event), correlation)
    try:
        tokens = ROUTES[route](event)
    except parsing.BadRequestError as failure:
        details = [{"field": field, "message": message} for field, message in failure.details]
        return replies.error(failure.code, str(failure), request_id(event), correlation, details)
    except ShortenerError as failure:
        level = "ERROR" if failure.code == "unavailable" else "INFO"
        _journal.note(level, "not signed in", correlation, {"SignInsRefused": 1}, route=route, why=str(failure))
        return replies.refusal(failure, request_id(event), correlation)
    _journal.note("INFO", "signed in", correlation, {"SignIns": 1}, route=route, userId=tokens.caller.user_id)
    return replies.as_json(200, _shown(tokens), correlation)


def with_google(event: Event) -> Tokens:
    asked = parsing.body(event, GoogleCode)
    return _sign_in.with_google(asked.code, asked.code_verifier, asked.redirect_uri, asked.nonce, origin(event))


def refresh(event: Event) -> Tokens:
    return _sign_in.again(parsing.body(event, Refresh).refresh_token)


ROUTES: dict[str, Callable[[Event], Tokens]] = {"POST /auth/google": with_google, "POST /auth/refresh": refresh}


def _shown(tokens: Tokens) -> dict[str, Any]:
    return SignedIn(
        access_token=tokens.access,
        refresh_token=tokens.refresh,
        expires_in=LIFETIME_S,
        user_id=tokens.caller.user_id,
        role=tokens.caller.role,
    ).model_dump(by_alias=True)

"""The links API: /links, /links/{code}, /links/{code}/stats and GET /openapi.json."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from shortener import wiring
from shortener.domain.errors import InvalidFieldError, ShortenerError
from shortener.domain.managing import Change, NewLink
from shortener.domain.model import Caller, Link, State
from shortener.journal import Journal
from shortener.web import parsing, replies
from shortener.web.models import CreateLink, LinkList, LinkView, ListQuery, StatsQuery, StatsView, UpdateLink
from shortener.web.request import Event, base_url, correlation_id, header, origin, own_hosts, request_id

_env = wiring.environment()
_manage, _statistics = wiring.manage_links(_env)
_public_url = wiring.public_url(_env)
_journal = Journal("Links")


def handler(event: Event, _context: Any) -> replies.Reply:
    """Answers one request; the gateway has chosen the route already."""
    correlation, route = correlation_id(event), str(event.get("routeKey"))
    if _env.pause:
        code = "emergency_stop" if _env.pause.emergency else "service_paused"
        return replies.error(code, _env.pause.reason, request_id(event), correlation)
    try:
        reply = ROUTES[route](event)
    except parsing.BadRequestError as failure:
        details = [{"field": field, "message": message} for field, message in failure.details]
        reply = replies.error(failure.code, str(failure), request_id(event), correlation, details)
    except ShortenerError as failure:
        reply = replies.refusal(failure, request_id(event), correlation)
        if failure.code == "unavailable":
            _journal.note("ERROR", "unavailable", correlation, why=str(failure))
    status = reply["statusCode"]
    _journal.note(
        "INFO", "answered", correlation, {"Requests": 1, "Failures": int(status >= 500)}, route=route, status=status
    )
    return reply


def create(event: Event) -> replies.Reply:
    wanted = parsing.body(event, CreateLink)
    wish = NewLink(wanted.url, wanted.code, wanted.expires_at, tuple(wanted.tags))
    link = _manage.create(_caller(event), wish, _own_hosts(event), _idempotency_key(event), origin(event))
    view = _view(event, link)
    return replies.as_json(201, _plain(view), correlation_id(event), {"location": f"/links/{link.code}"})


def list_own(event: Event) -> replies.Reply:
    asked = parsing.query(event, ListQuery)
    page, token = _manage.owned(_caller(event), asked.limit, asked.next_token)
    listed = LinkList(links=[_view(event, link) for link in page.links], next_token=token)
    body = _plain(listed)
    if token is None:
        del body["nextToken"]
    return replies.as_json(200, body, correlation_id(event))


def read(event: Event) -> replies.Reply:
    return _shown(event, _manage.read(_caller(event), _code(event)))


def update(event: Event) -> replies.Reply:
    wanted = parsing.body(event, UpdateLink)
    change = Change(
        target=wanted.url,
        expires_at=wanted.expires_at,
        forget_expiry=wanted.expires_at is None and "expires_at" in wanted.model_fields_set,
        state=State(wanted.state) if wanted.state else None,
        tags=tuple(wanted.tags) if wanted.tags is not None else None,
        seen_version=_seen_version(event),
    )
    return _shown(event, _manage.change(_caller(event), _code(event), change, _own_hosts(event), origin(event)))


def delete(event: Event) -> replies.Reply:
    _manage.delete(_caller(event), _code(event), origin(event))
    return replies.nothing(correlation_id(event))


def stats(event: Event) -> replies.Reply:
    asked = parsing.query(event, StatsQuery)
    report = _statistics(_caller(event), _code(event), asked.days)
    return replies.as_json(200, _plain(StatsView.of(_code(event), report)), correlation_id(event))


def openapi(event: Event) -> replies.Reply:
    from shortener.web.openapi import document

    return replies.as_json(200, document(base_url(event, _public_url())), correlation_id(event))


ROUTES: dict[str, Callable[[Event], replies.Reply]] = {
    "POST /links": create,
    "GET /links": list_own,
    "GET /links/{code}": read,
    "PUT /links/{code}": update,
    "DELETE /links/{code}": delete,
    "GET /links/{code}/stats": stats,
    "GET /openapi.json": openapi,
}


def _caller(event: Event) -> Caller:
    vouched = event["requestContext"]["authorizer"]["lambda"]
    return Caller(vouched["userId"], vouched.get("role", "user"))


def _code(event: Event) -> str:
    return str(event["pathParameters"]["code"])


def _own_hosts(event: Event) -> tuple[str, ...]:
    return own_hosts(event, _public_url())


def _idempotency_key(event: Event) -> str | None:
    key = header(event, "idempotency-key")
    if len(key) > 255:
        raise InvalidFieldError("Idempotency-Key", "must be at most 255 characters")
    return key or None


def _seen_version(event: Event) -> int | None:
    tag = header(event, "if-match").strip().removeprefix("W/").strip('"')
    if not tag or tag == "*":
        return None
    if not tag.isascii() or not tag.isdigit():
        raise InvalidFieldError("If-Match", "must be the version of the link")
    return int(tag)


def _view(event: Event, link: Link) -> LinkView:
    return LinkView.of(link, base_url(event, _public_url()), time.time())


def _shown(event: Event, link: Link) -> replies.Reply:
    return replies.as_json(200, _plain(_view(event, link)), correlation_id(event), {"etag": f'"{link.version}"'})


def _plain(model: LinkView | LinkList | StatsView) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True)

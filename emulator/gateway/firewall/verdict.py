"""What a firewall decides about a request, and the answers that stop one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.model.web_acls import Action, CustomResponse
from emulator.payloads.http_message import HeaderPairs, HttpResponse

DEFAULT_RULE = "Default_Action"
INSERTED_PREFIX = "x-amzn-waf-"


@dataclass(frozen=True, slots=True)
class Verdict:
    """blocked: the request goes no further. Then `response` is what the rule itself answers (a custom response, a
    puzzle, a challenge), or None: whoever asked answers 403 in its own way.

    inserted: headers the origin gets, lower-case, in place of such that the client sent. rule: the one that decided.
    """

    action: Literal["ALLOW", "BLOCK", "CAPTCHA", "CHALLENGE"]
    rule: str = DEFAULT_RULE
    response: HttpResponse | None = None
    inserted: HeaderPairs = ()
    labels: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    """Rules that matched and only count, as `rule` or `group#rule`."""

    @property
    def blocked(self) -> bool:
        return self.action != "ALLOW"


def answer_of(action: Action) -> HttpResponse | None:
    """What a terminating action answers itself. Without a token of AWS's there is a puzzle or a challenge to meet.

    https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html
    """
    if action.kind == "CAPTCHA":
        return _interstitial(405, "captcha")
    if action.kind == "CHALLENGE":
        return _interstitial(202, "challenge")
    return _custom(action.response) if action.kind == "BLOCK" and action.response is not None else None


def inserted_headers(action: Action) -> HeaderPairs:
    return tuple((f"{INSERTED_PREFIX}{name.lower()}", value) for name, value in action.inserted)


def _interstitial(status: int, kind: str) -> HttpResponse:
    return HttpResponse(
        status,
        (
            ("x-amzn-waf-action", kind),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "x-amzn-waf-action"),
            ("cache-control", "no-store, max-age=0"),
            ("content-type", "text/html; charset=UTF-8"),
        ),
        b"",
    )


def _custom(response: CustomResponse) -> HttpResponse:
    headers = [(name.lower(), value) for name, value in response.headers]
    if response.content_type and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", response.content_type))
    return HttpResponse(response.status, tuple(headers), response.body.encode())

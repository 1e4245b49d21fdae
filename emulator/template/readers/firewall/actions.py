"""The actions of rules, with their custom responses and headers -> model.Action.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-action.html
https://docs.aws.amazon.com/waf/latest/developerguide/waf-custom-request-response.html
"""

from __future__ import annotations

from typing import Any

from emulator.model.web_acls import Action, CustomResponse, Pairs
from emulator.template.section import Section

_CONTENT_TYPES = {"TEXT_PLAIN": "text/plain", "TEXT_HTML": "text/html", "APPLICATION_JSON": "application/json"}
_KINDS = ("Allow", "Block", "Count", "Captcha", "Challenge")
# https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-status-codes.html
_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599
Bodies = dict[str, tuple[str, str]]


def read_bodies(owner: Section) -> Bodies:
    """CustomResponseBodies of a web ACL or a rule group: key -> content type and body."""
    bodies = {}
    for key, section in owner.sub("CustomResponseBodies").mappings():
        kind = section.one_of("ContentType", tuple(_CONTENT_TYPES), "")
        bodies[key] = (_CONTENT_TYPES[kind], section.text("Content"))
    return bodies


def read_action(section: Section, bodies: Bodies) -> Action:
    """An action is a mapping with exactly one key, whose value may be empty."""
    named = [name for name in section.values if section.values[name] is not None]
    if len(named) != 1 or named[0] not in _KINDS:
        raise section.fault(None, found=", ".join(named) or "nothing", fix=f"Write one of {', '.join(_KINDS)}.")
    below = section.sub(named[0])
    kind: Any = named[0].upper()
    return Action(kind, _response(below.sub("CustomResponse"), bodies), _inserted(below.sub("CustomRequestHandling")))


def _response(section: Section, bodies: Bodies) -> CustomResponse | None:
    if not section.values:
        return None
    key = section.optional_text("CustomResponseBodyKey")
    if key is not None and key not in bodies:
        raise section.fault("CustomResponseBodyKey", found=key, fix="Add it to CustomResponseBodies.")
    content_type, body = bodies[key] if key is not None else ("", "")
    status = section.optional_number("ResponseCode", _LOWEST_STATUS, _HIGHEST_STATUS)
    if status is None:
        raise section.fault("ResponseCode", what="is missing", found="nothing", fix="Add the status, as 403.")
    return CustomResponse(status, _pairs(section, "ResponseHeaders"), content_type, body)


def _inserted(section: Section) -> Pairs:
    return _pairs(section, "InsertHeaders")


def _pairs(section: Section, name: str) -> Pairs:
    return tuple((one.text("Name"), one.text("Value")) for one in section.subs(name))

"""Rate-based statements -> model.RateBased.

https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
"""

from __future__ import annotations

from emulator.model.web_acls import RateBased, RateKey
from emulator.template.readers.firewall.contents import read_transformations
from emulator.template.readers.firewall.parts import Parts
from emulator.template.readers.firewall.statements import kind_of, read_forwarded, read_statement
from emulator.template.section import Section

_WINDOWS_S = ("60", "120", "300", "600")
_AGGREGATES = ("IP", "FORWARDED_IP", "CUSTOM_KEYS", "CONSTANT")
_KEYS = (
    *("Header", "Cookie", "QueryArgument"),
    *("QueryString", "UriPath", "HTTPMethod"),
    *("ForwardedIP", "IP", "LabelNamespace"),
)
_LOWEST, _HIGHEST, _DEFAULT_WINDOW_S = 10, 2_000_000_000, 300


def read_rate_based(section: Section, parts: Parts) -> RateBased:
    """Raises TemplateError for combinations that AWS refuses, UnsupportedError for keys that are not known here."""
    aggregate = section.one_of("AggregateKeyType", _AGGREGATES, "")
    scope_down = section.sub("ScopeDownStatement")
    if aggregate == "CONSTANT" and not scope_down.values:
        raise section.fault("AggregateKeyType", found="CONSTANT", fix="AWS wants a ScopeDownStatement with it.")
    limit = section.optional_number("Limit", _LOWEST, _HIGHEST)
    if limit is None:
        raise section.fault("Limit", what="is missing", found="nothing", fix="Add Limit, the requests of a window.")
    forwarded = read_forwarded(section.sub("ForwardedIPConfig"))
    keys = _keys(section, aggregate)
    if forwarded is None and any(key.kind == "ForwardedIP" for key in keys):
        raise section.fault("ForwardedIPConfig", what="is missing", found="nothing", fix="Name the header.")
    return RateBased(
        limit=limit,
        window_s=int(section.one_of("EvaluationWindowSec", _WINDOWS_S, str(_DEFAULT_WINDOW_S))),
        keys=keys,
        forwarded=forwarded,
        scope_down=read_statement(scope_down, parts) if scope_down.values else None,
    )


def _keys(section: Section, aggregate: str) -> tuple[RateKey, ...]:
    if aggregate == "CUSTOM_KEYS":
        keys = tuple(_key(one) for one in section.subs("CustomKeys"))
        if not keys:
            raise section.fault("CustomKeys", what="is missing", found="nothing", fix="Add one key or more.")
        return keys
    return {"IP": (RateKey("IP"),), "FORWARDED_IP": (RateKey("ForwardedIP"),), "CONSTANT": ()}[aggregate]


def _key(section: Section) -> RateKey:
    kind = kind_of(section)
    below = section.sub(kind)
    if kind not in _KEYS:
        raise section.unsupported(kind, found="a key that is not known behind this server", fix="Count by another one.")
    name = below.optional_text("Name") or below.optional_text("Namespace") or ""
    return RateKey(kind, name if kind == "LabelNamespace" else name.lower(), read_transformations(below))

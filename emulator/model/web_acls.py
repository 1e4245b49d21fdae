"""AWS WAF: web ACLs with their rules and statements, every reference to a set or a group of the stack resolved.

https://docs.aws.amazon.com/waf/latest/APIReference/API_WebACL.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.model.places import Place

Oversize = Literal["CONTINUE", "MATCH", "NO_MATCH"]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FieldToMatch:
    """One component of a request by AWS's name ("UriPath", "SingleHeader", "JsonBody", …).

    name: of a single header (lower-case) or argument. scope: what of a map is looked at. included / excluded: names,
    or JSON pointers of a body; None means all. invalid: what to do with a body that is no JSON, "" being AWS's own way.
    """

    kind: str
    name: str = ""
    oversize: Oversize = "CONTINUE"
    scope: Literal["ALL", "KEY", "VALUE"] = "ALL"
    included: tuple[str, ...] | None = None
    excluded: tuple[str, ...] | None = None
    invalid: Literal["", "MATCH", "NO_MATCH", "EVALUATE_AS_STRING"] = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a statement looks at: a component after its transformations, in order."""

    field: FieldToMatch
    transformations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardedAddress:
    """A header that names the client. fallback: the answer when it holds no valid address."""

    header: str
    fallback: Literal["MATCH", "NO_MATCH"]
    position: Literal["FIRST", "LAST", "ANY"] = "FIRST"


@dataclass(frozen=True, slots=True)
class ByteMatch:
    content: Content
    search: bytes
    position: Literal["EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "CONTAINS_WORD"]


@dataclass(frozen=True, slots=True)
class RegexMatch:
    """Any of the patterns, in the syntax that PCRE and RE2 share."""

    content: Content
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SizeConstraint:
    """Compares the length in bytes."""

    content: Content
    operator: Literal["EQ", "NE", "LE", "LT", "GE", "GT"]
    size: int


@dataclass(frozen=True, slots=True)
class SqliMatch:
    content: Content
    sensitivity: Literal["LOW", "HIGH"] = "LOW"


@dataclass(frozen=True, slots=True)
class XssMatch:
    content: Content


@dataclass(frozen=True, slots=True)
class GeoMatch:
    """Two-letter country codes."""

    countries: frozenset[str]
    forwarded: ForwardedAddress | None = None


@dataclass(frozen=True, slots=True)
class IpMatch:
    """Networks in CIDR notation, IPv4 or IPv6."""

    networks: tuple[str, ...]
    forwarded: ForwardedAddress | None = None


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """A label, or (ending with a colon) a namespace."""

    scope: Literal["LABEL", "NAMESPACE"]
    key: str


@dataclass(frozen=True, slots=True)
class And:
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Or:
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Not:
    statement: Statement


@dataclass(frozen=True, slots=True)
class RateKey:
    """One part of a custom aggregation key, by AWS's name ("Header", "IP", "LabelNamespace", …)."""

    kind: str
    name: str = ""
    transformations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateBased:
    """More than `limit` requests within `window_s` by one key. No keys: all requests together."""

    limit: int
    window_s: int
    keys: tuple[RateKey, ...]
    forwarded: ForwardedAddress | None = None
    scope_down: Statement | None = None


@dataclass(frozen=True, slots=True)
class ManagedGroup:
    """A rule group of AWS by its name; `overrides` by rule name ("Count" and the like)."""

    name: str
    overrides: Mapping[str, Action]
    scope_down: Statement | None = None


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A rule group of the stack."""

    name: str
    rules: tuple[Rule, ...]
    overrides: Mapping[str, Action]


Statement = (
    ByteMatch
    | RegexMatch
    | SizeConstraint
    | SqliMatch
    | XssMatch
    | GeoMatch
    | IpMatch
    | LabelMatch
    | And
    | Or
    | Not
    | RateBased
    | ManagedGroup
    | OwnGroup
)


@dataclass(frozen=True, slots=True)
class CustomResponse:
    """What a block answers in AWS's place. headers: as written; body with its content type."""

    status: int
    headers: Pairs = ()
    content_type: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does with a request it matches. inserted: headers for the origin, without `x-amzn-waf-`."""

    kind: Literal["ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE"]
    response: CustomResponse | None = None
    inserted: Pairs = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. action: None where the statement is a group, whose rules act; then `counts_only` may still them."""

    name: str
    priority: int
    statement: Statement
    action: Action | None
    labels: tuple[str, ...] = ()
    counts_only: bool = False


@dataclass(frozen=True, slots=True)
class LogRule:
    """One filter of a log. behavior and requirement are AWS's; conditions are action kinds and label names."""

    behavior: Literal["KEEP", "DROP"]
    requirement: Literal["MEETS_ALL", "MEETS_ANY"]
    actions: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebAclLog:
    """Where decisions are written. redacted: FieldToMatch values whose content must not be in the log."""

    groups: tuple[str, ...]
    redacted: tuple[FieldToMatch, ...] = ()
    rules: tuple[LogRule, ...] = ()
    default_behavior: Literal["KEEP", "DROP"] = "KEEP"


@dataclass(frozen=True, slots=True)
class WebAcl:
    """A web ACL; rules by priority. protects: ARNs of REST stages it is associated with. body_limit in bytes."""

    logical_id: str
    name: str
    arn: str
    account_id: str
    scope: Literal["REGIONAL", "CLOUDFRONT"]
    place: Place
    default_action: Action
    rules: tuple[Rule, ...] = ()
    protects: tuple[str, ...] = ()
    body_limit: int = 16_384
    log: WebAclLog | None = None

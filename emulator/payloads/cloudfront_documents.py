"""The XML of CloudFront's API, as far as it is served here: invalidations, and what a distribution is.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from emulator.model import Behavior, Distribution, Origin
from emulator.payloads.http_message import HttpResponse

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
Node = tuple[str, "str | Sequence[Node]"]
"""An element: its name, and its text or its children."""


@dataclass(frozen=True, slots=True)
class Invalidation:
    """One that was made; `created_s` is seconds since the epoch. Here each is complete at once."""

    id: str
    caller_reference: str
    paths: tuple[str, ...]
    created_s: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What CreateInvalidation asks for."""

    caller_reference: str
    paths: tuple[str, ...]


def batch_of(body: bytes) -> Batch | None:
    """The InvalidationBatch of a request, None for anything else."""
    # No document of CloudFront's has a DTD, and what one may define is a danger.
    if b"<!DOCTYPE" in body:
        return None
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None
    tags = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    paths = tuple(element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == "Path")
    reference = tags.get("CallerReference")
    if reference is None or not reference.text or not paths:
        return None
    return Batch(reference.text, paths)


def invalidation(made: Invalidation) -> Node:
    items = [("Path", path) for path in made.paths]
    paths: Node = ("Paths", [("Quantity", str(len(items))), ("Items", items)])
    batch: Node = ("InvalidationBatch", [paths, ("CallerReference", made.caller_reference)])
    return "Invalidation", [*_summary(made), batch]


def invalidation_list(page: Sequence[Invalidation], marker: str, max_items: int, next_marker: str) -> Node:
    summaries: list[Node] = [("InvalidationSummary", _summary(made)) for made in page]
    following: list[Node] = [("NextMarker", next_marker)] if next_marker else []
    return "InvalidationList", [*_page(marker, max_items, len(page), bool(next_marker), summaries), *following]


def distribution(one: Distribution) -> Node:
    config: Node = ("DistributionConfig", _config(one))
    return "Distribution", [*_identity(one), ("InProgressInvalidationBatches", "0"), config]


def distribution_config(one: Distribution) -> Node:
    return "DistributionConfig", _config(one)


def distribution_list(all_of_them: Sequence[Distribution]) -> Node:
    items: list[Node] = [("DistributionSummary", [*_identity(one), *_config(one)]) for one in all_of_them]
    return "DistributionList", _page("", 100, len(items), False, items)


def answer(status: int, node: Node, **headers: str) -> HttpResponse:
    """The document as a response; a header `ETag` is given as `etag`."""
    return HttpResponse(status, (("content-type", "text/xml"), *headers.items()), _text(node))


def error(status: int, code: str, message: str, request_id: str) -> HttpResponse:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html"""
    kind = "Sender" if status < 500 else "Receiver"
    found: Node = ("Error", [("Type", kind), ("Code", code), ("Message", message)])
    return answer(status, ("ErrorResponse", [found, ("RequestId", request_id)]))


def _summary(made: Invalidation) -> list[Node]:
    created = datetime.fromtimestamp(made.created_s, UTC).isoformat(timespec="milliseconds")
    return [("Id", made.id), ("CreateTime", created.replace("+00:00", "Z")), ("Status", "Completed")]


def _page(marker: str, max_items: int, count: int, more: bool, items: Sequence[Node]) -> list[Node]:
    return [
        ("Marker", marker),
        ("MaxItems", str(max_items)),
        ("IsTruncated", str(more).lower()),
        ("Quantity", str(count)),
        ("Items", items),
    ]


def _identity(one: Distribution) -> list[Node]:
    return [
        ("Id", one.distribution_id),
        ("ARN", one.arn),
        ("Status", "Deployed"),
        ("LastModifiedTime", "2026-01-01T00:00:00Z"),
        ("DomainName", one.domain_name),
    ]


def _config(one: Distribution) -> list[Node]:
    *ordered, default = one.behaviors
    return [
        ("CallerReference", one.distribution_id),
        ("Aliases", [("Quantity", "0")]),
        ("DefaultRootObject", one.default_root_object),
        ("Origins", _listed([("Origin", _origin(origin)) for origin in one.origins.values()])),
        ("DefaultCacheBehavior", _behavior(default)),
        (
            "CacheBehaviors",
            _listed([("CacheBehavior", [("PathPattern", each.pattern), *_behavior(each)]) for each in ordered]),
        ),
        ("Comment", one.comment),
        ("PriceClass", "PriceClass_All"),
        ("Enabled", "true"),
        ("WebACLId", one.web_acl or ""),
        ("HttpVersion", "http1.1"),
        ("IsIPV6Enabled", "false"),
    ]


def _origin(origin: Origin) -> list[Node]:
    return [("Id", origin.id), ("DomainName", origin.domain_name), ("OriginPath", origin.path)]


def _behavior(behavior: Behavior) -> list[Node]:
    protocol = "redirect-to-https" if behavior.https_only else "allow-all"
    methods: list[Node] = [("Method", method) for method in sorted(behavior.allowed_methods)]
    return [
        ("TargetOriginId", behavior.target),
        ("ViewerProtocolPolicy", protocol),
        ("AllowedMethods", _listed(methods)),
        ("Compress", str(behavior.compress).lower()),
    ]


def _listed(items: Sequence[Node]) -> list[Node]:
    return [("Quantity", str(len(items))), ("Items", items)]


def _text(node: Node) -> bytes:
    root = _element(node)
    root.set("xmlns", NAMESPACE)
    body: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body


def _element(node: Node) -> ElementTree.Element:
    name, content = node
    element = ElementTree.Element(name)
    if isinstance(content, str):
        element.text = content
    else:
        element.extend(_elements(content))
    return element


def _elements(nodes: Iterable[Node]) -> list[ElementTree.Element]:
    return [_element(node) for node in nodes]

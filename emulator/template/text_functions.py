"""The intrinsic functions that make text: Sub, Join, Split, Base64, ToJsonString, Cidr."""

from __future__ import annotations

import base64
import ipaddress
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

from emulator.template.places import Trail
from emulator.template.scope import NO_VALUE

if TYPE_CHECKING:
    from emulator.template.intrinsics import Resolver

VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")


def sub(resolver: Resolver, argument: Any, trail: Trail) -> str:
    """`${Name}`, `${Resource.Attribute}`, and `${!Literal}`, which stays as `${Literal}`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
    """
    text, variables = _sub_parts(resolver, argument, trail)
    values = {
        name: resolver.text(value, (*trail, 1, name), f"Variable {name} of Fn::Sub")
        for name, value in variables.items()
    }

    def replaced(match: re.Match[str]) -> str:
        if match.group(1):
            return "${" + match.group(2) + "}"
        name = match.group(2).strip()
        if name in values:
            return values[name]
        expression = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
        resolved = resolver.resolve(expression, trail)
        if resolved is NO_VALUE:
            return ""
        return resolver.text(resolved, trail, f"${{{name}}} in Fn::Sub")

    return VARIABLE.sub(replaced, text)


def _sub_parts(resolver: Resolver, argument: Any, trail: Trail) -> tuple[str, dict[str, Any]]:
    if isinstance(argument, str):
        return argument, {}
    if isinstance(argument, list) and len(argument) == 2:
        text, variables = argument
        if isinstance(text, str) and isinstance(variables, dict):
            return text, variables
    if isinstance(argument, int | float):
        return resolver.text(argument, trail, "The text of Fn::Sub"), {}
    raise resolver.scope.fault(
        "Fn::Sub needs text", trail, found=repr(argument)[:60], fix='Write "…${Name}…", or [text, {Name: value}].'
    )


def join(resolver: Resolver, argument: Any, trail: Trail) -> str:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise resolver.scope.fault(
            "Fn::Join needs a delimiter and a list", trail, found=repr(argument)[:60], fix='Write ["-", [a, b]].'
        )
    items = resolver.items(argument[1], (*trail, 1), "What Fn::Join joins")
    return argument[0].join(resolver.text(item, (*trail, 1, i), "A part of Fn::Join") for i, item in enumerate(items))


def split(resolver: Resolver, argument: Any, trail: Trail) -> list[str]:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str) or not argument[0]:
        raise resolver.scope.fault(
            "Fn::Split needs a delimiter and text", trail, found=repr(argument)[:60], fix='Write [",", text].'
        )
    return resolver.text(argument[1], (*trail, 1), "What Fn::Split splits").split(argument[0])


def base64_(resolver: Resolver, argument: Any, trail: Trail) -> str:
    text = resolver.text(argument, trail, "What Fn::Base64 encodes")
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def to_json_string(resolver: Resolver, argument: Any, trail: Trail) -> str:
    if not isinstance(argument, dict | list):
        raise resolver.scope.fault(
            "Fn::ToJsonString needs a mapping or a list", trail, found=repr(argument)[:60], fix="Write one."
        )
    return json.dumps(resolver.resolve(argument, trail), separators=(",", ":"), ensure_ascii=False)


def cidr(resolver: Resolver, argument: Any, trail: Trail) -> list[str]:
    """`count` blocks of 2^`bits` addresses out of a block.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
    """
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        raise resolver.scope.fault(
            "Fn::Cidr needs [block, count, bits]", trail, found=repr(argument)[:60], fix="Write these."
        )
    texts = [resolver.text(part, (*trail, i), "A part of Fn::Cidr") for i, part in enumerate(argument)]
    try:
        network = ipaddress.ip_network(texts[0], strict=False)
        count, bits = int(texts[1]), int(texts[2]) if len(texts) == 3 else 8
        if not 1 <= count <= 256:
            raise ValueError(f"count {count}")
        blocks = [
            str(block) for block in itertools.islice(network.subnets(new_prefix=network.max_prefixlen - bits), count)
        ]
        if len(blocks) < count:
            raise ValueError(f"only {len(blocks)} such blocks")
    except ValueError as error:
        raise resolver.scope.fault(
            "Fn::Cidr cannot divide the block", trail, found=str(error)[:80], fix="Ask for 1 to 256 blocks that fit in."
        ) from None
    return blocks

"""Decides whether a text is an SQL injection, in the three places it may be put into: bare, or in either quote.

The idea of judging by the kinds of tokens is libinjection's (https://github.com/libinjection/libinjection), which
AWS's own statement behaves like; the tokens, classes and shapes here are Terrarium's.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-sqli-match.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import re2

from emulator.gateway.firewall.sqli.tokens import classes
from emulator.gateway.firewall.transformations import with_comments_as

# A condition that is compared: a name or value with its parentheses, an operator, and something to compare with.
_CONDITION = r"[(!+]*(?:[1sSvnkbt]|[gf]\([^;]*)\)*=[!(+]*[1sSvngfkbEeC(]"
_TAUTOLOGY = r"[(!+]*[1s]\)*=[!(+]*[1sS]"
_AFTER_VALUE = (
    rf"(?:;?&(?:{_CONDITION}|[(!+]*[fekb]|[(!+]*[Eg]\(|[(!+]*E|[(!+]*1c)|;?c?H|G|O1(?:[,c;)]|$)|[=+]\(*[Ekf])"
)
# What follows the quote that ends the string around the text.
_AFTER_QUOTE = (
    rf"(?:&(?:[(!+]*[1sSgfkEevb]|{_CONDITION})|=[(!+]*[1svgfkE(]|[+,]\(*[EfkgC]|\(*E|[HGLw]|On?[1n]|;?[xUd]|;?\(*[EIDPR]"
    r"|[;)]*c|;w|;g\(|;f)"
)
_SHAPES = (
    r"U[A(]*E",  # union select
    r"(?:^|[^.])f\(",  # sleep(, benchmark(
    r"w[(]*[sSv1]",  # waitfor delay '…'
    r"dv[n(1=]",  # declare @x
    r"xn?[.n]*k|x\(*[sv]",  # exec xp_…, exec(@x
    r"[.=&+(,FIx]k|k[.(=]|E[Avkf*]*[kv]",  # information_schema., @@version
    r"E[A]?\*F|E1(?:[,cFU]|$)|E[A]?(?:n,)+n?\*?F|E[gC]\(|[Q&=+,;]\(+E|\)E[1sv*]|EC",
    r"^E[A]?[n*1]F",
    r";\(*(?:E[*1svkfg(]|En[,F]|DF|Rt|PnX|IF|dv|xn?[.n]*k|xn?[sv(])|^Q\)*[EIDPRxd][n(*1tFsvk]",  # stacked queries
    r"IFn[n(g]?\(|IFng|DFn(?:W|c|;|$)|PnXn=",
    r"Rtn",
    rf"W{_TAUTOLOGY}|H{_TAUTOLOGY}",
)
_LOW = (
    rf"^Q\)*{_AFTER_QUOTE}",
    rf"^[(+]*[1v]\)*{_AFTER_VALUE}",
    r"^1\)*=s[+)c]*$|^[1)]\)*=S$",
    rf"^[(+]*[1vnsS]\)*;?&{_TAUTOLOGY}",
    rf"^&{_TAUTOLOGY}",
    *_SHAPES,
)
_HIGH = (rf"[Qs]\)*{_AFTER_QUOTE}", rf"[1v)]\)*{_AFTER_VALUE}", rf"&{_TAUTOLOGY}", *_SHAPES)
# Without any of these nothing can leave the place it was put into.
_SUSPICIOUS = re.compile(
    rb"(?i)['\"`;#@(]|--|/\*|\b(?:or|and|xor|union|select|having|where|group|order|like|exec|insert|delete|update|drop|declare|waitfor)\b"
    rb"|\|\||&&"
)
_QUOTES = (b"'", b'"')


def sqli_test(sensitivity: Literal["LOW", "HIGH"]) -> Callable[[bytes], bool]:
    """HIGH also looks at every place inside of a text, and so takes more of plain language for an attack."""
    shape = re2.compile("|".join(f"(?:{one})" for one in (_HIGH if sensitivity == "HIGH" else _LOW)))

    def is_sqli(text: bytes) -> bool:
        if _SUSPICIOUS.search(text) is None:
            return False
        if _found(shape, text):
            return True
        # Databases that drop comments altogether join what stands around them.
        return b"/*" in text and _found(shape, with_comments_as(b"", text))

    return is_sqli


def _found(shape: re2._Regexp, text: bytes) -> bool:
    if _is_shaped(shape, classes(text)):
        return True
    return any(quote in text and _is_shaped(shape, classes(text, quote)) for quote in _QUOTES)


def _is_shaped(shape: re2._Regexp, written: str) -> bool:
    if "m" not in written:
        return shape.search(written) is not None
    # Behind the comment of a line the next one goes on, or what was injected ends.
    return any(shape.search(written.replace("m", instead)) is not None for instead in ("", "c"))

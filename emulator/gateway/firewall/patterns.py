"""Regular expressions by RE2, whose time is linear in the text: no pattern and no body can hold the server up.

AWS's own subset of PCRE leaves out what RE2 leaves out: backreferences, recursion, conditions, atomic groups.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html
"""

from __future__ import annotations

from collections.abc import Callable

import re2


def pattern_test(patterns: tuple[str, ...]) -> Callable[[bytes], bool]:
    """True when any of them is found anywhere in the text."""
    options = re2.Options()
    # A byte for a byte, as PCRE reads by default: what is no UTF-8 hides nothing.
    options.encoding = re2.Options.Encoding.LATIN1
    compiled = [re2.compile(pattern.encode(), options) for pattern in patterns]
    return lambda text: any(pattern.search(text) is not None for pattern in compiled)

"""The ids of a request: API Gateway's, Lambda's and X-Ray's."""

from __future__ import annotations

import base64
import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

_TRACE = re.compile(r"Root=1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}(;[A-Za-z]+=[0-9A-Za-z:|._-]+)*")


def api_request_id() -> str:
    """Eleven random bytes in base64, as in `apigw-requestid: ATfSmjLgPHcESJw=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode("ascii")


def invocation_id() -> str:
    """A random UUID; uuid.uuid4 takes four times as long, and a request has one or two."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def new_trace_id(now_s: float) -> str:
    """https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"""
    return f"Root=1-{int(now_s):08x}-{os.urandom(12).hex()}"


@dataclass(frozen=True, slots=True)
class Ids:
    """Where ids come from; tests give their own."""

    api_request: Callable[[], str] = api_request_id
    invocation: Callable[[], str] = invocation_id
    new_trace: Callable[[float], str] = new_trace_id

    def trace(self, received: str | None, now_s: float) -> str:
        """The client's tracing header when it is one, else a new trace."""
        return received if received and _TRACE.fullmatch(received) else self.new_trace(now_s)

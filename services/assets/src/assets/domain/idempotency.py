"""Idempotency-Key: the same key and wish get the first answer again, another wish is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from assets.domain.errors import KeyReusedError, UnavailableError
from assets.domain.ports import Answered, Answers

KEPT_S = 3600
"""As long as an upload form works."""
Answer = TypeVar("Answer")


def once(
    answers: Answers,
    key: str | None,
    wish: object,
    do: Callable[[Callable[[str], Answered | None]], Answer],
    read: Callable[[str], Answer],
) -> Answer:
    """What `do` makes, or what it made before for this key, as `read` from JSON.

    `do` is given a function that turns its answer, as JSON, into what it must store in the same transaction as the
    rest. Raises KeyReusedError and whatever `do` raises.
    """
    fingerprint = sha256(json.dumps(wish, sort_keys=True).encode()).hexdigest()
    before = answers.answered(key) if key is not None else None
    if before is None:
        try:
            return do(lambda answer: Answered(key, fingerprint, answer) if key is not None else None)
        except KeyReusedError:
            # Somebody with the same key was faster.
            before = answers.answered(key) if key is not None else None
    if before is None:
        raise UnavailableError("The first answer to this Idempotency-Key cannot be read yet; try again.")
    if before.fingerprint != fingerprint:
        raise KeyReusedError("This Idempotency-Key was used with another body.")
    return read(before.answer)

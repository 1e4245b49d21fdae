"""API keys: what is stored, and what opens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from orders.domain import api_keys
from orders.domain.api_keys import ApiKey
from orders.domain.permissions import Permission

KEY_ID, SECRET = "0123456789abcdef", "s" * 43
STORED = ApiKey(
    KEY_ID, "ERP", api_keys.hashed(KEY_ID, SECRET), frozenset({Permission.ORDERS_READ}), 100.0, "root", expires_at=200.0
)


def test_a_written_key_opens_its_own_lock() -> None:
    presented = api_keys.read(api_keys.written(KEY_ID, SECRET))
    assert presented is not None
    assert presented.opens(STORED, now=150.0)


def test_what_is_stored_does_not_show_the_secret() -> None:
    assert SECRET not in repr(STORED)


@pytest.mark.parametrize("secret", ["t" * 43, "s" * 42 + "t"])
def test_another_secret_does_not_open(secret: str) -> None:
    presented = api_keys.read(api_keys.written(KEY_ID, secret))
    assert presented is not None
    assert not presented.opens(STORED, now=150.0)


def test_the_secret_of_one_key_does_not_open_another() -> None:
    presented = api_keys.read(api_keys.written("fedcba9876543210", SECRET))
    assert presented is not None
    assert not presented.opens(STORED, now=150.0)


def test_an_expired_or_revoked_key_does_not_open() -> None:
    presented = api_keys.read(api_keys.written(KEY_ID, SECRET))
    assert presented is not None
    assert not presented.opens(STORED, now=200.0)
    assert not presented.opens(replace(STORED, revoked_at=120.0), now=150.0)


def test_a_key_without_end_opens_for_ever() -> None:
    presented = api_keys.read(api_keys.written(KEY_ID, SECRET))
    assert presented is not None
    assert presented.opens(replace(STORED, expires_at=None), now=9e9)


@pytest.mark.parametrize(
    "text", ["", "ok_", "ok_0123456789abcdef_short", "xx_0123456789abcdef_" + "s" * 43, "a" * 9999]
)
def test_what_is_not_shaped_like_a_key_is_none(text: str) -> None:
    assert api_keys.read(text) is None

"""The JWT authorizer's keys, from a real OpenID provider in a process of its own."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest

from emulator.gateway.jwks import ASK_AGAIN_AFTER_S, DiscoveryError, KeySource
from tests.fakes.free_ports import free_ports
from tests.fakes.moved_clock import MovedClock
from tests.fakes.openid_provider import RunningProvider, running_provider


def key_id(provider: RunningProvider) -> str:
    with urlopen(f"{provider.issuer}/jwks") as answer:
        return str(json.load(answer)["keys"][0]["kid"])


def test_keys_are_discovered_and_found_again_after_rotation() -> None:
    clock = MovedClock()
    with running_provider() as provider:
        keys = KeySource(provider.issuer, clock.monotonic)
        assert keys.key(key_id(provider)) is not None
        provider.rotate_keys()
        clock.move(ASK_AGAIN_AFTER_S + 1)
        assert keys.key(key_id(provider)) is not None


def test_provider_that_is_not_there_is_a_discovery_error() -> None:
    (port,) = free_ports(1)
    with pytest.raises(DiscoveryError, match="well-known/openid-configuration"):
        KeySource(f"http://127.0.0.1:{port}", MovedClock().monotonic).key("any")


def test_only_http_urls_are_fetched() -> None:
    with pytest.raises(DiscoveryError, match="neither http nor https"):
        KeySource("file:///etc", MovedClock().monotonic).key("any")

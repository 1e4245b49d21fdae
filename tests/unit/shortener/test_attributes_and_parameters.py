from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shortener.adapters.attributes import from_item, to_attribute, to_item
from shortener.adapters.parameters import Parameters
from shortener.domain.errors import UnavailableError

from tests.fakes.shortener_ports import FakeNow

values = st.recursive(
    st.text() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1), values, max_size=4))
def test_items_survive_the_way_to_dynamodb_and_back(item: dict[str, Any]) -> None:
    assert from_item(to_item(item)) == item


def test_none_is_left_out_and_floats_are_refused() -> None:
    assert to_item({"a": None, "b": 1}) == {"b": {"N": "1"}}
    with pytest.raises(TypeError):
        to_attribute(1.5)


class FakeSsm:
    """Parameters by full name; counts its calls."""

    def __init__(self, **values: str) -> None:
        self.values = {f"/shortener/test/{name}": value for name, value in values.items()}
        self.calls = 0

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        assert operation == "GetParameters"
        assert request["WithDecryption"] is True
        return {
            "Parameters": [{"Name": one, "Value": self.values[one]} for one in request["Names"] if one in self.values]
        }


def parameters(ssm: FakeSsm, now: FakeNow) -> Parameters:
    return Parameters(ssm, "/shortener/test/", now, max_age_s=300)  # type: ignore[arg-type]


def test_secret_is_read_once_and_again_when_it_is_old() -> None:
    ssm, now = FakeSsm(salt="a"), FakeNow()
    found = parameters(ssm, now)
    assert [found.secret("salt"), found.secret("salt")] == ["a", "a"]
    assert ssm.calls == 1
    ssm.values["/shortener/test/salt"] = "b"
    now.now += 300
    assert found.secret("salt") == "b"


def test_two_secrets_cost_one_call() -> None:
    ssm = FakeSsm(one="1", two="2")
    assert parameters(ssm, FakeNow()).both("one", "two") == ("1", "2")
    assert ssm.calls == 1


def test_secret_that_nobody_created_says_what_to_run() -> None:
    with pytest.raises(UnavailableError, match=r"seed/secrets\.py"):
        parameters(FakeSsm(), FakeNow()).secret("salt")


def test_secret_created_later_is_found_at_once() -> None:
    ssm = FakeSsm()
    found = parameters(ssm, FakeNow())
    assert found.optional("salt") is None
    ssm.values["/shortener/test/salt"] = "a"
    assert found.secret("salt") == "a"

"""Which route a request finds, and what its variables capture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.gateway.route_matcher import RouteMatcher
from emulator.model import Route

SEGMENTS = st.sampled_from(["pets", "dog", "1", "a b", "{", "%", ".", "é"])
PATHS = st.lists(st.one_of(SEGMENTS, st.just("")), min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts))
TEMPLATES = st.lists(st.sampled_from(["pets", "dog", "1", "{id}", "{name}"]), min_size=1, max_size=4, unique=True).map(
    lambda parts: "/" + "/".join(parts)
)
METHODS = st.sampled_from(["GET", "POST", "ANY"])


def route(key: str) -> Route:
    method, _, path = key.partition(" ")
    return Route(method, path, key) if path else Route("ANY", "$default", key)


def found(keys: list[str], method: str, path: str) -> str | None:
    match = RouteMatcher([route(key) for key in keys]).match(method, path)
    return match.route.function if match else None


ROUTES = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
        ("POST", "/pets/dog/1", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
    ],
)
def test_most_specific_route_wins_as_in_the_developer_guide(method: str, path: str, key: str) -> None:
    assert found(ROUTES, method, path) == key
    assert found(ROUTES[::-1], method, path) == key


def test_named_method_wins_over_any() -> None:
    assert found(["ANY /links", "POST /links"], "POST", "/links") == "POST /links"
    assert found(["ANY /links", "POST /links"], "PATCH", "/links") == "ANY /links"


def test_path_that_lacks_the_method_does_not_hide_a_less_specific_one() -> None:
    assert found(["POST /links/new", "GET /links/{code}"], "GET", "/links/new") == "GET /links/{code}"


def test_variable_captures_one_segment_and_never_an_empty_one() -> None:
    matcher = RouteMatcher([route("GET /links/{code}")])
    match = matcher.match("GET", "/links/abc")
    assert match is not None
    assert match.path_parameters == {"code": "abc"}
    assert matcher.match("GET", "/links/") is None
    assert matcher.match("GET", "/links/a/b") is None


def test_greedy_variable_captures_the_rest_of_the_path() -> None:
    match = RouteMatcher([route("GET /files/{path+}")]).match("GET", "/files/a/b/c")
    assert match is not None
    assert match.path_parameters == {"path": "a/b/c"}


def test_variables_beat_a_greedy_one_wherever_it_begins() -> None:
    assert found(["GET /pets/{proxy+}", "GET /{kind}/{id}"], "GET", "/pets/1") == "GET /{kind}/{id}"


def test_captures_of_a_candidate_that_fails_do_not_leak_into_the_next() -> None:
    matcher = RouteMatcher([route("GET /{a}/x/{b}"), route("GET /{c}/{d}/{e}")])
    match = matcher.match("GET", "/1/2/3")
    assert match is not None
    assert match.path_parameters == {"c": "1", "d": "2", "e": "3"}


def test_trailing_slash_is_another_path() -> None:
    assert found(["GET /links"], "GET", "/links/") is None


@given(
    templates=st.lists(st.tuples(METHODS, TEMPLATES), max_size=6), path=PATHS, method=st.sampled_from(["GET", "PUT"])
)
def test_a_match_is_a_route_that_describes_the_path(templates: list[tuple[str, str]], path: str, method: str) -> None:
    match = RouteMatcher([Route(verb, template, "F") for verb, template in templates]).match(method, path)
    if match is None:
        return
    assert match.route.method in (method, "ANY")
    filled = match.route.path
    for name, value in match.path_parameters.items():
        assert value
        filled = filled.replace(f"{{{name}}}", value)
    assert filled == path


@given(routes=st.permutations(ROUTES), path=PATHS)
def test_order_of_the_routes_in_the_template_does_not_matter(routes: list[str], path: str) -> None:
    assert found(routes, "GET", path) == found(ROUTES, "GET", path)


@given(path=st.text().map(lambda text: "/" + text))
def test_any_greedy_and_default_together_match_every_path(path: str) -> None:
    assert found(["ANY /{proxy+}", "$default"], "GET", path) is not None

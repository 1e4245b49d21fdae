"""Token buckets on a clock that the test moves."""

from __future__ import annotations

from emulator.model import Route, Throttle
from tests.fakes.http_apis import system


def test_burst_passes_and_the_next_request_is_refused_until_a_token_is_back() -> None:
    here = system(Route("GET", "/", "Worker"), throttle=Throttle(rate_per_s=2, burst=3))
    client = here.client()
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/").get_data() == b'{"message":"Too Many Requests"}'
    here.clock.move(0.5)
    assert [client.get("/").status_code for _ in range(2)] == [200, 429]


def test_route_with_its_own_limit_leaves_the_others_alone() -> None:
    limited = Route("GET", "/limited", "Worker", throttle=Throttle(rate_per_s=1, burst=1))
    here = system(limited, Route("GET", "/free", "Worker"), throttle=Throttle(rate_per_s=1, burst=2))
    client = here.client()
    assert [client.get("/limited").status_code for _ in range(2)] == [200, 429]
    assert [client.get("/free").status_code for _ in range(3)] == [200, 200, 429]


def test_refused_request_reaches_neither_authorizer_nor_function() -> None:
    here = system(Route("GET", "/", "Worker"), throttle=Throttle(rate_per_s=1, burst=0))
    assert here.client().get("/").status_code == 429
    assert here.invoker.events == []


def test_bucket_never_holds_more_than_the_burst() -> None:
    here = system(Route("GET", "/", "Worker"), throttle=Throttle(rate_per_s=100, burst=2))
    here.clock.move(3_600)
    assert [here.client().get("/").status_code for _ in range(3)] == [200, 200, 429]

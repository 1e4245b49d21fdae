"""Who may use the control endpoints."""

from __future__ import annotations

import pytest

from emulator.model import Route
from tests.fakes.http_apis import system

STATUS = "/_terrarium/status"
INVOKE = "/2015-03-31/functions/demo-Worker/invocations"


@pytest.mark.parametrize("host", ["127.0.0.1:3001", "localhost:3001", "[::1]:3001", "api.localhost", "shortener:3001"])
def test_own_names_may_address_the_control_endpoints(host: str) -> None:
    response = system().client().get(STATUS, headers={"Host": host})
    assert (response.status_code, response.get_json()) == (200, {"healthy": True})


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3001", "127.0.0.1.evil.example", "10.0.0.7", ""])
def test_foreign_host_is_refused(host: str) -> None:
    here = system()
    assert here.client().get(STATUS, headers={"Host": host}).status_code == 403
    assert here.client().post(INVOKE, headers={"Host": host}).status_code == 403
    assert here.invoker.events == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_page_of_another_origin_is_refused(headers: dict[str, str]) -> None:
    here = system()
    response = here.client().post(INVOKE, headers={"Host": "localhost:3001", **headers}, data=b"{}")
    assert response.status_code == 403
    assert here.invoker.events == []


def test_own_page_and_tools_are_served() -> None:
    own = {"Host": "localhost:3001", "Origin": "http://localhost:3001", "Sec-Fetch-Site": "same-origin"}
    assert system().client().post(INVOKE, headers=own, data=b"{}").status_code == 200


def test_routes_of_the_system_are_open_to_every_origin() -> None:
    here = system(Route("GET", "/", "Worker"))
    headers = {"Host": "shop.example", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert here.client().get("/", headers=headers).status_code == 200


def test_routes_of_the_system_cannot_take_the_control_endpoints_over() -> None:
    here = system(Route("ANY", "/{proxy+}", "Worker", "2.0"))
    assert here.client().get(STATUS).get_json() == {"healthy": True}

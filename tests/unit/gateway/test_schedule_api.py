"""The control endpoints for schedules."""

from __future__ import annotations

from tests.fakes.http_apis import system

LISTED = {
    "schedule": "Nightly",
    "name": "demo-Nightly",
    "expression": "cron(0 3 * * ? *)",
    "time_zone": "UTC",
    "target": "arn:target",
    "state": "ENABLED",
    "next": "2023-11-15T03:00:00+00:00",
}


def test_schedules_are_listed_with_their_next_time() -> None:
    assert system().client().get("/_terrarium/schedules").get_json() == {"schedules": [LISTED]}


def test_schedule_fires_by_its_logical_id_and_its_name() -> None:
    here = system()
    for name in ("Nightly", "demo-Nightly"):
        response = here.client().post(f"/_terrarium/schedules/{name}")
        assert (response.status_code, response.get_json()) == (
            200,
            {"fired": [{"schedule": "Nightly", "target": "arn:target"}]},
        )
    assert here.schedules.fired == 2


def test_unknown_schedule_is_404_with_those_there_are() -> None:
    response = system().client().post("/_terrarium/schedules/Weekly")
    assert response.status_code == 404
    assert response.get_json() == {"message": "There is no schedule Weekly", "schedules": [LISTED]}


def test_target_that_did_not_accept_is_an_error_of_the_service() -> None:
    here = system()
    here.schedules.down = True
    response = here.client().post("/_terrarium/schedules/Nightly")
    assert response.status_code == 500
    assert "does not answer" in response.get_json()["Message"]


def test_page_of_another_site_may_not_fire_schedules() -> None:
    here = system()
    response = here.client().post("/_terrarium/schedules/Nightly", headers={"Origin": "https://evil.example"})
    assert (response.status_code, here.schedules.fired) == (403, 0)

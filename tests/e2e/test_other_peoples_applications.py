"""Applications that have nothing to do with ours run as they are: SAM, plain CloudFormation, `cdk synth`."""

from __future__ import annotations

import json

import pytest
import requests

from tests.e2e.conftest import Neighbourhood
from tests.e2e.terrarium_command import aws


@pytest.fixture
def library(neighbourhood: Neighbourhood) -> str:
    return neighbourhood.url("library")


@pytest.fixture
def weather(neighbourhood: Neighbourhood) -> str:
    return neighbourhood.url("weather")


@pytest.fixture
def guestbook(neighbourhood: Neighbourhood) -> str:
    return neighbourhood.url("GuestbookStack")


def test_status_knows_every_system_and_is_healthy(neighbourhood: Neighbourhood) -> None:
    status = neighbourhood.terrarium.status()

    assert status["code"] == 0
    assert [stack["name"] for stack in status["stacks"]] == ["library", "weather", "GuestbookStack", "troublesome"]
    assert status["stacks"][0]["functions"]["Loans"]["state"] == "ready"


def test_sam_function_uses_table_parameter_queue_and_another_function(
    neighbourhood: Neighbourhood, library: str
) -> None:
    lent = requests.post(f"{library}/books/978-1/loans", json={"reader": "ada"}, timeout=15)

    assert (lent.status_code, lent.json()) == (201, {"isbn": "978-1", "days": 21, "fee": 75})
    assert requests.get(f"{library}/books/978-1", timeout=15).json() == {"isbn": "978-1", "reader": "ada"}
    queue = neighbourhood.terrarium.system("library")["outputs"]["RemindersUrl"]
    backend = neighbourhood.terrarium.status()["backend"]["endpoint"]
    (message,) = aws("sqs", backend).receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"]) == {"isbn": "978-1", "reader": "ada"}


def test_sam_mappings_and_conditions_reach_the_function(library: str) -> None:
    answer = requests.get(f"{library}/books/nowhere", timeout=15)

    assert (answer.status_code, answer.json()) == (404, {"phone": "+1 555 0100", "mood": "calm"})


def test_sam_globals_give_the_api_its_cors_rules(library: str) -> None:
    headers = {"origin": "https://library.example", "access-control-request-method": "POST"}

    answer = requests.options(f"{library}/books/1/loans", headers=headers, timeout=15)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://library.example"


def test_function_url_stands_beside_the_api_of_its_stack(neighbourhood: Neighbourhood, library: str) -> None:
    url = neighbourhood.terrarium.system("library")["outputs"]["TermsUrl"]

    answer = requests.get(f"{url}year/2026", headers={"origin": "https://library.example"}, timeout=15)

    assert answer.json() == {"path": "/year/2026", "caller": "anonymous", "fee": 25}
    assert answer.headers["access-control-allow-origin"] == "https://library.example"
    assert neighbourhood.terrarium.system("library")["http"] == {
        "ServerlessHttpApi": library,
        "TermsUrl": url.removesuffix("/"),
    }


def test_cloudformation_api_serves_both_payload_versions_of_inline_code(weather: str) -> None:
    assert requests.put(f"{weather}/days/monday", json={"high": 21}, timeout=15).status_code == 204

    read = requests.get(f"{weather}/days/monday", timeout=15)

    assert weather.endswith("/v1")
    assert read.json() == {"unit": "celsius", "reading": {"high": 21}, "resource": "/days/{day}"}


def test_cloudformation_output_is_the_address_that_answers(neighbourhood: Neighbourhood, weather: str) -> None:
    assert neighbourhood.terrarium.system("weather")["outputs"]["Url"] == weather


def test_object_a_function_wrote_is_found_with_boto3(neighbourhood: Neighbourhood, weather: str) -> None:
    requests.put(f"{weather}/days/tuesday", json={"high": 3}, timeout=15)

    bucket = neighbourhood.terrarium.system("weather")["outputs"]["Bucket"]
    s3 = aws("s3", neighbourhood.terrarium.status()["backend"]["endpoint"])
    assert s3.get_object(Bucket=bucket, Key="tuesday.json")["Body"].read() == b'{"high": 3}'


def test_distribution_serves_api_and_private_bucket_from_one_address(neighbourhood: Neighbourhood) -> None:
    weather = neighbourhood.terrarium.system("weather")
    front = weather["distributions"]["Front"]

    assert weather["outputs"]["FrontUrl"] == front
    assert requests.put(f"{front}days/friday", json={"high": 5}, timeout=15).status_code == 204
    assert requests.get(f"{front}days/friday", timeout=15).json()["reading"] == {"high": 5}
    answers = [requests.get(f"{front}friday.json", timeout=15) for _ in range(2)]
    assert [answer.headers["x-cache"] for answer in answers] == ["Miss from cloudfront", "Hit from cloudfront"]
    assert answers[1].json() == {"high": 5}


def test_invalidated_object_is_fetched_again(neighbourhood: Neighbourhood) -> None:
    weather = neighbourhood.terrarium.system("weather")
    front, kept = weather["distributions"]["Front"], []
    for high in (1, 2, 3):
        requests.put(f"{front}days/saturday", json={"high": high}, timeout=15)
        kept.append(requests.get(f"{front}saturday.json", timeout=15).json()["high"])
        if high == 1:
            continue
        neighbourhood.terrarium.run("invalidate", "Front", "/saturday.json")
        kept.append(requests.get(f"{front}saturday.json", timeout=15).json()["high"])

    assert kept == [1, 1, 2, 2, 3]
    cloudfront = aws("cloudfront", weather["functions"]["Station"]["invoke_url"].partition("/2015")[0])
    paths = {"Quantity": 1, "Items": ["/*"]}
    made = cloudfront.create_invalidation(
        DistributionId=weather["resources"]["Front"], InvalidationBatch={"Paths": paths, "CallerReference": "tests"}
    )
    assert made["Invalidation"]["Status"] == "Completed"
    assert requests.get(f"{front}saturday.json", timeout=15).headers["x-cache"] == "Miss from cloudfront"


def test_cdk_application_runs_from_its_asset_folder(guestbook: str) -> None:
    signed = requests.post(guestbook, json={"name": "Grace", "text": "nice"}, timeout=15, allow_redirects=False)

    assert (signed.status_code, signed.headers["location"]) == (303, "/")
    assert signed.cookies["signed"] == "yes"
    assert requests.get(guestbook, timeout=15).json()[0] == "Grace: nice"


def test_boto3_invokes_a_function_by_its_name(neighbourhood: Neighbourhood, library: str) -> None:
    functions = neighbourhood.terrarium.system("library")["functions"]
    payload = json.dumps({"kept": 30, "allowed": 21})

    answer = aws("lambda", library).invoke(FunctionName=functions["Overdue"]["name"], Payload=payload)

    assert json.loads(answer["Payload"].read()) == 225


def test_invoke_command_prints_what_the_function_returned(neighbourhood: Neighbourhood) -> None:
    event = neighbourhood.applications / "event.json"
    event.write_text('{"kept": 22, "allowed": 21}')

    done = neighbourhood.terrarium.run("invoke", "Overdue", "--event", str(event), "--stack", "library")

    assert (done.returncode, done.stdout.strip()) == (0, "25")


def test_env_command_lets_boto3_reach_the_backend(neighbourhood: Neighbourhood) -> None:
    exported = neighbourhood.terrarium.run("env", "--stack", "library").stdout

    assert f"AWS_ENDPOINT_URL={neighbourhood.terrarium.status()['backend']['endpoint']}" in exported.replace('"', "")

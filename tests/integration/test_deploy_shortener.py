"""The shortener through `terrarium deploy` into an emulated account, where the deployed functions are then called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from emulator.deploy import Deployment, deploy, environment, installed
from emulator.deploy.artifact import compare
from emulator.deploy.deployment import release
from emulator.deploy.functions import built
from emulator.deploy.sam_cli import SamCli
from emulator.errors import DeployError
from emulator.runtime import interpreter
from emulator.runtime.packages import Packages
from seed.shortener.access_token import mint
from seed.shortener.secret_values import ensure
from tests.fakes.waiting import wait_for
from tests.integration.deploy_account import Account, import_routes, running_account
from tests.integration.deploy_wheels import offline_pip

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".terrarium"
CODE = ROOT / "services" / "shortener" / "src"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Deployed:
    deployment: Deployment
    sam: SamCli
    account: Account
    api: str
    said: tuple[str, ...]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    said: list[str] = []
    try:
        sam = installed(STATE, said.append)
    except DeployError as error:
        pytest.skip(error.sentence())
    pip = offline_pip(CODE / "requirements.txt", sam.folder / "bin" / "pip", STATE / "cache")
    with running_account(tmp_path_factory.mktemp("account")) as account:
        sam = replace(sam, environment={**account.variables, **pip})
        seed = ROOT / "seed"
        deployment = Deployment(
            "shortener",
            CODE.parent / "template.yaml",
            "dev",
            STATE,
            secrets=seed / "secrets.py",
            website=seed / "website.py",
        )
        deploy(deployment, sam, said.append)
        yield Deployed(deployment, sam, account, import_routes(account, "shortener", "Api"), tuple(said))


def test_artifact_of_every_function_is_file_for_file_what_runs_here(deployed: Deployed) -> None:
    functions = built(deployed.deployment.template, deployed.deployment.build)
    packages = Packages(STATE / "cache").of(CODE, interpreter.find("python3.11"))
    found = {one.logical_id: compare(one.artifact, one.code, packages) for one in functions}
    assert set(found) == {"Redirect", "Links", "Authorizer", "GoogleAuth", "ClickProcessor"}
    assert {name: str(comparison) for name, comparison in found.items()} == dict.fromkeys(found, "the same")
    assert all(comparison.compared > 300 for comparison in found.values())


def test_deploying_tells_what_it_proved(deployed: Deployed) -> None:
    assert any(sentence.startswith("shortener: Redirect is what runs here") for sentence in deployed.said)


def test_secrets_are_secure_strings(deployed: Deployed) -> None:
    found = deployed.account.client("ssm").get_parameters_by_path(Path="/shortener/dev")["Parameters"]
    assert {one["Type"] for one in found} == {"SecureString"}


def test_web_page_lies_in_the_bucket_with_what_it_must_know(deployed: Deployed) -> None:
    ssm, s3 = deployed.account.client("ssm"), deployed.account.client("s3")
    published = {
        one["Name"].rpartition("/")[2]: one["Value"]
        for one in ssm.get_parameters_by_path(Path="/shortener/web")["Parameters"]
    }
    page = s3.get_object(Bucket=published["bucket"], Key="index.html")
    assert page["Body"].read() == (CODE.parent / "web" / "index.html").read_bytes()
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    config = json.loads(s3.get_object(Bucket=published["bucket"], Key="config.json")["Body"].read())
    assert config["apiUrl"].endswith(".cloudfront.net")
    made = deployed.account.client("cloudfront").list_invalidations(DistributionId=published["distribution"])
    assert made["InvalidationList"]["Quantity"] == 1


def test_deployed_api_refuses_who_has_no_token(deployed: Deployed) -> None:
    answer = deployed.account.call(deployed.api, "POST", "/links", json={"url": "https://example.com/"})
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_deployed_functions_create_follow_and_count(deployed: Deployed) -> None:
    account = deployed.account
    secret = ensure(account.client("ssm"), "dev")["jwt-secret"]
    bearer = {"authorization": f"Bearer {mint(secret, 'grace', 'user', 'dev')}"}
    link = {"url": "https://example.com/there", "code": "deployed"}
    created = account.call(deployed.api, "POST", "/links", json=link, headers=bearer)
    assert created.status_code == 201, created.text

    followed = account.call(deployed.api, "GET", "/deployed")
    assert (followed.status_code, followed.headers["location"]) == (302, "https://example.com/there")

    def clicks() -> int:
        return int(account.call(deployed.api, "GET", "/links/deployed/stats", headers=bearer).json()["total"])

    assert wait_for(lambda: clicks() == 1, within_s=30, every_s=0.25)


def test_deploying_the_same_again_succeeds(deployed: Deployed) -> None:
    configured = environment.read(deployed.deployment.template, "dev")
    release(deployed.deployment, configured, deployed.sam)

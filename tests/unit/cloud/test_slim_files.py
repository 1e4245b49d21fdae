"""The SDK's models as our clients load them, against those that botocore loads by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from emulator.cloud import Clients
from emulator.cloud.slim_files import SlimFiles
from emulator.model import Endpoints

SERVICES = ("dynamodb", "dynamodbstreams", "sqs", "sns", "s3", "iam", "logs", "ssm", "secretsmanager", "cognito-idp")
FILES = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")
REGIONS = ("eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1")

botocores = botocore.session.Session().get_component("data_loader")


def without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "" if key == "documentation" and isinstance(part, str) else without_documentation(part)
            for key, part in value.items()
        }
    return [without_documentation(part) for part in value] if isinstance(value, list) else value


def in_order(value: Any) -> Any:
    """Mappings as pairs, because the order of members matters and `==` does not look at it."""
    if isinstance(value, dict):
        return [(key, in_order(part)) for key, part in value.items()]
    return [in_order(part) for part in value] if isinstance(value, list) else value


def paths(service: str) -> list[str]:
    version = botocores.determine_latest_version(service, "service-2")
    found = [f"{botocores.search_paths[-1]}/{service}/{version}/{name}" for name in FILES]
    return [path for path in found if botocores.file_loader.exists(path)]


@pytest.mark.parametrize("service", SERVICES)
def test_everything_but_the_documentation_is_as_botocore_has_it(service: str) -> None:
    slim = SlimFiles("eu-central-1")
    for path in paths(service):
        found = slim.load_file(path)
        theirs = botocores.file_loader.load_file(path)
        assert in_order(without_documentation(found)) == in_order(without_documentation(theirs)), path


@pytest.mark.parametrize("service", SERVICES)
def test_of_the_documentation_nothing_stays(service: str) -> None:
    found = SlimFiles("eu-central-1").load_file(paths(service)[0])
    assert found == without_documentation(found)


def test_texts_with_quotes_and_backslashes_are_cut_where_they_end(tmp_path: Path) -> None:
    texts = ["", "plain", 'a \\"quote\\"', "a backslash\\\\", 'both \\\\\\"', '\\"documentation\\":\\"no key\\"']
    written = [f'{{"documentation":"{text}","name":"{text}"}}' for text in texts]
    (tmp_path / "service-2.json").write_text(f'{{"all":[{",".join(written)}]}}')
    wanted = [{"documentation": "", "name": json.loads(f'"{text}"')} for text in texts]
    assert SlimFiles("eu-central-1").load_file(f"{tmp_path}/service-2") == {"all": wanted}


def test_a_file_that_is_not_there_is_none() -> None:
    assert SlimFiles("eu-central-1").load_file("/nowhere/service-2") is None


@pytest.mark.parametrize("region", REGIONS)
def test_every_service_is_found_at_the_same_address_of_the_region(region: str) -> None:
    path = f"{botocores.search_paths[-1]}/endpoints"
    ours, theirs = (
        botocore.regions.EndpointResolver(loader.load_file(path))
        for loader in (SlimFiles(region), botocores.file_loader)
    )
    partition = theirs.get_partition_for_region(region)
    for service in theirs._endpoint_data["partitions"][0]["services"]:
        for name in (region, None):
            assert _endpoint(ours, service, name) == _endpoint(theirs, service, name), (service, name, partition)


def _endpoint(resolver: Any, service: str, region: str | None) -> Any:
    try:
        return resolver.construct_endpoint(service, region)
    except botocore.exceptions.NoRegionError:
        return "needs a region"


def test_a_client_still_sends_to_aws_where_no_backend_serves_the_service() -> None:
    clients = Clients(Endpoints(by_service={"sqs": "http://127.0.0.1:1"}), region="eu-west-1")
    assert clients.get("sqs").meta.endpoint_url == "http://127.0.0.1:1"
    assert clients.get("dynamodb").meta.endpoint_url == "https://dynamodb.eu-west-1.amazonaws.com"
    assert clients.get("iam").meta.endpoint_url == "https://iam.amazonaws.com"

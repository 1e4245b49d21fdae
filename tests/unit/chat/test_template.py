"""What chat's template makes of its parameters: names of one's own, memory and time, who may call from a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.model import Created
from emulator.template import Context, Template, load

TEMPLATE = Path(__file__).parents[3] / "services" / "chat" / "template.yaml"
NAMES = {
    "DomainName": "chat.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/page",
    "ApiDomainName": "api.example.com",
    "ApiCertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/api",
}
OWN_NAMES = {"ApiDomain", "ApiDomainMapping", "ApiRecord", "PageRecord"}
Read = Callable[..., Template]


class NoLookups:
    """An account that is asked for nothing."""

    def ssm_parameter(self, name: str, version: str | None) -> str:
        raise NotImplementedError

    def secret(self, secret_id: str, json_key: str | None, version_stage: str | None, version_id: str | None) -> str:
        raise NotImplementedError

    def export(self, name: str) -> str:
        raise NotImplementedError


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def loaded(config_env: str = "dev", **parameters: str) -> Template:
        context = Context(
            "eu-west-1",
            "123456789012",
            NoLookups(),
            lambda _logical_id, _index: "http://127.0.0.1:3004",
            config_env=config_env,
            parameters=parameters,
            state=tmp_path,
        )
        return load(TEMPLATE, context)

    return loaded


def known(template: Template) -> dict[str, Created]:
    found: dict[str, Created] = {}
    for one in template.resources:
        found[one.logical_id] = template.identity(one.logical_id, found) or template.stand_in(one.logical_id)
    return found


def properties(template: Template, logical_id: str) -> dict[str, Any]:
    return dict(template.properties(logical_id, known(template)))


def own_names(template: Template) -> set[str]:
    return {one.logical_id for one in template.resources} & OWN_NAMES


def test_without_names_of_its_own_it_is_found_where_aws_says_and_nothing_is_left_out(read: Read) -> None:
    template = read()
    config = properties(template, "Distribution")["DistributionConfig"]
    assert own_names(template) == set()
    assert {"Aliases", "ViewerCertificate"}.isdisjoint(config)
    assert [(one.logical_id, one.property) for one in template.ignored] == [("Distribution", "HttpVersion")]


def test_names_of_its_own_are_served_with_their_certificates_by_tls_1_2(read: Read) -> None:
    template = read(**NAMES)
    config = properties(template, "Distribution")["DistributionConfig"]
    assert config["Aliases"] == ["chat.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": NAMES["CertificateArn"],
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    (domain,) = properties(template, "ApiDomain")["DomainNameConfigurations"]
    assert (domain["CertificateArn"], domain["SecurityPolicy"]) == (NAMES["ApiCertificateArn"], "TLS_1_2")
    assert properties(template, "ApiDomainMapping")["Stage"] == "$default"
    # Somebody else keeps the zone.
    assert own_names(template) == {"ApiDomain", "ApiDomainMapping"}


def test_page_calls_the_api_under_its_own_name(read: Read) -> None:
    template = read(**NAMES)
    assert '"apiUrl": "https://chat.example.com"' in properties(template, "WebConfigParameter")["Value"]
    outputs = template.stack(known(template)).outputs
    assert (outputs["WebUrl"], outputs["ApiUrl"]) == ("https://chat.example.com", "https://api.example.com")


def test_zone_gets_an_address_record_for_each_name(read: Read) -> None:
    template = read(**NAMES, HostedZoneId="Z0123")
    records = [properties(template, one) for one in ("PageRecord", "ApiRecord")]
    assert [(one["Name"], one["Type"], one["HostedZoneId"]) for one in records] == [
        ("chat.example.com", "A", "Z0123"),
        ("api.example.com", "A", "Z0123"),
    ]
    only_page = read(DomainName="chat.example.com", CertificateArn=NAMES["CertificateArn"], HostedZoneId="Z0123")
    assert own_names(only_page) == {"PageRecord"}


def test_memory_and_time_are_parameters(read: Read) -> None:
    def limits(**parameters: str) -> set[tuple[int, int]]:
        template = read(**parameters)
        functions = template.stack(known(template)).functions
        return {(one.memory_mb, one.timeout_s) for name, one in functions.items() if name != "Fanout"}

    assert limits() == {(512, 30)}
    assert limits(LambdaMemorySize="1024", LambdaTimeout="60") == {(1024, 60)}


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_pages_of_the_developers_machine_may_not_call_what_is_deployed(read: Read, stage: str) -> None:
    template = read(stage)
    (api,) = template.stack(known(template)).http_apis.values()
    assert api.cors is not None
    assert not [one for one in api.cors.allow_origins if "127.0.0.1" in one or "localhost" in one]


def test_every_function_that_refuses_tokens_is_watched(read: Read) -> None:
    template = read()
    watched = set()
    for alarm in ("TokensRefused", "SocketTokensRefused"):
        one = properties(template, alarm)
        assert one["MetricName"] == "TokensRefused"
        watched |= {each["Value"] for each in one["Dimensions"] if each["Name"] == "function"}
    assert watched == {"Authorizer", "SocketAuthorizer"}


def test_every_table_that_is_asked_for_has_a_stream(read: Read) -> None:
    template = read()
    for kind in ("Users", "Messages", "Conversations", "Connections"):
        assert "StreamSpecification" in properties(template, f"{kind}Table")

"""An AWS account of its own for one deployment: MiniStack with its CloudFormation, Lambda and API Gateway."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests

from tests.fakes.free_ports import free_port
from tests.fakes.waiting import wait_for

REGION = "us-east-1"


@dataclass(frozen=True)
class Account:
    """Where it answers, and how to be somebody in it."""

    endpoint: str

    @property
    def variables(self) -> dict[str, str]:
        """What leads SAM, the AWS CLI and every SDK there."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def call(self, api_id: str, method: str, path: str, **arguments: Any) -> requests.Response:
        """A request to an API of the account, which knows its APIs by their host name; redirects are not followed."""
        headers = {"host": f"{api_id}.execute-api.localhost", **arguments.pop("headers", {})}
        url = f"{self.endpoint}{path}"
        return requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **arguments)


@contextmanager
def running_account(folder: Path) -> Iterator[Account]:
    """A fresh account, gone at the end."""
    port = free_port()
    account = Account(f"http://127.0.0.1:{port}")
    quiet = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    no_docker = {"DOCKER_HOST": f"unix://{folder}/none.sock"}
    with (folder / "account.log").open("wb") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("ministack"))],
            cwd=folder,
            env={**os.environ, **quiet, **no_docker},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        assert wait_for(lambda: _answers(account), within_s=30), (folder / "account.log").read_text()
        yield account
    finally:
        process.terminate()
        process.wait(timeout=30)


def import_routes(account: Account, stack: str, api: str) -> str:
    """Give a deployed HTTP API the routes of its OpenAPI body; returns its id.

    AWS imports the body itself. MiniStack's CloudFormation creates the API and leaves the body out, and has no
    ImportApi either: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html#apispost
    """
    cloudformation, gateway = account.client("cloudformation"), account.client("apigatewayv2")
    processed = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    names = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
    body = processed["Resources"][api]["Properties"]["Body"]
    authorizers = {
        name: _authorizer(gateway, names[api], name, scheme["x-amazon-apigateway-authorizer"], names)
        for name, scheme in body.get("components", {}).get("securitySchemes", {}).items()
    }
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if "x-amazon-apigateway-integration" in operation:
                _route(gateway, names[api], f"{method.upper()} {path}", operation, authorizers, names)
    return names[api]


def _authorizer(gateway: Any, api_id: str, name: str, scheme: Mapping[str, Any], names: Mapping[str, str]) -> str:
    created = gateway.create_authorizer(
        ApiId=api_id,
        Name=name,
        AuthorizerType="REQUEST",
        AuthorizerUri=_invocation_uri(scheme["authorizerUri"], names),
        IdentitySource=scheme["identitySource"],
        AuthorizerPayloadFormatVersion=scheme["authorizerPayloadFormatVersion"],
        EnableSimpleResponses=scheme.get("enableSimpleResponses", False),
        AuthorizerResultTtlInSeconds=int(scheme.get("authorizerResultTtlInSeconds", 0)),
    )
    return str(created["AuthorizerId"])


def _route(
    gateway: Any,
    api_id: str,
    key: str,
    operation: Mapping[str, Any],
    authorizers: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    integration = operation["x-amazon-apigateway-integration"]
    created = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=_invocation_uri(integration["uri"], names),
        PayloadFormatVersion=integration["payloadFormatVersion"],
    )
    wanted = [authorizers[name] for rule in operation.get("security", []) for name in rule if name in authorizers]
    guarded = {"AuthorizationType": "CUSTOM", "AuthorizerId": wanted[0]} if wanted else {}
    gateway.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{created['IntegrationId']}", **guarded)


def _invocation_uri(value: Any, names: Mapping[str, str]) -> str:
    """The URI that API Gateway invokes a function by, from the Fn::Sub or Fn::GetAtt that SAM writes."""
    found = re.search(r'\$\{(\w+)\.Arn\}|"Fn::GetAtt": \["(\w+)", "Arn"\]', json.dumps(value))
    assert found, value
    function = f"arn:aws:lambda:{REGION}:000000000000:function:{names[found[1] or found[2]]}"
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"


def _answers(account: Account) -> bool:
    try:
        return requests.get(f"{account.endpoint}/_ministack/health", timeout=2).ok
    except requests.RequestException:
        return False

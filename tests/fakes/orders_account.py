"""An account to run the handlers of orders in: what the template describes, made with boto3 under names of its own."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml

from emulator.model import Endpoints

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "tests" / "events" / "lambda-events"
REGION = "us-east-1"
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_TABLE_SETTINGS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@dataclass(frozen=True)
class OrdersAccount:
    """`variables` are those of the functions, by the template's names."""

    endpoints: Endpoints
    variables: Mapping[str, str]

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.endpoints.url(service), region_name=REGION, **keys)  # type: ignore[call-overload]


def template() -> dict[str, Any]:
    """The template of orders; intrinsics stay {"Fn": …}."""
    read: dict[str, Any] = yaml.load((ROOT / "services/orders/template.yaml").read_text(), _Loader)
    return read


def made(endpoints: Endpoints) -> OrdersAccount:
    """Tables, pool, secret, queue and topic."""
    suffix = uuid.uuid4().hex[:12]
    account = OrdersAccount(endpoints, {})
    tables = {name: f"{name}-{suffix}" for name, one in _resources("AWS::DynamoDB::Table").items()}
    for name, properties in _resources("AWS::DynamoDB::Table").items():
        _create_table(account.client("dynamodb"), tables[name], properties)
    pool, client = _create_pool(account.client("cognito-idp"), suffix)
    secret = account.client("secretsmanager").create_secret(Name=f"orders-{suffix}", SecretString="s" * 64)
    fifo = {"FifoQueue": "true"}
    queue = account.client("sqs").create_queue(QueueName=f"orders-{suffix}.fifo", Attributes=fifo)["QueueUrl"]
    topic = account.client("sns").create_topic(Name=f"order-events-{suffix}")["TopicArn"]
    return OrdersAccount(
        endpoints,
        {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **endpoints.as_environment(),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "STAGE": "test",
            "POWERTOOLS_SERVICE_NAME": "orders",
            "ORDERS_TABLE": tables["OrdersTable"],
            "PRODUCTS_TABLE": tables["ProductsTable"],
            "PEOPLE_TABLE": tables["PeopleTable"],
            "KEYS_TABLE": tables["KeysTable"],
            "AUDIT_TABLE": tables["AuditTable"],
            "NOTIFICATIONS_TABLE": tables["NotificationsTable"],
            "ORDERS_QUEUE_URL": queue,
            "EVENTS_TOPIC_ARN": topic,
            "SECRET_ARN": secret["ARN"],
            "USER_POOL_ID": pool,
            "USER_POOL_CLIENT_ID": client,
            **_numbers(),
        },
    )


def http_event(
    route: str,
    *,
    person: str | None = None,
    roles: str = "",
    key: Mapping[str, str] | None = None,
    body: object = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **path: str,
) -> dict[str, Any]:
    """AWS's recorded event of an HTTP API for another request; `roles` as the gateway writes them, "[admin staff]"."""
    event: dict[str, Any] = copy.deepcopy(json.loads((EVENTS / "apigw-v2-request-lambda-authorizer.json").read_text()))
    method, pattern = route.split(" ")
    raw = pattern
    for name, value in path.items():
        raw = raw.replace("{" + name + "}", value)
    event |= {"routeKey": route, "rawPath": raw, "isBase64Encoded": False}
    event["requestContext"] |= {"routeKey": route, "requestId": uuid.uuid4().hex, "stage": "$default"}
    event["requestContext"]["http"] |= {"method": method, "path": raw}
    event["requestContext"].pop("authorizer", None)
    if person is not None:
        claims = {"sub": person, "email": f"{person}@example.com", "cognito:groups": roles}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    if key is not None:
        event["requestContext"]["authorizer"] = {"lambda": dict(key)}
    event["headers"] = {"host": "orders.example", "content-type": "application/json", **(headers or {})}
    for name in ("body", "queryStringParameters", "pathParameters"):
        event.pop(name, None)
    if path:
        event["pathParameters"] = dict(path)
    if query:
        event["queryStringParameters"] = dict(query)
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def _resources(kind: str) -> dict[str, Any]:
    resources = template()["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in resources if one["Type"] == kind}


def _create_table(dynamodb: Any, name: str, properties: Mapping[str, Any]) -> None:
    settings = {key: properties[key] for key in _TABLE_SETTINGS if key in properties}
    stream = properties.get("StreamSpecification")
    if stream:
        settings["StreamSpecification"] = {"StreamEnabled": True, **stream}
    dynamodb.create_table(TableName=name, **settings)
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def _create_pool(cognito: Any, suffix: str) -> tuple[str, str]:
    (properties,) = _resources("AWS::Cognito::UserPool").values()
    (client,) = _resources("AWS::Cognito::UserPoolClient").values()
    pool = cognito.create_user_pool(
        PoolName=f"people-{suffix}",
        UsernameAttributes=properties["UsernameAttributes"],
        AutoVerifiedAttributes=properties["AutoVerifiedAttributes"],
        Policies=properties["Policies"],
    )["UserPool"]["Id"]
    for group in _resources("AWS::Cognito::UserPoolGroup").values():
        cognito.create_group(UserPoolId=pool, GroupName=group["GroupName"])
    flows = client["ExplicitAuthFlows"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    return pool, made["UserPoolClient"]["ClientId"]


def _numbers() -> dict[str, str]:
    """Every parameter with a default that the API's function gets, as the template gives it."""
    parameters = template()["Parameters"]
    variables = template()["Resources"]["ApiHandler"]["Properties"]["Environment"]["Variables"]
    named = {name: value["Ref"] for name, value in variables.items() if isinstance(value, dict) and "Ref" in value}
    return {name: str(parameters[ref]["Default"]) for name, ref in named.items() if ref in parameters}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short intrinsics as {"Ref": …}, {"Sub": …}, …"""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)

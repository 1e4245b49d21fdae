"""Names what Terrarium itself runs: the Ref and Fn::GetAtt of functions, their parts and APIs, as AWS forms them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from emulator.model import Created
from emulator.template.edge_identity import PREFIX as EDGE
from emulator.template.edge_identity import identified as identified_at_the_edge
from emulator.template.names import Names
from emulator.template.web_acl_identity import association, firewall_part, logging_configuration

Identify = Callable[[Names, str, Mapping[str, Any]], Created]


def identified(type_: str, names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created | None:
    """The identity of a resource of a type Terrarium runs, None for every other type."""
    identify = _BY_TYPE.get(type_)
    if identify is not None:
        return identify(names, logical_id, properties)
    if type_.startswith(EDGE):
        return identified_at_the_edge(type_, names, logical_id, properties)
    if is_ours(type_):
        return _plain(names, logical_id, properties)
    return None


def is_ours(type_: str) -> bool:
    """Whether no backend needs to create it."""
    return type_.startswith(_PREFIXES) or type_ in _BY_TYPE


def function_arn(names: Names, name: str) -> str:
    return names.arn("lambda", f"function:{name}")


def function_name(names: Names, logical_id: str, properties: Mapping[str, Any]) -> str:
    name = properties.get("FunctionName")
    # FunctionName may be given as an ARN; its last part is the name.
    return name.split(":")[-1] if isinstance(name, str) and name else names.physical(logical_id)


def _function(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = function_name(names, logical_id, properties)
    return Created(name, {"Arn": function_arn(names, name)})


def _version(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    arn = f"{_arn_of(names, properties.get('FunctionName'), logical_id)}:1"
    return Created(arn, {"Version": "1", "FunctionArn": arn})


def _alias(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    arn = f"{_arn_of(names, properties.get('FunctionName'), logical_id)}:{properties.get('Name', 'live')}"
    return Created(arn, {"AliasArn": arn})


def _url(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    arn = _arn_of(names, properties.get("TargetFunctionArn"), logical_id)
    host = f"{names.id(logical_id, 32)}.lambda-url.{names.context.region}.on.aws"
    return Created(arn, {"FunctionArn": arn, "FunctionUrl": f"https://{host}/"})


def _arn_of(names: Names, function: object, logical_id: str) -> str:
    """A function given by name or ARN, without qualifier."""
    text = function if isinstance(function, str) else names.physical(logical_id)
    return ":".join(text.split(":")[:7]) if text.startswith("arn:") else function_arn(names, text.split(":")[0])


def _event_source_mapping(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    mapping_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{names.stack}/{logical_id}"))
    arn = names.arn("lambda", f"event-source-mapping:{mapping_id}")
    return Created(mapping_id, {"Id": mapping_id, "EventSourceMappingArn": arn})


def _layer(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    name = properties.get("LayerName") or names.physical(logical_id)
    arn = names.arn("lambda", f"layer:{name}:1")
    return Created(arn, {"LayerVersionArn": arn})


def _http_api(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    api_id = names.id(logical_id)
    scheme = "wss" if properties.get("ProtocolType") == "WEBSOCKET" else "https"
    host = f"{api_id}.execute-api.{names.context.region}.{names.context.url_suffix}"
    return Created(api_id, {"ApiId": api_id, "ApiEndpoint": f"{scheme}://{host}"})


def _stage(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del names, logical_id
    return Created(str(properties.get("StageName", "$default")))


def _domain(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    host = f"d-{names.id(logical_id)}.execute-api.{names.context.region}.{names.context.url_suffix}"
    attributes = {"RegionalDomainName": host, "RegionalHostedZoneId": names.id(logical_id, 14).upper()}
    return Created(str(properties.get("DomainName", host)), attributes)


def _rest_api(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    api_id = names.id(logical_id)
    return Created(api_id, {"RestApiId": api_id, "RootResourceId": names.id(f"{logical_id}/root")})


def _model(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    return Created(str(properties.get("Name") or names.id(logical_id)))


def _part(attribute: str) -> Identify:
    def identify(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
        del properties
        part_id = names.id(logical_id)
        return Created(part_id, {attribute: part_id})

    return identify


def _plain(names: Names, logical_id: str, properties: Mapping[str, Any]) -> Created:
    del properties
    name = names.physical(logical_id)
    return Created(name, {"Arn": name, "Id": name})


_PREFIXES = (
    "AWS::Lambda::",
    "AWS::ApiGatewayV2::",
    "AWS::ApiGateway::",
    EDGE,
    "Custom::",
    "AWS::CDK::",
    "AWS::WAFv2::",
)

_BY_TYPE: Mapping[str, Identify] = MappingProxyType(
    {
        "AWS::Lambda::Function": _function,
        "AWS::Lambda::Version": _version,
        "AWS::Lambda::Alias": _alias,
        "AWS::Lambda::Url": _url,
        "AWS::Lambda::EventSourceMapping": _event_source_mapping,
        "AWS::Lambda::LayerVersion": _layer,
        "AWS::ApiGatewayV2::Api": _http_api,
        "AWS::ApiGatewayV2::Stage": _stage,
        "AWS::ApiGatewayV2::DomainName": _domain,
        "AWS::ApiGatewayV2::Authorizer": _part("AuthorizerId"),
        "AWS::ApiGatewayV2::Deployment": _part("DeploymentId"),
        "AWS::ApiGatewayV2::Integration": _part("IntegrationId"),
        "AWS::ApiGatewayV2::Route": _part("RouteId"),
        "AWS::ApiGateway::ApiKey": _part("APIKeyId"),
        "AWS::ApiGateway::Authorizer": _part("AuthorizerId"),
        "AWS::ApiGateway::Deployment": _part("DeploymentId"),
        "AWS::ApiGateway::DomainName": _domain,
        "AWS::ApiGateway::Model": _model,
        "AWS::ApiGateway::RequestValidator": _part("RequestValidatorId"),
        "AWS::ApiGateway::Resource": _part("ResourceId"),
        "AWS::ApiGateway::RestApi": _rest_api,
        "AWS::ApiGateway::Stage": _stage,
        "AWS::ApiGateway::UsagePlan": _part("Id"),
        "AWS::WAFv2::WebACL": firewall_part("webacl"),
        "AWS::WAFv2::RuleGroup": firewall_part("rulegroup"),
        "AWS::WAFv2::IPSet": firewall_part("ipset"),
        "AWS::WAFv2::RegexPatternSet": firewall_part("regexpatternset"),
        "AWS::WAFv2::WebACLAssociation": association,
        "AWS::WAFv2::LoggingConfiguration": logging_configuration,
        "AWS::CloudFormation::CustomResource": _plain,
        "AWS::CloudFormation::Stack": _plain,
        "AWS::CloudFormation::WaitConditionHandle": _plain,
    }
)

"""AWS::Cognito::UserPoolDomain: kept with the pool; the hosted pages themselves are at the backend's own address.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html
"""

from __future__ import annotations

from emulator.cloud.clients import Clients
from emulator.cloud.wanted import Wanted, chosen, find
from emulator.model import Created

_ABSENT = ("ResourceNotFoundException",)
_SETTINGS = ("CustomDomainConfig", "ManagedLoginVersion")


def ensure(wanted: Wanted) -> Created:
    """Give the pool the domain; raises ProvisionError when it is another pool's."""
    pool_id, domain = str(wanted.properties["UserPoolId"]), str(wanted.properties["Domain"])
    found = wanted.call("cognito-idp", "describe_user_pool_domain", Domain=domain).get("DomainDescription") or {}
    settings = chosen(wanted.properties, *_SETTINGS)
    if not found.get("UserPoolId"):
        wanted.call("cognito-idp", "create_user_pool_domain", UserPoolId=pool_id, Domain=domain, **settings)
    elif found["UserPoolId"] != pool_id:
        raise wanted.refuse(f"the domain {domain} belongs to pool {found['UserPoolId']}", "Choose another domain.")
    attributes = {
        "Id": domain,
        "UserPoolId": pool_id,
        "CloudFrontDistribution": found.get("CloudFrontDistribution", ""),
    }
    return Created(domain, attributes, _notes(wanted))


def delete(clients: Clients, created: Created) -> None:
    """Take the domain from the pool."""
    pool_id = created.attributes["UserPoolId"]
    find(clients, "cognito-idp", "delete_user_pool_domain", _ABSENT, UserPoolId=pool_id, Domain=created.physical_id)


def _notes(wanted: Wanted) -> tuple[str, ...]:
    notes = wanted.unset("UserPoolId", "Domain", *_SETTINGS)
    if not wanted.clients.is_local("cognito-idp"):
        return notes
    place = f"{wanted.clients.url('cognito-idp')}/oauth2/…"
    return (*notes, f"{wanted.resource.type} {wanted.resource.logical_id}: sign-in pages and tokens are at {place}")

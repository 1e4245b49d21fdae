"""User pools and what belongs to them: what the template says is what the backend has, and users outlive a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.backends import Backend
from emulator.cloud import Clients, Cloud
from emulator.errors import ProvisionError
from emulator.model import Created, Place, Resource

Ensure = Callable[..., Created]


@pytest.fixture
def cloud(backend: Backend, stack: str) -> Cloud:
    return Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=stack)


@pytest.fixture
def ensure(cloud: Cloud) -> Ensure:
    def ensure(type: str, logical_id: str = "Thing", **properties: Any) -> Created:
        return cloud.ensure(Resource(logical_id, f"AWS::Cognito::{type}", Place("template.yaml", 7)), properties)

    return ensure


@pytest.fixture
def idp(clients: Clients) -> Any:
    return clients.get("cognito-idp")


def pool_of(idp: Any, created: Created) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_user_pool(UserPoolId=created.physical_id)["UserPool"]
    return found


def test_pool_has_everything_the_template_says(ensure: Ensure, idp: Any, stack: str) -> None:
    created = ensure(
        "UserPool",
        Policies={"PasswordPolicy": {"MinimumLength": "12", "RequireSymbols": "false"}},
        AutoVerifiedAttributes=["email"],
        UsernameAttributes=["email"],
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}],
        MfaConfiguration="OPTIONAL",
        EnabledMfas=["SOFTWARE_TOKEN_MFA"],
        DeletionProtection="ACTIVE",
        UserPoolTags={"team": "a"},
    )
    found = pool_of(idp, created)
    factors = idp.get_user_pool_mfa_config(UserPoolId=created.physical_id)
    assert found["Name"] == f"{stack}-Thing"
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert (found["AutoVerifiedAttributes"], found["UsernameAttributes"]) == (["email"], ["email"])
    assert found["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert "custom:tenant" in [attribute["Name"] for attribute in found["SchemaAttributes"]]
    assert (factors["MfaConfiguration"], factors["SoftwareTokenMfaConfiguration"]) == ("OPTIONAL", {"Enabled": True})
    assert found["UserPoolTags"]["team"] == "a"
    assert created.notes == ()


def test_pool_tells_what_templates_ask_of_it(ensure: Ensure, idp: Any) -> None:
    created = ensure("UserPool")
    name = f"cognito-idp.us-east-1.amazonaws.com/{created.physical_id}"
    assert created.attributes == {
        "Arn": pool_of(idp, created)["Arn"],
        "ProviderName": name,
        "ProviderURL": f"https://{name}",
        "UserPoolId": created.physical_id,
    }


def test_changed_pool_keeps_its_users(ensure: Ensure, idp: Any) -> None:
    created = ensure("UserPool", AutoVerifiedAttributes=["email"])
    idp.admin_create_user(UserPoolId=created.physical_id, Username="ada", MessageAction="SUPPRESS")
    again = ensure(
        "UserPool",
        Policies={"PasswordPolicy": {"MinimumLength": 20}},
        Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}],
    )
    found = pool_of(idp, again)
    assert again.physical_id == created.physical_id
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 20
    assert found["AutoVerifiedAttributes"] == []
    assert "custom:tenant" in [attribute["Name"] for attribute in found["SchemaAttributes"]]
    assert [user["Username"] for user in idp.list_users(UserPoolId=again.physical_id)["Users"]] == ["ada"]


def test_pool_of_the_same_name_in_another_stack_is_another_pool(backend: Backend, ensure: Ensure, stack: str) -> None:
    other = Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=f"{stack}b")
    resource = Resource("Thing", "AWS::Cognito::UserPool", Place("template.yaml", 7))
    name = f"{stack}-people"
    ours = ensure("UserPool", UserPoolName=name)
    theirs = other.ensure(resource, {"UserPoolName": name})
    assert ours.physical_id != theirs.physical_id
    assert ensure("UserPool", UserPoolName=name).physical_id == ours.physical_id


def test_renamed_pool_stays_the_same_pool(ensure: Ensure, stack: str) -> None:
    before = ensure("UserPool", UserPoolName=f"{stack}-before")
    after = ensure("UserPool", UserPoolName=f"{stack}-after")
    assert after.physical_id == before.physical_id
    assert f"keeps its name {stack}-before" in after.notes[0]


@pytest.mark.parametrize(
    "change",
    [
        {"UsernameAttributes": ["email"]},
        {"Schema": [{"Name": "tenant", "AttributeDataType": "Number", "Mutable": True}]},
    ],
)
def test_change_that_would_cost_the_users_is_refused(ensure: Ensure, change: dict[str, Any]) -> None:
    ensure("UserPool", Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}])
    with pytest.raises(ProvisionError, match="cannot be changed in place"):
        ensure("UserPool", **change)


def test_protected_pool_is_not_deleted(ensure: Ensure, cloud: Cloud, idp: Any) -> None:
    created = ensure("UserPool", DeletionProtection="ACTIVE")
    cloud.delete("AWS::Cognito::UserPool", created)
    assert pool_of(idp, created)["Id"] == created.physical_id
    ensure("UserPool")
    cloud.delete("AWS::Cognito::UserPool", created)
    cloud.delete("AWS::Cognito::UserPool", created)
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        pool_of(idp, created)


def test_client_has_everything_the_template_says_and_keeps_its_secret(ensure: Ensure, idp: Any) -> None:
    pool = ensure("UserPool", "Pool").physical_id
    given = {
        "UserPoolId": pool,
        "GenerateSecret": "true",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AccessTokenValidity": "15",
        "TokenValidityUnits": {"AccessToken": "minutes"},
        "PreventUserExistenceErrors": "ENABLED",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["https://example.com/back"],
    }
    first = ensure("UserPoolClient", **given)
    again = ensure("UserPoolClient", **{**given, "AccessTokenValidity": 30})
    found = idp.describe_user_pool_client(UserPoolId=pool, ClientId=first.physical_id)["UserPoolClient"]
    assert again.attributes == first.attributes
    assert first.attributes["ClientSecret"] == found["ClientSecret"]
    assert (found["AccessTokenValidity"], found["TokenValidityUnits"]) == (30, {"AccessToken": "minutes"})
    assert (found["PreventUserExistenceErrors"], found["CallbackURLs"]) == ("ENABLED", ["https://example.com/back"])
    assert (first.notes, again.notes) == ((), ())


def test_client_that_loses_its_secret_is_a_new_client(ensure: Ensure, idp: Any) -> None:
    pool = ensure("UserPool", "Pool").physical_id
    secret = ensure("UserPoolClient", UserPoolId=pool, GenerateSecret=True)
    public = ensure("UserPoolClient", UserPoolId=pool)
    assert public.physical_id != secret.physical_id
    assert "ClientSecret" not in public.attributes
    assert len(idp.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]) == 2


def test_group_keeps_its_members_and_says_what_is_not_changed(ensure: Ensure, idp: Any) -> None:
    pool = ensure("UserPool", "Pool").physical_id
    user = ensure("UserPoolUser", "Ada", UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    group = ensure("UserPoolGroup", "Staff", UserPoolId=pool, GroupName="staff", Precedence=1)
    for _ in range(2):
        ensure(
            "UserPoolUserToGroupAttachment",
            UserPoolId=pool,
            Username=user.physical_id,
            GroupName=group.physical_id,
        )
    again = ensure("UserPoolGroup", "Staff", UserPoolId=pool, GroupName="staff", Precedence=2)
    members = idp.list_users_in_group(UserPoolId=pool, GroupName="staff")["Users"]
    assert [member["Username"] for member in members] == ["ada"]
    changed = idp.get_group(UserPoolId=pool, GroupName="staff")["Group"]["Precedence"] == 2
    assert changed or "keeps it as it was" in again.notes[0]


def test_existing_user_keeps_its_password_and_gets_the_attributes(ensure: Ensure, idp: Any) -> None:
    pool = ensure("UserPool", "Pool").physical_id
    key = {"UserPoolId": pool, "Username": "ada"}
    ensure("UserPoolUser", **key, MessageAction="SUPPRESS")
    idp.admin_set_user_password(**key, Password="Correct-horse-1", Permanent=True)
    ensure("UserPoolUser", **key, UserAttributes=[{"Name": "email", "Value": "ada@example.com"}])
    found = idp.admin_get_user(**key)
    assert found["UserStatus"] == "CONFIRMED"
    assert {"Name": "email", "Value": "ada@example.com"} in found["UserAttributes"]


def test_resource_server_and_domain_are_adopted(ensure: Ensure, idp: Any, stack: str) -> None:
    pool = ensure("UserPool", "Pool").physical_id
    for scope in ("read", "write"):
        server = ensure(
            "UserPoolResourceServer",
            UserPoolId=pool,
            Identifier="orders",
            Name="Orders",
            Scopes=[{"ScopeName": scope, "ScopeDescription": scope}],
        )
        domain = ensure("UserPoolDomain", "Domain", UserPoolId=pool, Domain=stack)
    found = idp.describe_resource_server(UserPoolId=pool, Identifier="orders")["ResourceServer"]
    assert (server.physical_id, domain.physical_id) == ("orders", stack)
    assert [scope["ScopeName"] for scope in found["Scopes"]] == ["write"]
    assert idp.describe_user_pool_domain(Domain=stack)["DomainDescription"]["UserPoolId"] == pool


def test_identity_pool_is_adopted_and_follows_the_template(ensure: Ensure, clients: Clients) -> None:
    first = ensure("IdentityPool", AllowUnauthenticatedIdentities=True)
    again = ensure("IdentityPool", AllowUnauthenticatedIdentities=False)
    role = "arn:aws:iam::000000000000:role/signed-in"
    ensure("IdentityPoolRoleAttachment", "Roles", IdentityPoolId=again.physical_id, Roles={"authenticated": role})
    identity = clients.get("cognito-identity")
    assert again.physical_id == first.physical_id
    assert identity.describe_identity_pool(IdentityPoolId=first.physical_id)["AllowUnauthenticatedIdentities"] is False
    assert identity.get_identity_pool_roles(IdentityPoolId=first.physical_id)["Roles"] == {"authenticated": role}

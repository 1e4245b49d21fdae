"""Tables, buckets, parameters and secrets: what the template says is what the backend has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.backends import Backend
from emulator.cloud import Clients, Cloud
from emulator.errors import LookupFailedError, ProvisionError
from emulator.model import Created, Place, Resource

Ensure = Callable[..., Created]


@pytest.fixture
def cloud(backend: Backend, stack: str) -> Cloud:
    return Cloud(backend.endpoints, region="us-east-1", account_id="000000000000", stack=stack)


@pytest.fixture
def ensure(cloud: Cloud) -> Ensure:
    """Ensures one resource: `ensure("AWS::SNS::Topic", TopicName="x")`."""

    def ensure(type: str, logical_id: str = "Thing", **properties: Any) -> Created:
        return cloud.ensure(Resource(logical_id, type, Place("template.yaml", 7)), properties)

    return ensure


def table_properties(**more: Any) -> dict[str, Any]:
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("PK"), attribute("SK")],
        "KeySchema": [key("PK", "HASH"), key("SK", "RANGE")],
        **more,
    }


def attribute(name: str) -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": "S"}


def key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def index(name: str, partition: str, projection: str = "ALL") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [key(partition, "HASH")],
        "Projection": {"ProjectionType": projection},
    }


def describe(clients: Clients, created: Created) -> dict[str, Any]:
    found: dict[str, Any] = clients.get("dynamodb").describe_table(TableName=created.physical_id)["Table"]
    return found


def test_table_has_everything_the_template_says(ensure: Ensure, clients: Clients, stack: str) -> None:
    created = ensure(
        "AWS::DynamoDB::Table",
        **table_properties(
            AttributeDefinitions=[attribute(name) for name in ("PK", "SK", "G1", "L1")],
            GlobalSecondaryIndexes=[index("ByG", "G1")],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "ByL",
                    "KeySchema": [key("PK", "HASH"), key("L1", "RANGE")],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            SSESpecification={"SSEEnabled": "true"},
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": "true"},
            TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
            DeletionProtectionEnabled=True,
            Tags=[{"Key": "team", "Value": "a"}],
        ),
    )
    dynamodb, table = clients.get("dynamodb"), describe(clients, created)
    assert created.physical_id == f"{stack}-Thing"
    assert created.attributes["Arn"] == table["TableArn"]
    assert created.attributes["StreamArn"] == table["LatestStreamArn"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [one["IndexName"] for one in table["GlobalSecondaryIndexes"]] == ["ByG"]
    assert [one["IndexName"] for one in table["LocalSecondaryIndexes"]] == ["ByL"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert table["SSEDescription"]["Status"] == "ENABLED"
    # DynamoDB Local, inside LocalStack, does not know deletion protection.
    assert table.get("DeletionProtectionEnabled", True) is True
    ttl = dynamodb.describe_time_to_live(TableName=created.physical_id)["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("ttl", "ENABLED")
    assert recovery(clients, created) == "ENABLED"
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == [{"Key": "team", "Value": "a"}]
    assert created.notes == ()


def recovery(clients: Clients, created: Created) -> str:
    answer = clients.get("dynamodb").describe_continuous_backups(TableName=created.physical_id)
    return str(answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])


def test_changed_table_keeps_its_items(ensure: Ensure, clients: Clients) -> None:
    created = ensure("AWS::DynamoDB::Table", **table_properties(DeletionProtectionEnabled=True))
    item = {"PK": {"S": "a"}, "SK": {"S": "b"}, "G1": {"S": "g"}}
    clients.get("dynamodb").put_item(TableName=created.physical_id, Item=item)
    wanted = table_properties(
        AttributeDefinitions=[attribute(name) for name in ("PK", "SK", "G1", "G2")],
        GlobalSecondaryIndexes=[index("One", "G1"), index("Two", "G2", "KEYS_ONLY")],
        StreamSpecification={"StreamViewType": "NEW_AND_OLD_IMAGES"},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
        Tags=[{"Key": "stage", "Value": "dev"}],
    )
    changed = ensure("AWS::DynamoDB::Table", **wanted)
    table = describe(clients, changed)
    assert sorted(one["IndexName"] for one in table["GlobalSecondaryIndexes"]) == ["One", "Two"]
    assert changed.attributes["StreamArn"] == table["LatestStreamArn"]
    assert table.get("DeletionProtectionEnabled", False) is False
    assert recovery(clients, changed) == "ENABLED"
    found = clients.get("dynamodb").query(
        TableName=changed.physical_id,
        IndexName="One",
        KeyConditionExpression="G1 = :g",
        ExpressionAttributeValues={":g": {"S": "g"}},
    )
    assert found["Items"] == [item]


def test_removed_index_goes_and_the_others_stay(ensure: Ensure, clients: Clients) -> None:
    attributes = [attribute(name) for name in ("PK", "SK", "G1", "G2")]
    both = [index("One", "G1"), index("Two", "G2")]
    ensure("AWS::DynamoDB::Table", **table_properties(AttributeDefinitions=attributes, GlobalSecondaryIndexes=both))
    less = table_properties(AttributeDefinitions=attributes[:3], GlobalSecondaryIndexes=both[:1])
    changed = ensure("AWS::DynamoDB::Table", **less)
    assert [one["IndexName"] for one in describe(clients, changed)["GlobalSecondaryIndexes"]] == ["One"]


def test_time_to_live_moves_to_another_attribute(ensure: Ensure, clients: Clients) -> None:
    for name in ("old", "new"):
        created = ensure(
            "AWS::DynamoDB::Table", **table_properties(TimeToLiveSpecification={"AttributeName": name, "Enabled": True})
        )
    ttl = clients.get("dynamodb").describe_time_to_live(TableName=created.physical_id)["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("new", "ENABLED")


def test_billing_changes_in_place(ensure: Ensure, clients: Clients) -> None:
    ensure("AWS::DynamoDB::Table", **table_properties())
    provisioned = {"ReadCapacityUnits": "3", "WriteCapacityUnits": "2"}
    created = ensure(
        "AWS::DynamoDB::Table", **table_properties(BillingMode="PROVISIONED", ProvisionedThroughput=provisioned)
    )
    throughput = describe(clients, created)["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (3, 2)


def test_other_keys_are_refused_since_items_would_be_lost(ensure: Ensure, clients: Clients) -> None:
    created = ensure("AWS::DynamoDB::Table", **table_properties())
    with pytest.raises(ProvisionError) as error:
        ensure("AWS::DynamoDB::Table", **table_properties(KeySchema=[key("PK", "HASH")]))
    assert "template.yaml:7" in str(error.value)
    assert "KeySchema" in error.value.found
    assert describe(clients, created)["TableStatus"] == "ACTIVE"


def test_unchanged_table_is_left_alone(ensure: Ensure) -> None:
    properties = table_properties(StreamSpecification={"StreamViewType": "KEYS_ONLY"})
    assert ensure("AWS::DynamoDB::Table", **properties) == ensure("AWS::DynamoDB::Table", **properties)


def test_protected_table_can_be_deleted(ensure: Ensure, cloud: Cloud, clients: Clients) -> None:
    created = ensure("AWS::DynamoDB::Table", **table_properties(DeletionProtectionEnabled=True))
    for _ in range(2):
        cloud.delete("AWS::DynamoDB::Table", created)
    assert created.physical_id not in clients.get("dynamodb").list_tables()["TableNames"]


def test_global_table_is_the_table_of_this_region(ensure: Ensure, clients: Clients) -> None:
    replica = {
        "Region": "us-east-1",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    properties = table_properties(
        AttributeDefinitions=[attribute(name) for name in ("PK", "SK", "G1")],
        GlobalSecondaryIndexes=[index("ByG", "G1")],
        Replicas=[{"Region": "eu-west-1"}, replica],
    )
    created = ensure("AWS::DynamoDB::GlobalTable", **properties)
    assert [one["IndexName"] for one in describe(clients, created)["GlobalSecondaryIndexes"]] == ["ByG"]
    assert recovery(clients, created) == "ENABLED"
    assert created.notes == (f"{created.physical_id}: no replicas in eu-west-1",)


BUCKET: dict[str, Any] = {
    "VersioningConfiguration": {"Status": "Enabled"},
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    },
    "LifecycleConfiguration": {
        "Rules": [
            {
                "Id": "old",
                "Status": "Enabled",
                "Prefix": "events/",
                "ExpirationInDays": "90",
                "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            }
        ]
    },
    "CorsConfiguration": {
        "CorsRules": [
            {
                "AllowedMethods": ["PUT"],
                "AllowedOrigins": ["https://a.example"],
                "ExposedHeaders": ["ETag"],
                "MaxAge": "300",
            }
        ]
    },
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": "true",
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    },
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "Tags": [{"Key": "team", "Value": "a"}],
}


def test_bucket_has_everything_the_template_says(ensure: Ensure, clients: Clients, stack: str) -> None:
    created = ensure("AWS::S3::Bucket", **BUCKET)
    name, s3 = created.physical_id, clients.get("s3")
    assert name == f"{stack}-thing"
    assert created.attributes["Arn"] == f"arn:aws:s3:::{name}"
    assert created.attributes["RegionalDomainName"] == f"{name}.s3.us-east-1.amazonaws.com"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    (encryption,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert (rule["ID"], rule["Expiration"]["Days"], rule["Filter"]["Prefix"]) == ("old", 90, "events/")
    assert rule["Transitions"] == [{"Days": 30, "StorageClass": "STANDARD_IA"}]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    (cors,) = s3.get_bucket_cors(Bucket=name)["CORSRules"]
    assert (cors["ExposeHeaders"], cors["MaxAgeSeconds"]) == (["ETag"], 300)
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    ownership = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert ownership["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == BUCKET["Tags"]
    assert created.notes == ()


def test_changed_bucket_keeps_its_objects(ensure: Ensure, clients: Clients) -> None:
    name = ensure("AWS::S3::Bucket", **BUCKET).physical_id
    s3 = clients.get("s3")
    s3.put_object(Bucket=name, Key="a", Body=b"bytes")
    ensure("AWS::S3::Bucket", PublicAccessBlockConfiguration=BUCKET["PublicAccessBlockConfiguration"])
    assert s3.get_object(Bucket=name, Key="a")["Body"].read() == b"bytes"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    for gone in ("get_bucket_cors", "get_bucket_lifecycle_configuration", "get_bucket_tagging"):
        with pytest.raises(s3.exceptions.ClientError):
            getattr(s3, gone)(Bucket=name)


def test_bucket_policy_is_put_and_taken_off(ensure: Ensure, cloud: Cloud, clients: Clients) -> None:
    bucket = ensure("AWS::S3::Bucket").physical_id
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{bucket}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    policy = ensure("AWS::S3::BucketPolicy", "Policy", Bucket=bucket, PolicyDocument=document)
    s3 = clients.get("s3")
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == document
    cloud.delete("AWS::S3::BucketPolicy", policy)
    with pytest.raises(s3.exceptions.ClientError):
        s3.get_bucket_policy(Bucket=bucket)


def test_bucket_notifies_a_queue_and_is_not_told_twice(ensure: Ensure, clients: Clients) -> None:
    queue = ensure("AWS::SQS::Queue", "Queue")
    configured = {
        "QueueConfigurations": [
            {
                "Event": "s3:ObjectCreated:*",
                "Queue": queue.attributes["Arn"],
                "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
            }
        ],
        "LambdaConfigurations": [{"Event": "s3:ObjectRemoved:*", "Function": "arn:aws:lambda:us-east-1:1:function:f"}],
    }
    for _ in range(2):
        created = ensure("AWS::S3::Bucket", NotificationConfiguration=configured)
    assert created.notes == ()
    clients.get("s3").put_object(Bucket=created.physical_id, Key="in/a", Body=b"")
    bodies = drain(clients, queue)
    assert [body.get("Event") for body in bodies].count("s3:TestEvent") <= 1
    assert [body["Records"][0]["s3"]["object"]["key"] for body in bodies if "Records" in body] == ["in/a"]


def drain(clients: Clients, queue: Created) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = clients.get("sqs").receive_message(
            QueueUrl=queue.physical_id, WaitTimeSeconds=1, MaxNumberOfMessages=10
        )
        if "Messages" not in answer:
            return found
        found += [json.loads(message["Body"]) for message in answer["Messages"]]


def test_bucket_is_deleted_with_versions_and_markers(ensure: Ensure, cloud: Cloud, clients: Clients) -> None:
    created = ensure("AWS::S3::Bucket", VersioningConfiguration={"Status": "Enabled"})
    s3 = clients.get("s3")
    for body in (b"1", b"2"):
        s3.put_object(Bucket=created.physical_id, Key="a", Body=body)
    s3.delete_object(Bucket=created.physical_id, Key="a")
    for _ in range(2):
        cloud.delete("AWS::S3::Bucket", created)
    assert created.physical_id not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_parameter_keeps_its_version_until_it_changes(ensure: Ensure, clients: Clients, stack: str) -> None:
    name = f"/{stack}/greeting"
    for value in ("hello", "hello", "bye"):
        created = ensure("AWS::SSM::Parameter", Name=name, Type="String", Value=value, Description="d", Tags={"a": "b"})
    assert created == Created(name, {"Type": "String", "Value": "bye"})
    found = clients.get("ssm").get_parameter(Name=name)["Parameter"]
    assert (found["Value"], found["Type"], found["Version"]) == ("bye", "String", 2)
    tags = clients.get("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    assert tags == [{"Key": "a", "Value": "b"}]


def test_secure_string_is_created_and_an_existing_one_is_kept(ensure: Ensure, clients: Clients, stack: str) -> None:
    name = f"/{stack}/secret"
    ensure("AWS::SSM::Parameter", Name=name, Type="SecureString", Value="real")
    created = ensure("AWS::SSM::Parameter", Name=name, Type="String", Value="placeholder")
    found = clients.get("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert (found["Type"], found["Value"]) == ("SecureString", "real")
    assert "kept" in created.notes[0]


def test_generated_secret_is_generated_once(ensure: Ensure, clients: Clients, cloud: Cloud) -> None:
    generate = {"GenerateStringKey": "password", "SecretStringTemplate": '{"user": "app"}', "PasswordLength": "24"}
    seen = []
    for _ in range(2):
        created = ensure("AWS::SecretsManager::Secret", GenerateSecretString=generate)
        seen.append(clients.get("secretsmanager").get_secret_value(SecretId=created.physical_id)["SecretString"])
    assert seen[0] == seen[1]
    assert json.loads(seen[0])["user"] == "app"
    assert len(json.loads(seen[0])["password"]) == 24
    assert cloud.lookups.secret(created.physical_id, "user", None, None) == "app"


def test_given_secret_follows_the_template(ensure: Ensure, cloud: Cloud) -> None:
    for value in ("one", "two"):
        created = ensure("AWS::SecretsManager::Secret", SecretString=value, Description="d")
    assert cloud.lookups.secret(created.physical_id, None, "AWSCURRENT", None) == "two"


def test_lookups_say_what_is_missing(cloud: Cloud) -> None:
    with pytest.raises(LookupFailedError, match="no SSM parameter /nowhere"):
        cloud.lookups.ssm_parameter("/nowhere", None)
    with pytest.raises(LookupFailedError, match="no secret nowhere"):
        cloud.lookups.secret("nowhere", None, None, None)
    with pytest.raises(LookupFailedError, match="exports nothing-of-ours"):
        cloud.lookups.export("nothing-of-ours")


def test_parameter_is_looked_up_by_version(ensure: Ensure, cloud: Cloud, stack: str) -> None:
    for value in ("1", "2"):
        ensure("AWS::SSM::Parameter", Name=f"/{stack}/v", Type="String", Value=value)
    assert [cloud.lookups.ssm_parameter(f"/{stack}/v", version) for version in ("1", "2", None)] == ["1", "2", "2"]


def test_refused_property_names_place_and_reason(ensure: Ensure) -> None:
    with pytest.raises(ProvisionError) as error:
        ensure("AWS::DynamoDB::Table", **table_properties(KeySchema=[key("Unknown", "HASH")]))
    assert "AWS::DynamoDB::Table Thing" in str(error.value)
    assert "template.yaml:7" in str(error.value)
    assert "ValidationException" in error.value.found


def test_property_that_is_not_set_is_noted(ensure: Ensure) -> None:
    created = ensure("AWS::S3::Bucket", ReplicationConfiguration={"Role": "x", "Rules": []})
    assert created.notes == ("AWS::S3::Bucket Thing: ReplicationConfiguration is not set here",)


def test_type_nobody_creates_is_refused(ensure: Ensure, cloud: Cloud) -> None:
    assert not cloud.supports("AWS::Neptune::DBCluster")
    with pytest.raises(ProvisionError, match="not supported"):
        ensure("AWS::Neptune::DBCluster")


def test_attachment_stands_for_its_secret_and_policy_is_put_on_it(
    ensure: Ensure, cloud: Cloud, clients: Clients
) -> None:
    rules = {"PasswordLength": 40, "ExcludePunctuation": "true", "ExcludeCharacters": "abc"}
    secret = ensure("AWS::SecretsManager::Secret", "Secret", GenerateSecretString=rules)
    attached = ensure("AWS::SecretsManager::SecretTargetAttachment", "Attached", SecretId=secret.physical_id)
    document = {"Version": "2012-10-17", "Statement": []}
    ensure("AWS::SecretsManager::ResourcePolicy", "Policy", SecretId=secret.physical_id, ResourcePolicy=document)
    found = clients.get("secretsmanager").get_resource_policy(SecretId=secret.physical_id)["ResourcePolicy"]
    value = cloud.lookups.secret(attached.physical_id, None, None, None)
    assert (len(value), value.isalnum()) == (40, True)
    assert not set("abc") & set(value)
    assert "has no effect here" in attached.notes[0]
    assert json.loads(found) == document

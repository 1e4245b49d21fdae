"""AWS::S3::Bucket and AWS::S3::BucketPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from typing import Any

from emulator.cloud.clients import Clients
from emulator.cloud.coercion import text
from emulator.cloud.kinds import s3_configuration, s3_notifications
from emulator.cloud.wanted import Wanted, call, find, tag_list
from emulator.model import Created

_ABSENT = ("404", "NoSuchBucket", "NotFound")


def ensure(wanted: Wanted) -> Created:
    """Create the bucket or bring its configuration to the template; objects stay."""
    name = wanted.name("BucketName", longest=63, lower=True)
    created = find(wanted.clients, "s3", "head_bucket", _ABSENT, Bucket=name) is None
    if created:
        _create(wanted, name)
    for section in s3_configuration.SECTIONS:
        s3_configuration.apply(wanted, name, section, created=created)
    _tags(wanted, name, created)
    s3_notifications.apply(wanted, name)
    handled = (
        "BucketName",
        "NotificationConfiguration",
        "ObjectLockEnabled",
        "AccessControl",
        *(section.property for section in s3_configuration.SECTIONS),
    )
    return Created(name, _attributes(wanted, name), wanted.unset(*handled))


def delete(clients: Clients, created: Created) -> None:
    """Delete the bucket with every object and version in it."""
    name = created.physical_id
    if find(clients, "s3", "head_bucket", _ABSENT, Bucket=name) is None:
        return
    while page := _some_versions(clients, name):
        call(clients, "s3", "delete_objects", Bucket=name, Delete={"Objects": page, "Quiet": True})
    find(clients, "s3", "delete_bucket", _ABSENT, Bucket=name)


def ensure_policy(wanted: Wanted) -> Created:
    """Put the bucket's policy."""
    bucket = str(wanted.properties["Bucket"])
    wanted.call("s3", "put_bucket_policy", Bucket=bucket, Policy=text(wanted.properties["PolicyDocument"]))
    return Created(bucket, {"Bucket": bucket}, wanted.unset("Bucket", "PolicyDocument"))


def delete_policy(clients: Clients, created: Created) -> None:
    """Take the policy off the bucket."""
    find(clients, "s3", "delete_bucket_policy", _ABSENT, Bucket=created.physical_id)


def _create(wanted: Wanted, name: str) -> None:
    # us-east-1 is the one region that must not be named.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    where = None if wanted.region == "us-east-1" else {"LocationConstraint": wanted.region}
    rules = (wanted.properties.get("OwnershipControls") or {}).get("Rules") or [{}]
    wanted.call(
        "s3",
        "create_bucket",
        Bucket=name,
        CreateBucketConfiguration=where,
        ObjectLockEnabledForBucket=wanted.properties.get("ObjectLockEnabled"),
        ObjectOwnership=rules[0].get("ObjectOwnership"),
        ACL=_canned(wanted.properties.get("AccessControl")),
    )


def _canned(access_control: str | None) -> str | None:
    """PublicRead in a template is public-read in the API."""
    if access_control is None:
        return None
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in access_control).lstrip("-")


def _tags(wanted: Wanted, name: str, created: bool) -> None:
    if wanted.tags():
        wanted.call("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": tag_list(wanted.tags())})
    elif not created:
        wanted.call("s3", "delete_bucket_tagging", Bucket=name)


def _attributes(wanted: Wanted, name: str) -> dict[str, str]:
    suffix = "amazonaws.com"
    return {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.{suffix}",
        "DualStackDomainName": f"{name}.s3.dualstack.{wanted.region}.{suffix}",
        "RegionalDomainName": f"{name}.s3.{wanted.region}.{suffix}",
        "WebsiteURL": f"http://{name}.s3-website-{wanted.region}.{suffix}",
    }


def _some_versions(clients: Clients, name: str) -> list[dict[str, Any]]:
    page = call(clients, "s3", "list_object_versions", Bucket=name)
    found = [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]

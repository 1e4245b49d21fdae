"""A bucket's configuration, section by section: what the template calls it, what the API calls it.

Sections are put as a whole, so putting them again changes nothing; one the template lacks is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloud.kinds import s3_lifecycle
from emulator.cloud.wanted import Wanted, find

_UNKNOWN = ("NotImplemented", "MethodNotAllowed", "NoSuchConfiguration")


@dataclass(frozen=True, slots=True)
class Section:
    """`put` takes the converted property as `argument`; `delete` is None where absent means the default."""

    property: str
    put: str
    argument: str
    convert: Callable[[Mapping[str, Any]], Any]
    delete: str | None


def apply(wanted: Wanted, bucket: str, section: Section, *, created: bool) -> None:
    """Put the section, or delete it where the template has none; a bucket just created has none."""
    given = wanted.properties.get(section.property)
    if given:
        wanted.call("s3", section.put, Bucket=bucket, **{section.argument: section.convert(given)})
    elif section.property == "VersioningConfiguration" and not created:
        _suspend_versioning(wanted, bucket)
    elif section.delete is not None and not created:
        find(wanted.clients, "s3", section.delete, _UNKNOWN, Bucket=bucket)


def _suspend_versioning(wanted: Wanted, bucket: str) -> None:
    """Versioning once on can only be suspended."""
    if wanted.call("s3", "get_bucket_versioning", Bucket=bucket).get("Status") == "Enabled":
        suspended = {"Status": "Suspended"}
        wanted.call("s3", "put_bucket_versioning", Bucket=bucket, VersioningConfiguration=suspended)


def _as_is(given: Mapping[str, Any]) -> Any:
    return given


def _encryption(given: Mapping[str, Any]) -> dict[str, Any]:
    rules = []
    for one in given["ServerSideEncryptionConfiguration"]:
        rule = {key: value for key, value in one.items() if key != "ServerSideEncryptionByDefault"}
        if "ServerSideEncryptionByDefault" in one:
            rule["ApplyServerSideEncryptionByDefault"] = one["ServerSideEncryptionByDefault"]
        rules.append(rule)
    return {"Rules": rules}


def _cors(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = [{names.get(key, key): value for key, value in rule.items()} for rule in given["CorsRules"]]
    return {"CORSRules": rules}


def _website(given: Mapping[str, Any]) -> dict[str, Any]:
    website: dict[str, Any] = {}
    if "IndexDocument" in given:
        website["IndexDocument"] = {"Suffix": given["IndexDocument"]}
    if "ErrorDocument" in given:
        website["ErrorDocument"] = {"Key": given["ErrorDocument"]}
    if "RedirectAllRequestsTo" in given:
        website["RedirectAllRequestsTo"] = given["RedirectAllRequestsTo"]
    if "RoutingRules" in given:
        website["RoutingRules"] = [_routing(rule) for rule in given["RoutingRules"]]
    return website


def _routing(rule: Mapping[str, Any]) -> dict[str, Any]:
    condition = rule.get("RoutingRuleCondition")
    return {"Redirect": rule["RedirectRule"], **({"Condition": condition} if condition else {})}


def _logging(given: Mapping[str, Any]) -> dict[str, Any]:
    if "DestinationBucketName" not in given:
        return {}
    target = {"TargetBucket": given["DestinationBucketName"], "TargetPrefix": given.get("LogFilePrefix", "")}
    return {"LoggingEnabled": target}


def _acceleration(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Status": given["AccelerationStatus"]}


def _object_lock(given: Mapping[str, Any]) -> dict[str, Any]:
    return dict(given)


SECTIONS = (
    Section("VersioningConfiguration", "put_bucket_versioning", "VersioningConfiguration", _as_is, None),
    Section(
        "BucketEncryption",
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        _encryption,
        "delete_bucket_encryption",
    ),
    Section(
        "LifecycleConfiguration",
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        s3_lifecycle.convert,
        "delete_bucket_lifecycle",
    ),
    Section("CorsConfiguration", "put_bucket_cors", "CORSConfiguration", _cors, "delete_bucket_cors"),
    Section(
        "PublicAccessBlockConfiguration",
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        _as_is,
        "delete_public_access_block",
    ),
    Section(
        "OwnershipControls",
        "put_bucket_ownership_controls",
        "OwnershipControls",
        _as_is,
        "delete_bucket_ownership_controls",
    ),
    Section("WebsiteConfiguration", "put_bucket_website", "WebsiteConfiguration", _website, "delete_bucket_website"),
    Section("LoggingConfiguration", "put_bucket_logging", "BucketLoggingStatus", _logging, None),
    Section(
        "AccelerateConfiguration",
        "put_bucket_accelerate_configuration",
        "AccelerateConfiguration",
        _acceleration,
        None,
    ),
    Section(
        "ObjectLockConfiguration",
        "put_object_lock_configuration",
        "ObjectLockConfiguration",
        _object_lock,
        None,
    ),
)

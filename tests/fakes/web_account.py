"""The account that a web page is uploaded to, in memory: Parameter Store, one bucket, CloudFront."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any


class WebAccount:
    """`parameters` by name; `objects` are the PutObject calls by key, `put` and `deleted` the keys in the order they
    came, `invalidated` the distributions."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.objects: dict[str, dict[str, Any]] = {}
        self.put: list[str] = []
        self.deleted: list[str] = []
        self.invalidated: list[str] = []

    def client(self, service: str) -> Any:
        assert service in ("ssm", "s3", "cloudfront")
        return self

    def get_parameters(self, **call: Any) -> dict[str, Any]:
        found = [{"Name": name, "Value": self.parameters[name]} for name in call["Names"] if name in self.parameters]
        return {"Parameters": found}

    def get_paginator(self, operation: str) -> WebAccount:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **call: Any) -> Iterator[dict[str, Any]]:
        """A page for each object, and an empty one, which has no Contents."""
        for key, one in self.objects.items():
            yield {"Contents": [{"Key": key, "ETag": f'"{hashlib.md5(one["Body"]).hexdigest()}"'}]}
        yield {}

    def put_object(self, **call: Any) -> None:
        self.objects[call["Key"]] = call
        self.put.append(call["Key"])

    def delete_object(self, **call: Any) -> None:
        del self.objects[call["Key"]]
        self.deleted.append(call["Key"])

    def create_invalidation(self, **call: Any) -> None:
        assert call["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/*"]}
        self.invalidated.append(call["DistributionId"])

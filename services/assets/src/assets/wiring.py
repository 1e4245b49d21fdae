"""Puts each function together once per cold start: environment -> adapters -> use cases."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assets.adapters.clients import client, signing_client
from assets.domain.managing_assets import ManageAssets
from assets.domain.managing_users import ManageUsers
from assets.domain.paging import PageTokens
from assets.domain.receiving import ReceiveUploads

PAGING_SECRET = "paging-secret"


@dataclass(frozen=True, slots=True)
class Environment:
    """What the template sets."""

    region: str
    users_table: str
    assets_table: str
    bucket: str
    secrets_path: str
    public_s3_endpoint: str
    max_upload_bytes: int


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read once, when a function is put together. Raises KeyError naming a variable the template forgot."""
    return Environment(
        region=variables["AWS_REGION"],
        users_table=variables["USERS_TABLE"],
        assets_table=variables["ASSETS_TABLE"],
        bucket=variables["ASSETS_BUCKET"],
        secrets_path=variables["SECRETS_PATH"],
        public_s3_endpoint=variables.get("PUBLIC_S3_ENDPOINT", ""),
        max_upload_bytes=int(variables.get("MAX_UPLOAD_BYTES", "104857600")),
    )


def manage_users(env: Environment) -> ManageUsers:
    """Users."""
    from assets.adapters.user_table import TableUsers

    return ManageUsers(TableUsers(client("dynamodb", env.region), env.users_table, time.time), _tokens(env), time.time)


def manage_assets(env: Environment) -> ManageAssets:
    """Assets."""
    from assets.adapters.asset_table import TableAssets
    from assets.adapters.bucket import BucketFiles

    table = TableAssets(client("dynamodb", env.region), env.assets_table, time.time)
    signer = signing_client(env.region, env.public_s3_endpoint)
    files = BucketFiles(client("s3", env.region), signer, env.bucket, time.time)
    return ManageAssets(table, files, _tokens(env), time.time, bucket=env.bucket, max_size=env.max_upload_bytes)


def receive_uploads(env: Environment) -> ReceiveUploads:
    """UploadListener; it signs nothing."""
    from assets.adapters.asset_table import TableAssets
    from assets.adapters.bucket import BucketFiles

    s3 = client("s3", env.region)
    table = TableAssets(client("dynamodb", env.region), env.assets_table, time.time)
    return ReceiveUploads(table, BucketFiles(s3, s3, env.bucket, time.time), time.time)


def warmer(variables: Mapping[str, str] = os.environ) -> Callable[[], dict[str, str]]:
    """Warmer."""
    from assets.adapters.functions import warm

    lambda_client: Any = client("lambda", variables["AWS_REGION"])
    names = [name for name in variables["FUNCTIONS"].split(",") if name]
    return lambda: warm(lambda_client, names)


def _tokens(env: Environment) -> PageTokens:
    from assets.adapters.secret import Secret

    name = f"{env.secrets_path.rstrip('/')}/{PAGING_SECRET}"
    return PageTokens(Secret(lambda: client("ssm", env.region), name, time.time))

"""The API's bodies: they validate requests, shape answers and make the OpenAPI document."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

from assets.domain.model import Announced, Asset, DownloadLink, User

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
]
_is_address = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s.\x00-\x1f]+(\.[^@\s.\x00-\x1f]+)+").fullmatch


def _address(text: str) -> str:
    if not _is_address(text):
        raise ValueError("must be an e-mail address")
    return text


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_address),
    Field(json_schema_extra={"format": "email"}),
]


class _Request(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class CreateUser(_Request):
    """The user to make. With `expiresAt` it is deleted by itself."""

    email: Email
    name: Text
    department: Text | None = None
    expires_at: AwareDatetime | None = None


class UpdateUser(_Request):
    """What to change; what is left out stays. `null` takes away the department or the expiry."""

    email: Email | None = None
    name: Text | None = None
    department: Text | None = None
    expires_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateUser:
        if not self.model_fields_set:
            raise ValueError("name at least one of email, name, department, expiresAt")
        for name in ("email", "name"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away")
        return self


class UserView(_Answer):
    """A user. `version` is for If-Match."""

    user_id: str
    email: str
    name: str
    department: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    version: int

    @classmethod
    def of(cls, user: User) -> UserView:
        return cls(
            user_id=user.user_id,
            email=user.email,
            name=user.name,
            department=user.department,
            created_at=_moment(user.created_at / 1000),
            updated_at=_moment(user.updated_at / 1000),
            expires_at=_moment(user.expires_at) if user.expires_at is not None else None,
            version=user.updated_at,
        )


class UserList(_Answer):
    """One page, newest first; `nextToken` is absent on the last."""

    users: list[UserView]
    next_token: str | None = None


class CreateAsset(_Request):
    """The file to upload. Nothing larger than `size` bytes and of no other type will be accepted."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    content_type: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=128)]
    size: Annotated[int, Field(ge=1, strict=True)]


class AssetView(_Answer):
    """An asset. `size` is the announced one until the file is there; `rejection` is why the last upload was refused."""

    asset_id: str
    file_name: str
    content_type: str
    size: int
    status: Literal["pending", "uploaded", "deleted"]
    s3_bucket: str
    s3_key: str
    etag: str | None
    rejection: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, asset: Asset) -> AssetView:
        return cls(
            asset_id=asset.asset_id,
            file_name=asset.file_name,
            content_type=asset.content_type,
            size=asset.size,
            status=asset.status.value,
            s3_bucket=asset.bucket,
            s3_key=asset.key,
            etag=asset.etag,
            rejection=asset.rejection,
            created_at=_moment(asset.created_at / 1000),
            updated_at=_moment(asset.updated_at / 1000),
            expires_at=_moment(asset.expires_at),
        )


class UploadView(_Answer):
    """Post `fields` and then the file as the field `file` to `url`, as multipart/form-data."""

    method: Literal["POST"] = "POST"
    url: str
    fields: dict[str, str]
    expires_at: datetime


class AnnouncedView(AssetView):
    """A new asset and how to upload its file."""

    upload: UploadView

    @classmethod
    def of_announced(cls, announced: Announced) -> AnnouncedView:
        form = announced.form
        upload = UploadView(url=form.url, fields=dict(form.fields), expires_at=_moment(form.expires_at))
        return cls(**AssetView.of(announced.asset).model_dump(), upload=upload)


class AssetList(_Answer):
    """One page, newest first; `nextToken` is absent on the last."""

    assets: list[AssetView]
    next_token: str | None = None


class DownloadView(_Answer):
    """Where the file can be had until `expiresAt`; browsers save it under `fileName`."""

    asset_id: str
    file_name: str
    content_type: str
    size: int
    url: str
    expires_at: datetime

    @classmethod
    def of(cls, link: DownloadLink) -> DownloadView:
        asset = link.asset
        return cls(
            asset_id=asset.asset_id,
            file_name=asset.file_name,
            content_type=asset.content_type,
            size=asset.size,
            url=link.url,
            expires_at=_moment(link.expires_at),
        )


class ErrorDetail(_Answer):
    """One field that is wrong."""

    field: str
    message: str


class ErrorBody(_Answer):
    """What went wrong."""

    code: str
    message: str
    details: list[ErrorDetail]


class ErrorView(_Answer):
    """Every error of every system looks like this."""

    error: ErrorBody
    request_id: str


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

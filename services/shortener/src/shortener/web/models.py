"""The API's bodies and queries: they validate requests, shape answers and make the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from shortener.domain.model import Link, State
from shortener.domain.statistics import Report

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Tags = Annotated[list[Tag], Field(max_length=20)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class _Request(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class CreateLink(_Request):
    """The link to make. `target` may be written for `url`."""

    url: Url = Field(validation_alias=AliasChoices("url", "target"))
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{4,32}$")] | None = None
    expires_at: AwareDatetime | None = None
    tags: Tags = []


class UpdateLink(_Request):
    """What to change; what is left out stays. `expiresAt: null` lets the link last for ever."""

    url: Url | None = Field(default=None, validation_alias=AliasChoices("url", "target"))
    expires_at: AwareDatetime | None = None
    state: Literal["active", "disabled"] | None = None
    tags: Tags | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateLink:
        if not self.model_fields_set:
            raise ValueError("name at least one of url, expiresAt, state, tags")
        return self


class ListQuery(_Request):
    """How much of the list."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    next_token: Annotated[str, StringConstraints(max_length=1024)] | None = None


class StatsQuery(_Request):
    """How many days, today included."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


class LinkView(_Answer):
    """A link as its owner sees it."""

    code: str
    short_url: str
    url: str
    state: Literal["active", "disabled", "expired"]
    tags: list[str]
    owner: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    version: int

    @classmethod
    def of(cls, link: Link, base_url: str, now: float) -> LinkView:
        expired = link.expires_at is not None and link.expires_at.timestamp() <= now
        return cls(
            code=link.code,
            short_url=f"{base_url}/{link.code}",
            url=link.target,
            state="expired" if expired and link.state is State.ACTIVE else link.state.value,
            tags=list(link.tags),
            owner=link.owner,
            created_at=link.created_at,
            updated_at=link.updated_at,
            expires_at=link.expires_at,
            version=link.version,
        )


class LinkList(_Answer):
    """One page, newest first; `nextToken` is absent on the last."""

    links: list[LinkView]
    next_token: str | None = None


class DayClicks(_Answer):
    """Clicks of one day (UTC)."""

    date: str
    clicks: int


class ReferrerClicks(_Answer):
    """Clicks that came from one origin; "direct" without one."""

    referrer: str
    clicks: int


class CountryClicks(_Answer):
    """Clicks from one country (ISO 3166 code)."""

    country: str
    clicks: int


class DeviceClicks(_Answer):
    """Clicks from one class of device."""

    device: str
    clicks: int


class StatsView(_Answer):
    """A link's clicks. Counted within seconds of the click."""

    code: str
    total: int
    per_day: list[DayClicks]
    per_referrer: list[ReferrerClicks]
    per_country: list[CountryClicks]
    per_device: list[DeviceClicks]

    @classmethod
    def of(cls, code: str, report: Report) -> StatsView:
        return cls(
            code=code,
            total=report.total,
            per_day=[DayClicks(date=name, clicks=clicks) for name, clicks in report.days],
            per_referrer=[ReferrerClicks(referrer=name, clicks=clicks) for name, clicks in report.referrers],
            per_country=[CountryClicks(country=name, clicks=clicks) for name, clicks in report.countries],
            per_device=[DeviceClicks(device=name, clicks=clicks) for name, clicks in report.devices],
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

"""Bodies of the sign-in routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class _Request(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class GoogleCode(_Request):
    """What the browser brings back from Google: the authorization code, and what it kept when it went there."""

    code: Text
    code_verifier: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]
    redirect_uri: Text
    nonce: Annotated[str, StringConstraints(min_length=8, max_length=256)]


class Refresh(_Request):
    """The refresh token of the last answer; it works once."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class SignedIn(BaseModel):
    """Our tokens. `expiresIn` is the access token's life in seconds."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    user_id: str
    role: str

"""What all bodies of the API have in common: camelCase names, nothing unknown in requests."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel


class Asked(BaseModel):
    """A body that is sent to us. What we do not know is refused: a typing error must not pass silently."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Shown(BaseModel):
    """A body that we send."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    def plain(self, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """As JSON has it. Fields named in `without` are left out when they are None."""
        body = self.model_dump(mode="json", by_alias=True)
        return {name: value for name, value in body.items() if value is not None or name not in without}


Limit = Annotated[int, Field(ge=1, le=100)]
NextToken = Annotated[str, StringConstraints(max_length=1024)]
ProductId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")]
PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,64}$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]

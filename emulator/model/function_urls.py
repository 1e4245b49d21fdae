"""Lambda function URLs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.model.apis import Cors
from emulator.model.places import Place


@dataclass(frozen=True, slots=True)
class FunctionUrl:
    """A function's own HTTPS endpoint. `function` is a logical id; `url_id` the first label of the public host.

    public: the function's policy lets everybody invoke it through the URL, without which AuthType NONE is refused.
    """

    logical_id: str
    url_id: str
    function: str
    place: Place
    auth_type: Literal["NONE", "AWS_IAM"] = "AWS_IAM"
    public: bool = False
    cors: Cors | None = None
    invoke_mode: Literal["BUFFERED", "RESPONSE_STREAM"] = "BUFFERED"

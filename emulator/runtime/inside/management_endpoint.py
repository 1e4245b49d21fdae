"""Leads calls of the API Gateway management API to the system, whatever endpoint the function built for its client.

On AWS that is https://{domainName}/{stage}; here the same address speaks HTTP, and the one of the API's public name
would be AWS's. Only the place is changed: stage and connection id in the path are the function's.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any
from urllib.parse import urlsplit

_VARIABLE = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"


def install() -> None:
    """Watch every botocore client of this process; called once in the warm process."""
    with contextlib.suppress(ImportError):
        from botocore import handlers

        handlers.BUILTIN_HANDLERS.append(("before-call.apigatewaymanagementapi", lead_home))


def lead_home(params: Any, **_: Any) -> None:
    """botocore's `before-call`: change where the request in `params` goes, before it is signed."""
    home, asked = os.environ.get(_VARIABLE), urlsplit(params["url"])
    # Who writes http:// means a place of his own.
    if home is None or asked.scheme != "https":
        return
    here = urlsplit(home)
    params["url"] = asked._replace(scheme=here.scheme, netloc=here.netloc).geturl()

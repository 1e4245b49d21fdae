"""S3's error documents, as far as they are not the backend's own.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from typing import Final

from emulator.payloads.http_message import HttpResponse


def error(status: int, code: str, message: str) -> HttpResponse:
    """An answer with S3's XML."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>"
        "<RequestId>0A49CE4060975EAC</RequestId><HostId>terrarium</HostId></Error>"
    )
    headers = (("content-type", "application/xml"), ("server", "AmazonS3"))
    return HttpResponse(status, headers, body.encode())


ACCESS_DENIED: Final[HttpResponse] = error(403, "AccessDenied", "Access Denied")

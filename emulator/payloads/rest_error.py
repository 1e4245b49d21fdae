"""What a REST API answers by itself where its template does not say otherwise: status, message and error type.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RestError:
    """`message` is None where AWS answers null. `key` and `space` are how AWS writes the body of this type."""

    status: int
    error_type: str
    message: str | None
    key: str = "message"
    space: str = ""

    def body(self, message: str | None) -> bytes:
        return json.dumps({self.key: message}, separators=(",", f":{self.space}")).encode()


_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)
_INTERNAL = "Internal server error"

REST_ERRORS: Mapping[str, RestError] = MappingProxyType(
    {
        "ACCESS_DENIED": RestError(
            403, "AccessDeniedException", "User is not authorized to access this resource", key="Message"
        ),
        "API_CONFIGURATION_ERROR": RestError(500, "InternalServerErrorException", _INTERNAL, space=" "),
        "AUTHORIZER_CONFIGURATION_ERROR": RestError(500, "AuthorizerConfigurationException", None),
        "AUTHORIZER_FAILURE": RestError(500, "AuthorizerFailureException", None),
        "BAD_REQUEST_BODY": RestError(400, "BadRequestException", "Invalid request body", space=" "),
        "BAD_REQUEST_PARAMETERS": RestError(400, "BadRequestException", "Bad Request", space=" "),
        "DEFAULT_4XX": RestError(400, "BadRequestException", "Bad Request"),
        "DEFAULT_5XX": RestError(500, "InternalServerErrorException", _INTERNAL, space=" "),
        "EXPIRED_TOKEN": RestError(
            403, "ExpiredTokenException", "The security token included in the request is expired"
        ),
        "INTEGRATION_FAILURE": RestError(
            504, "InternalServerErrorException", "Network error communicating with endpoint", space=" "
        ),
        "INTEGRATION_TIMEOUT": RestError(504, "InternalServerErrorException", "Endpoint request timed out", space=" "),
        "INVALID_API_KEY": RestError(403, "ForbiddenException", "Forbidden"),
        "INVALID_SIGNATURE": RestError(403, "InvalidSignatureException", _SIGNATURE),
        "MISSING_AUTHENTICATION_TOKEN": RestError(
            403, "MissingAuthenticationTokenException", "Missing Authentication Token"
        ),
        "QUOTA_EXCEEDED": RestError(429, "LimitExceededException", "Limit Exceeded"),
        "REQUEST_TOO_LARGE": RestError(413, "RequestTooLargeException", "Request Too Long"),
        "RESOURCE_NOT_FOUND": RestError(404, "NotFoundException", "Not Found"),
        "THROTTLED": RestError(429, "TooManyRequestsException", "Too Many Requests"),
        "UNAUTHORIZED": RestError(401, "UnauthorizedException", "Unauthorized"),
        "UNSUPPORTED_MEDIA_TYPE": RestError(415, "BadRequestException", "Unsupported Media Type", space=" "),
        "WAF_FILTERED": RestError(403, "ForbiddenException", "Forbidden"),
    }
)

"""CORS of an HTTP API, from CorsConfiguration or x-amazon-apigateway-cors.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

from emulator.model import Cors
from emulator.template.section import Section

_DAY_S = 86_400


def read_cors(section: Section, *, credentials_with_all: bool = False) -> Cors | None:
    """The names are AllowOrigins… in a resource and allowOrigins… in OpenAPI; None when nothing is configured.

    credentials_with_all: function URLs answer with the very origin that asks, so they take credentials with *.
    """
    if not section.values:
        return None
    values = {name[:1].upper() + name[1:]: value for name, value in section.values.items()}
    named = Section(section.owner, values, section.trail, section.places)
    cors = Cors(
        allow_origins=named.texts("AllowOrigins"),
        allow_methods=tuple(method.upper() for method in named.texts("AllowMethods")),
        allow_headers=named.texts("AllowHeaders"),
        expose_headers=named.texts("ExposeHeaders"),
        max_age_s=named.optional_number("MaxAge", -1, _DAY_S),
        allow_credentials=named.flag("AllowCredentials"),
    )
    everybody = not credentials_with_all and "*" in (*cors.allow_origins, *cors.allow_methods, *cors.allow_headers)
    if cors.allow_credentials and everybody:
        raise section.fault(
            None, what="CORS", found="AllowCredentials with *", fix="AWS refuses this: name the origins."
        )
    return cors

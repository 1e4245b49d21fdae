"""The country of a client. There is no list of addresses here: a client on this machine names its own.

On AWS CloudFront adds CloudFront-Viewer-Country itself; here a developer sends it to see what a visitor from there
would. It is believed from this machine only; anyone else, and whoever sends none, is XX, as an unknown place on AWS.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-geo-match.html
"""

from __future__ import annotations

import re

from emulator.gateway.firewall.addresses import forwarded_addresses
from emulator.gateway.firewall.inspection import Inspection
from emulator.model.web_acls import GeoMatch

COUNTRY_HEADER = "cloudfront-viewer-country"
_UNKNOWN = "XX"
_COUNTRY = re.compile(r"[A-Z]{2}")


def from_one_of(match: GeoMatch, inspection: Inspection) -> bool:
    """Adds AWS's labels of the place, whatever the answer."""
    origin = "clientip"
    if match.forwarded is not None:
        addresses = forwarded_addresses(inspection, match.forwarded)
        if addresses is None:
            return False
        if not addresses:
            return match.forwarded.fallback == "MATCH"
        origin = "forwardedip"
    country = country_of(inspection)
    inspection.labels[f"awswaf:{origin}:geo:country:{country}"] = None
    inspection.labels[f"awswaf:{origin}:geo:region:{country}-{_UNKNOWN}"] = None
    return country in match.countries


def country_of(inspection: Inspection) -> str:
    if inspection.address is None or not inspection.address.is_loopback:
        return _UNKNOWN
    named = (inspection.components.request.header(COUNTRY_HEADER) or "").strip().upper()
    return named if _COUNTRY.fullmatch(named) else _UNKNOWN

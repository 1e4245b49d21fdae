"""Custom domains of APIs: not served here, and refused where they check who calls."""

from __future__ import annotations

from emulator.template.readers.reading import Reading


def note_custom_domains(reading: Reading, type_: str) -> None:
    """`type_`: AWS::ApiGateway::DomainName or AWS::ApiGatewayV2::DomainName. Raises UnsupportedError for mutual TLS."""
    for _, section in reading.of(type_):
        if section.values.get("MutualTlsAuthentication"):
            raise section.unsupported(
                "MutualTlsAuthentication",
                found="client certificates",
                fix="Terrarium cannot check client certificates, so it does not serve this API.",
            )
        reading.ignore(section, "", "custom domains are not served; use the local URL")

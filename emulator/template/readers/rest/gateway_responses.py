"""AWS::ApiGateway::GatewayResponse.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-gatewayresponse.html
"""

from __future__ import annotations

from emulator.model import GatewayResponse
from emulator.template.readers.reading import Reading
from emulator.template.readers.rest.table import RestTable


def add_gateway_responses(reading: Reading, table: RestTable) -> None:
    for _, section in reading.of("AWS::ApiGateway::GatewayResponse"):
        if section.text("RestApiId") == table.api_id:
            response_type = section.text("ResponseType")
            table.gateway_responses[response_type] = GatewayResponse(
                response_type,
                section.optional_number("StatusCode", 100, 599),
                section.text_map("ResponseParameters"),
                section.text_map("ResponseTemplates"),
            )

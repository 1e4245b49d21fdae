"""AWS::ApiGatewayV2::Api with ProtocolType WEBSOCKET and its parts -> model.websocket_apis."""

from emulator.template.readers.websocket.apis import read_websocket_apis

__all__ = ["read_websocket_apis"]

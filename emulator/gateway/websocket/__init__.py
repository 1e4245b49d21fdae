"""WebSocket APIs: one port per system, one thread, as many sockets as clients. Frames are the library's business."""

from emulator.gateway.websocket.server import WebSocketServer

__all__ = ["WebSocketServer"]

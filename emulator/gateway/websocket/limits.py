"""The limits of a WebSocket API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from __future__ import annotations

FRAME_BYTES = 32 * 1024
MESSAGE_BYTES = 128 * 1024
IDLE_S = 600.0
"""Without a message in either direction; control frames do not count."""
LONGEST_S = 7_200.0
NEW_CONNECTIONS_PER_S = 500
URL_CHARACTERS = 4_096
HEADERS_BYTES = 10_240

HANDSHAKE_S = 10.0
"""Ours: so long a client may take to say what it wants."""
KEEP_ALIVE_S = 60.0
"""Ours: so long a caller of the management API may keep its connection without asking anything."""
UNDECIDED = 1_024
"""Ours: so many connections that have not said what they want are kept; the oldest makes room for the next."""
CLOSE_S = 5.0
"""Ours: so long a client may take to answer a close frame."""
IN_HAND = 64
"""Ours: so many messages of one connection are in hand at once; then nothing more of it is read."""

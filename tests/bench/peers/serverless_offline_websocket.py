"""serverless-offline's WebSocket API, in front of the same handler."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.bench.contender import PORT_SERVERLESS_OFFLINE, WORK, UnavailableError
from tests.bench.peers.serverless_offline import ServerlessOffline
from tests.bench.processes import Process, listens, wait_until

PORT = PORT_SERVERLESS_OFFLINE + 3
WEBSOCKET_APP = Path(__file__).parents[1] / "app_websocket"
URL = f"ws://127.0.0.1:{PORT}"
SERVICE = """\
service: bench
frameworkVersion: "3"
plugins: [serverless-offline]
provider:
  name: aws
  runtime: python3.11
  region: us-east-1
  timeout: 15
  websocketsApiRouteSelectionExpression: $request.body.action
  environment: {CONNECTIONS_URL: "http://127.0.0.1:%d", AWS_ACCESS_KEY_ID: test, AWS_SECRET_ACCESS_KEY: test}
functions:
  speak:
    handler: radio.handler
    events:
      - websocket: $connect
      - websocket: {route: $default, routeResponseSelectionExpression: $default}
"""


class ServerlessOfflineWebSocket(ServerlessOffline):
    """`osls offline start` on the handler of tests/bench/app_websocket."""

    def open(self) -> str:
        """Install, start, wait until the port listens; the URL. Raises UnavailableError."""
        self._install()
        (self._home / "serverless.yml").write_text(SERVICE % PORT)
        shutil.copy(WEBSOCKET_APP / "src" / "radio.py", self._home / "radio.py")
        log = WORK / "logs" / "serverless-offline-websocket.log"
        self._process = Process([*self._command(), *self._ports()], cwd=self._home, log=log, env=self._environment())
        process = self._process
        wait_until(lambda: not process.running() or listens(PORT), timeout_s=60)
        if not listens(PORT):
            raise UnavailableError(f"did not listen within 60 s: {process.tail()}")
        return URL

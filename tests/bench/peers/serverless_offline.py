"""serverless-offline, the emulator most Serverless Framework users run, in front of the same Python handler.

It keeps one Python child per concurrent request warm and speaks JSON lines with it. The framework beside it is osls,
the maintained continuation of Serverless 3, because Serverless 4 wants an account. Started with the same interpreter
as Terrarium; its access log goes to a file, as Terrarium's does.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.contender import (
    APP,
    EXPECTED_BODY,
    EXPECTED_REST_BODY,
    PEERS,
    PORT_SERVERLESS_OFFLINE,
    WORK,
    Door,
    UnavailableError,
)
from tests.bench.http_wire import Target, target
from tests.bench.processes import Process, run, wait_for_answer

PACKAGES = ("osls@3.77.1", "serverless-offline@14.8.2")

SERVICE = """\
service: bench
frameworkVersion: "3"
plugins: [serverless-offline]
provider: {name: aws, runtime: python3.11, region: us-east-1, timeout: 10}
functions:
  hello:
    handler: hello.handler
    events: [{httpApi: {method: GET, path: /hello}}, {http: {method: GET, path: rest}}]
"""


class ServerlessOffline:
    """`osls offline start` on the handlers of tests/bench/app."""

    name = "serverless-offline"

    def __init__(self) -> None:
        self._home = PEERS / "serverless-offline"
        self._process: Process | None = None

    def start(self) -> Mapping[Door, Target]:
        self._install()
        (self._home / "serverless.yml").write_text(SERVICE)
        shutil.copy(APP / "src" / "hello.py", self._home / "hello.py")
        self._process = Process(
            [*self._command(), *self._ports()],
            cwd=self._home,
            log=WORK / "logs" / "serverless-offline.log",
            env=self._environment(),
        )
        door = target(f"http://127.0.0.1:{PORT_SERVERLESS_OFFLINE}/hello")
        wait_for_answer(self._process, door, body=EXPECTED_BODY, timeout_s=60)
        rest = target(f"http://127.0.0.1:{PORT_SERVERLESS_OFFLINE}/rest")
        wait_for_answer(self._process, rest, body=EXPECTED_REST_BODY, timeout_s=60)
        return {"http": door, "rest": rest}

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def _install(self) -> None:
        """npm install, once, of exactly the versions above; the stamp beside it names them."""
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise UnavailableError("needs Node.js 20 or later with npm")
        stamp, wanted = self._home / "installed.txt", "\n".join(PACKAGES)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self._home.mkdir(parents=True, exist_ok=True)
        (self._home / "package.json").write_text('{"private": true}')
        # serverless-offline 14 names serverless 4 as its peer; osls is the same plugin host under another name.
        options = ("--legacy-peer-deps", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund")
        run(["npm", "install", "--save-exact", *options, *PACKAGES], cwd=self._home, timeout_s=600)
        stamp.write_text(wanted)

    def _command(self) -> list[str]:
        return [str(self._home / "node_modules" / ".bin" / "osls"), "offline", "start", "--host", "127.0.0.1"]

    def _ports(self) -> list[str]:
        base = PORT_SERVERLESS_OFFLINE
        named = {"httpPort": base, "lambdaPort": base + 1, "albPort": base + 2, "websocketPort": base + 3}
        return [part for name, port in named.items() for part in (f"--{name}", str(port))] + ["--noPrependStageInUrl"]

    def _environment(self) -> dict[str, str]:
        quiet = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "SLS_INTERACTIVE_SETUP_ENABLE": "0"}
        return {**os.environ, **quiet, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

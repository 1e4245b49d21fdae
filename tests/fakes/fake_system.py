"""A stand-in for one system's process: waits for its word, serves the status document and obeys `parameters`.

fail=SENTENCE   prints the error and ends with 1      crash_file=PATH  ends at once while the file exists
ignored=JSON      what it leaves out
distribution=ID   it has a distribution Cdn, and refuses paths without a slash
websocket=URL     it has a WebSocket API
broken_file=PATH  a function's state is `failed: <what the file says>` while it exists
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text())
    parameters = spec["parameters"]
    if sys.stdin.readline() != "go\n":
        sys.exit(0)
    if "fail" in parameters:
        sys.stderr.write(json.dumps({"error": parameters["fail"]}) + "\n")
        sys.exit(1)
    if "crash_file" in parameters and Path(parameters["crash_file"]).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    threading.Thread(target=end_with_supervisor, daemon=True).start()
    server(spec).serve_forever()


def end_with_supervisor() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def server(spec: dict) -> ThreadingHTTPServer:
    url = f"http://127.0.0.1:{spec['port']}"
    distribution = spec["parameters"].get("distribution")
    broken = Path(spec["parameters"].get("broken_file", os.devnull))
    status = {
        "name": spec["name"],
        "template": spec["template"],
        "process": os.getpid(),
        "http": {"Api": url},
        "websocket": {"Chat": socket} if (socket := spec["parameters"].get("websocket")) else {},
        "functions": {
            "Hello": {
                "name": f"{spec['name']}-Hello",
                "invoke_url": f"{url}/2015-03-31/functions/{spec['name']}-Hello/invocations",
                "state": "ready",
            }
        },
        "distributions": {"Cdn": f"{url}/"} if distribution else {},
        "resources": {"Cdn": distribution} if distribution else {},
        "outputs": {},
        "places": {"Hello": "template.yaml:7"},
        "ignored": json.loads(spec["parameters"].get("ignored", "[]")),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/_terrarium/schedules":
                nightly = {"schedule": "Nightly", "name": f"{spec['name']}-Nightly", "expression": "rate(1 day)"}
                nightly["target"] = "arn:aws:sqs:us-east-1:000000000000:jobs"
                self.reply(200, {"schedules": [{**nightly, "state": "ENABLED", "next": "2030-01-01T00:00:00+00:00"}]})
                return
            status["functions"]["Hello"]["state"] = f"failed: {broken.read_text()}" if broken.is_file() else "ready"
            self.reply(200, status) if self.path == "/_terrarium/status" else self.reply(404, {})

        def do_POST(self) -> None:
            if self.path.startswith("/_terrarium/schedules/"):
                refused = "refuse_triggers" in spec["parameters"]
                fired = {"fired": [{"schedule": self.path.rpartition("/")[2], "target": "arn:target"}]}
                self.reply(500, {"Message": "The backend does not answer"}) if refused else self.reply(200, fired)
                return
            if self.path == f"/2020-05-31/distribution/{distribution}/invalidation":
                path = self.rfile.read(int(self.headers["content-length"])).partition(b"<Path>")[2]
                refused = b"<E><Code>InvalidArgument</Code><Message>no slash</Message></E>"
                self.send(201, b"<I><Id>I1</Id></I>") if path.startswith(b"/") else self.send(400, refused)
                return
            payload = json.loads(self.rfile.read(int(self.headers["content-length"])))
            failed = payload.get("fail", False)
            self.reply(200, {"echo": payload}, {"X-Amz-Function-Error": "Unhandled"} if failed else {})

        def reply(self, code: int, body: dict, headers: dict | None = None) -> None:
            self.send(code, json.dumps(body).encode(), headers)

        def send(self, code: int, raw: bytes, headers: dict | None = None) -> None:
            self.send_response(code)
            self.send_header("X-Amz-Log-Result", "U1RBUlQK")
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", spec["port"]), Handler)


if __name__ == "__main__":
    main()

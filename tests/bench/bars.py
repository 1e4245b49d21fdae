"""The numbers to hold: DESIGN.md "Numbers to hold", and the customer's own load test of the URL shortener."""

from __future__ import annotations

from tests.bench.findings import Bar

HTTP_ONE_AGAINST_SERVERLESS_OFFLINE = Bar("warm GET, 1 connection / serverless-offline", 1.3, "×", at_least=True)
HTTP_EIGHT_AGAINST_SERVERLESS_OFFLINE = Bar("warm GET, 8 connections / serverless-offline", 1.3, "×", at_least=True)
REST_ONE_AGAINST_SERVERLESS_OFFLINE = Bar(
    "warm GET through a REST API, 1 connection / serverless-offline", 1.3, "×", at_least=True
)
HTTP_ONE_AGAINST_MINISTACK = Bar("warm GET, 1 connection / MiniStack", 100, "×", at_least=True)
INVOKE_AGAINST_RIE = Bar("Invoke API, 1 connection / AWS RIE", 1.0, "×", at_least=True)
COLD_START = Bar("cold start of a function that imports boto3", 300, "ms")
RELOAD = Bar("save a file → a request runs the new code", 500, "ms")
UP_ONE = Bar("make up, one system, everything installed", 3, "s")
UP_ALL = Bar("make up, all systems, everything installed", 10, "s")
IDLE_MEMORY = Bar("idle memory of one system process (RSS)", 80, "MB")
SQS_LATENCY = Bar("SQS send → handler starts, above the backend's own long poll", 10, "ms")
CHAT_CROWD = Bar("message → 500 sockets: p95 above the stream's own latency", 100, "ms")
LOAD_P95 = Bar("50,000 redirects, 1,000 users: p95", 87, "ms")
LOAD_SUCCESS = Bar("50,000 redirects, 1,000 users: success", 99.97, "%", at_least=True)
LOAD_RATE = Bar("50,000 redirects, 1,000 users: answered", 833, "req/s", at_least=True)

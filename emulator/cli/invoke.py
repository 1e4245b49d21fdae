"""`terrarium invoke`: one invocation through the Lambda Invoke API of a running system."""

from __future__ import annotations

import base64
import http.client
import sys
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import click

from emulator.cli.context import here
from emulator.errors import UsageError
from emulator.supervisor.overview import overview


@click.command("invoke")
@click.argument("function")
@click.option("--event", type=click.File("rb"), help="The event, a JSON file; - reads standard input. Default: {}.")
@click.option("--stack", help="The stack to look in, when several have a function of that name.")
def command(function: str, event: BinaryIO | None, stack: str | None) -> None:
    """Invoke FUNCTION (logical id or name) once; its response goes to stdout, its log to stderr.

    Exit code 1 when the function failed.

    \b
    Examples:
      terrarium invoke Redirect --event tests/events/redirect.json
      echo '{"n": 1}' | terrarium invoke Links --event - --stack shortener
    """
    url = _invoke_url(list(overview(here().running()).stacks), function, stack)
    status, headers, body = _post(url, event.read() if event else b"{}")
    log = base64.b64decode(headers.get("x-amz-log-result", ""))
    click.echo(log.decode(errors="replace"), err=True, nl=not log.endswith(b"\n"))
    click.echo(body.decode(errors="replace"))
    sys.exit(0 if status == 200 and "x-amz-function-error" not in headers else 1)


def _invoke_url(stacks: list[dict[str, Any]], function: str, stack: str | None) -> str:
    """The URL of the one function meant; raises UsageError when there is none or more than one."""
    searched = [one for one in stacks if stack in (None, one["name"])]
    known = [(one["name"], logical_id, found) for one in searched for logical_id, found in one["functions"].items()]
    hits = [hit for hit in known if function in (hit[1], hit[2]["name"])]
    if len(hits) == 1:
        return str(hits[0][2]["invoke_url"])
    if hits:
        names = ", ".join(hit[0] for hit in hits)
        raise UsageError(f"Several stacks have a function {function}", found=names, fix="Choose one with --stack.")
    raise UsageError(
        f"There is no function {function}" + (f" in stack {stack}" if stack else ""),
        found=", ".join(logical_id for _, logical_id, _ in known) or "no functions",
        fix="Name one of these.",
    )


def _post(url: str, payload: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname or "127.0.0.1", target.port or 80, timeout=910)
    try:
        connection.request("POST", target.path, payload, {"X-Amz-Log-Type": "Tail", "Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, {key.lower(): value for key, value in response.getheaders()}, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise UsageError(
            "The function did not answer", where=url, found=str(error), fix="`terrarium status` shows how it is."
        ) from None
    finally:
        connection.close()

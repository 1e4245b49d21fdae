"""Uploads a system's web page to its deployed stack; what the page needs to know it reads there.

    python seed/website.py shortener --stack shortener-staging
    python seed/website.py shortener --endpoint http://127.0.0.1:4566 --watch

`terrarium deploy` runs it after the stack is deployed, seed/load.py as its first step. With --watch it goes on: each
file you save is there at the next load of the page.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """0 when the page is there, 1 with one sentence on standard error."""
    from botocore.exceptions import BotoCoreError, ClientError

    from seed.aws import clients
    from seed.target import SeedError
    from seed.web_page import Place, publish, publish_changes

    chosen = _parser().parse_args(arguments)
    place = Place(chosen.stack or chosen.system, clients(chosen.endpoint, chosen.region))

    def say(sentence: str) -> None:
        print(sentence, flush=True)

    try:
        say(publish(chosen.system, place) or f"{chosen.system}: no web page")
        if chosen.watch:
            publish_changes(chosen.system, place, say)
    except (SeedError, OSError, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Upload a system's web page.")
    parser.add_argument("system", metavar="SYSTEM", help="name of the system")
    parser.add_argument("--stack", help="name of the deployed stack; without it the system's name")
    parser.add_argument("--endpoint", metavar="URL", help="where the AWS services answer; without it AWS itself")
    parser.add_argument("--region", help="AWS region; without it the environment's")
    parser.add_argument("--watch", action="store_true", help="upload again whenever a file changes, until Ctrl-C")
    return parser


if __name__ == "__main__":
    # A script's own folder comes first on the path, and secrets.py there would hide the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main())

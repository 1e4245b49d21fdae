"""Loads a system's web page and demo data: deterministic, idempotent, through HTTP and boto3 only.

python seed/load.py shortener --api http://127.0.0.1:3001 --endpoint http://127.0.0.1:4566
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """0 when the data is there, 1 with one sentence on standard error."""
    from seed import registry
    from seed.aws import clients
    from seed.target import SeedError, Target
    from seed.web_page import Place, publish

    chosen = _parser(registry.systems()).parse_args(arguments)
    until = chosen.today.replace(hour=0, minute=0, second=0, microsecond=0)
    client = clients(chosen.endpoint, chosen.region)
    target = Target(chosen.api, chosen.stack or chosen.system, chosen.env, client, until)

    def say(sentence: str) -> None:
        print(sentence, flush=True)

    try:
        if done := publish(chosen.system, Place(target.stack, client)):
            say(done)
        registry.load_of(chosen.system)(target, say)
    except (SeedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser(systems: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Load a system's demo data.")
    parser.add_argument("system", choices=systems)
    parser.add_argument("--api", required=True, metavar="URL", help="where the system's API answers")
    parser.add_argument("--endpoint", metavar="URL", help="where the AWS services answer; without it AWS itself")
    parser.add_argument("--region", help="AWS region; without it the environment's")
    parser.add_argument("--stack", help="name of the deployed stack; without it the system's name")
    parser.add_argument("--env", default="dev", help="stage whose secrets are used")
    parser.add_argument(
        "--today", type=_day, default=datetime.now(UTC), help="the past in the data ends before this day"
    )
    return parser


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    # A script's own folder comes first on the path, and secrets.py there would hide the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main())

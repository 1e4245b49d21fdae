"""Loads a system's demo data: deterministic, idempotent, through HTTP and boto3 only.

python seed/load.py shortener --api http://127.0.0.1:3001 --endpoint http://127.0.0.1:4566
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """0 when the data is there, 1 with one sentence on standard error."""
    from seed.aws import clients
    from seed.shortener.api_links import SeedError
    from seed.shortener.loading import Target, load

    chosen = _parser().parse_args(arguments)
    until = chosen.today.replace(hour=0, minute=0, second=0, microsecond=0)
    target = Target(chosen.api, chosen.stack, chosen.env, clients(chosen.endpoint, chosen.region), until)
    try:
        load(target, lambda sentence: print(sentence, flush=True))
    except (SeedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Load a system's demo data.")
    parser.add_argument("system", choices=["shortener"])
    parser.add_argument("--api", required=True, metavar="URL", help="where the system's API answers")
    parser.add_argument("--endpoint", metavar="URL", help="where the AWS services answer; without it AWS itself")
    parser.add_argument("--region", help="AWS region; without it the environment's")
    parser.add_argument("--stack", default="shortener", help="name of the deployed stack")
    parser.add_argument("--env", default="dev", help="stage whose secrets are used")
    parser.add_argument(
        "--today", type=_day, default=datetime.now(UTC), help="the month of clicks ends before this day"
    )
    return parser


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    # A script's own folder comes first on the path, and secrets.py there would hide the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main())

"""Prints an access token of a demo user, to try the API with.

curl -H "Authorization: Bearer $(python seed/access_token.py --user demo-grace)" http://127.0.0.1:3001/links
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """The token on standard output."""
    from seed.aws import clients
    from seed.shortener import data, secret_values
    from seed.shortener.access_token import mint

    roles = {person.user_id: person.role for person in data.people()}
    parser = argparse.ArgumentParser(description="Print an access token of a demo user.")
    parser.add_argument("--user", choices=sorted(roles), default="demo-grace")
    parser.add_argument(
        "--env", default="dev", choices=["dev", "staging"], help="there are no demo users in production"
    )
    parser.add_argument("--endpoint", metavar="URL", help="where the AWS services answer; without it AWS itself")
    parser.add_argument("--region", help="AWS region; without it the environment's")
    chosen = parser.parse_args(arguments)
    found = secret_values.ensure(clients(chosen.endpoint, chosen.region)("ssm"), chosen.env)
    print(mint(found["jwt-secret"], chosen.user, roles[chosen.user], chosen.env))
    return 0


if __name__ == "__main__":
    # A script's own folder comes first on the path, and secrets.py there would hide the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main())

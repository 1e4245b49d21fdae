"""Creates the secrets a system reads from Parameter Store, with random values; what exists is never changed.

    python seed/secrets.py shortener --env dev

`make deploy` runs it before the stack is deployed, seed/load.py as its first step.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Prints the names, never the values."""
    from seed import registry
    from seed.aws import clients

    parser = argparse.ArgumentParser(description="Create the secrets that a system reads.")
    parser.add_argument("system", metavar="SYSTEM", help="name of the system")
    parser.add_argument("--env", default="dev", help="stage: dev, staging or prod")
    parser.add_argument("--endpoint", metavar="URL", help="where the AWS services answer; without it AWS itself")
    parser.add_argument("--region", help="AWS region; without it the environment's")
    chosen = parser.parse_args(arguments)
    ensure = registry.ensure_of(chosen.system)
    if ensure is None:
        print(f"{chosen.system}: no secrets")
        return 0
    found = ensure(clients(chosen.endpoint, chosen.region)("ssm"), chosen.env)
    print(f"/{chosen.system}/{chosen.env}: {', '.join(sorted(found))}")
    return 0


if __name__ == "__main__":
    # A script's own folder comes first on the path, and this file there would hide the standard library's secrets.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main())

"""`releases`: what is bundled; loads no torch."""

import argparse
import json
import sys
from collections.abc import Sequence

from inference.release import ReleaseError, find, releases


def main(argv: Sequence[str]) -> int:
    """List the bundled releases, or print the card of one."""
    parser = argparse.ArgumentParser(prog="python -m inference releases", description=__doc__)
    parser.add_argument("name", nargs="?", help="show this release's card")
    parser.add_argument("--json", action="store_true", help="list as JSON")
    args = parser.parse_args(argv)
    try:
        if args.name:
            sys.stdout.write(find(args.name).card + "\n")
        elif args.json:
            rows = [{"name": r.name, "version": r.version, "digest": r.digest} for r in releases()]
            sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        else:
            sys.stdout.writelines(f"{r.name} {r.version} {r.digest[:12]}\n" for r in releases())
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0

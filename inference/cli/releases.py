"""`releases`: what is bundled; `releases import` makes one of a file of yours. Listing loads no torch."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inference.release import GRAPHS, ReleaseError, find, releases

KINDS = ("nyu-density", "nyu-dmv-cnn", "gmic", "mirai", *GRAPHS)


def main(argv: Sequence[str]) -> int:
    """List the bundled releases, print the card of one, or import one; 2 where it cannot be done."""
    importing = list(argv[:1]) == ["import"]
    try:
        return _import(argv[1:]) if importing else _list(argv)
    except (ReleaseError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _list(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m inference releases", description=__doc__)
    parser.add_argument("name", nargs="?", help="show this release's card; or: import KIND FILE... --out DIR")
    parser.add_argument("--json", action="store_true", help="list as JSON")
    args = parser.parse_args(argv)
    if args.name:
        sys.stdout.write(find(args.name).card + "\n")
    elif args.json:
        rows = [{"name": r.name, "version": r.version, "digest": r.digest} for r in releases()]
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{r.name} {r.version} {r.digest[:12]}\n" for r in releases())
    return 0


def _import(argv: Sequence[str]) -> int:
    args = _parser().parse_args(argv)
    if args.kind in GRAPHS:
        from inference.networks.adapters.seal import seal  # loads torch

        if len(args.files) != 1 or args.tables is None or args.card is None:
            raise ValueError(
                f"{args.kind} needs one FILE, --tables RELEASE.TOML and --card CARD.MD: see docs/adapters.md"
            )
        folder = seal(args.kind, args.files[0], args.tables, args.card, args.out)
    else:
        from inference.networks.adapters.install import install  # loads torch

        if args.tables or args.card:
            raise ValueError(f"--tables and --card belong to {', '.join(GRAPHS)}: {args.kind} has its own")
        folder = install(args.kind, args.files, args.out, dict(_pair(text) for text in args.set))
    release = find(folder)
    sys.stdout.write(f"{release.name} {release.version} {release.digest[:12]} in {folder}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    about = "Make a release of a file of yours. Pickles are read in a process of their own that runs nothing of theirs."
    parser = argparse.ArgumentParser(prog="python -m inference releases import", description=about)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="mirai: ENCODER TRANSFORMER [CALIBRATOR]")
    parser.add_argument("--out", type=Path, required=True, help="the release's folder, which must be new or empty")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="e.g. percent_t=0.03 for gmic")
    parser.add_argument("--tables", type=Path, help="graphs: a release.toml without [files]")
    parser.add_argument("--card", type=Path, help="graphs: the release's card, Markdown")
    return parser


def _pair(text: str) -> tuple[str, Any]:
    """KEY=VALUE, the value a number where it is one."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ValueError(f"--set takes KEY=VALUE, not {text!r}")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value

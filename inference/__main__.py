"""`python -m inference COMMAND`: read mammograms, list releases, measure, train and evaluate without the portal.

A command's module is imported only when it is asked for, so that help and `releases` never load torch.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "predict": ("inference.cli.predict", "read the images of one exam"),
    "releases": ("inference.cli.releases", "list the bundled releases, or show one's card"),
    "bench": ("inference.cli.bench", "time an exam against the network alone"),
    "train": ("inference.training.cli", "train a release from a configuration"),
    "evaluate": ("inference.evaluation.cli", "measure predictions, or a release on a labelled set"),
    "simulate": ("inference.evaluation.worklist.cli", "what reading rules would save and miss on a worklist"),
    "saliency": ("inference.saliency.cli", "measure how faithful the maps are on outlined cancers"),
}


def usage() -> str:
    """The list of commands."""
    lines = [f"  {name:<10}{what}" for name, (_, what) in COMMANDS.items()]
    return "usage: python -m inference COMMAND ...\n\n" + "\n".join(lines) + "\n\nCOMMAND --help tells more."


def main(argv: Sequence[str]) -> int:
    """Run one command; 2 where there is none of that name."""
    if not argv or argv[0] in ("-h", "--help"):
        print(usage())
        return 0
    if argv[0] not in COMMANDS:
        print(f"no command {argv[0]!r}\n\n{usage()}", file=sys.stderr)
        return 2
    status: int = import_module(COMMANDS[argv[0]][0]).main(list(argv[1:]))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

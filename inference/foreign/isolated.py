"""The child process: `python -m inference.foreign.isolated HOW FILE OUT` reads one foreign file and writes plain ones.

HOW: "state" (weights.safetensors and settings.json) or "calibrator" (settings.json). What is wrong with the file goes to
standard error as one line, with exit status 2. The limits are set before the file is opened.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

from safetensors.numpy import save_file

from inference.foreign import state, unpickle

SECONDS: Final = 120
ROOM: Final = 1 << 30
"""Bytes of memory beyond what the interpreter holds already and eight times the file."""


def limit(file: Path) -> None:
    """No more memory than the file can need, no more files than four, two minutes of computing, no core dump."""
    with Path("/proc/self/statm").open(encoding="ascii") as told:
        held = int(told.read().split()[0]) * resource.getpagesize()
    size = file.stat().st_size
    memory = held + 8 * size + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * size + (1 << 20), 4 * size + (1 << 20)))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(how: str, file: Path, out: Path) -> int:
    """Read and write; 2 where the file cannot be used."""
    try:
        limit(file)
        if how == "calibrator":
            told: dict[str, Any] = {"calibrator": state.sigmoids(unpickle.read_plain(file))}
        else:
            made = unpickle.read(file)
            save_file(state.state_dict(made), out / "weights.safetensors")
            told = {"settings": state.settings(made)}
        (out / "settings.json").write_text(json.dumps(told), encoding="utf-8")
    except (unpickle.UnreadableError, OSError, MemoryError, RecursionError) as error:
        sys.stderr.write(f"{str(error) or type(error).__name__}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))

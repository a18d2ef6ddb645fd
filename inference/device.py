"""Where a network runs, and how many threads it may take."""

import os

import torch


def choose(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is CUDA where there is one, else the CPU."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def limit_threads(count: int | None = None) -> int:
    """Let torch take `count` CPU threads, or OVERREAD_THREADS, or every core this process may use; returns it."""
    wanted = count or int(os.environ.get("OVERREAD_THREADS") or 0) or _cores()
    torch.set_num_threads(wanted)
    return wanted


def _cores() -> int:
    """Cores this process may use; only Linux knows of a process's own share."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1

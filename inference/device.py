"""Where a network runs, in which precision, how many images at once, and how many threads it may take."""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from inference.context import Context
from inference.networks import Evidence

PRECISIONS: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
BATCHES: Final = {"cpu": 1, "cuda": 8}
"""Images in one forward: on a CPU one, which keeps memory low and costs nothing; on CUDA enough to fill it."""


@dataclass(frozen=True)
class Engine:
    """A network on its device: prepared images in, evidence out. The device is all that differs between machines."""

    network: nn.Module
    device: torch.device
    dtype: torch.dtype = torch.float32

    @classmethod
    def of(cls, network: nn.Module, device: torch.device, precision: str | None = None) -> "Engine":
        """Move `network`; precision: see `precision_of`."""
        network.to(device)
        laid = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return cls(laid, device, precision_of(device, precision))

    @property
    def batch(self) -> int:
        """How many images to hand in at once."""
        return BATCHES.get(self.device.type, 1)

    @torch.inference_mode()
    def __call__(self, tensors: Sequence[Tensor], contexts: Sequence[Context] = ()) -> Evidence:
        """Evidence for prepared images (1, H, W) each, and what else is known of each; autocast where the precision is not float32.

        Copies to CUDA go through pinned memory, so that they run beside the network.
        """
        batch = torch.stack(list(tensors))
        if self.device.type == "cuda":
            batch = batch.pin_memory()
        batch = batch.to(device=self.device, non_blocking=True, memory_format=torch.channels_last)
        whole = self.dtype == torch.float32
        with nullcontext() if whole else torch.autocast(self.device.type, self.dtype):
            evidence: Evidence = self.network(batch, *self._context(contexts))
        return evidence

    def _context(self, contexts: Sequence[Context]) -> tuple[Tensor, ...]:
        """Further inputs (N, k), for a network that takes some, where any is known."""
        names = getattr(getattr(self.network, "config", None), "context", ())
        if not names or not contexts:
            return ()
        return (torch.tensor([context.values(names) for context in contexts], device=self.device),)


def precision_of(device: torch.device, name: str | None = None) -> torch.dtype:
    """The named precision, else OVERREAD_PRECISION, else float16 on CUDA and float32 elsewhere.

    A CPU keeps float32: bfloat16 is faster only where the processor multiplies it in hardware, and a stored run could not
    be replayed to the same numbers on another machine. Raises ValueError for another name.
    """
    wanted = name or os.environ.get("OVERREAD_PRECISION") or "auto"
    if wanted == "auto":
        return torch.float16 if device.type == "cuda" else torch.float32
    if wanted not in PRECISIONS:
        raise ValueError(f"precision {wanted!r} is none of auto, {', '.join(PRECISIONS)} (OVERREAD_PRECISION)")
    return PRECISIONS[wanted]


def choose(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is CUDA where there is one, else the CPU."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def limit_threads(count: int | None = None) -> int:
    """Let torch take `count` CPU threads, or OVERREAD_THREADS, or every core this process may use; returns it.

    Raises ValueError where OVERREAD_THREADS is no whole number of at least 1.
    """
    wanted = count or _threads_asked() or _cores()
    torch.set_num_threads(wanted)
    return wanted


def _threads_asked() -> int | None:
    asked = os.environ.get("OVERREAD_THREADS", "").strip()
    if not asked:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        raise ValueError(f"OVERREAD_THREADS is {asked!r}: a whole number of at least 1, or nothing")
    return int(asked)


def _cores() -> int:
    """Cores this process may use; only Linux knows of a process's own share."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1

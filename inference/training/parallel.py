"""Data parallel under `torchrun`: every process draws the same batch, takes its share of it and averages gradients."""

import os
from collections.abc import Callable

import torch
from torch import distributed, nn


def start() -> None:
    """Join the processes that torchrun started (NCCL on CUDA, gloo elsewhere); nothing where there is but one."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def world() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Which of them this is; 0 writes what is kept."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def average(module: nn.Module) -> None:
    """Make every gradient the mean of all processes'."""
    if world() == 1:
        return
    for parameter in module.parameters():
        if parameter.grad is not None:
            distributed.all_reduce(parameter.grad)
            parameter.grad /= world()


def in_turn(work: Callable[[], object]) -> None:
    """Let the first process do `work`, which fills a cache, while the others wait."""
    if rank() == 0 and world() > 1:
        work()
    wait()


def wait() -> None:
    """Until all processes are here."""
    if world() > 1:
        distributed.barrier()

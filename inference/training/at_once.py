"""The fits of one run, several at a time: each in a process of its own, with the threads and the weights it would have had alone."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from inference.datasets.records import Record
from inference.device import limit_threads
from inference.training import parallel
from inference.training.config import TrainingConfig
from inference.training.folds import trained_on
from inference.training.tuned import Tuning

Part = tuple[int, int | None]
"""A fold, or the count of folds for the final fit, and which of its members; None for what looks at the whole image."""


def fit_at_once(
    config: TrainingConfig,
    records: Sequence[Record],
    fold: NDArray[np.int64],
    folder: Path,
    cache: Path,
    processes: int,
) -> None:
    """Leave every fit of the run finished in `folder`, where `tuned_run` takes them up. Maps that are not cached are made first.

    Each process holds the maps of every image and copy. Raises ValueError where the configuration has no [tune] table, or the
    processes of torchrun share out each batch already; what a fit raises comes through.
    """
    if parallel.world() > 1:
        raise ValueError("torchrun shares out each batch among its processes: start it without --processes")
    Tuning.of(config, records, fold, cache)
    begin = (config, records, fold, folder, cache, torch.get_num_threads())
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, begin) as pool:
        fits = [pool.submit(_fit, part) for part in parts(config)]
        try:
            for done in tqdm(as_completed(fits), total=len(fits), desc="fits", unit="fit", disable=None):
                done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def parts(config: TrainingConfig) -> Iterator[Part]:
    """Every fit of a run, those of one fold together: a run that is cut off has whole folds to show."""
    for number in range(config.folds + 1):
        if config.overview is not None:
            yield number, None
        for member in range(config.members):
            yield number, member


class _Run:
    """What one process fits from: made once in each."""

    tuning: Tuning
    fold: NDArray[np.int64]
    folder: Path


def _begin(
    config: TrainingConfig,
    records: Sequence[Record],
    fold: NDArray[np.int64],
    folder: Path,
    cache: Path,
    threads: int,
) -> None:
    torch.use_deterministic_algorithms(True)
    limit_threads(threads)
    _Run.tuning, _Run.fold, _Run.folder = Tuning.of(config, records, fold, cache), fold, folder


def _fit(part: Part) -> None:
    number, member = part
    run, config = _Run, _Run.tuning.config
    rows = trained_on(run.fold, number, config.folds)
    place = run.folder / (f"fold-{number}" if number < config.folds else "final")
    if member is None:
        run.tuning.overview(rows, number, place)
    else:
        run.tuning.member(rows, number, member, place)

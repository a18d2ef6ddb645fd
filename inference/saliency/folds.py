"""Faithfulness out of fold: each image's map by the network of a training run that saw nothing of its patient."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from torch import nn

from inference.datasets.records import Record
from inference.saliency.faithfulness import USUAL, Faithfulness, measure
from inference.training.config import TrainingConfig
from inference.training.crossval import fold_network
from inference.training.folds import assign


def measure_out_of_fold(
    config: TrainingConfig,
    records: Sequence[Record],
    run: Path,
    *,
    methods: Sequence[str] = USUAL,
    limit: int = 12,
    with_curves: int = 4,
    with_cascade: int = 2,
) -> Faithfulness:
    """Measure the finished run in the folder `run`; images of no fold, which every fold may have seen, are left out.

    records: those the run was trained on, in its order. Errors as `measure` and `fold_network` give them.
    """
    fold = assign(records, config.folds, config.seed)
    kept = [row for row in range(len(records)) if fold[row] < config.folds]

    @lru_cache(maxsize=config.folds)
    def network(number: int) -> nn.Module:
        return fold_network(config, run, number)

    return measure(
        lambda row: network(int(fold[kept[row]])),
        [records[row] for row in kept],
        config.spec,
        methods=methods,
        limit=limit,
        with_curves=with_curves,
        with_cascade=with_cascade,
    )

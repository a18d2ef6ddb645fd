"""Folds that no patient crosses."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from inference.datasets.records import Record


def assign(records: Sequence[Record], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each record, 0..folds - 1, by patient, balanced by set and malignancy.

    Records whose patient is unknown get `folds`, which is no fold: any of them may be the other breast of anyone in the
    set, so no fold trains on them and every fold reads them.
    """
    known = [index for index, record in enumerate(records) if record.patient_known]
    patients = [_group(records[index]) for index in known]
    ill = {_group(record) for record in records if record.malignant}
    strata = [f"{records[i].dataset} {patient in ill}" for i, patient in zip(known, patients, strict=True)]
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    fold = np.full(len(records), folds, dtype=np.int64)
    for number, (_, held_out) in enumerate(splitter.split(known, strata, patients)):
        fold[np.asarray(known)[held_out]] = number
    return fold


def trained_on(fold: NDArray[np.int64], number: int, folds: int) -> NDArray[np.int64]:
    """The rows that the fit of fold `number` may see; of the final fit (`folds`), every row."""
    return np.flatnonzero((fold != number) & (fold < folds)) if number < folds else np.arange(len(fold))


def _group(record: Record) -> str:
    return f"{record.dataset}/{record.patient}"

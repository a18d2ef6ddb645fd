"""Measuring the [distribution] table of a release on the images it was trained on."""

from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from inference.datasets.records import Record, read_pixels
from inference.preprocess import InputSpec, prepare
from inference.quality.distribution import Distribution, describe, fit_distribution


def measured(records: Sequence[Record], spec: InputSpec) -> Distribution:
    """Centres, covariance and limit of `records` as a release of `spec` sees them; its `to_table` goes into release.toml."""
    features = [
        describe(prepare(read_pixels(record.path), record.laterality, spec))
        for record in tqdm(records, desc="distribution", unit="image", disable=None)
    ]
    return fit_distribution(np.stack(features), [r.dataset for r in records], [r.patient for r in records])


def as_markdown(found: Distribution) -> str:
    """The card's section on images that are refused for being unlike the training images."""
    share = 100 * found.refused / found.n
    return (
        "## Images unlike those it was trained on\n\n"
        f"An image further than {found.limit:.1f} from the centre of every training set (Mahalanobis distance of "
        f"{len(found.centres[0])} grey-value and texture measures of the breast) is not scored. The limit was set on the "
        f"training images; with patients left out of centres, covariance and limit, {found.refused} of {found.n} of them "
        f"({share:.1f} %) would have been refused. It catches strong noise, blur and other modalities; it cannot tell "
        "that a score is wrong.\n"
    )

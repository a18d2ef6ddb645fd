"""Is an image like those that a release was trained on? Grey values and texture of the breast, and how far they lie off.

The measure knows nothing of the network: it sees what the network sees, `Prepared`. A release without the table
[distribution] refuses nothing by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inference.preprocess import Prepared
from inference.results import Reason

Floats = NDArray[np.float64]
SCALES = (1, 2, 4, 8, 16)  # model pixels
FEATURES = (
    "grey 10 %",
    "grey 25 %",
    "grey 50 %",
    "grey 75 %",
    "grey 90 %",
    "share at the bottom",
    "share at the top",
    *(f"contrast at {scale}" for scale in SCALES),
    *(f"peaks at {scale}" for scale in SCALES),
    "rows against columns",
    "coverage",
    "height over width",
)
FAR = (
    "Not scored: the image is unlike those that this release was trained on (distance {distance:.1f}, at most {limit:.1f}). "
    "Check that it is a plain mammogram, processed for presentation."
)


@dataclass(frozen=True)
class Distribution:
    """Centres of the training sets and the inverse covariance within them, in `describe`'s features.

    limit: distance beyond which an image is not scored. refused, n: how many training images lay beyond their own limit
    when their patients were left out of centres, covariance and limit.
    """

    centres: Floats
    precision: Floats
    limit: float
    refused: int
    n: int

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Distribution":
        """Read a [distribution] table; raises ValueError where it does not fit the features of this version."""
        if tuple(table["features"]) != FEATURES:
            raise ValueError("[distribution] was measured by other features: train the release again")
        centres, precision = (np.asarray(table[name], dtype=np.float64) for name in ("centres", "precision"))
        size = len(FEATURES)
        if centres.ndim != 2 or centres.shape[1] != size or precision.shape != (size, size):
            raise ValueError(f"[distribution] needs centres of {size} numbers and a precision of {size} x {size}")
        return cls(centres, precision, float(table["limit"]), int(table["refused"]), int(table["n"]))

    def to_table(self) -> dict[str, Any]:
        """The [distribution] table of release.toml."""
        return {
            "features": list(FEATURES),
            "limit": round(self.limit, 4),
            "refused": self.refused,
            "n": self.n,
            "centres": [[float(f"{value:.6g}") for value in row] for row in self.centres],
            "precision": [[float(f"{value:.6g}") for value in row] for row in self.precision],
        }

    def distance(self, features: Floats) -> float:
        """Mahalanobis distance of one image (len(FEATURES),) to the nearest centre."""
        apart = features - self.centres
        return float(np.sqrt(np.einsum("gi,ij,gj->g", apart, self.precision, apart).min()))

    def reasons(self, prepared: Prepared) -> list[Reason]:
        """Why this image is not scored, if it is too far off."""
        distance = self.distance(describe(prepared))
        if distance <= self.limit:
            return []
        return [Reason("out_of_distribution", FAR.format(distance=distance, limit=self.limit))]


def describe(prepared: Prepared) -> Floats:
    """The features of one image, (len(FEATURES),), by name in FEATURES; those of spread are logarithms."""
    image, mask = prepared.tensor[0].numpy(), prepared.mask
    inner = ndimage.binary_erosion(mask[::4, ::4], iterations=6).repeat(4, axis=0).repeat(4, axis=1)
    inner = inner[: mask.shape[0], : mask.shape[1]] & mask
    inner = inner if inner.sum() > 500 else mask
    grey = image[inner]
    spread = _spreads(image, inner)
    down, across = (np.abs(np.diff(image, axis=axis)).mean() for axis in (0, 1))
    tall, wide = (np.ptp(np.flatnonzero(mask.any(axis=axis))) + 1 for axis in (1, 0))
    return np.array(
        [
            *np.percentile(grey, [10, 25, 50, 75, 90]),
            np.log(1e-3 + (grey <= 0.001).mean()),
            np.log(1e-3 + (grey >= 0.999).mean()),
            *(contrast for contrast, _ in spread),
            *(peaks for _, peaks in spread),
            np.log((down + 1e-6) / (across + 1e-6)),
            mask.mean(),
            np.log(tall / wide),
        ],
        dtype=np.float64,
    )


def _spreads(image: NDArray[np.float32], inner: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """At each scale, logarithms of the standard deviation of the texture's band and of its 99.5 percentile over that."""
    found = []
    for _ in SCALES:
        band = image[1:-1, 1:-1] - ndimage.uniform_filter(image, 3)[1:-1, 1:-1]
        values = np.abs(band[inner[1:-1, 1:-1]]) if inner[1:-1, 1:-1].any() else np.abs(band).ravel()
        deviation = float(np.sqrt((values**2).mean())) + 1e-5
        found.append((float(np.log(deviation)), float(np.log((np.percentile(values, 99.5) + 1e-5) / deviation))))
        tall, wide = (length // 2 * 2 for length in image.shape)
        quarters = image[:tall, :wide].reshape(tall // 2, 2, wide // 2, 2)
        image, inner = quarters.mean(axis=(1, 3)), inner[:tall:2, :wide:2]
    return found


def fit_distribution(
    features: Floats, groups: Sequence[str], patients: Sequence[str], *, spare: float = 1.15, folds: int = 5
) -> Distribution:
    """Centres, covariance and limit of training images (n, len(FEATURES)).

    groups: the set of each image, each a centre. patients: what folds do not cross. The limit is `spare` times the 99.5
    percentile of distances measured out of fold; `refused` counts the images beyond a limit that was set without them.
    """
    features = np.asarray(features, dtype=np.float64)
    names = np.asarray(groups)
    fold = _folds(patients, folds)
    distances, refused = np.zeros(len(features)), 0
    for number in range(folds):
        rest, left = fold != number, fold == number
        model = _fitted(features[rest], names[rest])
        distances[left] = [model.distance(row) for row in features[left]]
    for number in range(folds):
        limit = _limit(distances[fold != number], spare)
        refused += int((distances[fold == number] > limit).sum())
    whole = _fitted(features, names)
    return Distribution(whole.centres, whole.precision, _limit(distances, spare), refused, len(features))


def _limit(distances: Floats, spare: float) -> float:
    return spare * float(np.percentile(distances, 99.5))


def _folds(patients: Sequence[str], folds: int) -> NDArray[np.intp]:
    """A fold for each image, the same for all of a patient, patients dealt out in the order of their names."""
    order = {patient: at % folds for at, patient in enumerate(sorted(set(patients)))}
    return np.array([order[patient] for patient in patients])


def _fitted(features: Floats, names: NDArray[np.str_]) -> Distribution:
    """Group means, and the covariance within groups shrunk towards its diagonal by a tenth."""
    kinds = sorted(set(names.tolist()))
    centres = np.stack([np.median(features[names == kind], axis=0) for kind in kinds])
    within = features - centres[np.searchsorted(kinds, names)]
    covariance = within.T @ within / len(features)
    diagonal = np.diag(np.maximum(np.diag(covariance), 1e-6))
    return Distribution(centres, np.linalg.inv(0.9 * covariance + 0.1 * diagonal), np.inf, 0, len(features))

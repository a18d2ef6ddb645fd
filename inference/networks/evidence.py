"""What every network of a release answers for a batch of prepared images."""

from typing import NamedTuple

from torch import Tensor


class Evidence(NamedTuple):
    """Uncalibrated logits; a release's [calibration] table turns them into probabilities.

    Cell k of a map has its centre at `(k + 0.5) * stride - 0.5` in pixels of the prepared image.
    """

    malignancy_map: Tensor
    """(N, h, w): local malignancy logit per cell; the image logit is pooled from these cells alone."""
    malignancy: Tensor
    """(N,): image logit, malignant against everything else."""
    abnormality: Tensor
    """(N,): image logit, any abnormality (benign or malignant) against normal."""
    density: Tensor
    """(N, 4): log-probabilities of ACR composition a, b, c, d."""
    embedding: Tensor | None = None
    """(N, D): features of the cells that made the image logit, by which images are alike; None: the network has none."""
    kinds: Tensor | None = None
    """(N, 7): log-probabilities of what the image mainly shows, in the order of `inference.kinds.TYPES`; None: the network does not say."""
    near: Tensor | None = None
    """(N,): what the cells of the map were pooled to, where the image's logit holds more than that; else None."""

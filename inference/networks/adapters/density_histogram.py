"""The histogram model of Wu et al., "Breast density classification with deep convolutional neural networks", ICASSP 2018."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

PARAMETERS: Final = 20_504
BINS: Final = 50
VIEWS: Final = (("L", "CC"), ("R", "CC"), ("L", "MLO"), ("R", "MLO"))
"""The order in which the views' histograms are laid end to end."""


class HistogramDensity(nn.Module):
    """Four histograms to the four categories of composition, by one hidden layer."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(len(VIEWS) * BINS, 100)
        self.fc2 = nn.Linear(100, 4)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 200) shares of pixels -> (N, 4) probabilities of a, b, c, d."""
        return torch.softmax(self.fc2(torch.relu(self.fc1(x))), dim=1)


def histogram(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares of the pixels (50,) in bins of equal width from the image's lowest to its highest value, air and all.

    The published code standardises first, which moves the edges' rounding: an 8-bit image has values that lie on edges, so
    the order of steps is kept, in double precision (the published sample's 0.0819 needs it; float32 gives 0.0823).
    """
    values = np.asarray(image, dtype=np.float64)
    deviation = float(values.std())
    if deviation == 0.0:
        raise ValueError("an image of one value has no histogram")
    counts, _ = np.histogram((values - values.mean()) / deviation, bins=BINS)
    return np.asarray(counts / counts.sum(), dtype=np.float32)

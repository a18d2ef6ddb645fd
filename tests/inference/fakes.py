"""A release whose evidence is plain brightness: what it marks is known beforehand."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks import Evidence
from inference.pipeline import Analyst
from inference.release import CARD, MANIFEST, WEIGHTS, Release, hash_file

STRIDE = 16

MANIFEST_TEXT = """
name = "brightness"
version = "0.0.1"
[input]
height = 512
width = 384
normalisation = "breast-percentile-1"
views = ["CC", "MLO"]
[network]
[calibration.malignancy]
method = "platt"
a = 1.0
b = 0.0
covariance = [[0.0, 0.0], [0.0, 0.04]]
[calibration.abnormality]
method = "platt"
a = 1.0
b = 0.0
[pooling]
breast = "max"
[bands]
cuts = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
[triage]
intermediate = 0.3
elevated = 0.7
[saliency]
threshold = 0.5
most_findings = 3
[birads]
categories = ["1", "3", "4A", "4B", "4C", "5"]
cuts = [0.01, 0.02, 0.1, 0.5, 0.95]
max_span = 3
[intended_use]
text = "Tests."
[files]
"weights.safetensors" = "{weights}"
"card.md" = "{card}"
"""


class Brightness(nn.Module):
    """Logit +8 where a cell is white, -8 where it is black; the image's is its brightest cell's."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(16.0))

    def forward(self, x: Tensor) -> Evidence:
        """x (N, 1, H, W) in [0, 1]."""
        cells = (F.avg_pool2d(x, STRIDE)[:, 0] - 0.75) * self.gain * 2
        image = cells.amax(dim=(1, 2))
        return Evidence(cells, image, image - 1.0, torch.zeros(len(x), 4))


def write_release(folder: Path, text: str = MANIFEST_TEXT) -> Path:
    """A whole release of the brightness network in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(Brightness().state_dict(), folder / WEIGHTS)
    (folder / CARD).write_text("# brightness\n")
    hashes = {"weights": hash_file(folder / WEIGHTS), "card": hash_file(folder / CARD)}
    (folder / MANIFEST).write_text(text.format(**hashes))
    return folder


def brightness_analyst(folder: Path, text: str = MANIFEST_TEXT) -> Analyst:
    """A reader that marks what is bright."""
    return Analyst(Release.read(write_release(folder, text)), Brightness(), torch.device("cpu"))

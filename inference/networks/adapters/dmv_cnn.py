"""DMV-CNN, the view-wise screening classifier of Wu et al., "Deep Neural Networks Improve Radiologists' Performance in
Breast Cancer Screening", IEEE TMI 2020 (arXiv 1903.08297), the variant that sees images alone.

One ResNet-22 reads both CC views and another both MLO views; a view's left and right features are joined, so that each
breast is judged beside the other. Names are those of the published weights.
"""

from typing import Final

import torch
from torch import Tensor, nn

from inference.networks.resnet22 import WIDTHS, ResNet22

PARAMETERS: Final = 6_132_592
WINDOWS: Final = {"CC": (2677, 1942), "MLO": (2974, 1748)}
"""Height and width of a view's image, in stored pixels."""
OUTPUTS: Final = (("L", "benign"), ("R", "benign"), ("L", "malignant"), ("R", "malignant"))
"""What the four pairs of a view's answer are about, in their order."""


class Output(nn.Module):
    """Four pairs (absent, present) of log-probabilities."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.fc_layer = nn.Linear(inputs, len(OUTPUTS) * 2)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs) -> (N, 4, 2)."""
        return torch.log_softmax(self.fc_layer(x).unflatten(1, (len(OUTPUTS), 2)), dim=2)


class DmvCnn(nn.Module):
    """Four standardised views in, the answers of both kinds of view out."""

    def __init__(self) -> None:
        super().__init__()
        self.four_view_resnet = nn.ModuleDict({"cc": ResNet22(padding=0), "mlo": ResNet22(padding=0)})
        wide = 2 * WIDTHS[-1]
        self.fc1_cc, self.fc1_mlo = nn.Linear(wide, wide), nn.Linear(wide, wide)
        self.output_layer_cc, self.output_layer_mlo = Output(wide), Output(wide)

    def judged(self, view: str, left: Tensor, right: Tensor) -> Tensor:
        """Log-probabilities (N, 4, 2), in the order of `OUTPUTS`, from one view ("cc" or "mlo") of both breasts (N, 1, H, W)."""
        backbone = self.four_view_resnet[view]
        joined = torch.cat([backbone(side).mean(dim=(2, 3)) for side in (left, right)], dim=1)
        hidden = torch.relu(self.get_submodule(f"fc1_{view}")(joined))
        answer: Tensor = self.get_submodule(f"output_layer_{view}")(hidden)
        return answer

    def forward(self, views: dict[str, Tensor]) -> dict[str, Tensor]:
        """{"L-CC", "R-CC", "L-MLO", "R-MLO"}: (N, 1, H, W), right ones mirrored -> {"CC", "MLO"}: (N, 4, 2)."""
        return {name: self.judged(name.lower(), views[f"L-{name}"], views[f"R-{name}"]) for name in WINDOWS}

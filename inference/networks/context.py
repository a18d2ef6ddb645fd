"""What is known of a woman besides her image, as a shift of its logits that is 0 where nothing is known."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inference.context import WIDTHS


class ContextShift(nn.Module):
    """Linear in age, density and the prior exam's score; a value that is missing adds exactly nothing."""

    def __init__(self, names: Sequence[str], outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, sum(WIDTHS[name] for name in names)))

    def forward(self, values: Tensor) -> Tensor:
        """Values (N, k) as `Context.values` gives them, NaN where missing -> shifts (N, outputs) of the image logits."""
        return values.nan_to_num(nan=0.0) @ self.weight.T

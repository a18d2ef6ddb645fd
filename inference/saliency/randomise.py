"""The parameter-randomisation sanity check (Adebayo et al. 2018): a map that ignores the weights explains nothing."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from torch import Tensor, nn
from torch.nn import functional as F

Floats = NDArray[np.float32]
Method = Callable[[nn.Module, Tensor], Floats]

STAGES: Final = 3
"""Steps of the cascade, from the network's last parameters to all of them."""


def cascade(network: nn.Module, stages: int = STAGES, seed: int = 0) -> Iterator[nn.Module]:
    """Copies of `network` with its last 1/stages, then more, at the end all of its parameter tensors shuffled.

    Parameters count in the order in which the network holds them. Shuffling a tensor keeps its scale, so that the
    activations neither die nor overflow.
    """
    copied = deepcopy(network)
    names = [name for name, value in copied.named_parameters() if value.numel() > 1]
    generator = torch.Generator().manual_seed(seed)
    done = 0
    for stage in range(1, stages + 1):
        upto = -(-len(names) * stage // stages)
        for name in names[::-1][done:upto]:
            _shuffle(copied.get_parameter(name), generator)
        done = upto
        yield copied


@torch.no_grad()
def _shuffle(parameter: Tensor, generator: torch.Generator) -> None:
    flat = parameter.flatten()
    parameter.copy_(flat[torch.randperm(len(flat), generator=generator).to(flat.device)].view_as(parameter))


def likeness(first: Floats, second: Floats, tensor: Tensor) -> float:
    """Spearman's rank correlation of two maps of one prepared image (1, H, W) over its breast; 0 where one is flat."""
    breast = F.adaptive_max_pool2d((tensor[None] > 0).float(), first.shape)[0, 0].numpy() > 0
    a, b = first[breast], second[breast]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(spearmanr(a, b).statistic)

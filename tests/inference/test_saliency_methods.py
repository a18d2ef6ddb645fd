"""Every saliency method finds planted evidence, whatever the network is built of, and says so where it cannot work."""

import sys

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.networks import Evidence
from inference.saliency.layers import feature_layers
from inference.saliency.methods import CONTROLS, METHODS, NoCaptum, explain, plain


class Seeker(nn.Module):
    """A network that looks for fine detail only: a smooth image has no evidence."""

    def __init__(self) -> None:
        super().__init__()
        self.edges = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.deep = nn.Conv2d(16, 16, 4, stride=4)
        self.last = nn.Conv2d(16, 16, 1)
        self.unused = nn.Conv2d(16, 16, 1)
        self.local = nn.Conv2d(16, 1, 1)
        kernel = torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8
        for part in (self.edges, self.deep, self.last, self.local):
            nn.init.constant_(part.weight, 1 / part.weight[0].numel())
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        self.edges.weight.data[:] = kernel

    def forward(self, x: Tensor) -> Evidence:
        fine = F.avg_pool2d(F.relu(self.edges(x)), 4)
        coarse = self.last(self.deep(fine))
        self.unused(coarse)
        cells = self.local(coarse)[:, 0] * 400 - 1.0
        image = cells.flatten(1).topk(3).values.mean(dim=1)
        return Evidence(cells, image, image, torch.zeros(len(x), 4))


def speckled(row: int, col: int) -> Tensor:
    """A flat grey breast in dark air, with a cluster of points, as calcifications, at (row, col)."""
    x = torch.zeros(1, 256, 192)
    x[:, 16:240, :160] = 0.3
    x[:, row : row + 24 : 4, col : col + 24 : 4] = 0.9
    return x


REAL = [name for name in METHODS if name not in CONTROLS]


@pytest.mark.parametrize("method", REAL)
@pytest.mark.parametrize(("row", "col"), [(48, 40), (160, 96)])
def test_the_strongest_cell_lies_on_the_cluster(method: str, row: int, col: int) -> None:
    found = explain(method, Seeker().eval(), speckled(row, col))
    at = np.unravel_index(found.argmax(), found.shape)
    y, x = ((k + 0.5) * size / n for k, size, n in zip(at, (256, 192), found.shape, strict=True))
    reach = 32 if method == "occlusion" else 12  # a patch knows no better than its side
    assert row - reach <= y <= row + 24 + reach and col - reach <= x <= col + 24 + reach


@pytest.mark.parametrize("method", list(METHODS))
def test_a_map_is_zero_in_the_air_and_one_at_its_strongest(method: str) -> None:
    found = explain(method, Seeker().eval(), speckled(48, 40))
    assert found.dtype == np.float32 and found.max() == 1.0 and found.min() >= 0.0
    assert found[:, -(found.shape[1] // 8) :].max() == 0.0


def test_a_control_does_not_know_where_the_evidence_is() -> None:
    a, b = (explain("random", Seeker(), speckled(row, 40)) for row in (48, 160))
    assert not np.array_equal(a, b)
    assert np.array_equal(a, explain("random", Seeker(), speckled(48, 40)))


def test_grad_cam_takes_the_last_feature_map_of_each_size_that_the_logit_comes_from() -> None:
    network, x = Seeker().eval(), speckled(48, 40)[None]
    assert feature_layers(network, x) == [network.last]
    assert feature_layers(network, x, 1) == [network.edges]
    with pytest.raises(ValueError, match="feature maps of 2 sizes"):
        feature_layers(network, x, 2)


def test_the_plain_breast_keeps_its_border_and_loses_its_detail() -> None:
    x = speckled(48, 40)[None]
    smooth = plain(x)
    assert torch.equal(smooth > 0, x > 0)
    assert smooth.max() < 0.5 and abs(float(smooth.mean() - x.mean())) < 0.01


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="evidence, grad-cam"):
        explain("tea-leaves", Seeker(), speckled(48, 40))


def test_a_network_that_answers_nan_gives_no_map() -> None:
    network = Seeker().eval()
    nn.init.constant_(network.last.weight, float("nan"))
    with pytest.raises(FloatingPointError, match="not finite"):
        explain("evidence", network, speckled(48, 40))


def test_without_captum_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "captum", None)
    assert explain("evidence", Seeker().eval(), speckled(48, 40)).max() == 1.0
    with pytest.raises(NoCaptum, match=r"overread\[train\]"):
        explain("integrated-gradients", Seeker().eval(), speckled(48, 40))

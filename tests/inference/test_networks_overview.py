"""A look at the whole image beside the cells: what it adds to an image's logits, and what it leaves alone."""

import pytest
import torch
from torch import nn

from inference.networks import build
from inference.networks.evidence import Evidence
from inference.networks.folding import fold_norms
from inference.networks.mammogram import MammogramNet, NetworkConfig
from inference.networks.overview import Overview
from inference.training.publish import compact

TABLE = {"backbone": "efficientnet-lite0", "taps": [16], "top_share": 0.1, "density_tap": 8}


def drawn(network: nn.Module) -> nn.Module:
    """Heads that say something."""
    for name, value in network.named_parameters():
        if "local" in name or "cells" in name or "score" in name:
            nn.init.normal_(value, std=0.5)
    return network.eval()


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    x = torch.rand(2, 1, 256, 128, generator=torch.Generator().manual_seed(0))
    x[:, :, :, 100:] = 0.0
    return x


@pytest.fixture(scope="module")
def whole() -> MammogramNet:
    torch.manual_seed(0)
    return drawn(build({**TABLE, "overview": 2, "overview_weight": 0.25}))  # type: ignore[return-value]


@torch.inference_mode()
def test_logits_are_those_of_cells_and_overview_by_weight_and_the_map_is_the_cells_own(whole, x):
    near: Evidence = whole.heads(*whole.trunk.read(x))
    logits, density = whole.overview(whole.overview.small(x))
    said = whole(x)
    assert near.near is None and torch.equal(said.near, near.malignancy)
    assert torch.allclose(said.malignancy, 0.75 * near.malignancy + 0.25 * logits[:, 0])
    assert torch.allclose(said.abnormality, 0.75 * near.abnormality + 0.25 * logits[:, 1])
    assert torch.equal(said.malignancy_map, near.malignancy_map)
    expected = (0.75 * near.density + 0.25 * density).softmax(dim=1)
    assert torch.allclose(said.density.exp(), expected, atol=1e-5)
    assert (logits[:, 0] - near.malignancy).abs().min() > 1e-3


@torch.inference_mode()
def test_an_image_upside_down_is_told_the_same(whole, x):
    one, other = (whole.overview(whole.overview.small(way)) for way in (x, x.flip(2)))
    assert torch.allclose(one[0], other[0], atol=1e-5) and torch.allclose(one[1], other[1], atol=1e-5)


@torch.inference_mode()
def test_air_says_nothing(whole, x):
    """Cells outside the breast never count among the highest."""
    small = whole.overview.small(x)
    inside = small.clone()
    inside[:, :, :, 40:] = 0.0  # the breast ends within the second column of cells
    nn.init.constant_(whole.overview.cells.bias, 5.0)
    top, _ = whole.overview.look(torch.zeros_like(small))
    assert torch.allclose(top, torch.full_like(top, -20.0))
    assert (whole.overview.look(inside)[0] > -20.0).all()


@torch.inference_mode()
def test_members_vote_before_the_overview_is_laid_beside_them(x):
    torch.manual_seed(1)
    ensemble = drawn(build({**TABLE, "members": 2, "shared": 8, "overview": 2}))
    overview, ensemble.overview = ensemble.overview, None
    near = ensemble(x)
    ensemble.overview = overview
    assert torch.allclose(ensemble(x).malignancy, overview.beside(near, x).malignancy)


@torch.inference_mode()
def test_it_is_kept_in_half_the_bytes_and_folded_without_a_difference(whole, x):
    said, state = whole(x), compact(whole)
    kept = [name for name in state if name.startswith("overview.backbone.") and name.endswith("conv.weight")]
    assert kept and all(state[name].dtype == torch.float16 for name in kept)
    again = build({**TABLE, "overview": 2, "overview_weight": 0.25})
    again.load_state_dict(state, strict=True)
    found = fold_norms(again.float())(x)
    assert torch.allclose(found.malignancy, said.malignancy, atol=2e-2)


def test_a_size_that_is_none_is_refused():
    with pytest.raises(ValueError, match="overview must be one of 2, 4, 8"):
        NetworkConfig.of({**TABLE, "overview": 3})
    with pytest.raises(ValueError, match="overview_weight must lie between 0 and 1, not 1"):
        NetworkConfig.of({**TABLE, "overview": 2, "overview_weight": 1.0})


def test_it_has_a_backbone_of_its_own():
    count = sum(value.numel() for value in Overview("efficientnet-lite0", 4, 0.5).parameters())
    assert 2_950_000 < count < 2_970_000

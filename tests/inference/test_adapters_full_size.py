"""The brought networks at the size they are published for, on arbitrary weights: shapes, parameters, and what must hold of any."""

import pytest
import torch

from inference.networks.adapters import dmv_cnn, gmic, mirai
from tests.inference.fills import filled

pytestmark = pytest.mark.slow


def breast(height: int, width: int, seed: int, channels: int = 1) -> torch.Tensor:
    """A standardised view (1, C, H, W): tissue at the chest wall, air beyond."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1, 1, height, width, generator=generator)
    x[..., width // 2 :] = -1.0
    return x.expand(1, channels, -1, -1)


def parameters(network: torch.nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


@torch.inference_mode()
def test_dmv_cnn_reads_four_windows_whole() -> None:
    network = filled(dmv_cnn.DmvCnn()).eval()
    views = {
        f"{side}-{view}": breast(*dmv_cnn.WINDOWS[view], seed)
        for seed, side in enumerate("LR")
        for view in dmv_cnn.WINDOWS
    }
    found = network(views)
    assert parameters(network) == 6_132_592 and set(found) == {"CC", "MLO"}
    for answer in found.values():
        assert answer.shape == (1, 4, 2) and torch.allclose(answer.exp().sum(dim=2), torch.ones(1, 4), atol=1e-5)


@torch.inference_mode()
def test_gmic_reads_a_view_whole_and_crops_it_inside() -> None:
    network = filled(gmic.Gmic()).eval()
    x = breast(2944, 1920, 0)
    found = network(x)
    assert parameters(network) == 14_110_322
    assert found.maps.shape == (1, 2, 46, 30) and found.corners.shape == (1, 6, 2)
    assert found.corners.min() >= 0 and (found.corners + gmic.CROP <= torch.tensor([2944, 1920])).all()
    for chances in (found.fusion, found.overall, found.local):
        assert chances.shape == (1, 2) and ((chances >= 0) & (chances <= 1)).all()
    assert found.attention.sum().item() == pytest.approx(1.0, abs=1e-5)


@torch.inference_mode()
def test_mirai_reads_four_views_whole_and_its_risk_rises_with_the_years() -> None:
    network = filled(mirai.Mirai(mirai.MiraiConfig())).eval()
    x = torch.stack([breast(mirai.HEIGHT, mirai.WIDTH, seed, channels=3)[0] for seed in range(4)])[None]
    view, side = torch.tensor([[0, 1, 0, 1]]), torch.tensor([[0, 0, 1, 1]])
    found = network(x, view, side)
    assert parameters(network) == 13_173_026
    assert found.shape == (1, 5) and torch.isfinite(found).all() and (found.diff(dim=1) >= 0).all()

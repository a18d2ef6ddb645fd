"""Batch norms folded into convolutions change no answer."""

import pytest
import torch
from torch import nn

from inference import phantom
from inference.dicom import decode
from inference.networks import build
from inference.networks.backbones import BACKBONES, build_backbone
from inference.networks.folding import fold_norms
from inference.pipeline import load
from inference.preprocess import InputSpec, prepare
from inference.presentation import present
from inference.release import find
from inference.weights import load_network


def lived_in(network: nn.Module, seed: int = 0) -> nn.Module:
    """Norms as after a training: no mean of 0 and no deviation of 1."""
    generator = torch.Generator().manual_seed(seed)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            for value, low, high in (
                (part.running_mean, -0.3, 0.3),
                (part.running_var, 0.5, 1.5),
                (part.bias, -0.2, 0.2),
            ):
                value.data.copy_(torch.rand(value.shape, generator=generator) * (high - low) + low)
            part.weight.data.copy_(torch.rand(part.weight.shape, generator=generator) * 0.6 + 0.7)
    return network.eval()


def norms(network: nn.Module) -> int:
    return sum(isinstance(part, nn.BatchNorm2d) for part in network.modules())


LEFT = {"densenet121": 62, "resnet22": 11}
"""Norms that come before a convolution and stay: DenseNet's first of each layer, its transitions' and the last one."""


@pytest.mark.parametrize("name", BACKBONES)
@torch.inference_mode()
def test_every_backbone_answers_the_same_folded(name: str) -> None:
    backbone = lived_in(build_backbone(name))
    x, deepest = torch.rand(1, 1, 192, 128, generator=torch.Generator().manual_seed(1)), max(backbone.channels)
    before = backbone.maps(x, {deepest})[deepest].clone()
    many = norms(backbone)
    after = fold_norms(backbone).maps(x, {deepest})[deepest]
    assert norms(backbone) == LEFT.get(name, 0) < many
    assert float((after - before).abs().max()) < 1e-4 * max(1.0, float(before.abs().max()))
    assert float(before.std()) > 1e-3


@torch.inference_mode()
def test_the_bundled_release_gives_the_same_logits_within_a_ten_thousandth() -> None:
    release = find()
    network, folded = load_network(release), load(device="cpu").network
    assert norms(network) > 0 == norms(folded)
    spec = InputSpec.of(release["input"])
    for seed, lesion in ((0, None), (1, (700.0, 1500.0, 60.0))):
        shown = present(decode(phantom.dicom(rows=3328, cols=2560, seed=seed, lesion=lesion)))
        x = prepare(shown, "L", spec).tensor[None]
        one, other = network(x), folded(x.contiguous(memory_format=torch.channels_last))
        for name in ("malignancy_map", "malignancy", "abnormality", "density"):
            assert float((getattr(one, name) - getattr(other, name)).abs().max()) < 1e-4, name


def test_a_network_in_training_is_not_folded() -> None:
    with pytest.raises(ValueError, match="training mode"):
        fold_norms(build({"backbone": "resnet18", "taps": [16]}).train())


def test_a_norm_that_does_not_follow_its_convolution_stays() -> None:
    apart = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.BatchNorm2d(4)).eval()
    assert norms(fold_norms(apart)) == 1

"""The backbone is the published one, and its cells look where the saliency map says they do."""

import pytest
import torch

from inference.networks import build
from inference.networks.efficientnet_lite import (
    PARAMETERS,
    EfficientNetLite0,
    pretrained,
    published_state,
    rename_published,
)
from inference.networks.mil import OrdinalDensity, breast_moments, pool_top, top_mean


def test_parameters_are_as_many_as_published():
    assert sum(p.numel() for p in EfficientNetLite0().parameters()) == PARAMETERS


def test_published_weights_fit_strictly_and_none_is_lost():
    state = published_state()
    renamed = rename_published(state)
    assert len(renamed) == len(state)
    EfficientNetLite0().load_state_dict(renamed, strict=True)


def test_a_missing_weight_is_refused():
    renamed = rename_published(published_state())
    renamed.pop("blocks.3.depthwise.conv.weight")
    with pytest.raises(RuntimeError, match=r"blocks\.3\.depthwise\.conv\.weight"):
        EfficientNetLite0().load_state_dict(renamed, strict=True)


def test_the_pretrained_network_knows_a_palace():
    images = pytest.importorskip("sklearn.datasets").load_sample_images().images
    photo = torch.from_numpy(images[0][:416, :640].copy()).permute(2, 0, 1)[None].float()
    photo = torch.nn.functional.interpolate(photo, size=(224, 352), mode="bilinear", antialias=True)
    network = EfficientNetLite0().eval()
    network.load_state_dict(rename_published(published_state()))
    with torch.inference_mode():
        best = network((photo - 127) / 128)[0].topk(3).indices.tolist()
    assert 698 in best  # palace: the photo is of the Summer Palace in Beijing


def test_feature_maps_have_the_strides_they_are_named_by():
    maps = pretrained().features(torch.zeros(1, 3, 96, 64))
    assert {stride: tuple(found.shape) for stride, found in maps.items()} == {
        16: (1, 112, 6, 4),
        32: (1, 320, 3, 2),
    }


def test_sides_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="multiples of 32, got"):
        pretrained().features(torch.zeros(1, 3, 100, 64))


def test_a_cell_looks_at_its_own_centre():
    """What moves a cell lies around (k + 0.5) * 32 - 0.5: its mean is within 4 pixels, over cells and inputs."""
    network = pretrained()
    generator = torch.Generator().manual_seed(0)
    rows = torch.arange(768.0)
    offsets = []
    for cell in (10, 11, 12, 13):
        x = (torch.randn(1, 3, 768, 768, generator=generator) * 0.3).requires_grad_()
        (network.features(x)[32][0, :, cell, cell] * torch.randn(320, generator=generator)).sum().backward()
        weight = x.grad.abs().sum(dim=(0, 1))
        centre = [float((weight.sum(dim=axis) * rows).sum() / weight.sum()) for axis in (0, 1)]
        offsets += [place - ((cell + 0.5) * 32 - 0.5) for place in centre]
    assert abs(sum(offsets) / len(offsets)) < 4.0


def test_evidence_has_the_shapes_of_its_contract():
    x = torch.rand(2, 1, 128, 96)
    evidence = build({"taps": [16, 32], "top_share": 0.05})(x)
    assert [tuple(part.shape) for part in evidence[:5]] == [(2, 4, 3), (2,), (2,), (2, 4), (2, 432)]
    assert evidence.kinds is None
    assert torch.allclose(evidence.density.exp().sum(dim=1), torch.ones(2), atol=1e-4)


@pytest.mark.parametrize(
    "table",
    [
        {"depth": 3},
        {"backbone": "vgg"},
        {"taps": [5]},
        {"density_tap": 64},
        {"taps": [16], "density_tap": 32},
        {"top_share": 0.0},
    ],
)
def test_an_unknown_network_is_refused(table):
    with pytest.raises(ValueError, match="network"):
        build(table)


def test_air_has_no_say_in_the_image_logit():
    network = build({})
    x = torch.zeros(1, 1, 128, 96)
    x[..., :64] = torch.rand(1, 1, 128, 64)
    evidence = network(x)
    cells = evidence.malignancy_map[0, :, :2]
    assert evidence.malignancy.item() == pytest.approx(cells.max().item(), abs=1e-6)


def test_the_highest_cells_of_the_breast_make_the_logit():
    logits = torch.arange(12.0).view(1, 1, 3, 4)
    inside = torch.ones(1, 1, 3, 4)
    inside[..., 3] = 0.0
    assert pool_top(logits, inside, 0.2).item() == pytest.approx((10 + 9) / 2)


def test_an_image_without_a_breast_pools_to_zero():
    assert pool_top(torch.ones(1, 2, 3, 3), torch.zeros(1, 1, 3, 3), 0.1).tolist() == [[0.0, 0.0]]


def test_density_rises_with_its_score():
    head = OrdinalDensity(1)
    with torch.no_grad():
        head.score.weight.fill_(1.0)
        head.gaps.fill_(3.0)
    likeliest = head(torch.tensor([[-9.0], [-0.5], [2.5], [9.0]])).argmax(dim=1)
    assert likeliest.tolist() == [0, 1, 2, 3]


def test_moments_are_of_the_breast_alone():
    x, inside = torch.tensor([[[[1.0, 3.0], [99.0, 99.0]]]]), torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]])
    assert breast_moments(x, inside)[0].tolist() == [2.0, 1.0]


def test_the_embedding_is_of_the_cells_that_decided():
    features, logits = torch.zeros(1, 3, 2, 2), torch.tensor([[[[0.0, 9.0], [5.0, 1.0]]]])
    features[0, 0] = logits[0, 0]
    inside = torch.ones(1, 1, 2, 2)
    assert top_mean(features, logits, inside, 0.5)[0].tolist() == [7.0, 0.0, 0.0]
    inside[0, 0, 0, 1] = 0.0
    assert top_mean(features, logits, inside, 0.5)[0].tolist() == [3.0, 0.0, 0.0]

"""Every backbone is the published one, speaks one language, and its cells look where they are said to."""

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from inference.networks import densenet, efficientnet, efficientnet_lite, resnet, resnet22
from inference.networks.backbones import BACKBONES, WITH_TOP, build_backbone, channels_of
from tests.inference.fills import filled

PUBLISHED = {
    **resnet.PARAMETERS,
    "densenet121": densenet.PARAMETERS,
    "efficientnet-b0": efficientnet.PARAMETERS,
    "efficientnet-lite0": efficientnet_lite.PARAMETERS,
    "efficientnet-lite1": 5_416_680,
    "efficientnet-lite2": 6_092_072,
}

# First logits and root mean square of torchvision 0.29.1's networks of these names, filled and asked as below.
TORCHVISION = {
    "resnet18": ((-0.4895, -1.81808, -0.10817), 0.75227),
    "resnet34": ((-1.94596, -3.9978, -1.16518), 2.75157),
    "resnet50": ((-1.23648, -1.57816, 0.73346), 1.16057),
    "densenet121": ((0.03586, -0.21228, 0.10862), 0.16545),
    "efficientnet-b0": ((-0.02261, -0.12984, 0.12562), 0.15113),
}


@pytest.mark.parametrize(("name", "published"), PUBLISHED.items())
def test_parameters_are_as_many_as_published(name, published):
    assert sum(p.numel() for p in WITH_TOP[name]().parameters()) == published


def test_the_narrow_backbone_has_its_published_share_of_both_published_models():
    assert sum(p.numel() for p in resnet22.ResNet22().parameters()) == resnet22.PARAMETERS == 2_799_536


@pytest.mark.parametrize(("name", "golden"), TORCHVISION.items())
@torch.inference_mode()
def test_the_same_weights_give_the_published_codes_logits(name, golden):
    x = torch.rand(2, 3, 96, 64, generator=torch.Generator().manual_seed(1))
    logits = filled(WITH_TOP[name]())(x)
    first, spread = golden
    assert logits[0, :3].tolist() == pytest.approx(first, abs=2e-4)
    assert logits.double().square().mean().sqrt().item() == pytest.approx(spread, abs=1e-4)


@pytest.mark.parametrize("name", ["efficientnet-lite1", "efficientnet-lite2"])
def test_imagenet_weights_of_the_packages_fit_strictly_and_none_is_lost(name):
    state = efficientnet_lite.published_state(name)
    renamed = efficientnet_lite.rename_published(state)
    assert len(renamed) == len(state)
    efficientnet_lite.EfficientNetLite(name).load_state_dict(renamed, strict=True)


def test_pretrained_is_what_its_package_holds():
    backbone = build_backbone("efficientnet-lite1", pretrained=True)
    published = efficientnet_lite.published_state("efficientnet-lite1")["_conv_stem.weight"]
    assert torch.equal(backbone.state_dict()["stem.conv.weight"], published)


@pytest.mark.parametrize("name", BACKBONES)
@torch.inference_mode()
def test_maps_have_the_strides_and_channels_they_are_named_by_for_grey_and_for_colour(name):
    backbone, channels = build_backbone(name), channels_of(name)
    for colours in (1, 3):
        maps = backbone.maps(torch.rand(2, colours, 128, 64), channels)
        assert {stride: tuple(found.shape) for stride, found in maps.items()} == {
            stride: (2, wide, 128 // stride, 64 // stride) for stride, wide in channels.items()
        }


@pytest.mark.parametrize("name", BACKBONES)
@torch.inference_mode()
def test_grey_is_seen_as_three_equal_colours(name):
    backbone, x = build_backbone(name), torch.rand(1, 1, 64, 64)
    deepest = max(channels_of(name))
    grey, colour = (backbone.maps(image, [deepest])[deepest] for image in (x, x.expand(-1, 3, -1, -1)))
    assert torch.allclose(grey, colour, atol=1e-5)


def even(backbone):
    """Every filter an average, so that a gradient shows which pixels a cell sees, and nothing of what was learned."""
    for part in backbone.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.constant_(part.weight, 1 / part.weight[0].numel())
    return backbone


@pytest.mark.parametrize("name", [name for name in BACKBONES if "lite" not in name])
def test_a_cell_of_the_deepest_map_looks_at_its_own_centre(name):
    backbone = even(build_backbone(name))
    backbone.normalise = lambda x: x.expand(-1, backbone.inputs, -1, -1)  # an image's own mean would see all of it
    stride = max(channels_of(name))
    side, cell = 12 * stride, 6
    x = torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0), requires_grad=True)
    backbone.maps(x, [stride])[stride][0, :, cell, cell].sum().backward()
    seen = x.grad[0, 0].abs()
    rows = torch.arange(float(side))
    centre = [float((seen.sum(dim=axis) * rows).sum() / seen.sum()) for axis in (0, 1)]
    assert centre == pytest.approx([(cell + 0.5) * stride - 0.5] * 2, abs=1.5)


def test_nothing_deeper_than_what_is_asked_is_computed():
    backbone = build_backbone("resnet18")
    backbone.layer4 = nn.Module()  # has no forward
    assert set(backbone.maps(torch.rand(1, 1, 64, 64), [8, 16])) == {8, 16}


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda: build_backbone("vgg16"), "no backbone 'vgg16': choose one of resnet18"),
        (lambda: channels_of("vgg16"), "choose one of"),
        (lambda: build_backbone("resnet50", pretrained=True), "no package holds ImageNet weights of resnet50"),
        (lambda: build_backbone("resnet18").maps(torch.rand(1, 1, 64, 64), [64]), r"strides \[4, 8, 16, 32\], not"),
        (lambda: build_backbone("resnet18").maps(torch.rand(1, 1, 64, 64), []), "strides"),
        (lambda: build_backbone("resnet18").maps(torch.rand(1, 1, 80, 64), [32]), "multiples of 32, got"),
        (lambda: build_backbone("resnet22").maps(torch.rand(1, 1, 96, 64), [64]), "multiples of 64, got"),
        (lambda: WITH_TOP["resnet18"](top=False)(torch.rand(1, 3, 64, 64)), "top=True"),
        (lambda: WITH_TOP["densenet121"](top=False)(torch.rand(1, 3, 64, 64)), "top=True"),
        (lambda: WITH_TOP["efficientnet-b0"](top=False)(torch.rand(1, 3, 64, 64)), "top=True"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()


@pytest.mark.parametrize("name", ["resnet18", "resnet22"])
def test_weights_handed_in_as_safetensors_are_loaded_whole_or_refused(tmp_path, name):
    state = filled(WITH_TOP.get(name, resnet22.ResNet22)()).state_dict()
    file = tmp_path / "published.safetensors"
    save_file(state, file)
    backbone = build_backbone(name, weights=file)
    assert all(torch.equal(value, state[key]) for key, value in backbone.state_dict().items())
    state.pop(next(iter(state)))
    save_file(state, file)
    with pytest.raises(ValueError, match=r"published\.safetensors does not fit the backbone"):
        build_backbone(name, weights=file)

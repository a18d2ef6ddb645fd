"""The brought networks are the published ones: sizes, names, and what they do with the same weights."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from inference.networks.adapters import density_histogram, dmv_cnn, gmic, mirai
from inference.networks.adapters.kinds import KINDS, calibrated
from inference.networks.adapters.mirai import Mirai, MiraiConfig
from tests.inference.fills import filled


def parameters(network):
    return sum(p.numel() for p in network.parameters())


def test_parameters_are_as_many_as_published():
    assert parameters(dmv_cnn.DmvCnn()) == dmv_cnn.PARAMETERS == 6_132_592
    assert parameters(gmic.Gmic()) == gmic.PARAMETERS == 14_110_322
    assert parameters(density_histogram.HistogramDensity()) == 20_504


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("nyu-density", {"fc1.weight", "fc2.bias"}),
        (
            "nyu-dmv-cnn",
            {
                "four_view_resnet.cc.first_conv.weight",
                "four_view_resnet.mlo.layer_list.4.0.downsample.0.weight",
                "four_view_resnet.cc.final_bn.running_mean",
                "fc1_mlo.weight",
                "output_layer_cc.fc_layer.bias",
            },
        ),
        (
            "gmic",
            {
                "ds_net.first_conv.weight",
                "left_postprocess_net.gn_conv_last.weight",
                "dn_resnet.layer4.0.downsample.1.weight",
                "mil_attn_V.weight",
                "mil_attn_w.weight",
                "classifier_linear.weight",
                "fusion_dnn.bias",
            },
        ),
        (
            "mirai",
            {
                "encoder.downsampler.conv1.weight",
                "encoder.layer4_1.bn2.weight",
                "aggregator.transformer.transformer_layer_0.multihead_attention.aggregate_fc.weight",
                "aggregator.pool.hrt_years_ago_stopped_fc.weight",
                "aggregator.prob_of_failure_layer.base_hazard_fc.weight",
            },
        ),
    ],
)
def test_weights_bear_their_published_names(kind, names):
    assert names <= set(KINDS[kind].build({"adapter": kind}).state_dict())


def test_mirais_risk_factors_are_the_published_thirty_four():
    assert (len(mirai.FACTORS), sum(mirai.FACTORS.values())) == (34, 100)


# Logits of the published code (MIT licence; its classes run with these weights, with 8 heads, 1 layer and with 16, 2).
MIRAI = {
    ("max", 8, 1): (0.52208, 0.52208, 0.52208, 0.52208, 0.52208),
    ("attention", 16, 2): (0.12918, 0.12918, 0.44986, 0.57354, 0.62238),
}


@pytest.mark.parametrize(("made", "golden"), MIRAI.items())
@torch.inference_mode()
def test_mirai_answers_as_the_published_code_does(made, golden):
    pool, heads, layers = made
    network = filled(Mirai(MiraiConfig(heads=heads, layers=layers, pool=pool)))
    x = torch.randn(1, 4, 3, 96, 64, generator=torch.Generator().manual_seed(2))
    logits = network(x, torch.tensor([[0, 0, 1, 1]]), torch.tensor([[0, 1, 0, 1]]))
    assert logits[0].tolist() == pytest.approx(golden, abs=1e-4)


@torch.inference_mode()
def test_mirais_risk_never_falls_with_the_years_and_knows_side_from_side():
    network = filled(Mirai(MiraiConfig()))
    network.aggregator.prob_of_failure_layer.hazard_fc.bias.fill_(2.0)
    x = torch.randn(3, 4, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    view, side = torch.tensor([[0, 0, 1, 1]]).expand(3, -1), torch.tensor([[0, 1, 0, 1]]).expand(3, -1)
    logits = network(x, view, side)
    assert bool((logits.diff(dim=1) >= 0).all())
    assert not torch.allclose(logits, network(x, view, 1 - side), atol=1e-4)


@pytest.mark.parametrize(
    "table", [{"pool": "median"}, {"heads": 7}, {"hidden": 0}, {"layers": 99}, {"heds": 8}, {"calibration": [[1.0]]}]
)
def test_a_mirai_that_no_weights_can_have_is_refused(table):
    with pytest.raises(ValueError, match=r"\[network\]"):
        KINDS["mirai"].build({"adapter": "mirai", **table})


def test_a_years_calibrator_is_two_lines_and_a_sigmoid():
    steps = np.array([[2.0, -1.0, -3.0, 0.5]] * 5)
    chance = 1 / (1 + np.exp(-3.0 * (2.0 * 0.25 - 1.0) + 0.5))
    assert calibrated(np.full(5, 0.25), steps) == pytest.approx(np.full(5, chance))


@torch.inference_mode()
def test_dmv_joins_left_before_right_and_softmaxes_pairs():
    network = filled(dmv_cnn.DmvCnn())
    generator = torch.Generator().manual_seed(0)
    views = {name: torch.randn(1, 1, 260, 200, generator=generator) for name in ("L-CC", "R-CC", "L-MLO", "R-MLO")}
    told = network(views)
    features = [network.four_view_resnet["mlo"](views[name]).mean(dim=(2, 3)) for name in ("L-MLO", "R-MLO")]
    hidden = F.relu(F.linear(torch.cat(features, dim=1), network.fc1_mlo.weight, network.fc1_mlo.bias))
    raw = network.output_layer_mlo.fc_layer(hidden).view(1, 4, 2)
    assert torch.allclose(told["MLO"], raw - raw.logsumexp(dim=2, keepdim=True), atol=1e-5)
    assert torch.allclose(told["CC"].exp().sum(dim=2), torch.ones(1, 4), atol=1e-5)


def test_dmvs_maps_have_the_sizes_that_no_padding_leaves():
    with torch.device("meta"):
        backbone = dmv_cnn.DmvCnn().four_view_resnet["cc"]
        assert tuple(backbone(torch.zeros(1, 1, 2677, 1942)).shape) == (1, 256, 42, 31)


def test_gmics_map_has_its_published_size():
    with torch.device("meta"):
        assert tuple(gmic.Gmic().ds_net(torch.zeros(1, 1, gmic.HEIGHT, gmic.WIDTH)).shape) == (1, 256, 46, 30)


def naive_corners(maps, size):
    """The paper's algorithm 1, cell by cell: 4 x 4 cells are 256 x 256 pixels."""
    left = sum((one - one.min()) / (one.max() - one.min()) for one in maps.numpy())
    found = []
    for _ in range(gmic.CROPS):
        sums = {
            (row, col): left[row : row + 4, col : col + 4].sum()
            for row in range(left.shape[0] - 3)
            for col in range(left.shape[1] - 3)
        }
        row, col = max(sums, key=sums.get)
        left[row : row + 4, col : col + 4] = 0.0
        found.append([row * size[0] // maps.shape[1], col * size[1] // maps.shape[2]])
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gmics_crops_are_chosen_greedily(seed):
    maps = torch.rand(2, 2, 46, 30, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    corners = gmic.Gmic().corners(maps, torch.Size((gmic.HEIGHT, gmic.WIDTH)))
    assert corners.tolist() == [naive_corners(one, (gmic.HEIGHT, gmic.WIDTH)) for one in maps]


def test_gmic_on_a_map_of_one_value_still_has_crops():
    corners = gmic.Gmic().corners(torch.full((1, 2, 46, 30), 0.5), torch.Size((gmic.HEIGHT, gmic.WIDTH)))
    assert corners.shape == (1, 6, 2) and int(corners.min()) >= 0


def test_gmics_crops_are_cut_where_they_were_chosen():
    x = torch.arange(512.0 * 640).view(1, 1, 512, 640)
    crops = gmic.cut(x, torch.tensor([[[0, 64], [256, 384]] * 3]))
    assert torch.equal(crops[0, 0], x[0, 0, :256, 64:320]) and torch.equal(crops[0, 1], x[0, 0, 256:, 384:640])


@torch.inference_mode()
def test_gmics_parts_decide_as_the_paper_has_it():
    network = filled(gmic.Gmic(percent_t=0.1))
    x = torch.randn(1, 1, 512, 384, generator=torch.Generator().manual_seed(3))
    told = network(x)
    features = network.ds_net(x)
    maps = torch.sigmoid(F.conv2d(features, network.left_postprocess_net.gn_conv_last.weight))
    highest = maps.flatten(2).sort(dim=2, descending=True).values[:, :, : round(8 * 6 * 0.1)].mean(dim=2)
    crops = gmic.cut(x, told.corners)[0].unsqueeze(1).repeat(1, 3, 1, 1)
    hidden = network.dn_resnet(crops)
    gate = torch.sigmoid(hidden @ network.mil_attn_U.weight.T) * torch.tanh(hidden @ network.mil_attn_V.weight.T)
    weights = torch.softmax(gate @ network.mil_attn_w.weight.T, dim=0)
    local = (weights * hidden).sum(dim=0)
    whole = torch.cat([features.flatten(2).max(dim=2).values[0], local])
    fusion = torch.sigmoid(network.fusion_dnn.weight @ whole + network.fusion_dnn.bias)
    assert torch.allclose(told.maps, maps, atol=1e-5)
    assert torch.allclose(told.overall, highest, atol=1e-5)
    assert torch.allclose(told.attention[0], weights[:, 0], atol=1e-5)
    assert torch.allclose(told.local[0], torch.sigmoid(network.classifier_linear.weight @ local), atol=1e-5)
    assert torch.allclose(told.fusion[0], fusion, atol=1e-5)


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_gmic_refuses_a_share_of_cells_that_there_cannot_be(share):
    with pytest.raises(ValueError, match="percent_t"):
        gmic.Gmic(share)


def test_a_histogram_counts_every_pixel_and_not_the_scale():
    image = np.repeat(np.arange(50, dtype=np.float32), 3).reshape(10, 15)
    assert density_histogram.histogram(image) == pytest.approx(np.full(50, 0.02))
    assert density_histogram.histogram(image * 4096 + 7) == pytest.approx(np.full(50, 0.02))
    with pytest.raises(ValueError, match="one value"):
        density_histogram.histogram(np.ones((4, 4), dtype=np.float32))


@pytest.mark.parametrize("kind", ["nyu-density", "nyu-dmv-cnn", "gmic", "mirai"])
def test_an_unknown_key_of_a_brought_network_is_refused_by_name(kind):
    with pytest.raises(ValueError, match="unknown keys depth"):
        KINDS[kind].build({"adapter": kind, "depth": 3})

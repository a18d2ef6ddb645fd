"""Gated attention: weights over the breast alone, a logit that is their mean, a map that shows it; trained either way."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.networks import build
from inference.networks.attention import GatedAttention, attended_evidence, mean_attended, pool_attended
from inference.training.config import HeadConfig, TrainingConfig
from inference.training.features import View
from inference.training.heads import on_all_channels, train_heads
from inference.training.targets import Labels
from inference.training.tune import tune
from tests.inference import tunings

TABLE = {"taps": [16], "pooling": "attention", "attention_width": 8}


def given(seed: int = 0) -> tuple[GatedAttention, torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    inside = torch.ones(2, 1, 4, 3)
    inside[:, :, :, 2] = 0.2
    return GatedAttention(5, 7, 2), torch.randn(2, 5, 4, 3), inside


def test_weights_are_the_papers_formula_over_the_breasts_cells() -> None:
    attention, features, inside = given()
    weights = attention(features, inside)
    v, u, w = (attention.get_parameter(f"{name}.weight").flatten(1) for name in ("content", "gate", "score"))
    cells = features[0, :, :, :2].flatten(1)
    hidden = torch.tanh(v @ cells + attention.content.bias[:, None])
    expected = torch.softmax(w @ (hidden * torch.sigmoid(u @ cells + attention.gate.bias[:, None])), dim=1)
    assert torch.allclose(weights[0, :, :, :2].flatten(1), expected, atol=1e-6)
    assert torch.allclose(weights.sum(dim=(2, 3)), torch.ones(2, 2)) and not weights[..., 2].any()


def test_the_logit_is_the_weighted_mean_and_equal_attention_is_the_plain_mean() -> None:
    attention, features, inside = given()
    torch.nn.init.zeros_(attention.score.weight)
    logits = torch.randn(2, 2, 4, 3)
    pooled = pool_attended(logits, attention(features, inside))
    assert torch.allclose(pooled, logits[..., :2].mean(dim=(2, 3)), atol=1e-6)
    weights = attention(features, inside)[:, :1]
    assert torch.allclose(mean_attended(features, weights), features[..., :2].mean(dim=(2, 3)), atol=1e-6)


def test_an_image_without_a_breast_says_nothing() -> None:
    attention, features, _ = given()
    weights = attention(features, torch.zeros(2, 1, 4, 3))
    assert not weights.any() and not pool_attended(torch.randn(2, 2, 4, 3), weights).any()
    assert torch.isfinite(attended_evidence(torch.zeros(2, 2, 4, 3), weights)).all()


def test_the_map_is_the_cells_odds_times_their_relative_attention() -> None:
    logits, weights = torch.tensor([[[[1.0, 1.0, 1.0]]]]), torch.tensor([[[[0.6, 0.3, 0.0]]]])
    shown = attended_evidence(logits, weights).flatten()
    assert shown.exp()[:2].tolist() == pytest.approx([np.e, np.e / 2], rel=1e-6) and shown[2] < -18


def test_a_network_of_attention_answers_its_contract_and_needs_its_own_weights() -> None:
    network = build(TABLE)
    x = torch.rand(2, 1, 128, 96, generator=torch.Generator().manual_seed(0))
    found = network(x)
    assert [tuple(part.shape) for part in found[:5]] == [(2, 8, 6), (2,), (2,), (2, 4), (2, 112)]
    with torch.no_grad():
        standardised = network.heads.standardise(network.trunk(x)[0])
        local, weights = (
            network.heads.local(standardised),
            network.heads.attention(standardised, torch.ones(2, 1, 8, 6)),
        )
    assert torch.allclose(found.malignancy, (local[:, 0] * weights[:, 0]).sum(dim=(1, 2)), atol=1e-5)
    with pytest.raises(RuntimeError, match=r"heads\.attention"):
        network.load_state_dict(build({"taps": [16]}).state_dict())


@pytest.mark.parametrize("wrong", [{"pooling": "mean"}, {"pooling": "attention", "attention_width": 0}])
def test_a_pooling_that_nobody_knows_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="network"):
        build(wrong)


def test_tuning_trains_the_attention_towards_the_lesions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tunings.config()
    monkeypatch.setattr(tunings, "config", lambda: replace(plain, network={**plain.network, **TABLE}))
    tuned, sampler = tunings.task()
    before = {name: value.clone() for name, value in tuned.network.heads.attention.state_dict().items()}
    tune(tuned, sampler, replace(tunings.TABLE, steps=40), 0, tmp_path)
    attention = tuned.network.heads.attention
    assert all(not torch.equal(before[name], value) for name, value in attention.state_dict().items())
    crops = sampler.draw(np.random.default_rng([9, 9]))
    with torch.no_grad():
        weights = attention(tuned.features(crops.values, torch.ones(4, 112)), torch.ones(4, 1, 8, 8))[:, 0]
    covered = torch.nn.functional.avg_pool2d(crops.regions[:, :1], 2)[:, 0]
    assert weights[covered > 0.9].mean() > 1.5 * weights[covered == 0].mean()


def frozen_task(images: int = 24) -> tuple[View, Labels]:
    """Maps of noise; the ill have one cell that stands out in two channels."""
    generator = torch.Generator().manual_seed(0)
    features, ill = torch.randn(images, 12, 6, 5, generator=generator), torch.arange(images) % 2 == 0
    features[ill, :2, 2, 2] += 6.0
    known = ill.float()[:, None].repeat(1, 2)
    labels = Labels(known, torch.zeros(images, dtype=torch.long), torch.full((images, 4), torch.nan), ill)
    return View(features, torch.ones(images, 1, 6, 5), torch.zeros(images, 2, 6, 5)), labels


def test_heads_alone_learn_attention_from_image_labels_and_go_on_where_they_were_cut_off(tmp_path: Path) -> None:
    view, labels = frozen_task()
    heads = HeadConfig(epochs=60, components=12, members=1, batch=8, dropout=0.0, region_weight=0.0, learning_rate=2e-2)
    size = {"height": 96, "width": 80, "normalisation": "breast-percentile-1"}
    config = TrainingConfig("tiny", "0", ("mias",), size, {**TABLE, "backbone": "efficientnet-lite0"}, heads)
    monkey = pytest.MonkeyPatch()
    monkey.setattr("inference.networks.mammogram.channels_of", lambda name: {16: 12})
    try:
        fitted = train_heads(config, [view], labels, torch.arange(24), tmp_path)
        again = train_heads(config, [view], labels, torch.arange(24), tmp_path)
    finally:
        monkey.undo()
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in fitted.state_dict().items())
    with torch.no_grad():
        found = fitted(view.features, view.inside)
        weights = fitted.attention(fitted.standardise(view.features), view.inside)[:, 0]
    ill = labels.labels[:, 0] == 1
    assert found.malignancy[ill].min() > found.malignancy[~ill].max()
    assert weights[ill, 2, 2].mean() > 3 / 30  # three times an equal share
    assert (found.malignancy_map[ill].flatten(1).argmax(dim=1) == 2 * 5 + 2).float().mean() > 0.9


def test_attention_on_axes_is_the_same_on_all_channels() -> None:
    attention, _, inside = given()
    basis = torch.linalg.qr(torch.randn(9, 5)).Q.T.contiguous()
    whole = GatedAttention(9, 7, 2)
    whole.load_state_dict(on_all_channels(attention, basis))
    wide = torch.randn(2, 9, 4, 3)
    assert torch.allclose(whole(wide, inside), attention(torch.einsum("kc,nchw->nkhw", basis, wide), inside), atol=1e-6)


def test_several_members_of_attention_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        'name = "a"\nversion = "1"\nsets = ["mias"]\n[input]\nheight = 256\nwidth = 192\n'
        'normalisation = "breast-percentile-1"\n[network]\npooling = "attention"\n'
    )
    with pytest.raises(ValueError, match="members = 1"):
        TrainingConfig.read(path)
    path.write_text(path.read_text() + "[heads]\nmembers = 1\n")
    assert "gated attention" in TrainingConfig.read(path).design

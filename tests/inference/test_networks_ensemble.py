"""Members that share what lies below a stride answer as they would apart, on average."""

import pytest
import torch
from torch import nn

from inference.networks import build
from inference.networks.ensemble import Ensemble
from inference.networks.folding import fold_norms
from inference.networks.mammogram import MammogramNet, NetworkConfig
from inference.saliency.layers import feature_layers
from inference.saliency.methods import grad_cam
from inference.training.publish import compact

TABLE = {"backbone": "efficientnet-lite0", "taps": [16], "top_share": 0.1, "density_tap": 8, "kinds": True}
SHARED = {"members": 3, "shared": 8}
APART = ("malignancy_map", "malignancy", "abnormality")


def made(table: dict = TABLE, number: int = 3) -> list[MammogramNet]:
    """Networks that are equal up to stride 8 and differ above it."""
    torch.manual_seed(0)
    networks = [MammogramNet(NetworkConfig.of(table)).eval() for _ in range(number)]
    below = {
        name: value for name, value in networks[0].trunk.backbone.state_dict().items() if _below(networks[0], name)
    }
    for network in networks[1:]:
        network.trunk.backbone.load_state_dict(below, strict=False)
    for network in networks:
        nn.init.normal_(network.heads.local.weight)
        nn.init.normal_(network.heads.density.score.weight)
    return networks


def _below(network: MammogramNet, name: str) -> bool:
    number = name.split(".")[1]
    return not name.startswith("blocks.") or network.trunk.backbone.strides[int(number)] <= 8


@pytest.fixture(scope="module")
def networks() -> list[MammogramNet]:
    return made()


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    x = torch.rand(2, 1, 128, 96)
    x[:, :, :, 70:] = 0.0
    return x


@torch.inference_mode()
def test_the_answer_is_the_mean_of_the_members(networks, x) -> None:
    whole = Ensemble.of(networks, NetworkConfig.of({**TABLE, **SHARED}))
    said, apart = whole(x), [network(x) for network in networks]
    for name in APART:
        mean = torch.stack([getattr(one, name) for one in apart]).mean(dim=0)
        assert torch.allclose(getattr(said, name), mean, atol=1e-5), name
    assert not torch.allclose(said.malignancy, apart[0].malignancy, atol=1e-3)  # they do differ
    assert torch.equal(said.embedding, apart[0].embedding)
    for name in ("density", "kinds"):
        assert torch.allclose(getattr(said, name).exp().sum(dim=1), torch.ones(2))
        told = torch.stack([getattr(one, name) for one in apart]).mean(dim=0).softmax(dim=1)
        assert torch.allclose(getattr(said, name).exp(), told, atol=1e-6)


@torch.inference_mode()
def test_its_weights_load_strictly_into_what_its_table_builds_and_fold(networks, x) -> None:
    table = {**TABLE, **SHARED}
    whole = Ensemble.of(networks, NetworkConfig.of(table))
    state = {name: value.float() if value.is_floating_point() else value for name, value in compact(whole).items()}
    again = build(table)
    again.load_state_dict(state, strict=True)
    again.eval()
    half = again(x)
    assert torch.allclose(half.malignancy, whole(x).malignancy, atol=0.05)  # convolutions are kept as half floats
    assert torch.allclose(fold_norms(again)(x).malignancy, half.malignancy, atol=1e-3)
    shared = sum(value.numel() for value in networks[0].state_dict().values())
    assert sum(value.numel() for value in state.values()) < 3 * shared


def test_members_that_differ_below_the_cut_are_refused(x) -> None:
    apart = made(number=2)
    with torch.no_grad():
        apart[1].trunk.backbone.stem.conv.weight += 1.0
    with pytest.raises(ValueError, match="below stride 8"):
        Ensemble.of(apart, NetworkConfig.of({**TABLE, "members": 2, "shared": 8}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"members": 0}, "between 1 and 16"),
        ({"members": 17, "shared": 8}, "between 1 and 16"),
        ({"members": 2}, "shared 0 must be a stride below the taps"),
        ({"members": 2, "shared": 16}, "below the taps"),
        ({"members": 2, "shared": 4}, "density_tap be 0 or the same"),
        ({"members": 2, "shared": 8, "taps": [4, 16]}, "must not lie below what the members share"),
    ],
)
def test_a_cut_that_cannot_be_shared_is_refused(given, said) -> None:
    with pytest.raises(ValueError, match=said):
        NetworkConfig.of({**TABLE, **given})


def test_grad_cam_shows_every_member_and_what_they_share_once(networks) -> None:
    pytest.importorskip("captum")
    whole = Ensemble.of(networks, NetworkConfig.of({**TABLE, **SHARED}))
    x = torch.rand(1, 1, 128, 96)
    x[:, :, :, 70:] = 0.0
    apart, shown = torch.stack([grad_cam(network, x) for network in networks]), grad_cam(whole, x)
    strongest = shown.max()
    assert strongest > 0 and torch.allclose(shown / strongest, apart.mean(dim=0) / strongest, atol=1e-3)
    assert not torch.allclose(shown / strongest, apart[2] / apart[2].max(), atol=0.1)  # they do differ
    assert len(feature_layers(whole, x)) == 3
    assert len(feature_layers(whole, x, 2)) == 1  # up to stride 8 they are one network

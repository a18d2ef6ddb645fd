"""Several networks as one: what lies below a stride is shared, what lies above votes."""

from typing import cast

import torch
from torch import Tensor, nn

from inference.networks.backbone import Backbone
from inference.networks.backbones import build_backbone
from inference.networks.evidence import Evidence
from inference.networks.mammogram import Heads, MammogramNet, NetworkConfig, Trunk, overview_of
from inference.networks.mil import breast_moments, share_of_breast
from inference.networks.overview import Overview
from inference.networks.split import Split, climb


class Further(nn.Module):
    """A further member: its own pieces above the cut, and its own heads."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.strides, pieces = _above(build_backbone(config.backbone), config)
        self.upper = nn.ModuleList(pieces)
        self.heads = Heads(config)

    def maps(self, y: Tensor, shared: int) -> dict[int, Tensor]:
        """The shared map y and those above it, by stride."""
        return climb(y, shared, zip(self.strides, self.upper, strict=True))


class Ensemble(nn.Module):
    """Prepared images in, the mean of the members' evidence out; what images are alike by is the first member's.

    Logits, maps and log-probabilities are averaged, so an image's logit stays the mean of what its maps were pooled to.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        self.heads = Heads(config)
        self.further = nn.ModuleList(Further(config) for _ in range(config.members - 1))
        self.overview = overview_of(config)

    @classmethod
    def of(cls, networks: list[MammogramNet], config: NetworkConfig, overview: Overview | None = None) -> "Ensemble":
        """The members as one; the first lends the shared part. ValueError where they differ below the cut.

        overview: what looks at the whole image beside them, where `config` asks for one.
        """
        whole = cls(config)
        whole.overview = overview
        whole.trunk.load_state_dict(networks[0].trunk.state_dict())
        whole.heads.load_state_dict(networks[0].heads.state_dict())
        shared = _below(networks[0].trunk.backbone, config)
        for member, network in zip(cast(list[Further], list(whole.further)), networks[1:], strict=True):
            theirs = _below(network.trunk.backbone, config)
            if any(not torch.equal(shared[name], value) for name, value in theirs.items()):
                raise ValueError(f"the members do not share what lies below stride {config.shared}")
            member.upper = nn.ModuleList(_above(network.trunk.backbone, config)[1])
            member.heads.load_state_dict(network.heads.state_dict())
        return whole.requires_grad_(False).eval()

    def forward(self, x: Tensor, context: Tensor | None = None) -> Evidence:
        """x, context: as `MammogramNet` takes them."""
        config = self.config
        split = Split(self.trunk.backbone, config.shared, config.cell)
        y = split.lower(x)
        inside = share_of_breast(x, config.cell)
        moments = breast_moments(y, share_of_breast(x, config.density_tap)) if config.density_tap else None
        first = self.heads(self.trunk.laid(split.upper(y, config.taps)), inside, moments, context)
        members: list[Evidence] = [first]
        for member in cast(list[Further], list(self.further)):
            maps = member.maps(y, config.shared)
            members.append(member.heads(self.trunk.laid(maps), inside, moments, context))
        voted = mean_evidence(members)
        return voted if self.overview is None else self.overview.beside(voted, x)


def mean_evidence(members: list[Evidence]) -> Evidence:
    """The mean of each answer; the embedding is the first member's."""
    first = members[0]
    kinds = None
    if first.kinds is not None:
        kinds = torch.stack([cast(Tensor, one.kinds) for one in members]).mean(dim=0).log_softmax(dim=1)
    return Evidence(
        torch.stack([one.malignancy_map for one in members]).mean(dim=0),
        torch.stack([one.malignancy for one in members]).mean(dim=0),
        torch.stack([one.abnormality for one in members]).mean(dim=0),
        torch.stack([one.density for one in members]).mean(dim=0).log_softmax(dim=1),
        first.embedding,
        kinds,
    )


def _above(backbone: Backbone, config: NetworkConfig) -> tuple[list[int], list[nn.Module]]:
    """Strides and pieces above the cut; ValueError where a piece is no module, so that it cannot be kept."""
    above = Split(backbone, config.shared, config.cell).above
    if not all(isinstance(piece, nn.Module) for _, piece in above):
        raise ValueError(f"[network] members: {config.backbone} cannot be cut into parts that are kept")
    return [stride for stride, _ in above], [cast(nn.Module, piece) for _, piece in above]


def _below(backbone: Backbone, config: NetworkConfig) -> dict[str, Tensor]:
    """Every tensor of the backbone that is not above the cut, by name."""
    above = Split(backbone, config.shared, config.cell).above
    kept = {id(value) for _, piece in above if isinstance(piece, nn.Module) for value in _tensors(piece).values()}
    return {name: value for name, value in _tensors(backbone).items() if id(value) not in kept}


def _tensors(module: nn.Module) -> dict[str, Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}

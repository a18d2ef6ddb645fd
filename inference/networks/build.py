"""From a release's [network] table to a network without weights."""

from typing import Any

from torch import nn

from inference.networks.ensemble import Ensemble
from inference.networks.mammogram import MammogramNet, NetworkConfig


def build(config: dict[str, Any]) -> nn.Module:
    """The network of a [network] table, in evaluation mode, weights not yet loaded; ValueError for an unknown key."""
    structure = NetworkConfig.of(config)
    network = Ensemble(structure) if structure.members > 1 else MammogramNet(structure)
    return network.eval()

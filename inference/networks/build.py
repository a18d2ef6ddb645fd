"""From a release's [network] table to a network without weights."""

from typing import Any

from inference.networks.mammogram import MammogramNet, NetworkConfig


def build(config: dict[str, Any]) -> MammogramNet:
    """The network of a [network] table, in evaluation mode, weights not yet loaded; ValueError for an unknown key."""
    network = MammogramNet(NetworkConfig.of(config))
    network.eval()
    return network

"""Weights into a network: safetensors only, every key named and used."""

from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from inference.networks import build
from inference.release import Release, ReleaseError


def load_network(release: Release) -> nn.Module:
    """The release's network with its weights, in evaluation mode, float32; raises ReleaseError where they do not fit."""
    config: dict[str, Any] = dict(release["network"])
    try:
        network = build(config)
        network.load_state_dict(load_file(release.weights), strict=True)
    except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise ReleaseError(f"{release.name} {release.version}: the weights do not fit: {error}") from error
    return network.eval().float()

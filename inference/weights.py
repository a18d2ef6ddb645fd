"""Weights into a network: safetensors, every key named and used, or a whole network that brings its own graph."""

from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from inference.networks import build
from inference.release import Release, ReleaseError


def load_network(release: Release) -> nn.Module:
    """The release's network with its weights, in evaluation mode, float32; raises ReleaseError where they do not fit."""
    config: dict[str, Any] = dict(release["network"])
    try:
        if "format" in config:
            return _graph(release, config)
        network = _built(config)
        state = load_file(release.weights)
        network.load_state_dict(state, strict=True)
        if bad := next((key for key, value in state.items() if not bool(torch.isfinite(value).all())), None):
            raise ValueError(f"{bad} holds values that are not finite")
    except (OSError, SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise ReleaseError(f"{release.name} {release.version}: the weights do not fit: {error}") from error
    return network.eval().float()


def _built(config: dict[str, Any]) -> nn.Module:
    if "adapter" in config:
        from inference.networks.adapters.kinds import kind_of  # only releases of brought models need it

        return kind_of(config).build(config)
    return build(config)


def _graph(release: Release, config: dict[str, Any]) -> nn.Module:
    from inference.networks.adapters.graphs import open_graph  # only releases that bring a graph need it

    return open_graph(release.weights, config).eval()

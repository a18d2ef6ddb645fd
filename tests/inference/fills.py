"""Values for a network's weights that depend on nothing but their names and shapes."""

import torch


def filled(network):
    """The network with those values, in evaluation mode; running variances lie around 1, filters keep the scale of their input."""
    generator = torch.Generator().manual_seed(0)
    state = network.state_dict()
    for key in sorted(state):
        value = state[key]
        if not value.is_floating_point():
            continue
        if key.endswith("running_var"):
            state[key] = torch.rand(value.shape, generator=generator) + 0.5
        elif value.ndim == 1:
            state[key] = torch.randn(value.shape, generator=generator) * 0.1 + float(key.endswith("weight"))
        else:
            state[key] = torch.randn(value.shape, generator=generator) * value[0].numel() ** -0.5
    network.load_state_dict(state, strict=True)
    return network.eval()

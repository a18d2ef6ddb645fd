"""A fit's state between epochs as one safetensors file: weights, optimiser moments, epochs done."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


class Checkpoint:
    """Saves and restores `module` and its AdamW `optimiser` in `folder`/checkpoint.safetensors."""

    def __init__(self, folder: Path, module: nn.Module, optimiser: torch.optim.Optimizer) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "checkpoint.safetensors"
        self.module = module
        self.optimiser = optimiser

    def save(self, epochs: int) -> None:
        """Write the state after `epochs` epochs; the file is whole or the old one."""
        state: dict[str, Tensor] = {f"module.{k}": v for k, v in self.module.state_dict().items()}
        for index, moments in self.optimiser.state_dict()["state"].items():
            state |= {f"optimiser.{index}.{name}": value for name, value in moments.items()}
        scratch = self.path.with_suffix(".part")
        save_file({**state, "epochs": torch.tensor(epochs)}, scratch)
        scratch.replace(self.path)

    def resume(self) -> int:
        """Restore the state, if there is one; the number of epochs that were done."""
        if not self.path.is_file():
            return 0
        state = load_file(self.path)
        epochs = int(state.pop("epochs"))
        moments: dict[int, dict[str, Tensor]] = {}
        for name in [name for name in state if name.startswith("optimiser.")]:
            _, index, kind = name.split(".")
            moments.setdefault(int(index), {})[kind] = state.pop(name)
        self.module.load_state_dict({name.removeprefix("module."): v for name, v in state.items()}, strict=True)
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})
        return epochs

"""Files as other projects write them: state dicts, whole pickled modules, and hostile ones."""

import argparse
import os
import pickle  # noqa: TID251 - hostile files are written here
from collections import OrderedDict

import torch
from torch import nn

from inference.networks.adapters import mirai
from tests.inference.fills import filled


class Canary:
    """A pickle that writes a file where it is run."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


class Encoder(nn.Module):
    """A pickled module of a class that its reader does not have, settings and unused parts inside, as Mirai's are."""

    def __init__(self, inner, args):
        super().__init__()
        self._model = inner
        self._model.args = args
        self._model.fc = nn.Linear(3, 2)


class Bystander(nn.Module):
    """Parts that only training used."""


def mirai_files(folder, *, legacy, heads=16, factors=tuple(mirai.FACTORS)):
    """(encoder file, transformer file, the network whose weights they hold)."""
    network = filled(mirai.Mirai(mirai.MiraiConfig(heads=heads, layers=2)))
    args = argparse.Namespace(num_heads=heads, pool_name="GlobalMaxPool", risk_factor_keys=list(factors), cuda=None)
    aggregator = network.aggregator
    aggregator.args = args
    aggregator.kept_images_vec = nn.Parameter(torch.ones(1, 4, 1))
    aggregator.fc = nn.Linear(4, 2)
    aggregator.pred_masked_img_fc = nn.Linear(4, 4)
    encoder, transformer = folder / "encoder.p", folder / "transformer.p"
    torch.save(Encoder(network.encoder, args), encoder, _use_new_zipfile_serialization=not legacy)
    torch.save(nn.DataParallel(aggregator), transformer, _use_new_zipfile_serialization=not legacy)
    return encoder, transformer, network


class Year:
    """A year's calibrator, of a class that its reader does not have."""

    def __init__(self, *four):
        names = ("base_estimator_slope", "base_estimator_offset", "calibrator_slope", "calibrator_offset")
        self.__dict__.update(zip(names, four, strict=True))


def calibrator_file(folder, years=5):
    """A pickled table of years."""
    path = folder / "calibrator.p"
    path.write_bytes(pickle.dumps({year: Year(2.0 + year, -1.0, -3.0, 0.5) for year in range(years)}))
    return path


def density_state():
    """What NYU's density model's file holds."""
    generator = torch.Generator().manual_seed(0)
    shapes = {"fc1.weight": (100, 200), "fc1.bias": (100,), "fc2.weight": (4, 100), "fc2.bias": (4,)}
    return OrderedDict((name, torch.randn(shape, generator=generator)) for name, shape in shapes.items())


def hostile(folder, canary, *, legacy, where):
    """A density file with a canary: instead of the state dict, inside it, or as a tensor's rebuilding."""
    state = density_state()
    if where == "whole":
        state = Canary(canary)
    elif where == "value":
        state["fc1.weight"] = Canary(canary)
    else:
        state = {"epoch": Canary(canary), "state_dict": state}
    path = folder / "hostile.p"
    torch.save(state, path, _use_new_zipfile_serialization=not legacy)
    return path

"""Making a release folder of a user's own copy of a published model's file: the one step in which a pickle is read."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from inference.foreign.ask import calibrator_of, weights_of
from inference.foreign.unpickle import UnreadableError
from inference.networks.adapters import mirai
from inference.networks.adapters.facts import FACTS, card
from inference.networks.adapters.kinds import KINDS, kind_of
from inference.release import CARD, MANIFEST, WEIGHTS, hash_file
from inference.training.toml import dumps

Arrays = dict[str, NDArray[Any]]
POOLS: Final = {"GlobalMaxPool": "max", "GlobalAvgPool": "mean", "Simple_AttentionPool": "attention"}


class ImportRefusedError(ValueError):
    """The files cannot become a release; the message says which one, and why."""


def install(kind: str, files: Sequence[Path], out: Path, options: Mapping[str, Any]) -> Path:
    """Write the release folder `out` and return it; options: keys of its [network] table that the user sets.

    Raises ImportRefusedError for files that are not that model's, to the key and shape, and FileExistsError where `out` holds
    something already.
    """
    if kind not in KINDS:
        raise ImportRefusedError(f"there is no kind {kind!r}: choose one of {', '.join(KINDS)}")
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty: a release is never changed, choose a new folder")
    try:
        arrays, found = _GATHER.get(kind, _one)(files)
        table = {"adapter": kind, **found, **options}
        network = kind_of(table).build(table)
        state = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}
        network.load_state_dict(state, strict=True)
    except UnreadableError as error:
        raise ImportRefusedError(str(error)) from error
    except (RuntimeError, TypeError, ValueError) as error:
        names = ", ".join(file.name for file in files)
        raise ImportRefusedError(f"{names}: not the weights of {kind}: {_first_lines(error)}") from error
    out.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, out / WEIGHTS)
    _write(kind, table, files, out)
    return out


def _write(kind: str, table: Mapping[str, Any], files: Sequence[Path], out: Path) -> None:
    facts = FACTS[kind]
    origin = {file.name: hash_file(file) for file in files}
    (out / CARD).write_text(card(kind, origin), encoding="utf-8")
    manifest = {
        "name": kind,
        "version": "1.0.0",
        "task": facts.task,
        "network": dict(table),
        "answers": {"gives": list(facts.gives), "calibrated": False, "needs": facts.needs},
        "source": {"paper": facts.paper, "weights": facts.licence, "files": origin},
        "intended_use": {"text": facts.use},
        "files": {name: hash_file(out / name) for name in (CARD, WEIGHTS)},
    }
    (out / MANIFEST).write_text(dumps(manifest), encoding="utf-8")


def _one(files: Sequence[Path]) -> tuple[Arrays, dict[str, Any]]:
    if len(files) != 1:
        raise ImportRefusedError("this model's weights are one file")
    return weights_of(files[0])[0], {}


def _mirai(files: Sequence[Path]) -> tuple[Arrays, dict[str, Any]]:
    """Encoder, transformer and, if the user has it, calibrator; or one state dict of both networks, and calibrator."""
    first, _ = weights_of(files[0])
    whole = any(key.startswith("image_encoder.") for key in first)
    parts = 1 if whole else 2
    if not parts <= len(files) <= parts + 1:
        raise ImportRefusedError("Mirai's files are ENCODER TRANSFORMER, or one of both, and if you have it CALIBRATOR")
    encoder, aggregator, settings = (*_halves(first), {}) if whole else (first, *weights_of(files[1]))
    _check_factors(settings.get("risk_factor_keys"))
    table = _told(aggregator, settings)
    if len(files) > parts:
        table["calibration"] = calibrator_of(files[parts])
    return mirai.renamed(encoder, aggregator), table


def _halves(whole: Arrays) -> tuple[Arrays, Arrays]:
    halves = ("image_encoder.", "transformer.")
    first, second = ({k.removeprefix(p): v for k, v in whole.items() if k.startswith(p)} for p in halves)
    return first, second


def _told(aggregator: Arrays, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The [network] keys that shapes and the pickled settings tell; heads are 8 where nothing tells them."""
    names = {key.removeprefix("_model.") for key in aggregator}
    projected = next((value for key, value in aggregator.items() if key.endswith("projection_layer.weight")), None)
    if projected is None:
        raise ImportRefusedError(
            "the transformer's file has no projection_layer: hand in ENCODER first, then TRANSFORMER"
        )
    layers = len({name.split(".")[1] for name in names if name.startswith("transformer.transformer_layer_")})
    attends = any(name.startswith("pool.internal_pool.attention_fc") for name in names)
    pool = POOLS.get(str(settings.get("pool_name")), "attention" if attends else "max")
    return {"hidden": projected.shape[0], "layers": layers, "heads": int(settings.get("num_heads", 8)), "pool": pool}


def _check_factors(keys: Any) -> None:
    """The order of the risk factors is the order of their weights' answers: another one is another model."""
    told = keys.split() if isinstance(keys, str) else keys
    if told is not None and list(told) != list(mirai.FACTORS):
        raise ImportRefusedError("the transformer was trained on other risk factors than the published 34")


_GATHER: Final[dict[str, Callable[[Sequence[Path]], tuple[Arrays, dict[str, Any]]]]] = {"mirai": _mirai}


def _first_lines(error: Exception) -> str:
    """The first two lines: what `load_state_dict` says goes on for pages."""
    return " ".join(line.strip() for line in str(error).splitlines()[:2])[:300]

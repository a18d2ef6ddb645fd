"""From what was read to a flat state dict of arrays, and the plain settings that a pickled module carried."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inference.foreign.unpickle import Stub, Tensor, UnreadableError

Arrays = dict[str, NDArray[Any]]

INSIDE: Final = ("model", "state_dict", "model_state_dict")
"""Keys under which checkpoints keep the state dict itself."""
PLAIN: Final = (bool, int, float, str)
DEEPEST: Final = 50


def state_dict(made: Any) -> Arrays:
    """Arrays by their names, whether a state dict, a checkpoint that holds one or a whole module was pickled.

    "module." that data parallel puts in front is taken off. Raises UnreadableError where there are no tensors.
    """
    for key in INSIDE:
        if isinstance(made, Mapping) and isinstance(made.get(key), Mapping | Stub):
            made = made[key]
    named = dict(_of_module(made, "", 0)) if isinstance(made, Stub) else made
    if not isinstance(named, Mapping):
        raise UnreadableError("the file holds no state dict and no module")
    found = {
        str(key).removeprefix("module."): value.array() for key, value in named.items() if isinstance(value, Tensor)
    }
    if not found:
        raise UnreadableError("the file holds no tensors")
    if bad := next((key for key, value in found.items() if not np.isfinite(value).all()), None):
        raise UnreadableError(f"{bad} holds values that are not finite")
    return found


def _of_module(stub: Any, prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """A pickled `nn.Module`'s tensors: its own parameters and buffers, then its children's."""
    if not isinstance(stub, Stub) or depth > DEEPEST:
        return
    for table in ("_parameters", "_buffers"):
        for name, value in (stub.state.get(table) or {}).items():
            yield f"{prefix}{name}", value
    for name, child in (stub.state.get("_modules") or {}).items():
        yield from _of_module(child, f"{prefix}{name}.", depth + 1)


def settings(made: Any) -> dict[str, Any]:
    """Numbers, words and lists of words from the first `args` namespace of a pickled module; {} where there is none."""
    for stub in _stubs(made, 0):
        found = stub.state.get("args")
        values = found.state if isinstance(found, Stub) else found
        if isinstance(values, Mapping):
            return {str(key): value for key, value in values.items() if _plain(value)}
    return {}


def _plain(value: Any) -> bool:
    return isinstance(value, PLAIN) or (isinstance(value, list | tuple) and all(isinstance(v, PLAIN) for v in value))


def _stubs(made: Any, depth: int) -> Iterator[Stub]:
    if isinstance(made, Stub) and depth <= DEEPEST:
        yield made
        for child in (made.state.get("_modules") or {}).values():
            yield from _stubs(child, depth + 1)


def sigmoids(made: Any) -> list[list[float]]:
    """Each year's calibrator of a pickled table {0: ..., 1: ...}: (slope, offset, slope, offset) of its two linear steps.

    p -> 1 / (1 + exp(slope2 * (slope1 * p + offset1) + offset2)), whether stored as those four numbers or as
    scikit-learn's `CalibratedClassifierCV` around a linear model. Raises UnreadableError for anything else.
    """
    if not isinstance(made, Mapping) or sorted(made) != list(range(len(made))) or not made:
        raise UnreadableError("the calibrator's file is not a table of years")
    return [_four(made[year]) for year in range(len(made))]


def _four(stub: Any) -> list[float]:
    state = getattr(stub, "state", {})
    if "base_estimator_slope" in state:
        names = ("base_estimator_slope", "base_estimator_offset", "calibrator_slope", "calibrator_offset")
        return [_number(state.get(name)) for name in names]
    try:
        [classifier] = state["calibrated_classifiers_"]
        [sigmoid] = classifier.state.get("calibrators_") or classifier.state["calibrators"]
        linear = (state.get("base_estimator") or state["estimator"]).state
        found = linear["coef_"], linear["intercept_"], sigmoid.state["a_"], sigmoid.state["b_"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError("a year's calibrator is neither of the two kinds that are known") from error
    return [_number(value) for value in found]


def _number(value: Any) -> float:
    """A number, or the one number of a pickled numpy array or scalar."""
    if isinstance(value, Stub):
        value = _numpy(value)
    if isinstance(value, Mapping | str) or np.size(value) != 1 or not np.isfinite(float(np.ravel(value)[0])):
        raise UnreadableError("a calibrator holds something that is not one finite number")
    return float(np.ravel(value)[0])


def _numpy(stub: Stub) -> NDArray[Any]:
    """A numpy array (state: version, shape, dtype, order, bytes) or scalar (made of dtype and bytes) of little-endian floats."""
    parts = stub.state.get("") or stub.given
    kinds = [part for part in parts if isinstance(part, Stub) and part.name == "numpy.dtype"] if parts else []
    data = [
        part.encode("latin-1") if isinstance(part, str) else part for part in parts if isinstance(part, bytes | str)
    ]
    if len(kinds) != 1 or not data or kinds[0].given[:1] not in (("f8",), ("f4",)):
        raise UnreadableError("a calibrator holds something that is not one finite number")
    return np.frombuffer(data[-1], "<" + kinds[0].given[0])

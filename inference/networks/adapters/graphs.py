"""Networks that bring their own graph: TorchScript, torch.export and ONNX files of a release.

Each answers one prepared image (N, 1, H, W) in [0, 1] with the four parts of `Evidence`, by name or in their order. See
docs/adapters.md for what a worker risks by each.
"""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from inference.foreign.names import check_pickle
from inference.foreign.unpickle import UnreadableError
from inference.networks.evidence import Evidence
from inference.release import GRAPHS

PARTS: Final = ("malignancy_map", "malignancy", "abnormality", "density")
NO_ONNX: Final = "this release is an ONNX file, and onnxruntime is not installed: pip install 'overread[onnx]'"


def open_graph(path: Path, table: Mapping[str, Any]) -> nn.Module:
    """The network of a graph file; ValueError for a key or format that is unknown, or a file that is not of that format.

    Raises ModuleNotFoundError, as a ValueError that says what to install, where ONNX is asked for without onnxruntime.
    """
    unknown = sorted(set(table) - {"format"})
    if unknown or table["format"] not in GRAPHS:
        raise ValueError(f"[network] of a graph has format ({', '.join(GRAPHS)}) and nothing else, not {dict(table)}")
    return Graph(OPEN[table["format"]](path))


class Graph(nn.Module):
    """Any callable that answers a prepared image with the parts of `Evidence`, their shapes checked at every call."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def train(self, mode: bool = True) -> "Graph":
        """Nothing changes: a graph runs in the mode that it was exported in, and exported ones cannot be told."""
        self.training = mode
        return self

    def forward(self, x: Tensor) -> Evidence:
        """(N, 1, H, W) in [0, 1] -> evidence; ValueError where an answer is missing or has another shape."""
        told = self.inner(x)
        if isinstance(told, Mapping):
            missing = [name for name in PARTS if name not in told]
            told = [told.get(name) for name in PARTS]
        else:
            told = list(told) if isinstance(told, Sequence) else [told]
            missing = list(PARTS[len(told) :])
        if missing:
            raise ValueError(f"the network does not answer {', '.join(missing)}")
        shapes = [tuple(part.shape) if isinstance(part, Tensor) else None for part in told[: len(PARTS)]]
        n = len(x)
        if shapes[1:] != [(n,), (n,), (n, 4)] or shapes[0] is None or len(shapes[0]) != 3 or shapes[0][0] != n:
            raise ValueError(f"the network answers {dict(zip(PARTS, shapes, strict=True))} to {n} images")
        return Evidence(*told[: len(PARTS)])


def _script(path: Path) -> Any:
    """TorchScript: its archive builds its own classes and tensors, never a Python object."""
    return torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]


def _export(path: Path) -> Any:
    """torch.export, once every pickle inside was seen to name nothing but tensors: torch itself would run any other."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                content = archive.read(name)
                if zipfile.is_zipfile(BytesIO(content)) or content[:1] == b"\x80":
                    check_pickle(content, name)
                elif "custom_obj" in name or "opaque_obj" in name:
                    raise ValueError(f"{name} is an object of somebody's own, which is not read")
    except (zipfile.BadZipFile, UnreadableError) as error:
        raise ValueError(str(error)) from error
    return torch.export.load(path).module()


class _Onnx(nn.Module):
    """An ONNX session on the CPU, asked by name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            import onnxruntime
        except ModuleNotFoundError as error:
            raise ValueError(NO_ONNX) from error
        try:
            self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions share no base of their own
            raise ValueError(f"not an ONNX file: {str(error)[:200]}") from error

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(N, 1, H, W) -> answers by name."""
        [asked] = self.session.get_inputs()
        names = [output.name for output in self.session.get_outputs()]
        found = self.session.run(names, {asked.name: x.detach().cpu().numpy()})
        return {name: torch.from_numpy(value).to(x.device) for name, value in zip(names, found, strict=True)}


OPEN: Final = {"torchscript": _script, "export": _export, "onnx": _Onnx}

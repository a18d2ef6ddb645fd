"""Reading another project's torch files without running anything that stands in them.

A pickle is a program. Here its every name is looked up in a short list of our own harmless builders; any other name
becomes an inert `Stub` that only remembers what it was called and given. Tensors come out as numpy arrays, so that the
process that reads needs no torch. Two layouts: the legacy one (three headers, the object, the storages one after another) and the
ZIP archive of torch 1.6 and later. Called by `isolated` alone, in a process of its own.
"""

import io
import pickle  # noqa: TID251 - restricted: find_class below never gives out anything but our own builders
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = 0x1950A86A20F9469CFC6C
PROTOCOL: Final = 1001
MOST_VALUES: Final = 500_000_000
KINDS: Final = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}


class UnreadableError(ValueError):
    """The file is not a torch file that can be read here; the message says what is wrong with it."""


class Stub:
    """Stands for an object of a class that is not ours: its name, what it was made with, and its state."""

    def __init__(self, name: str, given: tuple[Any, ...] = ()) -> None:
        self.name = name
        self.given = given
        self.state: dict[str, Any] = {}

    def __setstate__(self, state: Any) -> None:
        """Keep a dictionary as it is, anything else under "": nothing is called."""
        self.state = state if isinstance(state, dict) else {"": state}


class Storage:
    """A run of numbers that tensors share; filled when the file's bytes are read."""

    def __init__(self, kind: str, length: int) -> None:
        if not 0 <= length <= MOST_VALUES:
            raise UnreadableError(f"a storage claims {length} values")
        self.kind = kind
        self.length = length
        self.values: NDArray[Any] | None = None


class Tensor:
    """A window on a storage; `array` copies it out."""

    def __init__(self, storage: Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def array(self) -> NDArray[Any]:
        """The tensor's values; raises UnreadableError where the window leaves its storage."""
        values = self.storage.values
        numbers = (self.offset, *self.size, *self.stride)
        if values is None or any(type(number) is not int or number < 0 for number in numbers):
            raise UnreadableError("a tensor has no storage, or a senseless shape")
        if len(self.size) != len(self.stride) or len(self.size) > 8 or np.prod(self.size, dtype=float) > MOST_VALUES:
            raise UnreadableError("a tensor has a senseless shape")
        if 0 in self.size:
            return np.zeros(self.size, values.dtype)
        last = self.offset + sum((length - 1) * step for length, step in zip(self.size, self.stride, strict=True))
        if last >= values.size:
            raise UnreadableError("a tensor reaches beyond its storage")
        steps = tuple(step * values.itemsize for step in self.stride)
        return np.lib.stride_tricks.as_strided(values[self.offset :], self.size, steps).copy()


def _tensor(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> Tensor:
    if not isinstance(storage, Storage) or not isinstance(size, tuple) or not isinstance(stride, tuple):
        raise UnreadableError("a tensor is not built from a storage")
    return Tensor(storage, offset, size, stride)


def _parameter(data: Any, *_: Any) -> Any:
    return data


def _reconstructed(cls: Any, *_: Any) -> Any:
    """What `copyreg._reconstructor(cls, object, None)` makes of a stub's class."""
    return cls() if callable(cls) else Stub("?")


BUILDERS: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("copyreg", "_reconstructor"): _reconstructed,
    ("copy_reg", "_reconstructor"): _reconstructed,
    ("_codecs", "encode"): lambda text, *_: text.encode("latin-1") if isinstance(text, str) else b"",
}


def _maker(name: str) -> type[Stub]:
    """A class of stubs by that name: pickles make objects with `cls.__new__` as well as with `cls()`."""

    class Named(Stub):
        def __new__(cls, *given: Any, **_: Any) -> "Named":
            made = super().__new__(cls)
            Stub.__init__(made, name, given)
            return made

        def __init__(self, *_: Any, **__: Any) -> None:
            """All is done in `__new__`, which alone some pickles call."""

    return Named


class Reader(pickle.Unpickler):
    """An unpickler that can build tensors, containers and stubs, and nothing else."""

    def __init__(self, file: Any) -> None:
        super().__init__(file, encoding="latin-1")
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Our builder for a name on the list, the kind of a storage, else a class of stubs: nothing is ever imported."""
        if module in ("torch", "torch.storage") and name in KINDS:
            return KINDS[name]
        if module == "torch" and name.endswith("Storage"):
            raise UnreadableError(f"numbers of type {name} cannot be read: convert the file to float32")
        return BUILDERS.get((module, name)) or _maker(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        """A storage by its key, or the class in whose place a legacy file stores its source code."""
        if isinstance(pid, tuple) and len(pid) > 1 and pid[0] == "module":
            return pid[1]
        if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage" or pid[1] not in KINDS.values():
            raise UnreadableError("the file refers to something that is not a storage")
        key = str(pid[2])
        if key not in self.storages:
            self.storages[key] = Storage(pid[1], int(pid[4]))
        if len(pid) > 5 and pid[5] is not None:
            raise UnreadableError("storages that are views of one another cannot be read")
        return self.storages[key]


def read(path: Path) -> Any:
    """The object of a torch file, tensors as `Tensor`, foreign objects as `Stub`; raises UnreadableError."""
    try:
        with path.open("rb") as file:
            return _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(file)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(
            f"not a torch file, or a damaged one ({type(error).__name__}: {str(error)[:120]})"
        ) from error


def read_plain(path: Path) -> Any:
    """The object of a file that is one plain pickle, as calibrators are; raises UnreadableError."""
    try:
        return Reader(io.BytesIO(path.read_bytes())).load()
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"not a pickle, or a damaged one ({type(error).__name__}: {str(error)[:120]})") from error


def _read_legacy(file: Any) -> Any:
    if Reader(file).load() != MAGIC or Reader(file).load() != PROTOCOL:
        raise UnreadableError("not a torch file: its first numbers are not torch's")
    if Reader(file).load().get("little_endian") is not True:
        raise UnreadableError("the file was written on a big-endian machine")
    reader = Reader(file)
    made = reader.load()
    for key in Reader(file).load():
        storage = reader.storages.get(str(key))
        (length,) = struct.unpack("<q", file.read(8))
        if storage is None or storage.length != length:
            raise UnreadableError("the file's storages are not those that its tensors ask for")
        storage.values = _numbers(file.read(length * np.dtype(storage.kind).itemsize), storage)
    return made


def _read_zip(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(names) != 1:
            raise UnreadableError("the archive holds no data.pkl: TorchScript files are imported as torchscript")
        folder = names[0].removesuffix("data.pkl")
        reader = Reader(io.BytesIO(archive.read(names[0])))
        made = reader.load()
        for key, storage in reader.storages.items():
            info = archive.getinfo(f"{folder}data/{key}")
            if info.file_size != storage.length * np.dtype(storage.kind).itemsize:
                raise UnreadableError("a storage is not as long as its tensors say")
            storage.values = _numbers(archive.read(info), storage)
        return made


def _numbers(data: bytes, storage: Storage) -> NDArray[Any]:
    kind = np.dtype(storage.kind)
    if len(data) != storage.length * kind.itemsize:
        raise UnreadableError("the file ends before its numbers do")
    return np.frombuffer(data, kind)

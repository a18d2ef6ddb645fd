"""Looking at what a pickle names, without running it."""

import io
import pickletools
import zipfile
from typing import Final

from inference.foreign.unpickle import KINDS, UnreadableError

ALLOWED: Final = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    "torch._tensor _rebuild_from_type_v2",
    "torch Size",
    "torch device",
    *(f"torch {kind}" for kind in KINDS),
    *(f"torch {kind}" for kind in ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")),
    "torch BFloat16Storage",
    "torch.storage UntypedStorage",
    "torch.serialization _get_layout",
}
BY_STACK: Final = ("STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4")
"""Ways to name something that cannot be told from the opcode alone: torch's own files do not use them."""


def check_pickle(content: bytes, name: str) -> None:
    """Raise UnreadableError where a pickle, or the pickle in a torch archive, names anything but tensors."""
    for part in _pickles(content):
        try:
            codes = [(code.name, argument) for code, argument, _ in pickletools.genops(part)]
        except Exception as error:  # damaged pickles fail in every way there is
            raise UnreadableError(f"{name} holds a damaged pickle") from error
        for code, argument in codes:
            if code in BY_STACK or (code == "GLOBAL" and argument not in ALLOWED):
                raise UnreadableError(f"{name} names {argument or code}, which a file of tensors has no need of")


def _pickles(content: bytes) -> list[bytes]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.endswith(".pkl")]

"""Prepared images with their outlines drawn, kept in the cache: what altered copies are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inference.datasets.records import Record, Region, read_pixels
from inference.geometry import Frame
from inference.preprocess import InputSpec, prepare

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Plain:
    """A prepared image. pixels: (H, W) in [0, 1], air 0. mask: (H, W) breast. drawn: (2, H, W), 1 on malignant, on any outlines.

    boxes: left, top, right, bottom of each outline in model pixels, and 1 where it is malignant, 0 benign, -1 unknown.
    """

    pixels: Floats
    mask: NDArray[np.bool_]
    drawn: Bytes
    boxes: NDArray[np.float64]


class PlainCache:
    """`prepare` of every record for one input, in files named by what made them."""

    def __init__(self, records: Sequence[Record], spec: InputSpec, folder: Path) -> None:
        self.records = records
        self.spec = spec
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [self._path(record) for record in records]

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Plain:
        path = self.paths[index]
        if not path.is_file():
            self._write(path, self._made(self.records[index]))
        with np.load(path, allow_pickle=False) as kept:
            return Plain(kept["pixels"].astype(np.float32), kept["mask"], kept["drawn"], kept["boxes"])

    def _path(self, record: Record) -> Path:
        content = sha256(record.path.read_bytes()).hexdigest()
        name = sha256(f"plain-1{self.spec}{content}{record.regions!r}{record.laterality}".encode()).hexdigest()
        return self.folder / f"{name[:40]}.plain.npz"

    def _made(self, record: Record) -> Plain:
        prepared = prepare(read_pixels(record.path), record.laterality, self.spec)
        boxes = [(*_box(region, prepared.frame), _sign(region.malignant)) for region in record.regions]
        drawn = np.stack(
            [_drawn([r for r in record.regions if r.malignant], prepared.frame), _drawn(record.regions, prepared.frame)]
        )
        return Plain(prepared.tensor[0].numpy(), prepared.mask, drawn, np.array(boxes, dtype=np.float64).reshape(-1, 5))

    @staticmethod
    def _write(path: Path, plain: Plain) -> None:
        scratch = path.with_suffix(".part.npz")
        half = plain.pixels.astype(np.float16)
        np.savez(scratch, pixels=half, mask=plain.mask, drawn=plain.drawn, boxes=plain.boxes)
        scratch.replace(path)


def _sign(malignant: bool | None) -> float:
    return -1.0 if malignant is None else float(malignant)


def _box(region: Region, frame: Frame) -> tuple[float, ...]:
    points = frame.to_model(np.asarray(region.outline))
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def _drawn(regions: Sequence[Region], frame: Frame) -> Bytes:
    canvas = Image.new("L", (frame.width, frame.height))
    pen = ImageDraw.Draw(canvas)
    for region in regions:
        points = frame.to_model(np.asarray(region.outline))
        pen.polygon([(float(x), float(y)) for x, y in points], fill=1, outline=1)
    return np.asarray(canvas, dtype=np.uint8)

"""A picture of one image with its saliency and outlines, to look at; not for diagnosis."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from inference import dicom, presentation
from inference.cli import NOTICE
from inference.results import ImageResult
from inference.saliency import CELL

LONGEST = 1600  # pixels of the picture's longer side
STRONGEST = 0.6  # opacity of the map where its probability is 1


def draw(data: bytes | Path, result: ImageResult) -> Image.Image:
    """The presented image, the map in red over it and each finding's outline with its score."""
    decoded = dicom.one_frame(data, result.frame_number)
    shown = presentation.present(decoded)
    if decoded.turn is not None:
        shown = decoded.turn.back(shown)  # outlines and map are those of the stored pixels
    rows, cols = shown.shape
    scale = min(1.0, LONGEST / max(rows, cols))
    size = (round(cols * scale), round(rows * scale))
    grey = Image.fromarray(np.asarray(shown * 255, dtype=np.uint8)).resize(size, Image.Resampling.BOX)
    picture = Image.merge("RGB", (grey, grey, grey))
    if result.saliency is not None:
        picture.paste((255, 60, 40), mask=_opacity(result.saliency, (rows, cols), size))
    pen = ImageDraw.Draw(picture)
    for finding in result.findings:
        corners = [((x + 0.5) * scale, (y + 0.5) * scale) for x, y in finding.polygon]
        pen.polygon(corners, outline=(255, 220, 0), width=2)
        pen.text((corners[0][0], corners[0][1] - 14), f"{finding.id} {finding.score:.2f}", fill=(255, 220, 0))
    pen.text((8, size[1] - 18), NOTICE, fill=(255, 255, 255))
    return picture


def _opacity(cells: np.ndarray, shape: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """The map resampled so that cell k covers stored pixels [8k, 8k + 8) of the picture."""
    rows, cols = shape
    box = (0.0, 0.0, cols / CELL, rows / CELL)
    smooth = Image.fromarray(cells).resize(size, Image.Resampling.BILINEAR, box=box)
    return smooth.point(lambda value: value * STRONGEST)

"""A breast of smooth tissue and noise in dark air, with pectoral muscle in the oblique views."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

OBLIQUE = ("MLO", "LMO")


def mammogram(
    laterality: str = "L",
    view: str = "CC",
    *,
    rows: int = 1024,
    cols: int = 768,
    lesion: tuple[float, float, float] | None = None,
    seed: int = 0,
    bits: int = 12,
    inverted: bool = False,
) -> NDArray[np.uint16]:
    """Stored pixel values (rows, cols) of one view, hung as the standard hangs it: L has its chest wall left.

    lesion: (x, y, radius) in stored pixels, (0, 0) the centre of the first one; the brightest thing there is.
    inverted: MONOCHROME1, dark tissue on bright air. Air is exactly the darkest (or brightest) value.
    """
    breast, tissue = _tissue(rows, cols, oblique=view in OBLIQUE, seed=seed)
    if laterality == "R":
        breast, tissue = breast[:, ::-1], tissue[:, ::-1]
    share = np.where(breast, tissue, 0.0)
    if lesion is not None:
        share = np.maximum(share, np.where(breast, _disc(rows, cols, *lesion), 0.0))
    top = 2**bits - 1
    stored = np.rint(share * top).astype(np.uint16)
    return np.asarray(top - stored if inverted else stored, dtype=np.uint16)


def _tissue(rows: int, cols: int, *, oblique: bool, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """The breast's shape and its brightness, 0.15..0.6 within a thin bright line of skin, chest wall left."""
    y, x = np.mgrid[0:rows, 0:cols]
    down = (y + 0.5) / rows - (0.56 if oblique else 0.5)
    across = (x + 0.5) / cols
    round_part = (across / 0.72) ** 2 + (down / 0.38) ** 2 < 1
    armpit = across < 0.34 * np.clip(-down / 0.3, 0, 1) if oblique else np.zeros_like(round_part)
    texture = 0.3 + 0.05 * _parenchyma(rows, cols, seed)
    muscle = 0.15 * (across < 0.3 * np.clip(0.5 - (y + 0.5) / rows, 0, 1)) if oblique else 0.0
    breast = round_part | armpit
    inner = ndimage.binary_erosion(breast, iterations=max(1, rows // 300), border_value=1)
    return breast, np.where(inner, np.clip(texture + muscle, 0.15, 0.6), 0.85)


def _parenchyma(rows: int, cols: int, seed: int) -> NDArray[np.float32]:
    """Noise (rows, cols) of mean 0 and deviation 1 whose power falls with the cube of the frequency.

    So does that of real breasts (Burgess, Jacobson & Judy, Med Phys 2001); flat below twelve waves to the image.
    """
    white = np.random.default_rng(seed).standard_normal((rows, cols), dtype=np.float32)
    down, across = fft.fftfreq(rows)[:, None], fft.rfftfreq(cols)[None]
    frequency = np.maximum(np.hypot(down, across), 12 / rows).astype(np.float32)
    field = fft.irfft2(fft.rfft2(white) * frequency**-1.5, s=(rows, cols))
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-9), dtype=np.float32)


def _disc(rows: int, cols: int, x: float, y: float, radius: float) -> NDArray[np.float64]:
    """A soft-edged disc of brightness 1 at its centre, 0.5 at its radius."""
    yy, xx = np.mgrid[0:rows, 0:cols]
    distance = np.hypot(xx - x, yy - y)
    steps = np.minimum((distance - radius) / max(radius / 8, 0.5), 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(steps)), dtype=np.float64)

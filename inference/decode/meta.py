"""The header values a `Decoded` carries, read from an untrusted dataset."""

from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from inference.decode.decoded import Lut, Window
from inference.decode.functional import flattened
from inference.decode.views import laterality_of, modifiers_of, view_of

MAX_LUT = 65536


def describe(ds: Dataset, frame: int = 0) -> dict[str, Any]:
    """Keyword arguments of `Decoded`, all but the pixels; a senseless value stays at its default.

    frame: which one's functional groups tell what a multi-frame object leaves out at its top.
    """
    ds = flattened(ds, frame)
    return {
        "bits_stored": int(ds.BitsStored),
        "photometric": str(ds.PhotometricInterpretation),
        "samples": int(ds.get("SamplesPerPixel") or 1),
        "frames": int(ds.get("NumberOfFrames") or 1),
        "spacing": _spacing(ds),
        "magnification": _number(ds.get("EstimatedRadiographicMagnificationFactor"), 1.0, least=1e-3),
        "padding": _padding(ds),
        "slope": _number(ds.get("RescaleSlope"), 1.0),
        "intercept": _number(ds.get("RescaleIntercept"), 0.0),
        "modality_lut": _lut(ds.get("ModalityLUTSequence")),
        "voi_lut": _lut(ds.get("VOILUTSequence")),
        "windows": _windows(ds),
        "laterality": laterality_of(ds),
        "view": view_of(ds),
        "view_modifiers": modifiers_of(ds),
        "sop_class": str(ds.get("SOPClassUID") or "") or None,
        "intent": str(ds.get("PresentationIntentType") or "").strip() or None,
        "modality": str(ds.get("Modality") or "").strip() or None,
        "implant": str(ds.get("BreastImplantPresent") or "").strip().upper() == "YES",
        "partial": str(ds.get("PartialView") or "").strip().upper() == "YES",
        "orientation": tuple(str(value).strip().upper() for value in _values(ds.get("PatientOrientation"))),
    }


def _values(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) or hasattr(value, "append") else [value]


def _number(value: Any, otherwise: float, *, least: float | None = None) -> float:
    first = _values(value)[:1]
    number = float(first[0]) if first else otherwise
    usable = bool(np.isfinite(number)) and (least is None or number >= least)
    return number if usable else otherwise


def _spacing(ds: Dataset) -> tuple[float, float] | None:
    """Imager Pixel Spacing before Pixel Spacing: the plane meant is the detector's (PS3.3 10.7.1.1)."""
    for keyword in ("ImagerPixelSpacing", "PixelSpacing"):
        values = [float(v) for v in _values(ds.get(keyword))]
        if len(values) == 2 and all(0 < v < 10 for v in values):
            return values[0], values[1]
    return None


def _padding(ds: Dataset) -> tuple[int, int] | None:
    value = ds.get("PixelPaddingValue")
    if not isinstance(value, int):
        return None
    limit = ds.get("PixelPaddingRangeLimit")
    ends = sorted((value, limit if isinstance(limit, int) else value))
    return ends[0], ends[1]


def _windows(ds: Dataset) -> tuple[Window, ...]:
    function = str(ds.get("VOILUTFunction") or "LINEAR").strip().upper()
    function = function if function in ("LINEAR_EXACT", "SIGMOID") else "LINEAR"
    centers, widths = _values(ds.get("WindowCenter")), _values(ds.get("WindowWidth"))
    pairs = [(float(center), float(width)) for center, width in zip(centers, widths, strict=False)]
    return tuple(Window(c, w, function) for c, w in pairs if np.isfinite(c) and np.isfinite(w) and w > 0)


def _lut(sequence: Any) -> Lut | None:
    """The first item of a LUT sequence (PS3.3 C.11.1.1.1); None where absent or without data."""
    items = _values(sequence)
    if not items or len(_values(items[0].get("LUTDescriptor"))) != 3:
        return None
    _, first, bits = (int(v) for v in items[0].LUTDescriptor)
    raw = items[0].get("LUTData")
    if isinstance(raw, bytes):
        data = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<u2")
    else:
        data = np.asarray(_values(raw)[:MAX_LUT])
    if data.size == 0 or not 1 <= bits <= 16:
        return None
    return Lut(first, np.asarray(data, dtype=np.float32))

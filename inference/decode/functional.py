"""Multi-frame functional groups (PS3.3 C.7.6.16): what one frame's groups say, laid where single frames say it."""

from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

WHERE = {  # macro sequence: element inside it -> keyword at the top of a single-frame object
    "PixelMeasuresSequence": {"PixelSpacing": "PixelSpacing"},
    "FrameVOILUTSequence": {
        "WindowCenter": "WindowCenter",
        "WindowWidth": "WindowWidth",
        "VOILUTFunction": "VOILUTFunction",
        "VOILUTSequence": "VOILUTSequence",
    },
    "PixelValueTransformationSequence": {"RescaleSlope": "RescaleSlope", "RescaleIntercept": "RescaleIntercept"},
    "FrameAnatomySequence": {"FrameLaterality": "ImageLaterality"},
    "PatientOrientationInFrameSequence": {"PatientOrientation": "PatientOrientation"},
}


def flattened(ds: Dataset, frame: int) -> Dataset:
    """`ds` with the values of frame `frame`'s groups; what stands at the top wins, then the frame's own, then the shared."""
    shared, own = (_item(ds.get(name), index) for name, index in (
        ("SharedFunctionalGroupsSequence", 0), ("PerFrameFunctionalGroupsSequence", frame)))  # fmt: skip
    found: dict[str, Any] = {}
    for group in (shared, own):
        for macro, elements in WHERE.items():
            item = _item(group.get(macro), 0)
            found |= {top: item.get(inner) for inner, top in elements.items() if item.get(inner) is not None}
    missing = {keyword: value for keyword, value in found.items() if ds.get(keyword) in (None, "")}
    if not missing:
        return ds
    copy = Dataset()
    copy.update({element.tag: element for element in ds if element.tag.group < 0x7FE0})
    copy.file_meta = ds.file_meta
    for keyword, value in missing.items():
        setattr(copy, keyword, value)
    return copy


def _item(sequence: Any, index: int) -> Dataset:
    if isinstance(sequence, Sequence) and index < len(sequence) and isinstance(sequence[index], Dataset):
        return sequence[index]
    return Dataset()

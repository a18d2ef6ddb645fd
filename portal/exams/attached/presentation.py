"""What a Grayscale Softcopy Presentation State draws (PS3.3 A.33.1): graphics in pixels, and its windows. No text is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydicom.dataset import Dataset

from portal.exams import notes as said
from portal.exams.attached.drawn import KINDS, MOST_GRAPHICS, Drawn, points_of


def read(dataset: Dataset, replaced: Callable[[str], str]) -> tuple[list[Drawn], list[str]]:
    """(graphics, sentences). `replaced` gives the replaced UID of an original. Raises parse errors on damaged values."""
    graphics: list[Drawn] = []
    lines: list[str] = []
    texts = 0
    on_screen = 0
    for annotation in dataset.get("GraphicAnnotationSequence", None) or []:
        texts += len(annotation.get("TextObjectSequence", None) or [])
        shown = list(_referenced(annotation, dataset))
        for one in annotation.get("GraphicObjectSequence", None) or []:
            if str(one.get("GraphicAnnotationUnits") or "") != "PIXEL":
                on_screen += 1
                continue
            graphics.extend(_on(one, shown, replaced))
    if on_screen:
        lines.append(said.ON_SCREEN.format(count=on_screen))
    if texts:
        lines.append(said.TEXTS.format(count=texts))
    lines.extend(_windows(dataset))
    if str(dataset.get("ImageRotation") or "0") != "0" or str(dataset.get("ImageHorizontalFlip") or "N") == "Y":
        lines.append(said.TURNED)
    return graphics[:MOST_GRAPHICS], lines


def _on(one: Dataset, shown: list[tuple[str, int]], replaced: Callable[[str], str]) -> Iterator[Drawn]:
    kind = str(one.get("GraphicType") or "")
    points = points_of(list(one.get("GraphicData") or []))
    if kind not in KINDS or points is None:
        return
    for uid, frame in shown:
        yield Drawn(image=replaced(uid), frame=frame, kind=kind, points=points)


def _referenced(annotation: Dataset, dataset: Dataset) -> Iterator[tuple[str, int]]:
    """(SOP Instance UID, frame from 1) of each image of an annotation; without a list of its own, all of the state's."""
    own = annotation.get("ReferencedImageSequence", None)
    series = dataset.get("ReferencedSeriesSequence", None) or []
    every = [image for one in series for image in one.get("ReferencedImageSequence", None) or []]
    for image in own or every:
        frames: Any = image.get("ReferencedFrameNumber") or 1
        first = frames if isinstance(frames, int | float | str) else next(iter(frames))
        yield str(image.ReferencedSOPInstanceUID), int(first)


def _windows(dataset: Dataset) -> Iterator[str]:
    for one in dataset.get("SoftcopyVOILUTSequence", None) or []:
        centre, width = one.get("WindowCenter"), one.get("WindowWidth")
        if centre is not None and width is not None:
            first = [value if isinstance(value, int | float) else next(iter(value)) for value in (centre, width)]
            yield said.WINDOW.format(centre=f"{float(first[0]):g}", width=f"{float(first[1]):g}")

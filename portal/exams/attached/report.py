"""What a structured report says in codes and numbers, and where (PS3.3 C.17.3). Free text and names are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import Dataset

from portal.exams import notes as said
from portal.exams.attached.drawn import KINDS, MOST_GRAPHICS, Drawn, points_of

MOST_LINES = 200
DEEPEST = 40
NOT_FOR_PRESENTATION = "111152"  # DCM Rendering Intent (PS3.16 CID 6034): never drawn
RENDERING_INTENT = "111056"
FINDING = "121071"  # DCM Finding: names the measurement group that it is in (PS3.16 TID 1501)
MACHINE = {"111001", "121007"}  # Algorithm Name; Device as the observer's type


@dataclass
class Told:
    """Lines in the tree's order, graphics, how many texts were left out, and whether a machine made it."""

    lines: list[str] = field(default_factory=list)
    graphics: list[Drawn] = field(default_factory=list)
    texts: int = 0
    by_machine: bool = False


def read(dataset: Dataset, replaced: Callable[[str], str]) -> Told:
    """Walk the content tree of `dataset`. Raises parse errors on damaged values, ValueError for a tree that is too deep."""
    told = Told()
    title = _meaning(dataset.get("ConceptNameCodeSequence", None))
    if title:
        told.lines.append(title)
    _walk(dataset, told, replaced, depth=0, heading="")
    del told.lines[MOST_LINES:], told.graphics[MOST_GRAPHICS:]
    if told.texts:
        told.lines.append(said.TEXTS.format(count=told.texts))
    return told


def _walk(item: Dataset, told: Told, replaced: Callable[[str], str], *, depth: int, heading: str) -> None:
    if depth > DEEPEST:
        raise ValueError("The content tree is too deep.")
    children = list(item.get("ContentSequence", None) or [])
    if any(_code(child, "ConceptNameCodeSequence") == RENDERING_INTENT
           and _code(child, "ConceptCodeSequence") == NOT_FOR_PRESENTATION for child in children):  # fmt: skip
        return
    found = (child for child in children if _code(child, "ConceptNameCodeSequence") == FINDING)
    heading = next((_meaning(child.get("ConceptCodeSequence", None)) for child in found), heading)
    for child in children:
        kind, name = str(child.get("ValueType") or ""), _meaning(child.get("ConceptNameCodeSequence", None))
        told.by_machine |= _code(child, "ConceptNameCodeSequence") in MACHINE
        told.by_machine |= _code(child, "ConceptCodeSequence") in MACHINE
        if kind == "CODE" and (value := _meaning(child.get("ConceptCodeSequence", None))):
            told.lines.append(_line(depth, name, value))
        elif kind == "NUM":
            told.lines.extend(_line(depth, name, value) for value in _measured(child))
        elif kind == "TEXT":
            told.texts += 1
        elif kind == "CONTAINER" and name:
            told.lines.append(_line(depth, name, ""))
        elif kind == "SCOORD":
            told.graphics.extend(_drawn(child, replaced, heading))
        spoken = _meaning(child.get("ConceptCodeSequence", None)) if kind == "CODE" else ""
        _walk(child, told, replaced, depth=depth + 1, heading=spoken or heading)


def _line(depth: int, name: str, value: str) -> str:
    words = f"{name}: {value}" if name and value else name or value
    return f"{'  ' * min(depth, 6)}{words}"[:200]


def _measured(item: Dataset) -> Iterator[str]:
    for one in item.get("MeasuredValueSequence", None) or []:
        number = one.get("NumericValue")
        unit = _code(one, "MeasurementUnitsCodeSequence")
        if number is not None:
            yield f"{float(number):g} {'' if unit == '1' else unit}".strip()


def _drawn(item: Dataset, replaced: Callable[[str], str], heading: str) -> Iterator[Drawn]:
    """A region and the image that it was selected from."""
    kind, points = str(item.get("GraphicType") or ""), points_of(list(item.get("GraphicData") or []))
    if kind not in KINDS or points is None:
        return
    for child in item.get("ContentSequence", None) or []:
        for reference in child.get("ReferencedSOPSequence", None) or []:
            frames: Any = reference.get("ReferencedFrameNumber") or 1
            frame = int(frames if isinstance(frames, int | float | str) else next(iter(frames)))
            uid = replaced(str(reference.ReferencedSOPInstanceUID))
            yield Drawn(image=uid, frame=frame, kind=kind, points=points, label=heading[:64])


def _meaning(sequence: Any) -> str:
    return str(sequence[0].get("CodeMeaning") or "")[:64] if sequence else ""


def _code(item: Dataset, keyword: str) -> str:
    sequence = item.get(keyword, None)
    return str(sequence[0].get("CodeValue") or "")[:16] if sequence else ""

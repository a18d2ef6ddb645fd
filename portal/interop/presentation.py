"""A read's marks on one image as a Grayscale Softcopy Presentation State (PS3.3 A.33.1), by highdicom."""

from __future__ import annotations

from collections.abc import Sequence

from highdicom import pr
from pydicom.dataset import Dataset
from pydicom.uid import BreastTomosynthesisImageStorage

from portal.interop.marks import Graphic
from portal.interop.origin import Origin
from portal.interop.series import series_of, side_of

LAYER = pr.GraphicLayer("FINDINGS", order=1, description="Findings of the read")
LABEL = "READ"
SHARED, PER_FRAME = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"
NO_MARKS = "An image without marks has no presentation state."


def presentation_state(image: Dataset, marks: Sequence[Graphic], origin: Origin, number: int) -> Dataset:
    """The whole image with the marks and, at each one's first point, its finding's number and kind.

    `number`: Instance Number within the series. Raises ValueError without marks.
    """
    if not marks:
        raise ValueError(NO_MARKS)
    image = _one_grey(image)
    made = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[image],
        **series_of(image, origin, "gsps", 9001),
        sop_instance_uid=origin.uid("gsps", str(number)),
        instance_number=number,
        content_label=LABEL,
        content_description=f"Findings of read {origin.read}"[:64],
        content_creator_name=origin.person,
        graphic_annotations=[
            _annotation(image, marks, frame) for frame in sorted({frame_of(image, one) for one in marks})
        ],
        graphic_layers=[LAYER],
        **origin.equipment,
    )
    made.Laterality = side_of(image)
    return made


def _one_grey(image: Dataset) -> Dataset:
    """Of a stack: the grey transformations of its first frame as those of all, since a presentation state has one for each image."""
    if image.SOPClassUID != BreastTomosynthesisImageStorage:
        return image
    found, shared = Dataset(image), Dataset()
    groups = [*image.get(SHARED, ())[:1], *image.get(PER_FRAME, ())[:1]]
    for keyword in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
        stated = next((group[keyword] for group in groups if keyword in group), None)
        if stated is not None:
            shared.add(stated)
    found.SharedFunctionalGroupsSequence = [shared]
    found.PerFrameFunctionalGroupsSequence = [Dataset() for _ in range(int(image.get("NumberOfFrames") or 1))]
    return found


def frame_of(image: Dataset, mark: Graphic) -> int:
    """The slice that a mark refers to; 0 for the image as a whole, and of an image that is no tomosynthesis (PS3.3 C.10.5)."""
    if image.SOPClassUID != BreastTomosynthesisImageStorage or not mark.frame:
        return 0
    return min(mark.frame, int(image.get("NumberOfFrames") or 1))


def _annotation(image: Dataset, marks: Sequence[Graphic], frame: int) -> pr.GraphicAnnotation:
    here = [mark for mark in marks if frame_of(image, mark) == frame]
    return pr.GraphicAnnotation(
        referenced_images=[image],
        graphic_layer=LAYER,
        referenced_frame_number=frame or None,
        graphic_objects=[_drawn(mark) for mark in here],
        text_objects=[_label(mark) for mark in here],
    )


def _drawn(mark: Graphic) -> pr.GraphicObject:
    return pr.GraphicObject(graphic_type=mark.kind, graphic_data=mark.points, units="PIXEL", is_filled=False)


def _label(mark: Graphic) -> pr.TextObject:
    words = [f"{mark.number}", mark.finding["kind"] or "", f"{mark.mm:.1f} mm" if mark.mm else ""]
    x, y = (float(value) for value in mark.points[0])
    return pr.TextObject(" ".join(filter(None, words)), units="PIXEL", anchor_point=(x, y), anchor_point_visible=False)

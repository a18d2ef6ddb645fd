"""A read as a Comprehensive SR with the Measurement Report template (PS3.16 TID 1500), by highdicom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from portal.base.errors import Refused
from portal.interop.codes import ANSWERS, RECALL, SIDES, finding, own
from portal.interop.marks import Graphic, graphics
from portal.interop.origin import Origin
from portal.interop.presentation import frame_of
from portal.reading.lexicon import Lexicon

Group = sr.PlanarROIMeasurementsAndQualitativeEvaluations | sr.MeasurementsAndQualitativeEvaluations


def structured_report(
    images: dict[str, Dataset], body: dict[str, Any], words: Lexicon, origin: Origin, *, locked: bool
) -> Dataset:
    """The assessment of each breast, then each finding with its marks as regions on the images.

    images: headers by id, all of the exam; words: the lexicon that the read was made with. A locked read is complete; only a signed report would be verified.
    Raises Refused for a read that says nothing.
    """
    groups = [*_breasts(body, words, origin), *_findings(images, body, words, origin), *_exam(body, words, origin)]
    if not groups:
        raise Refused("empty-read", gettext("This read says nothing yet. Write it, then save it as DICOM."))
    person = sr.PersonObserverIdentifyingAttributes(name=str(origin.person))
    observer = sr.ObserverContext(observer_type=codes.DCM.Person, observer_identifying_attributes=person)
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_person_context=observer),
        procedure_reported=codes.SCT.Mammography,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
        referenced_images=[_described(image) for image in images.values()],
    )
    return sr.ComprehensiveSR(
        evidence=list(images.values()),
        content=content[0],
        series_instance_uid=origin.uid("sr-series"),
        series_number=9002,
        sop_instance_uid=origin.uid("sr"),
        instance_number=1,
        manufacturer=origin.equipment["manufacturer"],
        is_complete=locked,
        is_final=locked,
    )


def _described(image: Dataset) -> Dataset:
    """For the image library (TID 1600). highdicom describes every projection by its orientation and spacing (TID 1603) and fails
    where a header has none, as of a tomosynthesis or a film: such an image is listed without.
    """
    if all(keyword in image and image[keyword].VM == 2 for keyword in ("PatientOrientation", "ImagerPixelSpacing")):
        return image
    plain = Dataset(image)
    plain.Modality = "OT"
    return plain


def _breasts(body: dict[str, Any], words: Lexicon, origin: Origin) -> Iterator[Group]:
    """One group for each breast: assessment, composition and recall, as the read has them."""
    for side, breast in sorted(body["breasts"].items()):
        said = [
            *_said(codes.DCM.AssessmentCategory, breast["category"], words.categories),
            *_said(codes.DCM.BreastComposition, body["density"], words.density),
        ]
        if body["recall"] is not None:
            recalled = bool(body["recall"]) and side in (body["recall_sides"] or [side])
            said.append(sr.QualitativeEvaluation(RECALL, ANSWERS[recalled]))
        if said:
            yield sr.MeasurementsAndQualitativeEvaluations(
                tracking_identifier=sr.TrackingIdentifier(uid=origin.uid("breast", side), identifier=f"Breast {side}"),
                finding_sites=[_site(side)],
                qualitative_evaluations=said,
            )


def _findings(images: dict[str, Dataset], body: dict[str, Any], words: Lexicon, origin: Origin) -> Iterator[Group]:
    """A group for each mark of a finding, all under the finding's tracking identifier; one without a region where it has none."""
    marks = list(graphics(body))
    for number, one in enumerate(body["findings"], start=1):
        parts: dict[str, Any] = {
            "tracking_identifier": sr.TrackingIdentifier(
                uid=origin.uid("finding", one["id"]), identifier=f"Finding {number}"
            ),
            "finding_type": finding(one["kind"]),
            "finding_sites": [_site(one["laterality"])] if one["laterality"] else None,
            "measurements": _size(one),
            "qualitative_evaluations": _said(codes.DCM.AssessmentCategory, one["category"], words.categories) or None,
        }
        regions = [
            _region(mark, images[mark.image]) for mark in marks if mark.number == number and mark.image in images
        ]
        for region in regions:
            yield sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=region, **parts)
        if not regions:
            yield sr.MeasurementsAndQualitativeEvaluations(**parts)


def _exam(body: dict[str, Any], words: Lexicon, origin: Origin) -> Iterator[Group]:
    """What is to be done next. Free text is no measurement: it stays in the report."""
    if said := _said(codes.DCM.RecommendedFollowUp, body["management"], words.management):
        yield sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=sr.TrackingIdentifier(uid=origin.uid("exam"), identifier="Exam"),
            qualitative_evaluations=said,
        )


def _region(mark: Graphic, image: Dataset) -> sr.ImageRegion:
    frame = frame_of(image, mark)
    source = sr.SourceImageForRegion(
        referenced_sop_class_uid=image.SOPClassUID,
        referenced_sop_instance_uid=image.SOPInstanceUID,
        referenced_frame_numbers=[frame] if frame else None,
    )
    return sr.ImageRegion(graphic_type=mark.kind, graphic_data=mark.points, source_image=source)


def _size(one: dict[str, Any]) -> list[sr.Measurement] | None:
    if not one["size_mm"]:
        return None
    return [sr.Measurement(name=codes.SCT.Diameter, value=float(one["size_mm"]), unit=codes.UCUM.Millimeter)]


def _site(side: str) -> sr.FindingSite:
    return sr.FindingSite(anatomic_location=codes.SCT.Breast, laterality=SIDES[side])


def _said(name: Code, value: str | None, words: Mapping[str, str]) -> list[sr.QualitativeEvaluation]:
    return [sr.QualitativeEvaluation(name, own(value, words.get(value, value)))] if value else []

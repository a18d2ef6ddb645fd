"""WADO-RS (PS3.18 10.4): metadata, frames and instances, same origin, permission-checked, each answer in the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.audit.services import record
from portal.cases.ahead import next_in_hand
from portal.cases.models import Case
from portal.exams.models import Image
from portal.practices.guards import visible_or_404
from portal.wado_proxy.caching import fresh, tagged
from portal.wado_proxy.media import Answer, NotAcceptableError, accepts_json, choose, media_of
from portal.wado_proxy.metadata import metadata_of
from portal.wado_proxy.offsets import NotAddressableError
from portal.wado_proxy.sending import frames_body, instances_body
from portal.wado_proxy.source import Store, frame_index


class _AsStored(BaseContentNegotiation):
    """DICOM media types are chosen by `media.choose`; DRF's renderers serve errors only."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


@extend_schema(exclude=True)  # DICOMweb is specified by PS3.18 and docs/wado.md
class DicomWeb(APIView):
    """What all DICOMweb views share."""

    scope = "dicomweb"
    content_negotiation_class = _AsStored

    def images(self, uids: dict[str, str]) -> list[Image]:
        """The images that the address names."""
        return Store(self.request.user).images(**uids)

    def note(self, verb: str, images: list[Image], detail: dict[str, Any], case: Case | None = None) -> None:
        """One event for the answer; it is committed before the first byte leaves."""
        exam = images[0].exam
        subject = images[0] if len(images) == 1 else exam
        with transaction.atomic():
            record(
                verb=verb, actor=self.request.user, practice_id=exam.practice_id, subject=subject,
                exam_id=exam.pk, patient_id=exam.patient_id, case_id=case.pk if case else "", detail=detail,
            )  # fmt: skip

    def wanted(self) -> str:
        """The Accept header, or the query parameter that stands for it (PS3.18 8.3.3.1)."""
        return str(self.request.query_params.get("accept") or self.request.headers.get("Accept", ""))


class Metadata(DicomWeb):
    """Metadata of a study, a series or an instance."""

    def get(self, request: Request, **uids: str) -> HttpResponseBase:
        """A JSON array with one data set for each instance, without bulk data."""
        images = self.images(uids)
        if not accepts_json(self.wanted()):
            return refusal("Metadata is sent as DICOM JSON. Ask with Accept: application/dicom+json", 406)
        self.note("exam.opened", images, {"images": len(images)})
        body = JsonResponse([metadata_of(image) for image in images], safe=False)
        body["Content-Type"] = "application/dicom+json"
        content = body.content.decode()
        return fresh(request, content) or tagged(request, body, content)


class Frames(DicomWeb):
    """Frames of an instance, as they are stored."""

    def get(self, request: Request, frames: str, **uids: str) -> HttpResponseBase:
        """`frames`: numbers from 1, separated by commas. `?ahead=`: for the case after this one, which is not opened yet."""
        [image] = self.images(uids)
        ahead = request.query_params.get("ahead")
        case = None if ahead is None else self._next(image, ahead)
        if ahead is not None and case is None:
            return refusal("This image is not of the next case that you have in hand.", 409)
        try:
            index = frame_index(image)
            numbers = numbered(frames, len(index.frames))
            answer = choose(self.wanted(), syntax=index.syntax, media=media_of(index.syntax), single=len(numbers) == 1)
        except (NotAddressableError, NotAcceptableError) as error:
            return refusal(str(error), 406)
        self.note("image.sent-ahead" if case else "image.viewed", [image], {"frames": numbers}, case)
        tag = (image.object_key, frames, answer.part_type, str(answer.multipart))
        return fresh(request, *tag) or tagged(request, frames_body(image, index, numbers, answer), *tag)

    def _next(self, image: Image, asked: str) -> Case | None:
        """The case that the asker comes to from the case `asked`, if it is of the image's exam."""
        cases = Case.objects.visible_to(self.request.user)
        found = next_in_hand(self.request, visible_or_404(cases, self.request.user, pk=asked))
        return found if found and found.exam_id == image.exam_id else None


class Instances(DicomWeb):
    """The de-identified Part 10 files of a study, a series or an instance."""

    def get(self, request: Request, **uids: str) -> HttpResponseBase:
        """multipart/related; one instance may also be asked for as a bare application/dicom."""
        images = self.images(uids)
        try:
            answers = [self._answer(image, single=len(images) == 1) for image in images]
        except NotAcceptableError as error:
            return refusal(str(error), 406)
        self.note("exam.retrieved", images, {"images": len(images)})
        return tagged(request, instances_body(images, answers), *(image.object_key for image in images))

    def _answer(self, image: Image, *, single: bool) -> Answer:
        return choose(self.wanted(), syntax=image.transfer_syntax_uid, media="application/dicom", single=single)


def numbered(text: str, held: int) -> list[int]:
    """The frame numbers of an address; Http404 with a sentence where one is not there."""
    numbers = [int(word) for word in text.split(",") if word]
    if not numbers or not all(1 <= number <= held for number in numbers):
        raise Http404(f"This image has {held} frame{'s' if held > 1 else ''}, counted from 1.")
    return numbers


def refusal(sentence: str, status: int) -> HttpResponse:
    """A refusal that a program and a person can read."""
    return JsonResponse({"detail": sentence}, status=status)

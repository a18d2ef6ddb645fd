"""Bodies that stream from storage: a frame or a file is never held in memory whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from django.http import Http404, StreamingHttpResponse

from portal.exams.models import Image
from portal.wado_proxy.addresses import frame_url, instance_url
from portal.wado_proxy.media import Answer
from portal.wado_proxy.multipart import Part, Related
from portal.wado_proxy.offsets import FrameIndex, Span
from portal.wado_proxy.ranges import open_object, stream
from portal.wado_proxy.source import reread


def frames_body(image: Image, index: FrameIndex, numbers: list[int], answer: Answer) -> StreamingHttpResponse:
    """The frames (counted from 1) as the answer says; Content-Length is exact."""
    file = _opened(image)
    parts = []
    for number in numbers:
        spans = list(index.frames[number - 1])
        length = sum(length for _, length in spans)
        parts.append(Part(answer.part_type, stream(file, spans), length, frame_url(image, number)))
    return _body(answer, parts, [file])


def instances_body(images: list[Image], answers: list[Answer]) -> StreamingHttpResponse:
    """Whole Part 10 files, each as its answer says and opened when its turn comes."""
    parts = []
    for image, answer in zip(images, answers, strict=True):
        key, length = reread(image, lambda found: (found.object_key, found.object_bytes))
        parts.append(Part(answer.part_type, _file(key, length), length, instance_url(image)))
    return _body(answers[0], parts, [])


def _opened(image: Image) -> BinaryIO:
    """The object that the offsets were read from; Http404 where it was replaced in between."""
    try:
        return open_object(image.object_key)
    except FileNotFoundError as error:
        raise Http404("This image is just being replaced by its transcoded form. Ask again.") from error


def _file(key: str, length: int) -> Iterator[bytes]:
    with open_object(key) as file:
        whole: list[Span] = [(0, length)]
        yield from stream(file, whole)


def _body(answer: Answer, parts: list[Part], files: list[BinaryIO]) -> StreamingHttpResponse:
    if answer.multipart:
        related = Related(answer.media, parts)
        body = StreamingHttpResponse(iter(related), content_type=related.content_type)
        body["Content-Length"] = str(related.length)
    else:
        body = StreamingHttpResponse(iter(parts[0].chunks), content_type=parts[0].type)
        body["Content-Length"] = str(parts[0].length)
    for file in files:
        body._resource_closers.append(partial(file.close))  # type: ignore[attr-defined]
    return body

"""Resumable uploads by the tus protocol (tus.io 1.0.0): drf-tus, made ours where it is too open.

drf-tus keeps the protocol; here are ownership, limits, the folder, the lock on a file's row, and the hand-over. What
was found wanting in it, and why it was kept all the same, is in docs/decisions/resumable-uploads.md.
"""

from __future__ import annotations

import base64
import binascii
import shutil
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_tus import constants, tus_api_version
from rest_framework_tus.middleware import TusMiddleware
from rest_framework_tus.storage import AbstractUploadSaveHandler
from rest_framework_tus.views import UploadViewSet

from portal.base.ids import as_uuid
from portal.intake.filing import shown_name
from portal.intake.models import PartialUpload, Submission
from portal.intake.services import receive
from portal.practices.guards import visible_or_404

EXTENSIONS = "creation,termination,checksum"
ALGORITHMS = {"sha1", "sha256", "sha512", "md5"}
SPARE = 1024**3  # bytes that must stay free on the disk of UPLOAD_DIR
_TOO_LONG = gettext_lazy("The file is larger than it was announced. Cancel it and send it again.")
_FULL = gettext_lazy("The server's disk is nearly full. Try again later, or tell an admin.")


class Insufficient(APIException):
    """507: no room for the file."""

    status_code = status.HTTP_507_INSUFFICIENT_STORAGE
    default_detail = _FULL


class WrongVersion(APIException):
    """412: another version of the protocol."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = f"This server speaks tus {tus_api_version}."


class TooLarge(APIException):
    """413: more than one file may have."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _TOO_LONG


class LeftOnDisk(AbstractUploadSaveHandler):  # type: ignore[misc]
    """The library's save step does nothing: the view hands the file over once its last byte is committed."""

    def run(self) -> None:
        """Leave the file where it is."""

    def handle_save(self) -> None:
        """Never called."""


class PartialUploadSerializer(serializers.ModelSerializer[PartialUpload]):
    """What the library stores at creation."""

    class Meta:
        model = PartialUpload
        fields = ["guid", "upload_length", "upload_metadata", "filename"]
        read_only_fields = ["guid"]


@extend_schema(exclude=True)  # spoken by tus clients; docs/intake.md describes it
class Uploads(UploadViewSet):  # type: ignore[misc]
    """Files on their way in; each belongs to a submission of the signed-in sender."""

    scope = "exams"
    serializer_class = PartialUploadSerializer
    metadata_class = None
    http_method_names = ["get", "head", "options", "post", "patch", "delete"]  # the library fails on PUT
    _locked: PartialUpload | None = None

    def get_queryset(self) -> QuerySet[PartialUpload]:
        """Files of one's own submissions."""
        mine = Submission.objects.visible_to(self.request.user)
        found: QuerySet[PartialUpload] = PartialUpload.objects.filter(submission__in=mine)
        return found.select_related("submission__practice")

    def get_object(self) -> PartialUpload:
        """The file of this URL; 404, written down, for a stranger's."""
        if self._locked is not None:
            return self._locked
        return visible_or_404(self.get_queryset(), self.request.user, guid=self.kwargs["guid"])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, then read the protocol's headers."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            _read_headers(request._request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Every answer names the protocol's version."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = tus_api_version
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What this server can do."""
        able = {"Tus-Version": tus_api_version, "Tus-Extension": EXTENSIONS}
        limits = {"Tus-Max-Size": str(settings.UPLOAD_LIMIT), "Tus-Checksum-Algorithm": ",".join(sorted(ALGORITHMS))}
        return Response(status=204, headers=able | limits)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Announce a file: its length, its name, and the submission it belongs to."""
        length = getattr(request, constants.UPLOAD_LENGTH_FIELD_NAME, -1)
        if length < 1:
            raise ParseError(gettext("Upload-Length must be at least 1: an empty file cannot be sent."))
        if length > settings.UPLOAD_LIMIT:
            raise TooLarge(
                gettext("A file may have at most %(limit)s MB.") % {"limit": settings.UPLOAD_LIMIT // 1024**2}
            )
        settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(settings.UPLOAD_DIR).free < length + SPARE:
            raise Insufficient
        created: Response = super().create(request, *args, **kwargs)
        return created

    def perform_create(self, serializer: serializers.ModelSerializer[PartialUpload]) -> None:
        """Tie the file to the submission that its metadata names."""
        metadata = getattr(self.request, constants.UPLOAD_METADATA_FIELD_NAME, {})
        named = as_uuid(metadata.get("submission"))
        if named is None:
            raise ParseError(gettext("Upload-Metadata must name the submission that the file belongs to."))
        user = self.request.user
        submission = visible_or_404(Submission.objects.visible_to(user), user, pk=named)
        if submission.closed_at is not None:
            raise ParseError(gettext("This submission is finished. Open a new one for more files."))
        Submission.objects.filter(pk=submission.pk).update(touched_at=timezone.now())
        serializer.save(submission=submission)

    def validate_filename(self, filename: str) -> str:
        """The name to show; the bytes are never stored under it."""
        return shown_name(filename)

    def get_success_headers(self, data: dict[str, Any]) -> dict[str, str]:
        """Where to send the bytes."""
        return {"Location": reverse("uploads-detail", kwargs={"guid": data["guid"]})}

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Append a chunk under a lock on the file's row; hand the file over after the last one."""
        self.get_object()  # refuses a stranger before a byte is read
        chunk = _chunk(request)  # read before the lock: a slow sender must hold none
        with transaction.atomic():
            self._locked = self.get_queryset().select_for_update(of=("self",)).filter(guid=kwargs["guid"]).first()
            if self._locked is None:
                raise NotFound
            if self._locked.upload_offset + len(chunk) > self._locked.upload_length:
                raise TooLarge
            response: Response = super().partial_update(request, *args, **kwargs)
        if self._locked.is_complete():
            hand_over(self._locked)
        return response


def _chunk(request: Request) -> bytes:
    try:
        return bytes(cast(dict[str, bytes], request.data)["chunk"])
    except UnreadablePostError as error:
        raise ParseError(gettext("The connection dropped. Ask for Upload-Offset and go on from there.")) from error


def hand_over(partial: PartialUpload) -> None:
    """File what arrived whole. Only after it is filed, refused or safe elsewhere are the bytes let go."""
    submission = partial.submission
    with partial.path.open("rb") as file:
        receive(
            file=file, name=partial.filename, submission=submission, sender=submission.sender, upload_id=partial.guid
        )
    partial.delete()


def _read_headers(request: HttpRequest) -> None:
    """Parse the protocol's headers as the library does, with a 400 where it would fail with a 500."""
    version = request.headers.get("Tus-Resumable")
    if version is not None and version != tus_api_version:
        raise WrongVersion
    try:
        refused = TusMiddleware(lambda _: None).process_request(request)
        _hex_checksum(request)
    except (ValueError, UnicodeError, binascii.Error) as error:
        raise ParseError(gettext("An Upload-... header cannot be read.")) from error
    offset = getattr(request, constants.UPLOAD_OFFSET_NAME, None)
    if refused is not None or (request.method == "PATCH" and (offset is None or offset < 0)):
        raise ParseError(gettext("An Upload-... header is missing or wrong."))


def _hex_checksum(request: HttpRequest) -> None:
    """The protocol sends checksums in base64, the library compares hexadecimal."""
    checksum = getattr(request, constants.UPLOAD_CHECKSUM_FIELD_NAME, None)
    if checksum is None:
        return
    algorithm, encoded = checksum
    if algorithm not in ALGORITHMS:
        raise ParseError(gettext("Checksums may be sha1, sha256, sha512 or md5."))
    value = base64.b64decode(encoded, validate=True).hex()
    setattr(request, constants.UPLOAD_CHECKSUM_FIELD_NAME, [algorithm, value])

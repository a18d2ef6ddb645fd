"""Finding what an address names. One class for one place that images come from: our own store, later a PACS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from portal.exams.models import Exam, Image
from portal.practices.guards import visible_or_404
from portal.practices.models import User
from portal.wado_proxy.offsets import FrameIndex, NotAddressableError, index_of

Found = TypeVar("Found")


class Store:
    """The images of our own store that `user` may see; any other address is 404, and in the trail."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self._user = user

    def images(self, study: str, series: str = "", instance: str = "") -> list[Image]:
        """The images of a study, one of its series, or one instance; in filing order."""
        exam = visible_or_404(Exam.objects.visible_to(self._user), self._user, study_uid=study)
        mine = Image.objects.visible_to(self._user).filter(exam=exam).select_related("exam")
        wanted = {"series_uid": series, "sop_uid": instance}
        found = list(mine.filter(**{name: uid for name, uid in wanted.items() if uid}))
        if not found:
            raise Http404
        return found


def frame_index(image: Image) -> FrameIndex:
    """Where the image's frames lie in its object. Raises NotAddressableError."""
    try:
        return reread(image, index_of)
    except NotAddressableError as error:
        wait = " It is being prepared: ask again in a minute." if image.transcoding == "waiting" else ""
        raise NotAddressableError(f"{error}{wait}") from error


def reread(image: Image, read: Callable[[Image], Found]) -> Found:
    """`read(image)`; once more when transcoding replaced the object after the look-up. Http404 when it is gone."""
    try:
        return read(image)
    except FileNotFoundError:
        image.refresh_from_db(fields=["object_key", "object_bytes", "transfer_syntax_uid", "transcoding"])
    try:
        return read(image)
    except FileNotFoundError as error:
        raise Http404("The stored object is missing. Tell an administrator of this portal.") from error

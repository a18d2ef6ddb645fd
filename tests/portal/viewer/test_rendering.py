"""The server's rendering: drawn by a worker through the window asked for, in the trail, and nobody else's to see."""

import io
from uuid import UUID

import numpy as np
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from portal.audit.models import Event
from portal.exams import pixels
from portal.exams.models import Exam, Image
from portal.viewer import tasks
from portal.viewer.drawing import STRIP
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty():
    cache.clear()


@pytest.fixture
def sent(monkeypatch):
    """What was handed to the workers, in order."""
    told = []
    monkeypatch.setattr(tasks.draw_rendering, "apply_async", lambda args, **_: told.append(args))
    return told


@pytest.fixture
def image(cast):
    return file_exam(cast.northside, [("L", "CC")]).images.get()


@pytest.fixture
def ask(cast, image, django_capture_on_commit_callbacks):
    def asked(who="rosa", **query):
        with django_capture_on_commit_callbacks(execute=True):
            return cast.client(who).get(f"/api/v1/images/{image.pk}/rendering/", query)

    return asked


def drawn(ask, sent, **query):
    assert ask(**query).status_code == 202
    tasks.draw_rendering(*sent[-1])
    answer = ask(**query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    return answer.content


def test_a_worker_draws_it_once_and_the_trail_has_it_when_it_is_seen(ask, sent, image):
    assert [ask().status_code for _ in range(3)] == [202, 202, 202]
    assert len(sent) == 1 and UUID(sent[0][0]) == image.pk
    assert not Event.objects.filter(verb="image.viewed").exists()
    tasks.draw_rendering(*sent[0])
    answer = ask()
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"
    [event] = Event.objects.filter(verb="image.viewed")
    assert (event.subject_id, event.detail) == (str(image.pk), {"frames": [1], "rendering": True})
    assert len(sent) == 1


def test_its_greys_are_those_of_the_window_and_a_strip_above_says_what_it_is_not_for(ask, sent, image):
    stored = pixels.decode(default_storage.open(image.object_key).read()).values[0].astype(float)
    for center, width, invert in ((1500, 1000, False), (900, 700, True)):
        picture = Pillow.open(io.BytesIO(drawn(ask, sent, center=center, width=width, invert=invert)))
        shown = np.asarray(picture).astype(float)
        assert (picture.mode, shown.shape) == ("L", (stored.shape[0] + STRIP, stored.shape[1]))
        assert (shown[:STRIP] > 150).sum() > 100
        wanted = 255 * np.clip((stored - (center - 0.5)) / (width - 1) + 0.5, 0, 1)
        wanted = 255 - wanted if invert else wanted
        breast = stored > 0  # air is padding here, black whatever the inversion
        assert breast.mean() > 0.2 and wanted[breast].std() > 20
        assert np.abs(shown[STRIP:] - wanted)[breast].max() <= 1


def test_without_a_window_it_is_the_one_that_the_viewer_opens_with(ask, sent, image):
    opening = image.header["00281050"]["Value"][0], image.header["00281051"]["Value"][0]
    plain = drawn(ask, sent)
    assert ask(center=opening[0], width=opening[1]).content == plain  # the same picture: nothing is drawn anew
    assert drawn(ask, sent, center=opening[0] / 2, width=opening[1]) != plain


def test_what_cannot_be_drawn_says_why_and_is_no_access_to_an_image(ask, sent, image):
    default_storage.delete(image.object_key)
    assert ask().status_code == 202
    tasks.draw_rendering(*sent[0])
    answer = ask()
    assert (answer.status_code, answer.json()) == (422, {"detail": "The image's file is not in the storage."})
    assert not Event.objects.filter(verb="image.viewed").exists()


def test_new_bytes_of_the_image_are_drawn_anew(ask, sent, image):
    drawn(ask, sent)
    Image.objects.filter(pk=image.pk).update(object_key="another.dcm")
    assert ask().status_code == 202 and len(sent) == 2


@pytest.mark.parametrize(("who", "codes"), [("charlie", {404}), (None, {401, 403})])
def test_nobody_else_sees_or_orders_one(ask, sent, who, codes):
    assert ask(who).status_code in codes and sent == []


def test_windows_that_are_none_and_other_modalities_are_refused(ask, sent, image):
    assert ask(center=1, width=0).status_code == 400
    Exam.objects.filter(pk=image.exam_id).update(modality="US")
    assert ask().status_code == 404 and sent == []

"""Key images that leave as files are in the trail before they are written; strangers and burnt-in names are refused."""

import json

import pytest

from portal.audit.models import Event
from portal.exams.models import Image
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db


def export(cast, who, exam, images, kind="png"):
    body = json.dumps({"format": kind, "images": [str(image) for image in images]})
    return cast.client(who).post(f"/api/v1/exams/{exam.pk}/exports/", body, content_type="application/json")


def test_an_export_is_told_with_its_images_and_its_kind(cast):
    exam = file_exam(cast.northside)
    images = sorted(str(pk) for pk in exam.images.values_list("pk", flat=True))
    assert export(cast, "rosa", exam, images, "pdf").status_code == 201
    [event] = Event.objects.filter(verb="image.exported")
    assert (event.exam_id, event.detail) == (str(exam.pk), {"format": "pdf", "images": images})


@pytest.mark.parametrize(("who", "code"), [("charlie", 404), (None, 401)])
def test_nobody_else_exports(cast, who, code):
    exam = file_exam(cast.northside)
    assert export(cast, who, exam, [exam.images.first().pk]).status_code in (code, 403 if who is None else code)
    assert not Event.objects.filter(verb="image.exported").exists()


def test_an_image_of_another_exam_and_one_with_text_burnt_in_are_refused(cast):
    exam, other = file_exam(cast.northside), file_exam(cast.southside)
    assert export(cast, "rosa", exam, [other.images.first().pk]).status_code == 400
    Image.objects.filter(exam=exam).update(burnt_in="yes")
    answer = export(cast, "rosa", exam, [exam.images.first().pk])
    assert answer.status_code == 400 and "burnt" in answer.json()["detail"]
    assert not Event.objects.filter(verb="image.exported").exists()

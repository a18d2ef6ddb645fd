"""From stored objects to the reader's screen with the real pipeline: a lesion is marked where it is."""

from io import BytesIO

import numpy as np
import PIL.Image
import pytest
from django.core.files.storage import default_storage
from pydicom.uid import HTJ2KLosslessRPCL

from inference import phantom
from portal.analysis import services, tasks
from portal.analysis.releases import Facts
from portal.analysis.services import request_run, reveal
from tests.inference.fakes import brightness_analyst
from tests.portal.viewer.filing import file_exam, file_image

pytestmark = pytest.mark.django_db
SIZE = {"rows": 1024, "cols": 768}
CENTRE = {"L": (260.0, 520.0), "R": (507.0, 520.0)}
RADIUS = 60.0


@pytest.fixture
def run(cast, use, tmp_path, monkeypatch):
    """A finished run of a four-view exam with a lesion in the left breast."""
    analyst = use(brightness_analyst(tmp_path))
    ref = analyst.release.ref
    monkeypatch.setattr(services, "bundled", lambda: Facts(ref.name, ref.version, ref.digest, {}))
    exam = file_exam(cast.northside, [])
    for side in "RL":
        for view in ("CC", "MLO"):
            lesion = (*CENTRE[side], RADIUS) if side == "L" else None
            data = phantom.dicom(laterality=side, view=view, lesion=lesion, transfer_syntax=HTJ2KLosslessRPCL, **SIZE)
            file_image(exam, side, view, data=data)
    run = request_run(exam=exam, actor=cast.alice)
    tasks.run_exam(str(run.pk))
    run.refresh_from_db()
    reveal(run=run, user=cast.rosa, why="read-locked")
    return run


def test_the_manifest_outlines_the_lesion_in_stored_pixels(cast, run):
    found = cast.client("rosa").get(f"/api/v1/exams/{run.exam_id}/manifest/").json()
    assert found["analysis"]["state"] == "ready"
    sides = {image["id"]: image["laterality"] for image in found["images"]}
    for key, image in found["results"]["images"].items():
        if sides[key] == "L":
            box = image["findings"][0]["box"]
            x, y = CENTRE["L"]
            assert box[0] < x < box[2]
            assert box[1] < y < box[3]
        else:
            assert image["findings"] == []


def test_the_map_has_the_stored_grid_and_is_brightest_on_the_lesion(cast, run):
    image = next(one for one in run.image_results.all() if one.image.laterality == "L")
    answer = cast.client("rosa").get(f"/api/v1/runs/{run.pk}/saliency/{image.image_id}.png")
    cells = np.asarray(PIL.Image.open(BytesIO(b"".join(answer.streaming_content))))
    assert cells.shape == (SIZE["rows"] // 8, SIZE["cols"] // 8)
    rows, columns = np.nonzero(cells == cells.max())
    x, y = CENTRE["L"]
    assert np.hypot(columns.mean() * 8 + 3.5 - x, rows.mean() * 8 + 3.5 - y) < RADIUS
    assert default_storage.exists(image.saliency_key)


def test_the_same_exam_run_again_gives_the_same_numbers(cast, run, use):
    other = services.Run.objects.create(
        exam=run.exam, release=run.release, revision=run.revision + 1, inputs=run.inputs
    )
    tasks.run_exam(str(other.pk))
    other.refresh_from_db()
    assert other.input_hash == run.input_hash != ""
    same = {name: value for name, value in run.result.items() if name != "seconds"}
    assert {name: value for name, value in other.result.items() if name != "seconds"} == same

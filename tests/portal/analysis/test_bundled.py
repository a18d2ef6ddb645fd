"""The release that comes with the portal: registered as read, and able to read an exam from the portal's own store."""

import pytest
from pydicom.uid import HTJ2KLosslessRPCL

from inference import phantom
from inference.release import releases
from portal.analysis import releases as bundled_release
from portal.analysis import runner, services, tasks
from tests.portal.viewer.filing import file_exam, file_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def bundled(monkeypatch):
    """The real thing, in the place of the release that the other tests of this folder use."""
    monkeypatch.setattr(services, "bundled", bundled_release.bundled)
    bundled_release.bundled.cache_clear()
    runner.analyst.cache_clear()
    return releases()[-1]


def test_the_bundled_release_is_registered_with_its_card(bundled):
    found = services.register(bundled_release.bundled())
    assert (found.name, found.version, found.digest) == (bundled.name, bundled.version, bundled.digest)
    assert found.card["text"] == bundled.card
    assert found.card["intended_use"]["text"]


@pytest.mark.slow
def test_the_bundled_release_reads_a_filed_exam_to_the_end(cast, bundled):
    exam = file_exam(cast.northside, [])
    for side, view in (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")):
        data = phantom.dicom(laterality=side, view=view, rows=1024, cols=768, transfer_syntax=HTJ2KLosslessRPCL)
        file_image(exam, side, view, data=data)
    run = services.request_run(exam=exam, actor=cast.alice)
    tasks.run_exam(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.failed_because, run.attempts) == ("ready", "", 1)
    assert run.result["release"]["digest"] == bundled.digest
    assert run.image_results.count() == 4
    assert run.scored is False or 0 <= run.exam_score <= 1

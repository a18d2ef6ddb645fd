"""What leaves as DICOM, held against the standard by a checker that is not ours: dciodvfy and dsrdump."""

import shutil
import subprocess

import pytest

from portal.reading import key_images
from portal.reading.models import KeyImage
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from tests.portal.cases.story import a_case, a_run, suspicious
from tests.portal.interop.test_read_objects import fetch, objects
from tests.portal.tomosynthesis import tomosynthesis
from tests.portal.viewer.filing import file_exam, file_image

CHECKER, READER = shutil.which("dciodvfy"), shutil.which("dsrdump")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CHECKER or not READER, reason="dciodvfy (dicom3tools) and dsrdump (dcmtk) are not installed"
    ),
]
KINDS = ("GrayscaleSoftcopyPresentationState", "ComprehensiveSR", "SCImage", "BreastTomosynthesisImage")
MARKS = {
    "point": [[10, 20]],
    "ellipse": [[50, 60], [58, 60], [50, 80]],
    "length": [[1, 2], [4, 6]],
    "arrow": [[9, 9], [30, 31]],
    "angle": [[1, 2], [4, 6], [9, 3]],
    "pencil": [[5, 5], [6, 7], [8, 9]],
}


def errors_of(path):
    """The lines of dciodvfy that are errors; it writes them to stderr, and its exit status says nothing of them."""
    said = subprocess.run([CHECKER, str(path)], capture_output=True, text=True, check=False)
    lines = (said.stdout + said.stderr).splitlines()
    assert any(word in line for line in lines for word in KINDS), lines
    return [line for line in lines if line.startswith("Error")]


def drawn(image, **more):
    """One mark of every tool."""
    return [
        {
            "id": f"{tool}-{image.view}-{image.laterality}",
            "image": str(image.pk),
            "tool": tool,
            "points": points,
            "mm": 12.3,
            **more,
        }
        for tool, points in MARKS.items()
    ]


@pytest.fixture
def read(cast):
    """Every tool on a 2D image of either breast and on a slice of a stack, two key images, all of a read that is locked."""
    exam = file_exam(cast.northside)
    stack = file_image(exam, "R", "CC", data=tomosynthesis("R", "CC", frames=12), frames=12)
    a_run(exam)
    body = suspicious()
    left, right = (exam.images.get(laterality=side, view="MLO") for side in "LR")
    first = body["findings"][0]
    plain = {**first, "kind": "asymmetry", "descriptors": {}, "size_mm": None, "category": "2"}
    body["breasts"]["R"]["category"] = "2"
    body["findings"] = [
        {**first, "marks": [*drawn(left), *drawn(stack, frame=7)]},
        {**plain, "id": "m2", "laterality": "R", "marks": drawn(right)},
        {**plain, "id": "m3", "marks": []},
    ]
    window = {"center": 2048.0, "width": 4096.0, "function": "LINEAR", "lut": None, "invert": False}
    body["key_images"] = [
        {"image": str(image.pk), "frame": frame, **window} for image, frame in ((left, 1), (stack, 7))
    ]
    case = a_case(exam, cast.alice)
    read = begin(case=case, user=cast.rosa)
    read = save_draft(read=read, version=read.version, data=body)
    lock(read=read, actor=cast.rosa, version=read.version)
    for row in KeyImage.objects.all():
        key_images.draw(str(row.pk))
    return read


def test_no_object_of_a_read_has_an_error_by_an_outside_checker(cast, read, tmp_path):
    found = objects(fetch(cast, "rosa", read))
    assert sorted(found) == ["gsps-1.dcm", "gsps-2.dcm", "gsps-3.dcm", "key-1.dcm", "key-2.dcm", "report.dcm"]
    wrong = {}
    for name, one in found.items():
        one.save_as(tmp_path / name, enforce_file_format=True)
        wrong[name] = errors_of(tmp_path / name)
    assert wrong == {name: [] for name in found}
    tree = subprocess.run([READER, str(tmp_path / "report.dcm")], capture_output=True, text=True, check=True)
    assert "Finding 1" in tree.stdout and not [line for line in tree.stderr.splitlines() if line[:2] in ("E:", "F:")]


def test_the_checker_bites(cast, read, tmp_path):
    state = objects(fetch(cast, "rosa", read))["gsps-1.dcm"]
    del state.PresentationLUTShape
    state.save_as(tmp_path / "broken.dcm", enforce_file_format=True)
    assert any("PresentationLUTShape" in line for line in errors_of(tmp_path / "broken.dcm"))


def test_the_stack_that_these_tests_mark_is_a_breast_tomosynthesis_image(tmp_path):
    (tmp_path / "made.dcm").write_bytes(tomosynthesis("L", "MLO", frames=3, native=True))
    assert errors_of(tmp_path / "made.dcm") == []

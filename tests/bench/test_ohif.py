"""The peer of the viewer's bench: only the package that is named is run, and it is given the whole exam."""

import io
import tarfile

import pytest
from pydicom.uid import HTJ2KLosslessRPCL, generate_uid

from inference import phantom
from tests.bench import ohif

VIEWS = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]


@pytest.fixture
def images(tmp_path):
    """Four prepared objects of one series, as the portal keeps them."""
    found, study, series = [], generate_uid(), generate_uid()
    for laterality, view in VIEWS:
        path = tmp_path / f"{laterality}{view}.dcm"
        path.write_bytes(
            phantom.dicom(
                laterality=laterality, view=view, rows=64, cols=48, transfer_syntax=HTJ2KLosslessRPCL,
                StudyInstanceUID=study, SeriesInstanceUID=series, SOPInstanceUID=generate_uid(),
            )
        )  # fmt: skip
        found.append({"path": str(path), "said": f"{laterality} {view}"})
    return found


def test_another_package_than_the_one_named_is_refused_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(ohif, "KEPT", tmp_path)
    kept = tmp_path / f"ohif-{ohif.VERSION}.tgz"
    kept.write_bytes(b"something else")
    with pytest.raises(OSError, match="nothing of it is run"):
        ohif.fetched()
    assert not kept.exists()


def test_every_image_is_a_series_with_its_view_and_file(images):
    (one,) = ohif.study(images, "http://here")["studies"]
    assert [each["SeriesDescription"] for each in one["series"]] == ["R CC", "L CC", "R MLO", "L MLO"]
    told = [each["instances"][0] for each in one["series"]]
    assert [each["url"] for each in told] == [f"dicomweb:http://here/image-{number}.dcm" for number in (1, 2, 3, 4)]
    assert len({each["metadata"]["SeriesInstanceUID"] for each in told}) == 4
    assert {each["metadata"]["StudyInstanceUID"] for each in told} == {one["StudyInstanceUID"]}
    assert [each["metadata"]["Rows"] for each in told] == [64] * 4


def test_the_prebuilt_files_stand_at_their_addresses():
    package = io.BytesIO()
    with tarfile.open(fileobj=package, mode="w:gz") as archive:
        for name in ("package/dist/index.html", "package/dist/assets/a.js", "package/README.md"):
            entry = tarfile.TarInfo(name)
            entry.size = 1
            archive.addfile(entry, io.BytesIO(b"x"))
    assert ohif.unpacked(package.getvalue()) == {"/index.html": b"x", "/assets/a.js": b"x"}

"""CBIS-DDSM, DDSM, EMBED and OPTIMAM in their true layouts become the same records; what is missing is named."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.datasets.records import DatasetError, Record, read_pixels
from inference.datasets.registry import read_sets
from tests.inference import sets_public as trees
from tests.inference.conftest import SHARED
from tests.inference.sets import mias, write_csv, write_image

SETS = {"cbis-ddsm": trees.cbis_ddsm, "ddsm": trees.ddsm, "embed": trees.embed, "optimam": trees.optimam}


def by_image(root: Path, name: str) -> dict[str, Record]:
    return {record.image: record for record in read_sets([name], root)}


def span(record: Record, number: int = 0) -> tuple[float, float, float, float]:
    xs, ys = zip(*record.regions[number].outline, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("name", SETS)
def test_regions_lie_on_the_lesion_that_the_pixels_show(name: str, tmp_path: Path) -> None:
    records = read_sets([name], SETS[name](tmp_path))
    drawn = [record for record in records if record.regions]
    assert drawn
    for record in drawn:
        image = read_pixels(record.path)
        assert image.shape == (256, 256)
        x0, y0, x1, y1 = span(record)
        assert np.hypot((x0 + x1) / 2 - 80, (y0 + y1) / 2 - 128) < 5 and 30 < x1 - x0 < 50
        inside = image[round(y0) : round(y1), round(x0) : round(x1)]
        assert inside.mean() > image[:, :40].mean()


@pytest.mark.parametrize("classic", [False, True])
def test_cbis_ddsm_is_read_in_both_forms_of_tcias_tree(tmp_path: Path, classic: bool) -> None:
    records = by_image(trees.cbis_ddsm(tmp_path, classic=classic), "cbis-ddsm")
    first = records["P_00001_LEFT_CC"]
    assert (first.laterality, first.view, first.malignant, first.split) == ("L", "CC", True, "train")
    assert [(region.malignant, region.kinds) for region in first.regions] == [
        (True, ("mass", "distortion")),
        (False, ("asymmetry",)),
    ]
    assert first.kinds == ("mass", "distortion", "asymmetry") and first.density == (0, 0, 1, 0)
    assert (first.birads, first.located) == ("4", True)
    assert records["P_00005_RIGHT_CC"].kinds == ("calcification",)


def test_a_cbis_patient_of_both_splits_is_tested_on_alone(tmp_path: Path) -> None:
    records = by_image(trees.cbis_ddsm(tmp_path), "cbis-ddsm")
    assert records["P_00016_RIGHT_CC"].split == records["P_00016_RIGHT_MLO"].split == "test"


def test_cbis_ddsm_without_masks_has_labels_and_no_regions(tmp_path: Path) -> None:
    record = by_image(trees.cbis_ddsm(tmp_path, masks=False), "cbis-ddsm")["P_00001_LEFT_CC"]
    assert record.regions == () and record.located is False and record.malignant is True


def test_the_real_cbis_tables_are_understood_row_by_row(tmp_path: Path) -> None:
    tables = sorted((SHARED / "cbis-ddsm").glob("*.csv"))
    if not tables:
        pytest.skip("../shared/data/cbis-ddsm is not here")
    folder = tmp_path / "cbis-ddsm"
    folder.mkdir()
    pixels = trees.disc()
    for table in tables:
        shutil.copy(table, folder)
        with table.open(newline="") as stream:
            for row in csv.DictReader(stream):
                series = folder / "CBIS-DDSM" / Path(row["image file path"]).parent
                if not series.is_dir():
                    series.mkdir(parents=True)
                    (series / "1-1.dcm").touch()
    assert pixels.any()
    records = read_sets(["cbis-ddsm"], tmp_path)
    assert len({record.patient for record in records}) == 1566
    both = {"train": set(), "test": set()}
    for record in records:
        both[record.split or ""].add(record.patient)
    assert not both["train"] & both["test"]
    assert {kind for record in records for kind in record.kinds or ()} == {
        "mass",
        "calcification",
        "distortion",
        "asymmetry",
    }


def test_ddsm_outlines_follow_the_chain_code_at_the_size_of_the_converted_image(tmp_path: Path) -> None:
    record = by_image(trees.ddsm(tmp_path), "ddsm")["C_0001_1.LEFT_CC"]
    assert span(record) == pytest.approx((59.75, 107.75, 99.75, 147.75))
    assert (record.malignant, record.kinds, record.birads, record.age) == (True, ("mass",), "5", 65)
    assert record.density == (0, 0, 1, 0) and (record.laterality, record.view) == ("L", "CC")
    well = by_image(tmp_path, "ddsm")["C_0001_1.RIGHT_MLO"]
    assert (well.malignant, well.abnormal, well.kinds, well.regions) == (False, False, (), ())


def test_ddsm_keeps_a_pure_distortion_apart_from_a_mass_and_an_unproven_finding_unknown(tmp_path: Path) -> None:
    path = trees.ddsm(tmp_path) / "ddsm/cancers/cancer_01/case0001/C_0001_1.LEFT_CC.OVERLAY"
    text = trees.OVERLAY.format(
        count=1, type="MASS SHAPE ARCHITECTURAL_DISTORTION MARGINS N/A", pathology="UNPROVEN", chain=trees.SQUARE
    )
    path.write_text(text)
    record = by_image(tmp_path, "ddsm")["C_0001_1.LEFT_CC"]
    assert (record.kinds, record.malignant, record.abnormal) == (("distortion",), None, True)


def test_embed_reads_two_dimensional_whole_views_and_their_pathology(tmp_path: Path) -> None:
    records = by_image(trees.embed(tmp_path), "embed")
    assert set(records) == {"a.dcm", "b.dcm", "c.dcm"}
    ill, well, other = (records[name] for name in ("a.dcm", "b.dcm", "c.dcm"))
    assert (ill.malignant, ill.abnormal, ill.kinds, ill.birads) == (True, True, ("mass",), "M")
    assert (ill.density, ill.age, ill.vendor) == ((0, 0, 1, 0), 61, "HOLOGIC, Inc.")
    assert (well.malignant, well.abnormal, well.regions) == (False, False, ())
    assert (other.malignant, other.patient) == (False, "200")
    assert span(ill) == (60, 108, 100, 148)


def test_embed_leaves_a_suspicion_without_pathology_open(tmp_path: Path) -> None:
    path = trees.embed(tmp_path) / "embed" / "EMBED_OpenData_clinical_reduced.csv"
    path.write_text(path.read_text().replace("L,M,0.0", "L,S,"))
    assert by_image(tmp_path, "embed")["a.dcm"].malignant is None


def test_optimam_takes_each_breasts_own_opinion_and_leaves_raw_images_out(tmp_path: Path) -> None:
    pytest.importorskip("omidb")
    records = by_image(trees.optimam(tmp_path), "optimam")
    assert set(records) == set(trees.IMAGES.values())
    ill, well = records[trees.IMAGES["L"]], records[trees.IMAGES["R"]]
    assert (ill.malignant, ill.abnormal, ill.kinds, ill.patient) == (True, True, ("mass",), "optm1")
    assert (well.malignant, well.abnormal, well.kinds, well.regions) == (False, False, (), ())
    assert (ill.laterality, ill.view, span(ill)) == ("L", "MLO", (60, 108, 100, 148))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


CASE = "ddsm/cancers/cancer_01/case0001"
WRONG = {
    "cbis table": ("cbis-ddsm", lambda r: (r / "cbis-ddsm/calc_case_description_test_set.csv").unlink(), "test_set.csv is missing"),
    "cbis column": ("cbis-ddsm", lambda r: edit(r / "cbis-ddsm/mass_case_description_test_set.csv", "pathology", "verdict"), "no column pathology"),
    "cbis image": ("cbis-ddsm", lambda r: shutil.rmtree(r / "cbis-ddsm/CBIS-DDSM/Calc-Test_P_00038_LEFT_CC"), "P_00038_LEFT_CC holds no full"),
    "cbis word": ("cbis-ddsm", lambda r: edit(r / "cbis-ddsm/mass_case_description_test_set.csv", "BENIGN", "FINE"), "pathology of P_00016_RIGHT_MLO is 'FINE'"),
    "ddsm none": ("ddsm", lambda r: (r / CASE / "C-0001-1.ics").unlink(), "holds no .ics file"),
    "ddsm image": ("ddsm", lambda r: (r / CASE / "C_0001_1.LEFT_CC.png").unlink(), "C_0001_1.LEFT_CC.png is missing"),
    "ddsm overlay": ("ddsm", lambda r: (r / CASE / "C_0001_1.LEFT_CC.OVERLAY").unlink(), "OVERLAY is missing"),
    "ddsm count": ("ddsm", lambda r: edit(r / CASE / "C_0001_1.LEFT_CC.OVERLAY", "NORMALITIES 1", "NORMALITIES 2"), "announces 2 abnormalities"),
    "ddsm chain": ("ddsm", lambda r: edit(r / CASE / "C_0001_1.LEFT_CC.OVERLAY", "216 2", "216 9"), "no chain code"),
    "ddsm word": ("ddsm", lambda r: edit(r / CASE / "C_0001_1.LEFT_CC.OVERLAY", "MALIGNANT", "BAD"), "PATHOLOGY is 'BAD'"),
    "embed table": ("embed", lambda r: (r / "embed/EMBED_OpenData_clinical_reduced.csv").unlink(), "clinical.csv is missing"),
    "embed column": ("embed", lambda r: edit(r / "embed/EMBED_OpenData_metadata_reduced.csv", "ROI_coords", "rois"), "no column ROI_coords"),
    "embed image": ("embed", lambda r: next((r / "embed/images").rglob("c.dcm")).unlink(), "c.dcm is missing"),
    "embed boxes": ("embed", lambda r: edit(r / "embed/EMBED_OpenData_metadata_reduced.csv", "((108, 60, 148, 100),)", "none"), "not a list of boxes"),
    "embed exam": ("embed", lambda r: edit(r / "embed/EMBED_OpenData_clinical_reduced.csv", "200,901", "200,902"), "exam 901"),
    "optimam nbss": ("optimam", lambda r: (r / "optimam/data/optm1/nbss_optm1.json").unlink(), "nbss_optm1.json is missing"),
    "optimam folder": ("optimam", lambda r: shutil.rmtree(r / "optimam/images"), "images is missing"),
    "optimam image": ("optimam", lambda r: next((r / "optimam/images").rglob("*31.dcm")).unlink(), "31.dcm is missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_a_public_set_lacks_is_named(case: str, tmp_path: Path) -> None:
    name, spoil, words = WRONG[case]
    if name == "optimam":
        pytest.importorskip("omidb")
    SETS[name](tmp_path)
    spoil(tmp_path)
    with pytest.raises(DatasetError, match=words.replace("(", r"\(")):
        read_sets([name], tmp_path)


def table(root: Path, *rows: list[object]) -> Path:
    columns = ["image", "patient", "laterality", "view", "malignant", "abnormal", "density", "kinds", "split", "age"]
    for row in rows:
        write_image(root / str(row[0]), "L", "CC", None, 0)
    write_csv(root / "ours.csv", columns, list(rows))
    return root


def test_a_patient_in_two_splits_is_refused_by_name(tmp_path: Path) -> None:
    table(
        tmp_path,
        ["a.png", "w1", "L", "CC", 0, 0, "", "", "train", ""],
        ["b.png", "w1", "R", "CC", 0, 0, "", "", "test", ""],
    )
    with pytest.raises(DatasetError, match=r"patient w1 is in train and in test \(b.png\)"):
        read_sets(["ours.csv"], tmp_path)


def test_a_table_may_tell_finding_types_split_and_age(tmp_path: Path) -> None:
    table(
        tmp_path,
        ["a.png", "w1", "L", "CC", 1, 1, "b", "calcification+mass", "test", "55"],
        ["b.png", "w2", "R", "CC", 0, 0, "", "none", "", ""],
    )
    first, second = read_sets(["ours.csv"], tmp_path)
    assert (first.kinds, first.split, first.age) == (("mass", "calcification"), "test", 55)
    assert (second.kinds, second.split, second.age) == ((), None, None)


@pytest.mark.parametrize(("row", "words"), [
    (["a.png", "w1", "L", "CC", 1, 1, "", "lump", "", ""], "holds 'lump'"),
    (["a.png", "w1", "L", "CC", 1, 1, "", "", "valid", ""], "split of a.png is 'valid'"),
    (["a.png", "w1", "L", "CC", 1, 1, "", "", "", "nan"], "age of a.png is 'nan'"),
])  # fmt: skip
def test_words_that_a_table_may_not_hold_are_named(tmp_path: Path, row: list[object], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        read_sets(["ours.csv"], table(tmp_path, row))


def test_a_label_without_an_image_is_refused(tmp_path: Path) -> None:
    table(tmp_path, ["a.png", "w1", "L", "CC", 1, 1, "", "", "", ""])
    (tmp_path / "a.png").unlink()
    with pytest.raises(DatasetError, match=r"a.png is missing: copy the image there or delete its row"):
        read_sets(["ours.csv"], tmp_path)


def test_pixels_that_are_not_numbers_are_refused_by_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    Image.fromarray(np.where(np.indices((9, 9))[0] == 4, np.nan, 1).astype(np.float32)).save(path)
    with pytest.raises(DatasetError, match=r"a\.tif holds pixels that are not numbers"):
        read_pixels(path)


@pytest.mark.parametrize("name", ["a.png", "a.dcm"])
def test_an_image_that_cannot_be_read_is_refused_by_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\0" * 128 + b"DICM" + b"junk" * 9)
    with pytest.raises(DatasetError, match=f"{name} cannot be read"):
        read_pixels(path)


def test_finding_types_of_film_are_told_in_the_one_vocabulary(tmp_path: Path) -> None:
    records = read_sets(["mias"], mias(tmp_path))
    assert {record.kinds for record in records} == {("mass",), ()}
    assert all(region.kinds == ("mass",) for record in records for region in record.regions)

"""Each set becomes records in one vocabulary; what is missing is named."""

from pathlib import Path

import pytest

from inference.datasets.records import DatasetError, ellipse, read_pixels
from inference.datasets.registry import read_sets
from tests.inference.sets import cdd_cesm, mias, write_csv, write_image

SHARED = Path(__file__).parents[3] / "shared" / "data"


def test_mias_rows_become_images_with_circles(tmp_path):
    records = read_sets(["mias"], mias(tmp_path))
    first, second = records[0], records[1]
    assert (first.malignant, first.abnormal, first.view, first.patient) == (True, True, "MLO", "mias000")
    assert (second.malignant, second.abnormal, second.regions) == (False, False, ())
    xs = [x for x, _ in first.regions[0].outline]
    assert (min(xs), max(xs)) == (52, 88)


def test_mias_laterality_is_not_believed(tmp_path):
    assert {record.laterality for record in read_sets(["mias"], mias(tmp_path))} == {None}


def test_a_womans_two_mias_images_are_her_two_breasts_and_nobody_says_which(tmp_path):
    records = read_sets(["mias"], mias(tmp_path))
    for patient in {record.patient for record in records}:
        assert sorted(record.breast or "" for record in records if record.patient == patient) == ["one", "other"]
    root = mias(tmp_path / "more", women=1)
    text = (root / "mias" / "labels.csv").read_text()
    first = text.splitlines()[1].split(",")
    write_image(root / "mias" / "images" / "mdb999.png", "L", "MLO", None, 9)
    (root / "mias" / "labels.csv").write_text(text + ",".join(["mdb999.png", *first[1:]]) + "\n")
    assert {record.breast for record in read_sets(["mias"], root)} == {None}  # three images: nothing can be said


def test_mias_density_is_a_or_b_or_shared_between_c_and_d(tmp_path):
    densities = {record.density for record in read_sets(["mias"], mias(tmp_path))}
    assert densities == {(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0.72, 0.28)}


def test_several_rows_of_one_film_are_one_record(tmp_path):
    root = mias(tmp_path, women=1)
    with (root / "mias" / "labels.csv").open("a") as stream:
        stream.write("mdb000L.png,mias000,MLO,F,CALC,B,,,\n")
    record = read_sets(["mias"], root)[0]
    assert record.malignant is True
    assert len(record.regions) == 1
    assert record.located is False


def test_cdd_cesm_takes_pathology_for_the_record(tmp_path):
    root = cdd_cesm(tmp_path)
    path = root / "cdd-cesm" / "labels.csv"
    path.write_text(path.read_text().replace("malignant,Malignant", "malignant,Benign", 1))
    by_image = {record.image: record for record in read_sets(["cdd-cesm"], root)}
    assert by_image["P1_L_DM_CC.jpg"].malignant is False
    assert by_image["P3_L_DM_CC.jpg"].malignant is True


def test_cdd_cesm_benign_pathology_with_a_normal_image_is_not_called_normal(tmp_path):
    root = cdd_cesm(tmp_path)
    path = root / "cdd-cesm" / "labels.csv"
    path.write_text(path.read_text().replace("benign,Benign,L,CC,50,B,4", "normal,Benign,L,CC,50,B,1", 1))
    record = read_sets(["cdd-cesm"], root)[0]
    assert record.abnormal is None
    assert record.regions == ()


def test_an_image_with_two_ratings_does_not_say_which_outline_is_malignant(tmp_path):
    root = cdd_cesm(tmp_path)
    path = root / "cdd-cesm" / "labels.csv"
    path.write_text(path.read_text().replace("CC,50,C,4", "CC,50,C,5$2", 1))
    record = read_sets(["cdd-cesm"], root)[1]
    assert (record.malignant, record.regions[0].malignant) == (True, None)


def test_images_without_a_patient_say_so(tmp_path):
    records = read_sets(["cdd-cesm"], cdd_cesm(tmp_path))
    assert [record.image for record in records if not record.patient_known] == [
        "unmatched_normal_0.jpg",
        "unmatched_normal_1.jpg",
    ]


def test_any_other_set_is_a_csv_beside_its_images(tmp_path):
    write_image(tmp_path / "images" / "one.png", "L", "CC", None, 0)
    columns = ["image", "patient", "laterality", "view", "malignant", "abnormal", "density"]
    write_csv(tmp_path / "ours.csv", columns, [["images/one.png", "w1", "L", "CC", "0", "", "c"]])
    (record,) = read_sets(["ours.csv"], tmp_path)
    assert (record.malignant, record.abnormal, record.density) == (False, None, (0, 0, 1, 0))
    assert read_pixels(record.path).shape == (256, 256)


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda root: (root / "mias" / "labels.csv").unlink(), "labels.csv is missing"),
        (lambda root: (root / "mias" / "images" / "mdb000L.png").unlink(), "mdb000L.png is missing"),
        (lambda root: edit(root, "severity", "seriousness"), "has no column severity"),
        (lambda root: edit(root, ",M,", ",X,"), "severity of mdb000L.png is 'X'"),
        (lambda root: edit(root, "70,120", "left,120"), "x of mdb000L.png is 'left', not a number"),
        (lambda root: edit(root, "mdb000L.png", "../../secret.png"), "points outside"),
        (lambda root: empty(root), "holds no rows"),
    ],
)
def test_what_is_wrong_with_a_set_is_named(tmp_path, spoil, words):
    root = mias(tmp_path)
    spoil(root)
    with pytest.raises(DatasetError, match=words):
        read_sets(["mias"], root)


def test_an_unknown_set_lists_the_known_ones(tmp_path):
    with pytest.raises(DatasetError, match="mias, cdd-cesm, cbis-ddsm, ddsm, embed, optimam or the path of a CSV"):
        read_sets(["inbreast"], tmp_path)


def test_an_ellipse_touches_its_box():
    points = ellipse(10, 20, 30, 60)
    assert min(y for _, y in points) == pytest.approx(20)
    assert max(x for x, _ in points) == pytest.approx(30)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not on this machine")
def test_the_real_sets_have_the_counts_their_authors_give():
    records = read_sets(["mias", "cdd-cesm"], SHARED)
    film = [record for record in records if record.dataset == "mias"]
    digital = [record for record in records if record.dataset == "cdd-cesm"]
    assert (len(film), len({record.patient for record in film}), sum(r.abnormal for r in film)) == (232, 116, 85)
    assert (len(digital), sum(r.malignant is True for r in digital)) == (139, 35)
    assert all(record.patient_known for record in digital if record.malignant)


def edit(root, old, new):
    path = root / "mias" / "labels.csv"
    path.write_text(path.read_text().replace(old, new, 1))


def empty(root):
    path = root / "mias" / "labels.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")

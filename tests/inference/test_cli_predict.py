"""`predict` keeps its contract: what it takes, what it writes, and how it ends."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inference import phantom
from inference.__main__ import main
from inference.cli import NOTICE, predict
from inference.pipeline import Analyst

LESION = (150.0, 430.0, 28.0)
SIZE = {"rows": 768, "cols": 576}


@pytest.fixture(autouse=True)
def brightness(monkeypatch: pytest.MonkeyPatch, analyst: Analyst) -> None:
    """The brightness release reads, whatever is bundled."""
    monkeypatch.setattr(predict, "load", lambda release, device: analyst)


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """Four views of one study as DICOM files, a lesion in the left breast."""
    folder = tmp_path / "exam"
    folder.mkdir()
    for side in "LR":
        for view in ("CC", "MLO"):
            lesion = LESION if side == "L" else None
            data = phantom.dicom(laterality=side, view=view, lesion=lesion, StudyInstanceUID="1.2.3", **SIZE)
            (folder / f"{side}{view}.dcm").write_bytes(data)
    return folder


def picture(path: Path, laterality: str = "L", view: str = "CC", *, seed: int = 0, lesion: bool = False) -> Path:
    """A phantom as PNG or JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = phantom.mammogram(laterality, view, seed=seed, lesion=LESION if lesion else None, bits=8, **SIZE)
    Image.fromarray(grey.astype(np.uint8)).save(path)
    return path


def read(*arguments: object, ends: int = 0) -> dict:
    """What `predict ARGUMENTS --json` writes, where it ends with `ends`."""
    out = Path(str(arguments[0])).parent / "answer" / "out.json"
    assert main(["predict", *map(str, arguments), "--json", str(out)]) == ends
    return json.loads(out.read_text())


def test_the_answer_has_release_images_and_exams(exam: Path, tmp_path: Path, analyst: Analyst) -> None:
    answer = read(exam, "--out", tmp_path / "maps")
    assert answer["release"]["digest"] == analyst.release.digest and answer["notice"] == NOTICE
    (image,) = [one for one in answer["images"] if one["file"].endswith("LCC.dcm")]
    assert image["sha256"] == sha256((exam / "LCC.dcm").read_bytes()).hexdigest()
    assert (image["laterality"], image["view"], image["status"], image["reason"]) == ("L", "CC", "scored", None)
    assert 0 <= image["abnormality"] <= 1 and 0.9 < image["malignancy"] <= 1
    assert set(image["density"]) == set("ABCD") and sum(image["density"].values()) == pytest.approx(1)
    (read_exam,) = answer["exams"]
    assert read_exam["id"] == "1.2.3" and len(read_exam["files"]) == 4 and read_exam["breasts"]["L"]["score"] > 0.9


def test_a_region_lies_on_the_lesion_in_stored_pixels(exam: Path) -> None:
    image = read(exam)["images"][0]
    (region,) = image["regions"]
    x0, y0, x1, y1 = region["box"]
    assert abs((x0 + x1) / 2 - LESION[0]) < 14 and abs((y0 + y1) / 2 - LESION[1]) < 14
    xs, ys = zip(*region["polygon"], strict=True)
    assert (min(xs), min(ys), max(xs), max(ys)) == (x0, y0, x1, y1) and region["score"] > 0.5


def test_the_saliency_file_is_an_8_bit_png_on_the_stated_grid(exam: Path, tmp_path: Path) -> None:
    image = read(exam, "--out", tmp_path / "maps")["images"][0]
    with Image.open(image["saliency"]) as png:
        assert (png.format, png.mode) == ("PNG", "L")
        cells = np.asarray(png)
    assert image["saliency_cell"] == 8 and cells.shape == (SIZE["rows"] // 8, SIZE["cols"] // 8)
    row, col = np.unravel_index(int(cells.argmax()), cells.shape)
    assert np.hypot(col * 8 + 3.5 - LESION[0], row * 8 + 3.5 - LESION[1]) < LESION[2]


def test_overlays_show_the_map_over_the_lesion_and_nothing_in_the_air(exam: Path, tmp_path: Path) -> None:
    read(exam, "--out", tmp_path / "maps")
    shown = np.asarray(Image.open(tmp_path / "maps" / "LCC.dcm.png")).astype(int)
    red = shown[..., 0] - shown[..., 2]
    assert shown.shape == (768, 576, 3) and red[430, 150] > 60 and red[100, 500] == 0


def test_without_a_folder_no_map_is_written_and_the_answer_says_so(exam: Path) -> None:
    assert {image["saliency"] for image in read(exam)["images"]} == {None}
    assert not list(exam.glob("*.png"))


def test_a_picture_of_unknown_side_and_view_is_scored(tmp_path: Path) -> None:
    (image,) = read(picture(tmp_path / "mdb001.png"))["images"]
    assert (image["laterality"], image["view"], image["status"]) == (None, None, "scored")
    assert image["malignancy"] is not None


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_table_says_the_side_and_view_of_pictures(tmp_path: Path, kind: str) -> None:
    for number, (side, view) in enumerate([("L", "CC"), ("R", "MLO")]):
        picture(tmp_path / "in" / f"{number}.{kind}", side, view)
    table = tmp_path / "sides.csv"
    table.write_text(f"file,side,view\n0.{kind},left,cc\n1.{kind},R,MLO\n")
    answer = read(tmp_path / "in", "--csv", table)
    assert [(i["laterality"], i["view"]) for i in answer["images"]] == [("L", "CC"), ("R", "MLO")]
    assert len(answer["exams"]) == 1


def test_a_tables_exam_column_keeps_images_together_or_apart(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        picture(tmp_path / "in" / f"{name}.png")
    table = tmp_path / "sides.csv"
    table.write_text("file,laterality,view,patient\na.png,L,CC,one\nb.png,L,CC,two\nc.png,L,MLO,one\n")
    exams = read(tmp_path / "in", "--csv", table)["exams"]
    assert {exam["id"]: [Path(file).name for file in exam["files"]] for exam in exams} == {
        "one": ["a.png", "c.png"],
        "two": ["b.png"],
    }


def test_loose_pictures_are_exams_of_their_own_and_named_views_come_together(tmp_path: Path) -> None:
    for name in ("mdb001.png", "mdb002.png", "P3_R_DM_CC.jpg", "P3_L_DM_MLO.jpg", "P4_L_DM_CC.jpg"):
        picture(tmp_path / "in" / name)
    grouped = [[Path(file).name for file in exam["files"]] for exam in read(tmp_path / "in")["exams"]]
    assert sorted(grouped) == [
        ["P3_L_DM_MLO.jpg", "P3_R_DM_CC.jpg"],
        ["P4_L_DM_CC.jpg"],
        ["mdb001.png"],
        ["mdb002.png"],
    ]


def test_dicom_files_are_told_apart_by_their_study(exam: Path) -> None:
    (exam / "other.dcm").write_bytes(phantom.dicom(StudyInstanceUID="9.9", **SIZE))
    assert {one["id"]: len(one["files"]) for one in read(exam)["exams"]} == {"1.2.3": 4, "9.9": 1}


def test_the_four_studies_of_a_film_exam_are_one_exam(film_exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["predict", str(film_exam), "--json", str(out)]) == 0
    assert [len(exam["files"]) for exam in json.loads(out.read_text())["exams"]] == [4]


def test_what_is_not_scored_keeps_its_place_says_why_and_ends_with_3(exam: Path) -> None:
    (exam / "ARAW.dcm").write_bytes(
        phantom.dicom(PresentationIntentType="FOR PROCESSING", StudyInstanceUID="1.2.3", **SIZE)
    )
    (exam / "junk.dcm").write_bytes(b"junk")
    answer = read(exam, ends=3)
    said = {Path(image["file"]).name: (image["status"], image["reason"]) for image in answer["images"]}
    assert said["ARAW.dcm"][0] == said["junk.dcm"][0] == "not_scored"
    assert "For Presentation" in said["ARAW.dcm"][1] and "not a DICOM" in said["junk.dcm"][1]
    assert said["LCC.dcm"] == ("scored", None)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("side,view\nL,CC\n", "needs a column file"),
        ("file\nmdb001.png\n", "one of laterality, view, exam"),
        ("file,side\nmdb001.png,port\n", "laterality of mdb001.png is 'port'"),
        ("file,side\nmdb001.png,L\nmdb001.png,R\n", "two rows that differ"),
    ],
)
def test_a_table_that_cannot_be_used_ends_with_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, words: str
) -> None:
    (tmp_path / "sides.csv").write_text(table)
    image = picture(tmp_path / "mdb001.png")
    assert main(["predict", str(image), "--csv", str(tmp_path / "sides.csv")]) == 2
    told = capsys.readouterr().err
    assert words in told and len(told.splitlines()) == 1


def test_rows_of_files_that_were_not_handed_in_are_counted_and_do_no_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = picture(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text("file,side\na.png,L\nb.png,R\n")
    assert read(image, "--csv", tmp_path / "t.csv")["images"][0]["laterality"] == "L"
    assert "1 of its rows" in capsys.readouterr().err


def test_what_cannot_run_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["predict", str(tmp_path / "gone")]) == 2
    assert "neither a file nor a folder" in capsys.readouterr().err
    assert main(["predict", str(tmp_path / "empty")]) == 2
    assert "holds no image" in capsys.readouterr().err
    for wrong in ("tpu", "cuda:99"):
        with pytest.raises(SystemExit) as ended:
            main(["predict", str(tmp_path), "--device", wrong])
        assert ended.value.code == 2


@pytest.mark.parametrize(
    ("command", "wrong"),
    [(c, ("--threads", n)) for c in ("predict x", "evaluate x y", "saliency x", "train x --data y") for n in ("0", "-5", "two")]
    + [("bench", wrong) for wrong in (("--runs", "0"), ("--rows", "-1"), ("--slices", "-1"), ("--device", "tpu"))]
    + [("saliency x", ("--limit", "0")), ("train x --data y", ("--device", "tpu")), ("train x --data y", ("--faithful", "-1"))],
)  # fmt: skip
def test_an_argument_that_means_nothing_ends_with_2_and_one_line(
    command: str, wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), *wrong])
    said = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 2 and wrong[0] in said and wrong[1] in said


@pytest.mark.parametrize("asked", ["0", "-3", "many"])
def test_a_number_of_threads_in_the_environment_that_means_nothing_is_named(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OVERREAD_THREADS", asked)
    for command, status in (("evaluate r s", 2), ("saliency r", 2), ("train c --data d", 1)):
        assert main(command.split()) == status
        assert f"OVERREAD_THREADS is {asked!r}" in capsys.readouterr().err


def test_every_command_that_computes_takes_the_threads_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERREAD_THREADS", "3")
    before, taken = torch.get_num_threads(), []
    monkeypatch.setattr(torch, "set_num_threads", taken.append)
    for command in ("evaluate r s", "saliency r", "train c --data d", "train c --data d --threads 2"):
        assert main(command.split()) > 0  # none of their files is there
    assert taken == [3, 3, 3, 2] and torch.get_num_threads() == before


def test_a_file_named_twice_is_read_once(exam: Path) -> None:
    assert len(read(exam, exam / "LCC.dcm")["images"]) == 4


def test_files_of_one_name_in_two_folders_keep_their_own_maps(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a" / "x.png", lesion=True)
    picture(tmp_path / "in" / "b" / "x.png")
    maps = [image["saliency"] for image in read(tmp_path / "in", "--out", tmp_path / "maps")["images"]]
    first, second = (np.asarray(Image.open(path)) for path in maps)
    assert first.max() > second.max()


def test_pictures_of_a_real_exam_tell_side_and_view_in_their_names(demo_exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["predict", str(demo_exam), "--json", str(out)]) == 0
    answer = json.loads(out.read_text())
    assert [(i["laterality"], i["view"], i["status"]) for i in answer["images"]] == [
        (side, view, "scored") for side in "LR" for view in ("CC", "MLO")
    ]
    assert len(answer["exams"]) == 1

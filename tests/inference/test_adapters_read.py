"""Brought models read exams through the same door: four views or one, what is missing is said, maps lie where they were seen."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from inference import phantom, pipeline
from inference.__main__ import main
from inference.admission import ImageInput
from inference.networks.adapters import dmv_cnn
from inference.networks.adapters import gmic as gmic_network
from inference.networks.adapters.facts import FACTS
from inference.networks.adapters.install import _write
from inference.networks.adapters.kinds import KINDS, risk_input
from inference.networks.adapters.opened import Opened, open_image
from inference.networks.adapters.reader import AdaptedAnalyst
from inference.networks.adapters.windows import Window, window
from inference.release import CARD, MANIFEST, WEIGHTS, Release, ReleaseError, hash_file
from inference.results import Reason
from inference.saliency import to_cells
from tests.inference.fills import filled

FOUR = [(side, view) for side in "LR" for view in ("CC", "MLO")]


def release(folder, kind, table=None, further=""):
    """A release of that kind whose weights depend on their names alone."""
    folder.mkdir(parents=True)
    chosen = {"adapter": kind, **(table or {})}
    save_file(filled(KINDS[kind].build(chosen)).state_dict(), folder / WEIGHTS)
    _write(kind, chosen, [], folder)
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text() + further)
    return folder


def exam(rows=768, cols=576, places=FOUR, **keywords):
    return [
        ImageInput(f"{side}{view}", phantom.dicom(laterality=side, view=view, rows=rows, cols=cols, seed=n, **keywords))
        for n, (side, view) in enumerate(places)
    ]


def reader(folder, kind, **made):
    return pipeline.load(release(folder, kind, **made), "cpu")


@pytest.fixture
def density(tmp_path):
    return reader(tmp_path / "r", "nyu-density")


def test_the_pipeline_loads_a_brought_model_for_whoever_asks_it(density):
    assert isinstance(density, AdaptedAnalyst) and isinstance(density, pipeline.Analyst)
    assert density.release.ref.name == "nyu-density"


def test_four_views_give_density_and_nothing_that_was_not_said(density):
    found = density.read_exam(exam())
    assert found.scored and sum(found.density.values()) == pytest.approx(1.0, abs=1e-5)
    assert found.density_letter == max(found.density, key=found.density.get)
    told = (found.exam_score, found.score_band, found.triage, found.suggestion, found.risk)
    assert told == (None,) * 5 and found.breasts == {} and found.reasons == ()
    assert all(image.scored and image.malignancy is None for image in found.images)
    json.dumps(found.to_dict())


def test_progress_is_told_and_the_same_exam_gives_the_same_numbers(density):
    told = []
    first = density.read_exam(exam(), lambda stage, share: told.append((stage, share)))
    assert [stage for stage, _ in told] == ["decode"] * 4 + ["network", "saliency"]
    assert [share for _, share in told] == sorted(share for _, share in told) and told[-1][1] == 1.0
    assert density.read_exams([exam(), exam()[:3]])[0] == first


@pytest.mark.parametrize(
    ("images", "code", "named"),
    [
        (lambda: exam(places=FOUR[:3]), "view_missing", "RMLO"),
        (
            lambda: [*exam(), ImageInput("again", exam()[0].data)],
            "view_twice",
            "two LCC",
        ),
        (lambda: [*exam(places=FOUR[:3]), ImageInput("broken", b"no image")], "view_missing", "RMLO"),
    ],
)
def test_an_exam_without_its_four_views_is_not_scored_because(density, images, code, named):
    found = density.read_exam(images())
    assert not found.scored and found.density is None and found.reasons[0].code == code
    assert named in found.reasons[0].text and found.reasons[0].text.startswith("Not scored: ")
    assert not any(image.scored for image in found.images)


def test_two_images_of_one_key_are_refused(density):
    with pytest.raises(ValueError, match="key of its own"):
        density.read_exam([exam()[0], exam()[0]])


def test_a_picture_of_unknown_side_is_not_guessed_at(density, tmp_path):
    pixels = np.zeros((768, 576), dtype=np.uint8)
    rows, cols = np.ogrid[:768, :576]
    pixels[((rows - 384) / 320) ** 2 + (cols / 400) ** 2 < 1] = 140
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = density.read_exam([*exam(places=FOUR[:3]), ImageInput("x", tmp_path / "x.png")])
    assert not found.scored and found.reasons[0].code in ("no_view", "view_missing")


@pytest.fixture
def small(monkeypatch):
    """Windows of 512 x 384 pixels instead of the published ones: the same code in a fiftieth of the time."""
    monkeypatch.setattr(gmic_network, "HEIGHT", 512)
    monkeypatch.setattr(gmic_network, "WIDTH", 384)
    monkeypatch.setattr(dmv_cnn, "WINDOWS", {"CC": (512, 384), "MLO": (576, 360)})


@pytest.fixture(scope="module")
def gmic(tmp_path_factory):
    return reader(tmp_path_factory.mktemp("g") / "r", "gmic", table={"percent_t": 0.03})


def test_gmic_reads_any_views_with_a_map_and_says_that_it_is_not_calibrated(small, gmic):
    found = gmic.read_exam(exam(places=[("L", "CC"), ("R", "MLO")]))
    left, right = found.images
    assert gmic.network.percent_t == 0.03
    assert found.scored and found.exam_score == max(left.malignancy, right.malignancy)
    assert {side: score.score for side, score in found.breasts.items()} == {"L": left.malignancy, "R": right.malignancy}
    assert all(0 < image.benign < 1 and image.abnormality is None and image.findings == () for image in found.images)
    assert all(image.saliency.shape == (96, 72) and image.saliency.any() for image in found.images)
    assert [reason.code for reason in found.reasons] == ["uncalibrated"] and found.breasts["L"].band is None


def test_a_reduced_image_is_not_read_as_if_it_were_whole(gmic):
    found = gmic.read_exam(exam(places=FOUR[:1]))
    assert not found.scored and found.images[0].reasons[0].code == "too_few_pixels"
    assert "2944 rows, and this one has 768" in found.images[0].reasons[0].text


def test_the_map_lies_on_the_breast_that_it_was_drawn_of(opened):
    """A map that is white in one cell of the window is white there on the stored image, mirrored or not."""
    for side in "LR":
        seen = window(opened[f"{side}CC"], 2944, 1920)
        cells = np.zeros((46, 30), dtype=np.float32)
        cells[20, 10] = 1.0
        laid = to_cells(cells, seen.frame).astype(float)
        ys, xs = (np.indices(laid.shape) * laid).sum(axis=(1, 2)) / laid.sum() * 8 + 3.5
        stored = seen.frame.to_stored(np.array([[10.5 * 64 - 0.5, 20.5 * 64 - 0.5]]))[0]
        assert (xs, ys) == pytest.approx(tuple(stored), abs=2)


def test_an_administrators_calibration_and_bands_are_used_where_they_stand(tmp_path, small, gmic):
    curve = '\n[calibration.malignancy]\nmethod = "platt"\na = 0.5\nb = 1.0\n'
    bands = "[bands]\ncuts = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]\n"
    own = reader(tmp_path / "r", "gmic", table={"percent_t": 0.03}, further=curve + bands)
    images = exam(places=[("L", "CC")])
    raw, found = gmic.read_exam(images), own.read_exam(images)
    logit = np.log(raw.exam_score / (1 - raw.exam_score))
    assert found.exam_score == pytest.approx(1 / (1 + np.exp(-(0.5 * logit + 1.0))), abs=1e-6)
    assert found.score_band == 1 + int(found.exam_score * 10) and found.reasons == ()


@pytest.fixture(scope="module")
def opened():
    return {image.key: open_image(image) for image in exam(rows=2200, cols=2100)}


def test_dmv_judges_each_breast_in_each_view_beside_the_other(tmp_path, small):
    images = exam()
    opened = {image.key: open_image(image) for image in images}
    model = reader(tmp_path / "r", "nyu-dmv-cnn")
    found = model.read_exam(images)
    with torch.inference_mode():
        left, right = (window(opened[f"{side}MLO"], 576, 360).tensor for side in "LR")
        chances = model.network.judged("mlo", left, right).exp()[0, :, 1].tolist()
    told = {image.key: image for image in found.images}
    said = [told["LMLO"].benign, told["RMLO"].benign, told["LMLO"].malignancy, told["RMLO"].malignancy]
    assert said == pytest.approx(chances, abs=1e-6)
    mean = (told["RCC"].malignancy + told["RMLO"].malignancy) / 2
    assert found.breasts["R"].score == pytest.approx(mean) and found.images[0].saliency is None


def test_a_window_starts_at_the_chest_wall_standardised_and_all_breasts_look_right(opened):
    for image in opened.values():
        seen = window(image, 2677, 1942)
        assert isinstance(seen, Window) and seen.frame.mirrored == (image.laterality == "R")
        pixels = seen.tensor[0, 0].numpy()
        assert (pixels.mean(), pixels.std()) == pytest.approx((0.0, 1.0), abs=1e-3)
        assert pixels[:, :200].mean() > pixels[:, -200:].mean()
        x, y = 700, 1200
        stored = seen.frame.to_stored(np.array([[x, y]], dtype=float))[0].round().astype(int)
        near = image.values[stored[1], stored[0]]
        scale = image.values.max() / (pixels.max() - pixels.min())
        assert (pixels[y, x] - pixels.min()) * scale == pytest.approx(near, rel=0.02)


def test_a_breast_larger_than_the_window_is_read_with_a_word_about_it(opened):
    seen = window(opened["LCC"], 900, 700)
    assert isinstance(seen, Window) and seen.notes[0].code == "window_cut"
    assert isinstance(window(opened["LCC"], 9000, 700), Reason)


def test_an_inverted_image_is_the_same_to_a_brought_model():
    plain, inverted = (open_image(exam(places=FOUR[:1], inverted=inverted)[0]) for inverted in (False, True))
    assert isinstance(plain, Opened) and plain.values.min() == 0.0
    assert np.array_equal(plain.values, inverted.values)


def test_padding_is_air_to_a_brought_model():
    plain = open_image(exam(places=FOUR[:1])[0])
    lowest = int(plain.judged.decoded.pixels.min())
    padded = open_image(exam(places=FOUR[:1], PixelPaddingValue=lowest)[0])
    assert padded.judged.decoded.padding == (lowest, lowest) and padded.values.min() == 0.0
    assert (padded.values[plain.values == 0] == 0).all()


def test_mirai_sees_the_whole_image_with_its_nipple_to_the_left(opened):
    for side in "LR":
        seen = risk_input(opened[f"{side}CC"])
        assert seen.shape == (1, 3, 2048, 1664)
        grey = seen[0, 0] * 12005.5 + 7047.99
        assert (float(grey.min()), float(grey.max())) == pytest.approx((0.0, 65535.0), abs=700)
        assert grey[:, -416:].sum() > grey[:, :416].sum() and torch.equal(seen[0, 0], seen[0, 2])


class Small(nn.Module):
    """Features of a view that cost nothing: its means by region."""

    def forward(self, x):
        return nn.functional.adaptive_avg_pool2d(x[:, :1], (16, 32)).flatten(1)


def test_mirai_gives_risk_for_five_years_and_the_users_calibrator_is_applied(tmp_path):
    raw = reader(tmp_path / "a", "mirai")
    steps = [[1.0, 0.0, -2.0, 3.0]] * 5
    own = reader(tmp_path / "b", "mirai", table={"calibration": steps})
    for model in (raw, own):
        model.network.encoder = Small()
    plain, found = (model.read_exam(exam()) for model in (raw, own))
    assert list(plain.risk) == ["1", "2", "3", "4", "5"] and plain.exam_score is None and plain.scored
    assert list(plain.risk.values()) == sorted(plain.risk.values())
    assert found.risk["3"] == pytest.approx(1 / (1 + np.exp(-2.0 * plain.risk["3"] + 3.0)), abs=1e-6)


def test_mirai_knows_the_views_apart_whatever_order_they_come_in(tmp_path):
    model = reader(tmp_path / "a", "mirai")
    model.network.encoder = Small()
    images = exam()
    first, turned = model.read_exam(images), model.read_exam(images[::-1])
    assert turned.risk == pytest.approx(first.risk, abs=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('adapter = "gmic"', 'adapter = "gmik"', "'gmik' is none of nyu-density"),
        ('adapter = "gmic"', 'adapter = "gmic"\npercent_t = 3.0', "percent_t"),
        ('adapter = "gmic"', 'adapter = "gmic"\npercent = 0.1', "unknown keys percent"),
        ("[answers]", "[answer]", "lacks answers"),
        ("[source]", "[tirage]\nx = 1\n[source]", "unknown keys tirage"),
        ("[source]", "[bands]\ncuts = [0.5]\n[source]", "nine rising"),
        ("[source]", '[calibration.malignancy]\nmethod = "guess"\n[source]', "guess"),
    ],
)
def test_a_brought_release_that_makes_no_sense_is_refused_by_name(tmp_path, old, new, named, capsys):
    folder = release(tmp_path / "r", "gmic")
    manifest = (folder / MANIFEST).read_text()
    assert old in manifest
    (folder / MANIFEST).write_text(manifest.replace(old, new))
    with pytest.raises(ReleaseError, match=named):
        pipeline.load(folder, "cpu")
    image = tmp_path / "LCC.dcm"
    image.write_bytes(exam()[0].data)
    assert main(["predict", str(image), "--release", str(folder)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("change", ["nan", "missing", "byte"])
def test_weights_that_were_changed_after_the_import_are_refused(tmp_path, change):
    folder = release(tmp_path / "r", "nyu-density")
    state = KINDS["nyu-density"].build({"adapter": "nyu-density"}).state_dict()
    before = hash_file(folder / WEIGHTS)
    if change == "byte":
        (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-1] + b"\x01")
    else:
        state["fc1.bias"][3] = torch.nan
        save_file({k: v for k, v in state.items() if change == "nan" or k != "fc2.bias"}, folder / WEIGHTS)
        manifest = (folder / MANIFEST).read_text()
        (folder / MANIFEST).write_text(manifest.replace(before, hash_file(folder / WEIGHTS)))
    named = {"nan": "fc1.bias holds values that are not finite", "missing": "fc2.bias", "byte": "sha256 differs"}
    with pytest.raises(ReleaseError, match=named[change]):
        pipeline.load(folder, "cpu")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_needs_and_gives_on_its_card(tmp_path, kind):
    folder = release(tmp_path / "r", kind) if kind != "mirai" else tmp_path / "r"
    if kind == "mirai":
        folder.mkdir()
        (folder / WEIGHTS).write_bytes(b"")
        _write(kind, {"adapter": kind}, [], folder)
    card = Release.read(folder).card
    assert all(f"`{name}`" in card for name in FACTS[kind].gives) and FACTS[kind].paper in card
    assert (folder / CARD).read_text() == card and "## Limits" in card

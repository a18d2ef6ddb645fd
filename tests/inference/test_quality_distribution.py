"""An image unlike those a release was trained on is not scored; the limit is set on data, patients left out."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from inference import phantom
from inference.admission import Admitted, ImageInput, admit
from inference.pipeline import Analyst
from inference.preprocess import InputSpec, Prepared, prepare
from inference.quality.distribution import FEATURES, Distribution, describe, fit_distribution
from inference.quality.fitting import as_markdown, measured
from inference.training.toml import dumps
from tests.inference.sets import mias

SPEC = InputSpec(512, 384)


def seen(image: np.ndarray) -> Prepared:
    return prepare(np.asarray(image, dtype=np.float32), "L", SPEC)


def film(seed: int, view: str = "CC") -> np.ndarray:
    return phantom.mammogram("L", view, rows=700, cols=525, seed=seed).astype(np.float32)


@pytest.fixture(scope="module")
def known() -> Distribution:
    """Fitted on forty phantoms of two kinds."""
    views = ["CC", "MLO"] * 20
    features = np.stack([describe(seen(film(seed, view))) for seed, view in enumerate(views)])
    return fit_distribution(features, views, [f"w{number // 2}" for number in range(40)])


def test_an_image_of_the_same_kind_is_near_and_other_kinds_are_far(known: Distribution) -> None:
    assert known.reasons(seen(film(99))) == [] and known.reasons(seen(film(98, "MLO"))) == []
    rng = np.random.default_rng(0)
    noisy = film(97) + (film(97) > 0) * rng.normal(0, 400, (700, 525))
    smooth = ndimage.gaussian_filter(film(97), 6)
    stripes = film(97) * (1 + 0.4 * np.sin(np.arange(700) / 3))[:, None]
    for other in (noisy, smooth, stripes):
        assert [reason.code for reason in known.reasons(seen(other))] == ["out_of_distribution"]


def test_the_measure_does_not_depend_on_the_range_of_stored_values() -> None:
    one, other = describe(seen(film(1))), describe(seen(film(1) * 7.5 + 300))
    assert one.shape == (len(FEATURES),) and np.abs(one - other).max() < 0.02


def test_the_table_says_the_same_after_it_was_written(known: Distribution) -> None:
    read = Distribution.of(known.to_table())
    features = describe(seen(film(50)))
    assert read.distance(features) == pytest.approx(known.distance(features), rel=1e-3)
    assert (read.n, read.refused) == (40, known.refused) and dumps({"distribution": known.to_table()})


@pytest.mark.parametrize(
    ("change", "words"),
    [({"features": ["grey"]}, "other features"), ({"centres": [[1.0]]}, "needs centres of")],
)
def test_a_table_of_other_features_or_sizes_is_refused(known: Distribution, change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Distribution.of({**known.to_table(), **change})


def test_refusals_are_counted_with_the_patient_left_out() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(60, len(FEATURES)))
    features[0] += 40
    fitted = fit_distribution(features, ["a"] * 60, [str(n) for n in range(60)])
    assert fitted.refused >= 1 and fitted.n == 60


def test_an_image_too_far_off_is_not_scored_by_the_release(known: Distribution, analyst: Analyst) -> None:
    rules = replace(analyst.rules, distribution=known)
    good = phantom.dicom(film(95).astype(np.uint16), laterality="L")
    blurred = phantom.dicom(ndimage.gaussian_filter(film(95), 6).astype(np.uint16), laterality="L")
    assert isinstance(admit(ImageInput("k", good), rules), Admitted)
    refused = admit(ImageInput("k", blurred), rules)
    assert not isinstance(refused, Admitted) and refused.reasons[0].code == "out_of_distribution"
    assert isinstance(admit(ImageInput("k", blurred), analyst.rules), Admitted)


def test_a_training_set_is_measured_and_told_on_the_card(tmp_path) -> None:
    from inference.datasets.registry import read_sets

    found = measured(read_sets(["mias"], mias(tmp_path, women=10)), SPEC)
    assert found.n == 20 and found.centres.shape == (1, len(FEATURES))
    assert f"{found.refused} of 20" in as_markdown(found)

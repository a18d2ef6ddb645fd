"""The bench of the library alone: what it compares, and that a peak of memory belongs to what was measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from inference.__main__ import main
from inference.cli.measure import Asked, alone, compared, inputs, peak_memory, write_exam, write_stack
from inference.pipeline import Analyst
from tests.inference.fakes import brightness_analyst

SMALL = Asked(None, "cpu", 1, 768, 576)


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Analyst:
    return brightness_analyst(tmp_path_factory.mktemp("release"))


def test_an_exam_is_held_against_the_forward_of_its_own_images(analyst: Analyst, tmp_path: Path) -> None:
    write_exam(tmp_path, SMALL)
    figures = compared(analyst, inputs(tmp_path), 2)
    assert (figures["runs"], figures["images"], figures["precision"], figures["device"]) == (2, 4, "float32", "cpu")
    assert figures["total"] >= figures["network"] > 0 and figures["exam_over_forward_cpu"] > 1
    assert figures["total"] == pytest.approx(figures["decode"] + figures["network"] + figures["saliency"], rel=0.2)


def test_the_stack_is_a_tomosynthesis_object_that_is_read_slab_by_slab(analyst: Analyst, tmp_path: Path) -> None:
    write_stack(tmp_path, Asked(None, "cpu", 1, 0, 0, slices=6, stack_rows=768, stack_cols=576))
    (image,) = analyst.read_exam(inputs(tmp_path)).images
    assert image.scored and [reason.code for reason in image.reasons] == ["tomosynthesis"]
    assert "6 slices" in image.reasons[0].text


def held(megabytes: int) -> int:
    """The peak of a process that held so much."""
    kept = np.ones(megabytes * 131072)
    return int(peak_memory() + 0 * kept[0])


def test_a_peak_of_memory_is_that_of_the_process_alone() -> None:
    little = alone(held, 1)
    much = alone(held, 400)
    assert 380 < much - little < 460
    assert alone(held, 1) < much - 300  # what another process held is not counted


def test_a_failure_in_the_other_process_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        alone(divmod, 1, 0)


@pytest.mark.slow
def test_the_command_prints_ratio_and_memory_of_the_bundled_release(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--runs", "1", "--rows", "768", "--cols", "576", "--slices", "0"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["release"] and figures["exam_over_forward"] > 0
    assert 100 < figures["peak_memory_mb"] < 4000


def test_a_release_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--release", "no-such-release"]) == 2
    assert "no-such-release" in capsys.readouterr().err

"""Stored values are shown as the standard orders: modality, VOI, polarity once, padding as air."""

from dataclasses import replace

import numpy as np
import pytest

from inference import dicom, phantom
from inference.dicom import Decoded, Lut, Window
from inference.presentation import present, window

RAMP = Decoded(pixels=np.arange(4096, dtype=np.uint16).reshape(64, 64), bits_stored=12, photometric="MONOCHROME2")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("LINEAR", [0.0, (1000 - 999.5) / 199 + 0.5, 1.0]),
        ("LINEAR_EXACT", [0.0, 0.5, 1.0]),
        ("SIGMOID", [1 / (1 + np.exp(4)), 0.5, 1 / (1 + np.exp(-4))]),
    ],
)
def test_each_window_function_follows_the_standard(function: str, expected: list[float]) -> None:
    values = np.array([800, 1000, 1200], np.float32)
    assert window(values, Window(1000, 200, function)) == pytest.approx(expected, abs=1e-5)


def test_the_first_window_is_applied_after_the_modality_rescale() -> None:
    shown = present(replace(RAMP, slope=2.0, intercept=-1000.0, windows=(Window(1000, 4000, "LINEAR_EXACT"),)))
    assert shown.ravel()[1000] == pytest.approx(0.5) and shown.ravel()[0] == pytest.approx(0.0, abs=1e-6)


def test_a_voi_lut_wins_over_a_window_and_is_held_flat_beyond_its_ends() -> None:
    lut = Lut(1000, np.linspace(0, 500, 100, dtype=np.float32))
    shown = present(replace(RAMP, voi_lut=lut, windows=(Window(5, 1),))).ravel()
    assert shown[0] == shown[1000] == 0.0 and shown[1099] == shown[4095] == 1.0 and 0.4 < shown[1050] < 0.6


def test_a_modality_lut_replaces_the_rescale() -> None:
    lut = Lut(0, np.arange(4096, dtype=np.float32)[::-1])
    shown = present(replace(RAMP, modality_lut=lut, slope=99.0)).ravel()
    assert shown[0] == 1.0 and shown[4095] == 0.0


def test_a_window_that_would_black_out_the_image_gives_way() -> None:
    shown = present(replace(RAMP, windows=(Window(50000, 10),)))
    assert shown.max() == 1.0 and shown.min() == 0.0


def test_monochrome1_is_inverted_once_and_padding_stays_air() -> None:
    plain = present(dicom.decode(phantom.dicom(seed=4)))
    inverted = present(dicom.decode(phantom.dicom(seed=4, inverted=True)))
    assert np.abs(plain - inverted).max() < 1e-3
    assert inverted[0, -1] == 0.0


def test_several_frames_cannot_be_shown_as_one() -> None:
    with pytest.raises(ValueError, match="one frame"):
        present(replace(RAMP, frames=4))

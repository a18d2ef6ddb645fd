"""Grey values, sizes and technique come from the header, each with its source; nonsense is left out."""

import base64

import numpy as np
import pytest
from pydicom import Dataset, Sequence

from portal.exams.elements import Elements
from portal.exams.spacing import spacing
from portal.viewer import voi
from portal.viewer.technique import lines


def header(**elements):
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return Elements(dataset.to_json_dict())


def test_windows_keep_their_order_their_words_and_their_function():
    found = voi.windows(
        header(WindowCenter=[2048, 1800], WindowWidth=[4096, 900], WindowCenterWidthExplanation=["NORMAL", "HARDER"],
               VOILUTFunction="SIGMOID")
    )  # fmt: skip
    assert found == [
        {"label": "NORMAL", "center": 2048.0, "width": 4096.0, "function": "SIGMOID"},
        {"label": "HARDER", "center": 1800.0, "width": 900.0, "function": "SIGMOID"},
    ]


@pytest.mark.parametrize(
    "width, function, kept", [(0.5, "LINEAR", 0), (0.5, "LINEAR_EXACT", 1), (0, "SIGMOID", 0), (-5, "LINEAR", 0)]
)
def test_a_window_that_its_function_cannot_draw_is_left_out(width, function, kept):
    assert len(voi.windows(header(WindowCenter=10, WindowWidth=width, VOILUTFunction=function))) == kept


def test_a_window_without_words_is_numbered_and_one_without_a_width_is_left_out():
    assert [one["label"] for one in voi.windows(header(WindowCenter=[1, 2], WindowWidth=[5, 6]))] == [
        "Window 1",
        "Window 2",
    ]
    assert voi.windows(header(WindowCenter=[1, 2], WindowWidth=[5]))[1:] == []


def lut(descriptor, data, vr="US"):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTExplanation", "LO", "SOFTER")
    item.add_new("LUTData", vr, data)
    return item


@pytest.mark.parametrize("vr", ["US", "OW"])
def test_a_voi_lut_is_read_from_numbers_and_from_bytes(vr):
    values = list(range(0, 4096, 16))
    data = values if vr == "US" else np.array(values, "<u2").tobytes()
    [found] = voi.luts(header(VOILUTSequence=Sequence([lut([256, 100, 12], data, vr)])))
    assert found == {"label": "SOFTER", "first": 100, "bits": 12, "data": values}


def test_a_voi_lut_whose_data_do_not_fit_its_descriptor_is_left_out():
    assert voi.luts(header(VOILUTSequence=Sequence([lut([300, 0, 12], [1, 2, 3])]))) == []
    assert voi.luts(Elements({"00283010": {"vr": "SQ", "Value": [{"00283002": {"vr": "US"}}]}})) == []


def test_a_voi_lut_of_65536_entries_is_described_by_zero():
    data = base64.b64encode(np.arange(65536, dtype="<u2").tobytes()).decode()
    item = {"00283002": {"vr": "US", "Value": [0, 0, 16]}, "00283006": {"vr": "OW", "InlineBinary": data}}
    [found] = voi.luts(Elements({"00283010": {"vr": "SQ", "Value": [item]}}))
    assert len(found["data"]) == 65536


def test_the_auto_window_spans_the_breast_in_modality_units():
    rescaled = header(BitsStored=12, RescaleSlope=2, RescaleIntercept=-100)
    assert voi.auto(rescaled, {"p1": 500.0, "p99": 1500.0}) == {"center": 1900.0, "width": 2000.0}
    falling = header(BitsStored=12, RescaleSlope=-1, RescaleIntercept=4095)
    assert voi.auto(falling, {"p1": 500.0, "p99": 1500.0}) == {"center": 3095.0, "width": 1000.0}


def test_without_statistics_the_auto_window_spans_what_the_bits_can_hold():
    assert voi.auto(header(BitsStored=12), {}) == {"center": 2048.0, "width": 4096.0}
    assert voi.auto(header(BitsStored=12, PixelRepresentation=1), {})["center"] == 0


@pytest.mark.parametrize(
    "elements, mm, words, calibrated",
    [
        ({"ImagerPixelSpacing": [0.09, 0.09], "EstimatedRadiographicMagnificationFactor": 1.8}, [0.05, 0.05], "magnification 1.8", True),
        ({"ImagerPixelSpacing": [0.1, 0.2]}, [0.1, 0.2], "at the detector", True),
        ({"PixelSpacing": [0.07, 0.07], "PixelSpacingCalibrationType": "FIDUCIAL", "ImagerPixelSpacing": [0.1, 0.1]},
         [0.07, 0.07], "calibrated by fiducial", True),
        ({"NominalScannedPixelSpacing": [0.05, 0.05]}, [0.05, 0.05], "Nominal Scanned", False),
        ({"PixelSpacing": [0.07, 0.07]}, [0.07, 0.07], "not corrected", False),
        ({"ImagerPixelSpacing": [0, 0.1]}, None, "in pixels", False),
        ({}, None, "in pixels", False),
    ],
)  # fmt: skip
def test_millimetres_come_with_their_source(elements, mm, words, calibrated):
    found = spacing(header(**elements))
    assert found["mm"] == (pytest.approx(mm) if mm else None)
    assert words in found["source"]
    assert found["calibrated"] is calibrated


def test_a_tomosynthesis_slice_has_its_spacing_and_window_in_functional_groups():
    shared = Dataset()
    measures, window = Dataset(), Dataset()
    measures.PixelSpacing = [0.085, 0.085]
    window.WindowCenter, window.WindowWidth = 500, 800
    shared.PixelMeasuresSequence, shared.FrameVOILUTSequence = Sequence([measures]), Sequence([window])
    found = header(SharedFunctionalGroupsSequence=Sequence([shared]), ImagerPixelSpacing=[0.1, 0.1])
    assert spacing(found)["mm"] == [0.085, 0.085]
    assert voi.windows(found)[0]["width"] == 800


def test_technique_lines_say_what_the_header_states_and_no_more():
    found = lines(
        header(KVP=29, ExposureInuAs=95000, AnodeTargetMaterial="TUNGSTEN", FilterMaterial="RHODIUM", CompressionForce=112.4,
               BodyPartThickness=53, OrganDose=0.0142, PositionerPrimaryAngle=-45, PartialView="YES")
    )  # fmt: skip
    assert found == ["29 kVp", "95 mAs", "Tungsten/Rhodium", "Force 112 N", "Thickness 53 mm", "Organ dose 1.42 mGy",
                     "Angle -45°", "Partial view"]  # fmt: skip
    assert lines(header()) == []


@pytest.mark.parametrize("value", [None, {}, {"vr": "DS"}, {"vr": "DS", "Value": ["NaN"]}, {"vr": "DS", "Value": "x"}])
def test_a_malformed_element_counts_as_absent(value):
    assert Elements({"00180060": value} if value is not None else {}).number("KVP") is None

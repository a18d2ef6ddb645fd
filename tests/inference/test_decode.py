"""Bytes become stored pixels bit for bit, or a refusal by name; nothing else happens on any bytes."""

import csv
from io import BytesIO
from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import pixel_array

from inference import dicom, phantom

LOSSLESS = [
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.HTJ2KLossless,
    uid.HTJ2KLosslessRPCL,
]
# what the decoder makes of files that hold no readable image; every other file of the folder must decode
REFUSED = {
    "dcmjs__no-meta-length-test.dcm": "no_pixels",
    "dicom-test-files__priv_SQ.dcm": "no_pixels",
    "dicomParser__report_dfl.dcm": "no_pixels",
    "dicomParser__wave_dfl.dcm": "no_pixels",
    "dwv__dwv-test_no-number-rows.dcm": "bad_header",
    "fo-dicom__GH1146.dcm": "no_pixels",
    "fo-dicom__GH1339.dcm": "no_pixels",
    "fo-dicom__GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm": "corrupt",
    "fo-dicom__Issue1097_FailToOpenDeflatedFileWithSQ.dcm": "no_pixels",
    "pydicom-data__emri_small_jpeg_2k_lossless_too_short.dcm": "no_pixels",
    "pydicom__ExplVR_BigEndNoMeta.dcm": "not_an_image",
    "pydicom__JPEG2000-embedded-sequence-delimiter.dcm": "corrupt",
    "pydicom__MR_truncated.dcm": "truncated",
    "pydicom__chrSQEncoding.dcm": "no_pixels",
    "pydicom__chrSQEncoding1.dcm": "no_pixels",
    "pydicom__empty_charset_LEI.dcm": "no_pixels",
    "pydicom__no_meta_group_length.dcm": "no_pixels",
}


def refusal(data: bytes | Path) -> str | None:
    try:
        dicom.decode(data)
    except dicom.DecodeError as error:
        return error.code
    return None


@pytest.mark.parametrize("syntax", LOSSLESS)
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_every_lossless_syntax_gives_the_same_pixels_and_the_same_hash(syntax: str, bits: int) -> None:
    pixels = phantom.mammogram("R", "MLO", rows=300, cols=220, bits=bits)
    pixels = pixels.astype(np.uint8) if bits == 8 else pixels
    decoded = dicom.decode(phantom.dicom(pixels, bits=bits, transfer_syntax=syntax))
    plain = dicom.decode(phantom.dicom(pixels, bits=bits))
    assert np.array_equal(decoded.pixels, pixels) and decoded.pixels.dtype == pixels.dtype
    assert decoded.pixel_hash == plain.pixel_hash


@pytest.mark.filterwarnings("ignore")
def test_every_real_file_decodes_or_is_refused_as_the_table_says(dicom_files: list[Path]) -> None:
    found = {path.name: code for path in dicom_files if (code := refusal(path))}
    assert found == REFUSED


@pytest.mark.filterwarnings("ignore")
def test_pixels_equal_what_pydicom_and_its_plugins_make_of_them(dicom_files: list[Path]) -> None:
    with (dicom_files[0].parent / "manifest.csv").open(newline="") as file:
        readable = {row["file"] for row in csv.DictReader(file) if row["pydicom_3_0_2"].startswith("decoded")}
    different, compared = {}, 0
    for path in dicom_files:
        if path.name not in readable or path.name in REFUSED:
            continue
        dataset, ours = pydicom.dcmread(path, force=True), dicom.decode(path)
        if "TransferSyntaxUID" in dataset.file_meta:
            theirs, compared = pixel_array(dataset), compared + 1
            if theirs.shape != ours.pixels.shape or not np.array_equal(theirs, ours.pixels):
                different[path.name] = int(np.abs(theirs.astype(np.int64) - ours.pixels).max())
    # one lossy baseline JPEG of 12 bits: two decoders round its inverse cosine transform differently
    assert different == {"cornerstoneWADO__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm": 1}
    assert compared >= 80


# files that pydicom and its plugins cannot read, and what another encoding or another decoder says that they hold
TWINS = {
    "pydicom-data__liver_rle.dcm": "pydicom-data__liver_expb.dcm",
    "pydicom-data__liver_deflate.dcm": "pydicom-data__liver_expb.dcm",
    "pydicom-data__liver_nonbyte_aligned_deflate.dcm": "pydicom-data__liver_nonbyte_aligned_j2k.dcm",
    "pydicom-data__liver_nonbyte_aligned_rle.dcm": "pydicom-data__liver_nonbyte_aligned_j2k.dcm",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TWINS)
def test_single_bits_come_out_of_run_lengths_and_of_deflate_as_out_of_other_syntaxes(
    name: str, dicom_files: list[Path]
) -> None:
    folder = dicom_files[0].parent
    ours, other = dicom.decode(folder / name).pixels, dicom.decode(folder / TWINS[name]).pixels
    assert ours.shape == (3, *other.shape[1:]) and np.array_equal(ours, other) and set(np.unique(ours)) == {0, 1}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name",
    ["fo-dicom__GH340.dcm", "notZaki__OT_Implicit_Little_Headless.dcm", "evil-dicom__implicitLittleEndian.dcm"],
)
def test_files_without_file_meta_information_hold_what_gdcm_reads(name: str, dicom_files: list[Path]) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(dicom_files[0].parent / name))
    assert reader.Read()
    ours = dicom.stored_pixels(dicom_files[0].parent / name)
    theirs = reader.GetImage().GetBuffer().encode("utf-8", "surrogateescape")
    assert len(np.unique(ours)) > 20 and ours.astype("<u2" if ours.itemsize == 2 else "u1").tobytes() == theirs


@pytest.mark.filterwarnings("ignore")
def test_jpeg_xl_and_progressive_twelve_bits_are_read(dicom_files: list[Path]) -> None:
    folder = dicom_files[0].parent
    film = dicom.decode(folder / "dcm4che__will-jxl.dcm")
    assert film.pixels.shape == (27, 708, 1016, 3) and film.pixels.max() > 200
    scan = folder / "cornerstoneWADO__CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm"
    lossless = dicom.stored_pixels(
        folder / "cornerstoneWADO__CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm"
    )
    ours = dicom.stored_pixels(scan).astype(float)
    assert ours.max() < 4096 and np.corrcoef(ours.ravel(), lossless.ravel())[0, 1] > 0.99


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = phantom.dicom(rows=300, cols=220, transfer_syntax=uid.JPEGLosslessSV1)
    stream = next(generate_frames(pydicom.dcmread(BytesIO(data)).PixelData, number_of_frames=1))
    at = stream.index(b"\xff\xda")
    bomb = encapsulate([stream[:at] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" * 500 + stream[at:]])
    assert refusal(phantom.dicom(rows=300, cols=220, transfer_syntax=uid.JPEGLosslessSV1, PixelData=bomb)) == "corrupt"


@pytest.mark.parametrize("syntax", [uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.HTJ2KLossless])
def test_a_compressed_frame_that_lacks_its_end_is_refused_and_not_filled_up_with_grey(syntax: str) -> None:
    stream = next(
        generate_frames(pydicom.dcmread(BytesIO(phantom.dicom(transfer_syntax=syntax))).PixelData, number_of_frames=1)
    )
    cut = encapsulate([stream[: len(stream) // 2]])
    assert refusal(phantom.dicom(transfer_syntax=syntax, PixelData=cut)) == "truncated"


def test_damage_that_the_decoder_meets_inside_an_htj2k_frame_is_refused_and_not_half_decoded() -> None:
    whole = phantom.dicom(transfer_syntax=uid.HTJ2KLossless)
    start = whole.find(b"\xff\x93")  # SOD; a codestream has no checksum: what still decodes is not noticed
    answers = []
    for offset in range(15_000, len(whole) - start - 1_000, (len(whole) - start) // 25):
        data = bytearray(whole)
        data[start + offset : start + offset + 200] = b"\xa5" * 200
        answers.append(refusal(bytes(data)))
    assert set(answers) <= {None, "corrupt"} and answers.count("corrupt") >= 3


def test_unused_bits_are_cleared_and_signs_extended() -> None:
    stored = np.array([[-5, 5], [100, -2048]], np.int16)
    dirty = (stored.astype(np.uint16) & 0x0FFF) | 0xA000
    data = phantom.dicom(dirty, bits=12, PixelRepresentation=1, PixelPaddingValue=None)
    assert np.array_equal(dicom.stored_pixels(data), stored)
    assert np.array_equal(dicom.stored_pixels(phantom.dicom(dirty, bits=12)), dirty & 0x0FFF)


def test_values_kept_in_the_high_bits_are_shifted_down() -> None:
    values = np.arange(6, dtype=np.uint16).reshape(2, 3) * 600
    data = phantom.dicom(values << 4, bits=12, HighBit=15)
    assert np.array_equal(dicom.stored_pixels(data), values)


def test_side_view_spacing_and_windows_come_from_the_header() -> None:
    decoded = dicom.decode(
        phantom.dicom(
            laterality="R",
            view="MLO",
            WindowCenter=["100", "200"],
            WindowWidth=["50", "60"],
            VOILUTFunction="SIGMOID",
            EstimatedRadiographicMagnificationFactor="1.5",
        )
    )
    assert (decoded.laterality, decoded.view) == ("R", "MLO")
    assert decoded.windows == (dicom.Window(100, 50, "SIGMOID"), dicom.Window(200, 60, "SIGMOID"))
    assert decoded.square_mm() == pytest.approx(0.01 / 1.5**2)


def test_a_view_code_stands_in_for_a_missing_view_position() -> None:
    assert dicom.decode(phantom.dicom(view="MLO", ViewPosition=None)).view == "MLO"


def test_a_film_scan_tells_side_and_view_in_its_patient_id(film_exam: Path) -> None:
    found = {(d.laterality, d.view, d.pixels.dtype.name) for d in map(dicom.decode, film_exam.glob("*.dcm"))}
    assert found == {(side, view, "uint16") for side in "LR" for view in ("CC", "MLO")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Rows": None}, "bad_header"),
        ({"BitsStored": 20}, "bad_header"),
        ({"NumberOfFrames": 3}, "truncated"),
        ({"PixelData": None}, "no_pixels"),
        ({"PhotometricInterpretation": None}, "bad_header"),
        ({"Rows": 60000, "Columns": 60000}, "too_large"),
    ],
)
def test_a_header_that_cannot_be_right_is_refused_by_name(change: dict[str, object], code: str) -> None:
    assert refusal(phantom.dicom(rows=300, cols=220, **change)) == code


def test_a_compressed_frame_larger_than_its_header_is_not_even_decoded() -> None:
    small = pydicom.dcmread(BytesIO(phantom.dicom(rows=300, cols=220, transfer_syntax=uid.JPEG2000Lossless)))
    small.Rows, small.Columns = 30, 22
    out = BytesIO()
    small.save_as(out)
    with pytest.raises(dicom.DecodeError, match="300x220"):
        dicom.decode(out.getvalue())


def test_a_deflated_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = phantom.dicom(np.zeros((9000, 9000), np.uint16), transfer_syntax=uid.DeflatedExplicitVRLittleEndian)
    assert len(bomb) < 1_000_000
    with pytest.raises(dicom.DecodeError) as refused:
        dicom.decode(bomb, max_pixels=1_000_000)
    assert refused.value.code == "too_large"


def test_every_refusal_says_what_to_do_and_quotes_no_patient() -> None:
    with pytest.raises(dicom.DecodeError) as refused:
        dicom.decode(phantom.dicom(Rows=None, PatientName="Secret^Sarah"))
    assert "Export" in str(refused.value) and "Secret" not in str(refused.value)


SEEDS = [
    phantom.dicom(rows=200, cols=200, transfer_syntax=syntax)
    for syntax in (
        uid.ExplicitVRLittleEndian,
        uid.RLELossless,
        uid.JPEGLosslessSV1,
        uid.JPEGLSLossless,
        uid.JPEG2000Lossless,
        uid.HTJ2KLosslessRPCL,
    )
]


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=30), st.floats(0.1, 1)
)
def test_fuzzed_bytes_decode_or_are_refused(seed: bytes, flips: list[tuple[float, int]], keep: float) -> None:
    data = bytearray(seed[: int(len(seed) * keep)])
    for where, value in flips:
        data[min(int(where * len(data)), len(data) - 1)] = value
    assert refusal(bytes(data)) in {
        None,
        "unreadable",
        "not_an_image",
        "no_pixels",
        "bad_header",
        "truncated",
        "unsupported_syntax",
        "too_large",
        "corrupt",
        "not_grey",
    }


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\0" * 128 + b"DICM", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x08\0\x05\0"]),
)
@pytest.mark.filterwarnings("ignore")
def test_random_bytes_are_refused(tail: bytes, head: bytes) -> None:
    assert refusal(head + tail) is not None

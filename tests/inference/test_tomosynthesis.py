"""A tomosynthesis stack is read slice by slice in bounded memory, and the slices that decided are named."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from inference import dicom, phantom
from inference.cli.overlay import draw
from inference.phantom.codecs import encoded
from inference.pipeline import Analyst, ImageInput

SOP = "1.2.840.10008.5.1.4.1.1.13.1.3"
LESION = (150.0, 430.0, 28.0)
SYNTAXES = [
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEG2000Lossless,
    uid.HTJ2KLossless,
]


def stack(pixels: np.ndarray, syntax: str = uid.HTJ2KLossless, **keywords: object) -> bytes:
    """A Breast Tomosynthesis object of `pixels` (frames, rows, cols)."""
    if uid.UID(syntax).is_encapsulated:
        data = encapsulate([encoded(frame, syntax, 12) for frame in pixels])
    else:
        data = pixels.astype("<u2").tobytes()
    return phantom.dicom(
        pixels[0], transfer_syntax=syntax, NumberOfFrames=len(pixels), PixelData=data, SOPClassUID=SOP, **keywords
    )


def slices(count: int = 12, lesion_in: tuple[int, ...] = ()) -> np.ndarray:
    """Slices of one breast; those of `lesion_in` (from 0) hold a lesion."""
    size = {"rows": 768, "cols": 576}
    plain, ill = phantom.mammogram(**size), phantom.mammogram(lesion=LESION, **size)
    return np.stack([ill if number in lesion_in else plain for number in range(count)])


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("as_path", [False, True])
def test_frames_come_one_by_one_as_the_whole_would(syntax: str, as_path: bool, tmp_path: Path) -> None:
    pixels = np.stack([phantom.mammogram(rows=220, cols=210, seed=seed) for seed in range(3)])
    data: bytes | Path = stack(pixels, syntax)
    if as_path:
        path = tmp_path / "stack.dcm"
        path.write_bytes(data)
        data = path
    frames = dicom.frames(data)
    assert frames is not None and len(frames) == 3
    assert np.array_equal(np.stack([frame.pixels for frame in frames]), pixels)
    assert {(frame.frames, frame.laterality, frame.view) for frame in frames} == {(1, "L", "CC")}


def test_an_image_of_one_frame_is_no_stack() -> None:
    assert dicom.frames(phantom.dicom(rows=300, cols=220)) is None
    assert dicom.frames(b"junk") is None


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.HTJ2KLossless])
def test_a_stack_that_ends_too_early_is_refused_by_name(syntax: str) -> None:
    pixels = np.stack([phantom.mammogram(rows=220, cols=210)] * 3)
    data = stack(pixels, syntax).replace(b"\x28\x00\x08\x00IS\x02\x003 ", b"\x28\x00\x08\x00IS\x02\x009 ")
    frames = dicom.frames(data)
    assert frames is not None and len(frames) == 9
    with pytest.raises(dicom.DecodeError):
        list(frames)


def test_a_stack_of_too_many_frames_is_refused_before_any_is_read() -> None:
    with pytest.raises(dicom.DecodeError, match="at most 1000 frames"):
        dicom.frames(phantom.dicom(rows=220, cols=210, NumberOfFrames=99999))


def test_functional_groups_tell_window_spacing_and_side_of_each_frame() -> None:
    groups = [group("FrameVOILUTSequence", WindowCenter=str(100 * number), WindowWidth="50") for number in (1, 2)]
    shared = group("PixelMeasuresSequence", PixelSpacing=[0.2, 0.3])
    shared.FrameAnatomySequence = [item(FrameLaterality="R")]
    data = stack(
        np.stack([phantom.mammogram(rows=220, cols=210)] * 2),
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=groups,
        **dict.fromkeys(("WindowCenter", "WindowWidth", "ImagerPixelSpacing", "ImageLaterality")),
    )
    frames = list(dicom.frames(data) or [])
    assert [frame.windows[0].center for frame in frames] == [100, 200]
    assert {(frame.spacing, frame.laterality) for frame in frames} == {((0.2, 0.3), "R")}


def test_the_slab_with_the_lesion_decides_and_is_named(analyst: Analyst) -> None:
    image = ImageInput("k", stack(slices(12, lesion_in=(5, 6, 7, 8, 9))))
    (result,) = analyst.read_exam([image]).images
    assert result.scored and result.frame_number == 8 and (result.malignancy or 0) > 0.9
    assert "Slices 6 to 10 decided" in next(r.text for r in result.reasons if r.code == "tomosynthesis")
    x0, y0, x1, y1 = result.findings[0].box
    assert abs((x0 + x1) / 2 - LESION[0]) < 14 and abs((y0 + y1) / 2 - LESION[1]) < 14


def test_a_stack_without_a_lesion_scores_lower(analyst: Analyst) -> None:
    (ill, well) = (ImageInput(k, stack(slices(5, lesion_in=tuple(range(n))))) for k, n in (("ill", 5), ("well", 0)))
    scores = [analyst.read_exam([one]).images[0].malignancy or 0 for one in (ill, well)]
    assert scores[0] > scores[1]


def test_its_hash_is_that_of_the_whole(analyst: Analyst) -> None:
    data = stack(slices(5))
    assert analyst.read_exam([ImageInput("k", data)]).images[0].pixel_hash == dicom.decode(data).pixel_hash


def test_slices_before_the_breast_do_not_stop_it(analyst: Analyst) -> None:
    pixels = np.concatenate([np.zeros((5, 768, 576), np.uint16), slices(5)])
    (result,) = analyst.read_exam([ImageInput("k", stack(pixels))]).images
    assert result.scored and result.frame_number == 8


@pytest.mark.parametrize(
    ("change", "code"),
    [({"Modality": "US"}, "not_mammography"), ({"PresentationIntentType": "FOR PROCESSING"}, "for_processing")],
)
def test_a_stack_that_may_not_be_scored_says_why(analyst: Analyst, change: dict, code: str) -> None:
    (result,) = analyst.read_exam([ImageInput("k", stack(slices(2), **change))]).images
    assert not result.scored and result.reasons[0].code == code


def test_damage_in_the_middle_of_a_stack_is_told(analyst: Analyst) -> None:
    data = bytearray(stack(slices(6)))
    at = data.rfind(b"\xff\x4f\xff\x51") + 8  # the size that the last frame claims (ITU-T T.800 A.5.1)
    data[at : at + 4] = b"\0\0\0\x09"
    (result,) = analyst.read_exam([ImageInput("k", bytes(data))]).images
    assert not result.scored and result.reasons[0].code == "corrupt"


def test_the_overlay_shows_the_slice_that_decided(analyst: Analyst) -> None:
    data = stack(slices(10, lesion_in=(5, 6, 7, 8, 9)))
    result = analyst.read_exam([ImageInput("k", data)]).images[0]
    picture = draw(data, result)
    assert isinstance(picture, Image.Image) and picture.size == (576, 768)


LIMITED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from inference.pipeline import ImageInput
from tests.inference.fakes import brightness_analyst
result = brightness_analyst(Path(sys.argv[3])).read_exam([ImageInput("k", Path(sys.argv[1]))])
assert result.scored, result.reasons
status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of the process that started this one
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("syntax", [uid.HTJ2KLossless, uid.ExplicitVRLittleEndian])
def test_sixty_slices_of_five_megapixels_take_less_than_two_gigabytes(tmp_path: Path, syntax: str) -> None:
    frame = phantom.mammogram(rows=2500, cols=2000)
    path = tmp_path / "stack.dcm"
    if syntax == uid.HTJ2KLossless:
        data = encapsulate([encoded(frame, syntax, 12)] * 60)
        path.write_bytes(phantom.dicom(frame, transfer_syntax=syntax, NumberOfFrames=60, PixelData=data))
    else:
        path.write_bytes(stack(np.broadcast_to(frame, (60, *frame.shape)), syntax))
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", LIMITED, str(path), root, str(tmp_path / "release")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"OMP_NUM_THREADS": "1"})
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout.split()[-1]) < 2000


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def group(macro: str, **values: object) -> Dataset:
    return item(**{macro: [item(**values)]})


def test_the_real_tomosynthesis_file_reads_frame_by_frame(dicom_files: list[Path]) -> None:
    path = dicom_files[0].parent / "medcognetics-dicom-utils__jpeg2k_3d.dcm"
    frames = dicom.frames(path)
    assert frames is not None
    theirs = pydicom.dcmread(BytesIO(path.read_bytes())).pixel_array
    assert np.array_equal(np.stack([frame.pixels for frame in frames]), theirs)

"""Frames are found by their offsets, whatever the offset table looks like."""

from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, encapsulate_extended, itemize_frame
from pydicom.uid import JPEG2000Lossless

from inference import phantom
from portal.wado_proxy.offsets import NotAddressableError, parse

FRAMES = [bytes([n]) * (100 + 2 * n) for n in range(1, 5)]


def file_of(pixel_data, **elements):
    dataset = dcmread(BytesIO(phantom.dicom(rows=64, cols=64)))
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    dataset.PixelData = pixel_data
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.NumberOfFrames = len(FRAMES)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True, little_endian=True, implicit_vr=False)
    return out


def read(file, frames=4):
    index = parse(BytesIO(file.getvalue()), frames=frames)
    data = file.getvalue()
    return [b"".join(data[at : at + length] for at, length in spans) for spans in index.frames]


def fragments(*parts):
    return b"".join(b"\xfe\xff\x00\xe0" + len(part).to_bytes(4, "little") + part for part in parts)


def test_by_a_basic_offset_table():
    assert read(file_of(encapsulate(FRAMES, has_bot=True))) == FRAMES


def test_without_a_table_one_fragment_is_one_frame():
    assert read(file_of(encapsulate(FRAMES, has_bot=False))) == FRAMES


def test_by_a_basic_offset_table_over_several_fragments_a_frame():
    assert read(file_of(encapsulate(FRAMES, fragments_per_frame=2, has_bot=True))) == FRAMES


def test_by_an_extended_offset_table():
    data, offsets, lengths = encapsulate_extended(FRAMES)
    file = file_of(data, ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths)
    assert read(file) == FRAMES


def test_all_fragments_of_a_single_frame_belong_to_it():
    parts = list(itemize_frame(FRAMES[0], 3))
    data = fragments(b"") + b"".join(parts) + b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"
    assert read(file_of(data), frames=1) == [FRAMES[0]]


def test_fragments_that_nothing_parts_into_frames_are_refused():
    data = encapsulate(FRAMES, fragments_per_frame=2, has_bot=False)
    with pytest.raises(NotAddressableError, match="offset table"):
        read(file_of(data))


def test_native_frames_lie_one_after_the_other():
    one = phantom.dicom(rows=64, cols=32)
    index = parse(BytesIO(one), frames=1)
    [((at, length),)] = index.frames
    assert length == 64 * 32 * 2
    assert one[at : at + length] == dcmread(BytesIO(one)).PixelData

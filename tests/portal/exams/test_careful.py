"""A header that claims to be huge fills no memory."""

import io
import struct

import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import ExplicitVRLittleEndian

from portal.exams import part10
from portal.exams.careful import Careful, TooMuch
from portal.exams.refusals import FileRefused


def headed(elements):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.2"
    meta.MediaStorageSOPInstanceUID = "2.25.1"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = io.BytesIO(b"\0" * 128 + b"DICM")
    out.seek(0, 2)
    write_file_meta_info(out, meta, enforce_standard=True)
    out.write(elements)
    return io.BytesIO(out.getvalue())


def private(size, group=0x0009):
    return struct.pack("<HH2sHL", group, 0x1001, b"OB", 0, size) + bytes(size)


@pytest.mark.parametrize("elements", [private(3000), private(600) + private(600, 0x0011)])
def test_a_header_larger_than_a_header_is_refused_with_a_sentence(monkeypatch, elements):
    monkeypatch.setattr(part10, "LARGEST_HEADER", 1000)
    with pytest.raises(FileRefused) as refused:
        part10.read(headed(elements))
    assert refused.value.code == "header-too-large" and "send it again" in refused.value.say


def test_a_usual_private_element_is_read():
    assert (0x0009, 0x1001) in part10.read(headed(private(3000))).dataset


def test_whoever_asks_for_everything_gets_no_more_than_fits():
    assert Careful(io.BytesIO(b"12345"), once=5, total=5).read() == b"12345"
    with pytest.raises(TooMuch):
        Careful(io.BytesIO(b"123456"), once=5, total=100).read()

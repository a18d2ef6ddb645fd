"""Archives from untrusted hands: bounded in every direction, and nothing is written by an entry's name."""

import io
import struct
import zipfile

import pytest

from portal.intake import archive
from portal.intake.archive import Archive, ArchiveRefused, Limits, is_zip

ROOMY = Limits(entry=10**9, total=10**9)


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    out.seek(0)
    return out


def refusal(act):
    with pytest.raises(ArchiveRefused) as refused:
        act()
    return refused.value.code


def unpack_first(file, limits=ROOMY):
    opened = Archive(file, limits)
    out = io.BytesIO()
    opened.unpack(opened.entries[0], out)
    return out.getvalue()


def test_an_entry_comes_out_as_it_went_in():
    assert unpack_first(zipped([("a/b.dcm", b"x" * 5000)])) == b"x" * 5000


@pytest.mark.parametrize("name", ["../up.dcm", "/etc/passwd", "a/../../b", "..\\..\\up.dcm"])
def test_a_name_that_leads_out_of_the_archive_is_refused(name):
    assert refusal(lambda: unpack_first(zipped([(name, b"x")]))) == "zip-path"


def test_a_bomb_is_refused_by_its_ratio(monkeypatch):
    monkeypatch.setattr(archive, "SMALL", 1024 * 1024)
    assert refusal(lambda: Archive(zipped([("a", bytes(5 * 1024 * 1024))]), ROOMY)) == "zip-bomb"


def test_an_entry_larger_than_it_says_is_stopped_while_it_unpacks():
    data = bytearray(zipped([("a", bytes(3_000_000))]).getvalue())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        data[data.index(signature) + at : data.index(signature) + at + 4] = struct.pack("<L", 10)
    assert refusal(lambda: unpack_first(io.BytesIO(bytes(data)))) == "zip-damaged"
    assert refusal(lambda: unpack_first(zipped([("a", bytes(3_000_000))]), Limits(10**6, 10**9))) == "zip-bomb"


def test_an_archive_larger_than_the_limit_is_refused():
    assert (
        refusal(lambda: Archive(zipped([("a", b"x" * 2000)], zipfile.ZIP_STORED), Limits(10**9, 1000)))
        == "zip-too-large"
    )


def test_too_many_entries_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    assert refusal(lambda: Archive(zipped([(str(n), b"x") for n in range(4)]), ROOMY)) == "zip-too-many"


def test_a_password_is_refused():
    data = bytearray(zipped([("a", b"x")]).getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    assert refusal(lambda: Archive(io.BytesIO(bytes(data)), ROOMY)) == "zip-encrypted"


def test_a_damaged_archive_is_refused():
    whole = zipped([("a", b"some bytes that matter" * 50)]).getvalue()
    assert refusal(lambda: Archive(io.BytesIO(whole[:-30]), ROOMY)) == "zip-damaged"
    bent = bytearray(whole)
    bent[60] ^= 0xFF
    assert refusal(lambda: unpack_first(io.BytesIO(bytes(bent)))) == "zip-damaged"


@pytest.mark.parametrize("first", [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08\0"])
def test_archives_of_another_kind_are_named(first):
    assert refusal(lambda: is_zip(io.BytesIO(first + b"\0" * 100))) == "archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unpacks_without_measure_is_not_opened(method):
    assert refusal(lambda: Archive(zipped([("a", bytes(1000))], method), ROOMY)) == "zip-method"


def test_a_list_of_entries_larger_than_memory_likes_is_not_read(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_LIST", 2000)
    assert refusal(lambda: Archive(zipped([(f"{n:04}", b"") for n in range(500)]), ROOMY)) == "zip-too-many"

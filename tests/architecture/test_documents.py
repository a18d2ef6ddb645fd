"""What the documents point at is there, and what lies among their pictures is shown."""

import re

import pytest

from tests.architecture.sources import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def targets(document):
    """The files of this repository that a document links to."""
    found = LINK.findall(document.read_text())
    return [(document.parent / link).resolve() for link in found if "mailto:" not in link and "://" not in link]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(document):
    assert [str(path) for path in targets(document) if not path.exists()] == []


def test_every_picture_is_shown_in_a_document_and_is_small():
    shown = {path for document in DOCUMENTS for path in targets(document)}
    pictures = sorted((ROOT / "docs" / "img").glob("*.png"))
    assert [path.name for path in pictures if path not in shown] == []
    assert max(path.stat().st_size for path in pictures) < 250_000
    assert sum(path.stat().st_size for path in pictures) < 3_000_000


def test_a_broken_link_is_found(tmp_path):
    known_bad = tmp_path / "bad.md"
    known_bad.write_text("[gone](gone.md) and [elsewhere](https://example.org/x)")
    assert targets(known_bad) == [tmp_path / "gone.md"]
    assert not targets(known_bad)[0].exists()


SETTING = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"|environ\.get\(\"(OVERREAD_[A-Z]+)\"")


def test_every_setting_is_told_and_every_setting_told_is_read():
    files = [path for part in ("portal", "inference") for path in (ROOT / part).rglob("*.py")]
    read = {one or other for path in files for one, other in SETTING.findall(path.read_text())}
    told = set(re.findall(r"`((?:OVERREAD_)?[A-Z_]+)`(?= ?[,(|])", (ROOT / "docs" / "operations.md").read_text()))
    assert len(read) > 20
    assert read - told == set()
    assert told - read - {"NAME", "NAME_FILE", "_FILE"} == set()

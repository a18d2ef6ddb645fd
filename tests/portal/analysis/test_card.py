"""card.md reaches the page whole: headings, sentences, lists and tables."""

from portal.analysis.card import Block, sections
from tests.portal.analysis.results import CARD


def test_every_heading_becomes_a_section_with_its_blocks():
    about, measured, limits = sections(CARD)
    assert about.title == "About"
    assert about.blocks == (Block("text", lines=("A research model. It reads one mammogram.",)),)
    [table] = measured.blocks
    assert table.head == ("figure", "value", "95 % interval", "n")
    assert table.body == (("MIAS, AUC", "0.812", "0.701 to 0.903", "232"),)
    assert limits.blocks[0].lines == ("232 images are very few.", "<b>No</b> external test set.")


def test_an_empty_card_has_no_sections():
    assert list(sections("")) == []

"""A read is locked only when it is whole and agrees with itself; each broken rule names its field."""

import pytest

from portal.base.errors import Refused
from portal.reading.body import parse_body
from portal.reading.rules import check
from tests.portal.cases.story import benign, suspicious

BOTH = frozenset({"R", "L"})


def changed(body, **fields):
    for path, value in fields.items():
        target = body
        *steps, last = path.split("__")
        for step in steps:
            target = target[int(step)] if step.isdigit() else target[step]
        target[last] = value
    return body


@pytest.mark.parametrize("body", [benign(), suspicious()])
def test_a_whole_read_breaks_no_rule(body):
    assert check(body, BOTH) == {}


@pytest.mark.parametrize(
    "body, path, words",
    [
        (changed(benign(), density=None), "density", "Choose the breast density"),
        (changed(benign(), breasts__R__category=None), "breasts.R", "right breast"),
        (changed(benign(), recall=None), "recall", "recalled"),
        (changed(benign(), management=None), "management", "next"),
        (changed(suspicious(), breasts__L__category="1"), "breasts.L", "Category 1 means nothing to describe"),
        (changed(suspicious(), findings=[]), "breasts.L", "needs a finding"),
        (changed(benign(), breasts__L__category="3"), "breasts.L", "Category 3 needs a finding"),
        (changed(suspicious(), findings__0__category="5"), "breasts.L", "cannot be lower"),
        (changed(suspicious(), findings__0__kind=None), "findings.0.kind", "what kind"),
        (changed(suspicious(), findings__0__laterality=None), "findings.0.laterality", "side"),
        (changed(suspicious(), recall_sides=[]), "recall_sides", "which side"),
        (changed(benign(), recall_sides=["L"]), "recall_sides", "No recall"),
        (changed(suspicious(), recall=False, recall_sides=[]), "recall", "needs recall of that side"),
        (changed(suspicious(), recall_sides=["R", "L"]), "recall_sides", "right breast is category 1"),
        (changed(suspicious(), management="routine"), "management", "does not fit"),
        (changed(benign(), management="biopsy"), "management", "needs a category 4 or 5"),
    ],
)
def test_a_broken_rule_says_what_to_do_beside_its_field(body, path, words):
    assert any(words in sentence for sentence in check(body, BOTH)[path])


def test_a_breast_without_an_image_needs_no_category_and_takes_none():
    one_sided = changed(benign(), breasts__R__category=None)
    assert check(one_sided, frozenset({"L"})) == {}
    assert "no image of the right breast" in check(benign(), frozenset({"L"}))["breasts.R"][0]
    assert "findings.0.laterality" in check(suspicious(), frozenset({"R"}))


@pytest.mark.parametrize(
    "change, path",
    [
        ({"density": "E"}, "density"),
        ({"confidence": 6}, "confidence"),
        ({"recall_sides": ["X"]}, "recall_sides.0"),
        ({"text": "x" * 4001}, "text"),
        ({"findings__0__size_mm": -1}, "findings.0.size_mm"),
        ({"findings__0__descriptors": {"shape": "<b>star</b>"}}, "findings.0.descriptors"),
        ({"findings__0__marks": [{"id": "k1", "image": "no", "tool": "point", "points": [[1, 2]]}]}, "findings.0.marks.0.image"),
        ({"findings": [suspicious()["findings"][0]] * 21}, "findings"),
        ({"findings": [suspicious()["findings"][0]] * 2}, "findings"),
    ],
)  # fmt: skip
def test_malformed_fields_are_refused_by_name(change, path):
    with pytest.raises(Refused) as refused:
        parse_body(changed(suspicious(), **change))
    assert path in refused.value.fields


@pytest.mark.parametrize("data", [None, [], "text", {"breasts": 3}, {"findings": {"a": 1}}, {"text": {"x": 1}}])
def test_what_is_no_read_at_all_is_refused_not_a_crash(data):
    with pytest.raises(Refused):
        parse_body(data)


def test_an_incomplete_draft_is_welcome_and_unknown_fields_are_dropped():
    body = parse_body({"density": "A", "suggestion": "x"})
    assert body["density"] == "A" and body["findings"] == [] and "suggestion" not in body

"""A read keeps the words that it was made with: its form, its rules, its report. Drafts go on in the newer ones, whole."""

import copy
import importlib
from datetime import date
from math import cos, pi, sin

import pytest
from django.apps import apps

from portal.base.errors import Refused
from portal.reading.body import EMPTY, digest_of, parse_body
from portal.reading.draft_report import compose
from portal.reading.lexicon import CURRENT, LEXICONS, lexicon_of
from portal.reading.lexicon.overread_2 import RENAMED, carried, renamed
from portal.reading.models import Read
from portal.reading.panel import panel
from portal.reading.place import HOURS
from portal.reading.rules import check
from portal.reading.services.decide import amend, confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_case, a_run, an_exam, benign, suspicious

BOTH = frozenset({"R", "L"})


def of_first_version(**finding):
    """A whole read in overread-1, as it was kept then."""
    body = {name: value for name, value in suspicious().items() if name not in ("prior", "key_images")}
    body["findings"] = [
        {
            "id": "m1", "kind": "mass", "laterality": "L", "descriptors": {"shape": "irregular", "margin": "blurred"},
            "quadrant": "UOQ", "size_mm": 12.0, "category": "4B", "note": "", "marks": [], **finding,
        }
    ]  # fmt: skip
    return body


def place(**fields):
    body = suspicious()
    body["findings"][0].update(fields)
    return body


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice, study_date=date(2011, 5, 3))
    a_run(exam)
    return a_case(exam, cast.alice)


@pytest.fixture
def prior(cast, case):
    return an_exam(cast.northside, cast.alice, study_date=date(2009, 3, 1))


@pytest.fixture
def old(cast, case):
    """A draft in overread-1."""
    read = begin(case=case, user=cast.rosa)
    Read.objects.filter(pk=read.pk).update(lexicon="overread-1", body=of_first_version(), version=4)
    return Read.objects.get(pk=read.pk)


def test_an_older_read_is_saved_locked_amended_shown_and_reported_in_its_own_words(cast, case, old):
    read = save_draft(read=old, version=4, data=of_first_version(descriptors={"margin": "sharp"}))
    assert read.body == of_first_version(descriptors={"margin": "sharp"})  # nothing that it did not ask is added
    shown = panel(case, cast.rosa)
    assert (
        shown["data"]["lexicon"]["code"] == shown["form"]["lexicon"] == "overread-1" and shown["form"]["priors"] == []
    )
    assert "sharp" in shown["data"]["lexicon"]["kinds"]["mass"]["descriptors"]["margin"]
    locked = lock(read=read, actor=cast.rosa, version=5)
    assert locked.digest == digest_of(of_first_version(descriptors={"margin": "sharp"}))
    reveal(read=locked, actor=cast.rosa)
    changed = of_first_version(descriptors={"margin": "lobed"})
    with pytest.raises(Refused) as refused:
        amend(read=locked, actor=cast.rosa, reason="Seen again", data=place(descriptors={"margin": "microlobulated"}))
    assert "findings.0.descriptors" in refused.value.fields
    amend(read=locked, actor=cast.rosa, reason="Seen again", data=changed)
    draft = compose(case, cast.rosa)
    assert draft["lexicon"] == "overread-1"
    assert "1. Mass: left breast, upper outer, 12 mm, margin lobed, category 4B." in draft["sections"][2]["lines"]


def test_drafts_open_at_the_upgrade_are_carried_over_without_loss_and_open_windows_go_on_saving(cast, case, old):
    locked = Read.objects.create(
        case=case, reader=cast.rufus, place="reader2", body=of_first_version(), locked_at=old.started_at
    )
    importlib.import_module("portal.reading.migrations.0007_drafts_to_overread_2").carry(apps, None)
    read = Read.objects.get(pk=old.pk)
    assert (read.lexicon, read.version) == ("overread-2", 4)
    assert read.body["findings"][0]["descriptors"] == {"shape": "irregular", "margin": "indistinct"}
    rest = {name: value for name, value in read.body["findings"][0].items() if name in old.body["findings"][0]}
    assert rest | {"descriptors": None} == old.body["findings"][0] | {"descriptors": None}
    assert parse_body(read.body) == read.body and check(read.body, BOTH) == {}
    again = save_draft(read=read, version=4, data=of_first_version(note="from a window that was open"))
    assert again.body["findings"][0]["descriptors"]["margin"] == "indistinct"
    assert again.body["findings"][0]["note"] == "from a window that was open"
    locked.refresh_from_db()
    assert (locked.lexicon, locked.body) == ("overread-1", of_first_version())


def test_every_word_of_the_first_version_has_one_in_the_second():
    first, second = LEXICONS["overread-1"], CURRENT
    for code, kind in first.kinds.items():
        for name, words in kind.descriptors.items():
            for word in words:
                body = carried(of_first_version(kind=code, descriptors={name: word}))
                assert parse_body(body)["findings"][0]["descriptors"] == renamed(code, {name: word})
            made = [renamed(code, {name: word}) for word in words]
            assert len({str(each) for each in made}) == len(words)  # no two words become one
    for words in ("density", "categories", "management", "comparison", "quadrants", "confidence", "sides"):
        assert set(getattr(first, words)) <= set(getattr(second, words))
    assert all(
        word not in kind.descriptors[name]
        for (code, name), pairs in RENAMED.items()
        for word in pairs
        for kind in [second.kinds[code]]
    )


def test_a_lexicon_that_nobody_knows_is_named():
    with pytest.raises(LookupError, match="overread-9"):
        lexicon_of("overread-9")


@pytest.mark.parametrize("side", ["R", "L"])
@pytest.mark.parametrize("hour", range(1, 13))
def test_clock_and_quadrant_agree_with_the_geometry_of_a_clock_face(side, hour):
    right, up = round(sin(hour * pi / 6), 9), round(cos(hour * pi / 6), 9)
    outer = -right if side == "R" else right  # her right breast is on the left of who looks at her
    inside = {
        "UOQ": up >= 0 and outer >= 0, "UIQ": up >= 0 and outer <= 0,
        "LOQ": up <= 0 and outer >= 0, "LIQ": up <= 0 and outer <= 0,
    }  # fmt: skip
    assert {quadrant: hour in HOURS[side][quadrant] for quadrant in inside} == inside
    assert (hour in HOURS[side]["axillary"]) == inside["UOQ"]


@pytest.mark.parametrize(
    "fields, path, words",
    [
        ({"clock": 10}, "findings.0.clock", "this quadrant of the left breast is 12 to 3 o'clock"),
        ({"clock": 2, "quadrant": "central"}, "findings.0.clock", "has no hour"),
        ({"depth": "middle", "quadrant": None}, "findings.0.depth", "needs a place"),
        ({"nipple_mm": 40, "quadrant": None}, "findings.0.nipple_mm", "needs a direction"),
        (
            {"features": ["calcifications"], "kind": "calcifications", "descriptors": {}},
            "findings.0.features",
            "itself",
        ),
        ({"change": "larger"}, "findings.0.change", "needs a comparison"),
        ({"kind": "asymmetry", "descriptors": {"type": "developing"}}, "findings.0.descriptors", "one that grew"),
    ],
)
def test_a_contradiction_within_a_finding_is_said_beside_its_field(fields, path, words):
    assert any(words in sentence for sentence in check(place(**fields), BOTH)[path])
    assert path not in check(place(**fields), BOTH, "overread-1")  # it never asked


@pytest.mark.parametrize(
    "fields", [{"clock": 2, "depth": "middle", "nipple_mm": 40}, {"clock": 12}, {"clock": 7, "quadrant": None}]
)
def test_what_agrees_is_not_complained_of(fields):
    assert check(place(**fields), BOTH) == {}


@pytest.mark.parametrize(
    "fields, change, path, words",
    [
        ({"comparison": None}, None, "comparison", "An earlier exam hangs here"),
        ({"comparison": "none", "prior": "p1"}, None, "comparison", "An earlier exam is chosen"),
        ({"comparison": "changed"}, None, "prior", "which earlier exam"),
        ({"comparison": "changed", "prior": "p9"}, None, "prior", "taken off"),
        ({"comparison": "stable", "prior": "p1"}, "larger", "findings.0.change", "says unchanged"),
        ({"comparison": "new", "prior": "p1"}, "stable", "comparison", "none is marked as new"),
    ],
)
def test_a_comparison_names_its_exam_and_agrees_with_the_findings(fields, change, path, words):
    body = place(change=change) | fields
    assert any(words in sentence for sentence in check(body, BOTH, CURRENT.code, frozenset({"p1"}))[path])


def test_a_whole_comparison_breaks_no_rule():
    body = place(change="larger") | {"comparison": "changed", "prior": "p1"}
    assert check(body, BOTH, CURRENT.code, frozenset({"p1", "p2"})) == {}


LENGTH = {
    "id": "k1",
    "image": "00000000-0000-4000-8000-000000000001",
    "tool": "length",
    "points": [[1, 1], [9, 9]],
    "mm": 12.04,
}


@pytest.mark.parametrize(
    "fields, path",
    [
        ({"clock": 0}, "clock"), ({"clock": 13}, "clock"), ({"clock": "noon"}, "clock"), ({"depth": "deep"}, "depth"),
        ({"nipple_mm": -1}, "nipple_mm"), ({"nipple_mm": 301}, "nipple_mm"), ({"nipple_mm": float("nan")}, "nipple_mm"),
        ({"features": ["<b>"]}, "features.0"), ({"features": ["skin-retraction"] * 8}, "features"),
        ({"change": "gone"}, "change"), ({"size_mark": "k1"}, "size_mark"), ({"size_mark": "k" * 41}, "size_mark"),
        ({"size_mark": "k1", "marks": [LENGTH], "size_mm": 13.0}, "size_mm"),
        ({"size_mark": "k1", "marks": [LENGTH], "size_mm": None}, "size_mm"),
        ({"size_mark": "k1", "marks": [LENGTH | {"tool": "arrow"}]}, "size_mark"),
    ],
)  # fmt: skip
def test_each_new_field_has_its_limits(fields, path):
    with pytest.raises(Refused) as refused:
        parse_body(place(**fields))
    assert f"findings.0.{path}" in refused.value.fields


def test_a_size_tied_to_its_measurement_and_features_are_kept_once_in_order():
    kept = parse_body(
        place(size_mark="k1", marks=[LENGTH], features=["calcifications", "skin-retraction", "calcifications"])
    )
    assert kept["findings"][0]["size_mark"] == "k1"
    assert kept["findings"][0]["features"] == ["skin-retraction", "calcifications"]


def test_only_an_earlier_exam_of_the_same_woman_is_named_and_the_report_says_which(cast, case, prior):
    stranger = an_exam(cast.northside, cast.alice, pseudonym="P-OTHER", study_date=date(2009, 1, 1))
    read = begin(case=case, user=cast.rosa)
    body = place(
        clock=2,
        depth="middle",
        nipple_mm=40,
        change="larger",
        features=["skin-retraction", "nipple-retraction", "calcifications"],
    )
    for wrong in (stranger, case.exam):
        with pytest.raises(Refused) as refused:
            save_draft(read=read, version=0, data=body | {"comparison": "changed", "prior": str(wrong.pk)})
        assert "prior" in refused.value.fields
    read = save_draft(read=read, version=0, data=body | {"comparison": "changed", "prior": str(prior.pk)})
    assert panel(case, cast.rosa)["form"]["priors"] == [(str(prior.pk), f"Exam of 2009-03-01 {prior.accession}")]
    read = lock(read=read, actor=cast.rosa, version=1)
    reveal(read=read, actor=cast.rosa)
    confirm(read=read, actor=cast.rosa)
    sections = {each["title"]: each["lines"] for each in compose(case, cast.rosa)["sections"]}
    assert sections["Findings"][0] == (
        "1. Mass: left breast, upper outer, 2 o'clock, middle third, 40 mm from the nipple, 12 mm, shape irregular, "
        "margin spiculated, with skin retraction, nipple retraction and calcifications, larger since the exam of "
        "2009-03-01, category 4B."
    )  # fmt: skip
    assert sections["Comparison"] == ["With the exam of 2009-03-01: changed."]


def test_an_earlier_exam_that_was_taken_off_is_complained_of_at_the_lock_and_not_while_saving(cast, case, prior):
    read = begin(case=case, user=cast.rosa)
    body = benign() | {"comparison": "stable", "prior": str(prior.pk)}
    save_draft(read=read, version=0, data=body)
    case.detached.add(prior)
    read = save_draft(read=read, version=1, data=body | {"text": "More words"})
    assert "(taken off)" in panel(case, cast.rosa)["form"]["priors"][0][1]
    with pytest.raises(Refused) as refused:
        lock(read=read, actor=cast.rosa, version=2)
    assert "taken off" in refused.value.fields["prior"][0]


def test_the_empty_read_is_what_the_door_makes_of_nothing():
    assert parse_body({}) == EMPTY and copy.deepcopy(EMPTY) == EMPTY


@pytest.mark.parametrize("who, code", [("alice", 200), ("rosa", 200), ("charlie", 200), (None, 302)])
def test_the_words_are_shown_on_a_page(cast, who, code):
    answer = cast.client(who).get("/lexicons/")
    assert answer.status_code == code
    if code == 200:
        page = answer.content.decode()
        assert "circumscribed" in page and "Posterior third" in page and "overread-2 (now)" in page
        assert "hidden in part" in cast.client(who).get("/lexicons/overread-1/").content.decode()
        assert cast.client(who).get("/lexicons/overread-9/").status_code == 404


def test_the_api_gives_every_word_that_the_door_takes(cast):
    rosa = cast.client("rosa")
    assert [each["code"] for each in rosa.get("/api/v1/lexicons/").json()] == list(LEXICONS)
    words = rosa.get("/api/v1/lexicons/overread-2/").json()
    assert words["current"] is True
    for kind, each in words["kinds"].items():
        for name, choices in each["descriptors"].items():
            for word in choices:
                parse_body(place(kind=kind, descriptors={name: word}))
    for field, name in (("depth", "depths"), ("change", "changes"), ("clock", "hours"), ("quadrant", "quadrants")):
        for code in words[name]:
            parse_body(place(**{field: code}))
    assert rosa.get("/api/v1/lexicons/nothing/").status_code == 404
    assert cast.client(None).get("/api/v1/lexicons/").status_code in (401, 403)

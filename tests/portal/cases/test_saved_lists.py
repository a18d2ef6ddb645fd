"""Lists that a person keeps under a name, and searches that leave no trace in an address."""

import re

import pytest

from portal.cases.models import SavedList
from portal.cases.saved_lists import MOST, wrong_in
from portal.exams.identity import Keyring
from portal.exams.naming import accession_code
from tests.portal.cases.story import a_case, an_exam

URGENT = {"tab": "pool", "state": "unread", "urgency": "urgent", "sort": "number"}


@pytest.fixture
def cases(cast):
    """One urgent case and one routine case."""
    return [
        a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{urgency}"), cast.alice, urgency=urgency)
        for urgency in ("urgent", "routine")
    ]


def keep(cast, who, name="Urgent and new", **asked):
    return cast.client(who).post("/cases/lists/", {"name": name, **URGENT, **asked}, follow=True)


def change(cast, who, saved, do, **more):
    return cast.client(who).post(f"/cases/lists/{saved.pk}/", {"do": do, **more}, follow=True)


def test_a_list_is_kept_with_its_filters_and_found_again(cast, cases):
    page = keep(cast, "rosa", query="P-urgent", q="P-urgent")
    assert "kept as Urgent and new" in page.content.decode()
    saved = SavedList.objects.get()
    assert {name: getattr(saved, name) for name in URGENT} == URGENT
    link = re.search(
        r'href="(/cases/\?[^"]+)"[^>]*>Urgent and new', cast.client("rosa").get("/cases/").content.decode()
    )
    address = link[1].replace("&amp;", "&")
    assert address == "/cases/?tab=pool&state=unread&urgency=urgent&sort=number"  # nothing of what was searched for
    shown = cast.client("rosa").get(address).content.decode()
    assert cases[0].number in shown and cases[1].number not in shown


def test_a_list_is_its_persons_alone(cast, cases):
    keep(cast, "rosa")
    saved = SavedList.objects.get()
    for who, code in [("rufus", 404), ("charlie", 404), ("otto", 403)]:
        assert cast.client(who).post(f"/cases/lists/{saved.pk}/", {"do": "remove"}).status_code == code
    assert "Urgent and new" not in cast.client("rufus").get("/cases/").content.decode()
    assert SavedList.objects.get() == saved


def test_the_worklist_opens_with_one_list_at_most(cast, cases):
    keep(cast, "rosa")
    keep(cast, "rosa", name="Everything", state="", urgency="", sort="")
    urgent, everything = SavedList.objects.get(name="Urgent and new"), SavedList.objects.get(name="Everything")
    change(cast, "rosa", everything, "first")
    change(cast, "rosa", urgent, "first")
    assert list(SavedList.objects.filter(first=True)) == [urgent]
    assert cases[1].number not in cast.client("rosa").get("/cases/").content.decode()
    assert cases[1].number in cast.client("rosa").get("/cases/?tab=pool").content.decode()
    change(cast, "rosa", urgent, "not-first")
    assert cases[1].number in cast.client("rosa").get("/cases/").content.decode()


def test_a_list_is_renamed_replaced_and_removed(cast, cases):
    keep(cast, "rosa")
    keep(cast, "rosa", name="Other")
    saved = SavedList.objects.get(name="Other")
    assert (
        "You keep another list as Urgent and new"
        in change(cast, "rosa", saved, "rename", name="Urgent and new").content.decode()
    )
    change(cast, "rosa", saved, "rename", name=" Mine  now ")
    keep(cast, "rosa", name="Mine now", sort="due")
    assert SavedList.objects.get(name="Mine now").sort == "due" and SavedList.objects.count() == 2
    change(cast, "rosa", SavedList.objects.get(name="Mine now"), "remove")
    assert SavedList.objects.get().name == "Urgent and new"


@pytest.mark.parametrize(
    "more, words",
    [
        ({"name": " "}, "Give the list a name"), ({"name": "x" * 41}, "Give the list a name"),
        ({"tab": "open"}, "This tab cannot be kept"), ({"state": "asleep"}, "This state cannot be kept"),
        ({"sort": "score"}, "This order cannot be kept"), ({"urgency": "now"}, "This urgency cannot be kept"),
    ],
)  # fmt: skip
def test_what_the_worklist_does_not_offer_is_not_kept(cast, cases, more, words):
    assert words in keep(cast, "rosa", **more).content.decode()
    assert not SavedList.objects.exists()


def test_there_is_a_most_and_it_is_said(cast, cases):
    for at in range(MOST):
        keep(cast, "rosa", name=f"List {at}")
    assert "Remove one first" in keep(cast, "rosa", name="One more").content.decode()
    assert "kept as List 3" in keep(cast, "rosa", name="List 3", sort="due").content.decode()
    assert "kept as One more" in keep(cast, "rufus", name="One more").content.decode()


def test_a_filter_that_is_no_longer_there_is_said(cast, cases):
    keep(cast, "rosa")
    SavedList.objects.update(state="asleep")
    assert "names a state that is no longer there" in wrong_in(SavedList.objects.get())
    assert "names a state that is no longer there" in cast.client("rosa").get("/cases/").content.decode()
    german = cast.client("rosa").get("/cases/", headers={"Accept-Language": "de"}).content.decode()
    assert "nennt etwas (Status)" in german


def test_what_is_typed_is_replaced_before_an_address_holds_it(cast, cases):
    exam = cases[0].exam
    exam.accession = accession_code(Keyring(cast.northside), "HOSPITAL-4711")
    exam.save(update_fields=["accession"])
    rosa = cast.client("rosa")
    found = rosa.post("/cases/", {"tab": "pool", "q": "HOSPITAL-4711"})
    assert found.status_code == 302 and "4711" not in found.url and exam.accession in found.url
    assert cases[0].number in rosa.get(found.url).content.decode()
    unknown = rosa.post("/cases/", {"tab": "pool", "q": "HOSPITAL-0815"})
    page = unknown.content.decode()
    assert unknown.status_code == 200 and "Nothing fits" in page and not re.search(r"(href|hx-get)=\"[^\"]*0815", page)


def test_filters_alone_go_into_the_address(cast, cases):
    answer = cast.client("rosa").post("/cases/", {"tab": "pool", "q": "", "urgency": "urgent", "state": "", "sort": ""})
    assert answer.url == "/cases/?tab=pool&urgency=urgent"

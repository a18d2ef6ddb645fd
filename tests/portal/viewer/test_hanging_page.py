"""A practice and a person arrange how exams hang: the order, the start, layouts of their own; refusals beside the field."""

import re

import pytest

from portal.audit.models import Event
from portal.practices.models import Practice
from portal.viewer import arrangement, hanging
from tests.portal.viewer.filing import file_exam
from tests.portal.viewer.test_hanging import FOUR, images, prior, shown, steps

pytestmark = pytest.mark.django_db
OVER = "Left over prior = LCC LMLO / LCC-prior LMLO-prior"


def hung(cast, who, exam):
    return cast.client(who).get(f"/api/v1/exams/{exam.pk}/manifest/").json()["hanging"]


def keep(cast, who, page, **sent):
    return cast.client(who).post(page, {"steps": "", "start": "", "layouts": "", "keep": "1", **sent})


def test_what_the_practice_arranges_hangs_for_everybody_until_one_arranges_their_own(cast):
    exam = file_exam(cast.northside)
    assert keep(cast, "cora", "/practice/hanging/", steps="mlo,cc", start="mlo").status_code == 302
    assert (hung(cast, "rosa", exam)["initial"], steps(hung(cast, "rosa", exam)["layouts"])[:2]) == (
        "mlo",
        ["mlo", "cc"],
    )
    assert (
        keep(cast, "rosa", "/account/hanging/", steps="cc,4up", start="cc", layouts="Left = LCC LMLO").status_code
        == 302
    )
    assert steps(hung(cast, "rosa", exam)["layouts"]) == ["cc", "4up", "mlo", "own:left"]
    assert hung(cast, "rufus", exam)["initial"] == "mlo"
    cast.client("rosa").post("/account/hanging/", {"forget": "1"})
    assert hung(cast, "rosa", exam) == hung(cast, "rufus", exam)
    [told] = Event.objects.filter(verb="practice.changed")
    assert told.detail["changed"] == ["hanging"]
    cast.northside.refresh_from_db()
    assert Practice.objects.get(pk=cast.southside.pk).settings == cast.southside.settings


def test_a_layout_of_ones_own_shows_its_images_and_says_what_is_missing():
    chosen = {"layouts": arrangement.parsed(OVER)}
    now, then = images(*FOUR), [prior("Prior 2009", "LCC")]
    found = arrangement.own(chosen, now, then)
    assert shown(found, "own:left-over-prior") == ["LCC", "LMLO", "LCC-then", "-"]
    assert found[0]["cells"][3]["say"] == "L MLO not in Prior 2009"
    assert arrangement.own(chosen, images("RCC"), []) == []  # nothing of it is in this exam
    assert len(hanging.layouts(now, then)) > 0


@pytest.mark.parametrize(
    ("line", "say"),
    [
        ("CC RCC LCC", "Line 1: write a name"), ("A = RCC XCC", "“XCC” is no place"), ("A = RCC LCC / RMLO", "same number"),
        ("A = . .", "shows nothing"), ("A = " + "RCC " * 5, "at most 3 rows of 4"), ("A = RCC\nA = LCC", "Line 2: “A”"),
        ("CC = RCC", "another layout"), ("\n".join(f"n{n} = RCC" for n in range(9)), "At most 8"), ("A\x00 = RCC", ""),
    ],
)  # fmt: skip
def test_a_line_that_is_no_layout_is_named_beside_the_field_and_nothing_is_kept(cast, line, say):
    answer = keep(cast, "rosa", "/account/hanging/", layouts=line)
    assert answer.status_code == 400
    assert any(say in error for error in answer.context["form"].errors["layouts"])
    assert say in answer.content.decode().replace("&quot;", '"')
    assert hasattr(cast.rosa, "desk") is False


def test_steps_are_moved_by_buttons_and_the_preview_keeps_nothing(cast):
    sent = {"steps": "cc,mlo,4up", "start": "mlo", "layouts": OVER}
    answer = cast.client("rosa").post("/account/hanging/", {**sent, "move": "up:mlo"})
    assert [row.code for row in answer.context["form"].rows()][:3] == ["mlo", "cc", "4up"]
    assert "Left over prior: LCC LMLO over LCC-prior LMLO-prior" in answer.content.decode()
    assert answer.content.decode().count("checked") == 1
    assert "hanging" not in (cast.client("rosa").get("/api/v1/desk/").json())


def test_who_may_arrange_what(cast):
    for who, own, practice in [("rosa", 200, 403), ("cora", 200, 200), ("ada", 403, 200), ("otto", 403, 403)]:
        client = cast.client(who)
        assert ("Your own hanging" in client.get("/practice/hanging/").content.decode()) is (own == practice == 200)
        assert (client.get("/account/hanging/").status_code, client.get("/practice/hanging/").status_code) == (
            own,
            practice,
        )


def seen_on(page):
    [mark] = re.findall(r'name="seen" value="(\w+)"', page)
    return mark


def test_who_keeps_a_hanging_later_is_told_what_somebody_else_kept_meanwhile_and_may_replace_it(cast):
    page = "/practice/hanging/"
    seen = seen_on(cast.client("ada").get(page).content.decode())
    assert keep(cast, "cora", page, steps="mlo,cc", start="mlo", seen=seen).status_code == 302
    late = keep(cast, "ada", page, steps="cc,mlo", start="cc", seen=seen)
    said = late.content.decode()
    assert late.status_code == 409 and "Somebody else kept another hanging meanwhile: MLO, CC, " in said
    assert [row.code for row in late.context["form"].rows()][:2] == ["cc", "mlo"]  # what was arranged is still there
    cast.northside.refresh_from_db()
    assert cast.northside.settings["hanging"]["start"] == "mlo"
    assert keep(cast, "ada", page, steps="cc,mlo", start="cc", seen=seen_on(said)).status_code == 302
    cast.northside.refresh_from_db()
    assert cast.northside.settings["hanging"]["start"] == "cc"


def test_a_hanging_that_somebody_else_changed_meanwhile_is_not_forgotten_unseen(cast):
    page = "/practice/hanging/"
    keep(cast, "cora", page, steps="mlo,cc")
    seen = seen_on(cast.client("ada").get(page).content.decode())
    keep(cast, "cora", page, steps="cc,mlo")
    assert cast.client("ada").post(page, {"forget": "1", "seen": seen}).status_code == 409
    cast.northside.refresh_from_db()
    assert cast.northside.settings["hanging"]["steps"][:2] == ["cc", "mlo"]
    seen = seen_on(cast.client("ada").get(page).content.decode())
    keep(cast, "cora", page, steps="cc,mlo", seen=seen)  # the same once more takes nothing from anybody
    assert cast.client("ada").post(page, {"forget": "1", "seen": seen}).status_code == 302
    cast.northside.refresh_from_db()
    assert "hanging" not in cast.northside.settings

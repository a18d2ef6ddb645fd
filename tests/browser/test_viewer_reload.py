"""What a reload finds again, for the same person at the same exam, and nothing of it outlives the tab."""

import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240, LCC=(90, True)))
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        yield viewer


def test_layout_view_window_tool_and_measurements_are_as_they_were_left(viewer, desk):
    viewer.press("2")
    viewer.focus("LCC")
    viewer.press("z", *["ArrowUp"] * 3, "p", "ArrowUp", "w", "ArrowRight", "i", "k", "l")
    shot = desk.shots["LCC"]
    viewer.drag(viewer.on_page("LCC", shot.stored_at(60, 120)), viewer.on_page("LCC", shot.stored_at(100, 150)))
    viewer.settle()
    before = viewer.state()
    viewer.reload()
    after = viewer.state()
    assert {name: after[name] for name in ("layout", "active", "tool", "linked", "marks")} == {
        name: before[name] for name in ("layout", "active", "tool", "linked", "marks")
    }
    assert len(after["marks"]) == 1
    for was, now in zip(before["panes"], after["panes"], strict=True):
        assert now["view"]["centre"] == pytest.approx(was["view"]["centre"], abs=1e-6)
        assert now["view"]["scale"] == pytest.approx(was["view"]["scale"])
        assert now["grey"] == was["grey"]


def test_a_smaller_window_finds_the_same_place_and_zoom(viewer):
    viewer.focus("RCC")
    viewer.press("z", *["ArrowUp"] * 4)
    before = viewer.pane("RCC")
    viewer.page.set_viewport_size({"width": 1366, "height": 768})
    viewer.reload()
    after = viewer.pane("RCC")
    assert after["view"]["scale"] / after["hung"]["scale"] == pytest.approx(
        before["view"]["scale"] / before["hung"]["scale"], rel=0.01
    )


def test_what_is_kept_names_nobody_and_goes_with_the_tab(viewer, desk):
    viewer.press("2")
    viewer.reload()
    script = "() => [JSON.stringify({...sessionStorage}), JSON.stringify({...localStorage})]"
    session, local = viewer.page.evaluate(script)
    assert "desk./manifest" in session
    assert "overread.7." in session
    exam = desk.manifest["exam"]
    for said in (exam["patient"], exam["study_date"], exam["title"], desk.manifest["case"]["question"], "Mother"):
        assert said not in session
    assert "overread" not in local  # what outlives the tab is a choice of the person: keys, the size of the screen


def test_another_person_at_the_same_desk_finds_it_as_it_was_hung(viewer):
    viewer.press("3")
    viewer.reload()
    assert viewer.state()["layout"] == "mlo"
    viewer.page.evaluate(
        "() => { for (const key of Object.keys(sessionStorage)) {"
        " sessionStorage.setItem(key.replace('overread.7.', 'overread.8.'), sessionStorage.getItem(key));"
        " } window.addEventListener('pagehide', () => sessionStorage.removeItem('overread.7.desk./manifest')); }"
    )
    viewer.reload()
    assert viewer.state()["layout"] == "4up"


def test_what_cannot_be_read_any_more_is_passed_over(viewer):
    viewer.page.evaluate(
        "() => window.addEventListener('pagehide', () => sessionStorage.setItem('overread.7.desk./manifest', '{broken'))"
    )
    viewer.reload()
    assert viewer.state()["layout"] == "4up"
    assert viewer.problems == []


def test_a_person_chooses_the_step_that_exams_start_with_and_takes_it_back(viewer):
    viewer.press("3", "Shift+B")
    assert viewer.page.locator(".step-said").inner_text() == "Exams start with MLO, where they have it"
    afresh(viewer)
    assert viewer.state()["layout"] == "mlo"
    viewer.press("Shift+B")
    afresh(viewer)
    assert viewer.state()["layout"] == "4up"


def afresh(viewer):
    """Open the exam as if for the first time in this tab."""
    viewer.page.evaluate("() => window.addEventListener('pagehide', () => sessionStorage.clear())")
    viewer.reload()

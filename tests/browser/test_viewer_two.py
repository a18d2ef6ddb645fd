"""Two windows on two monitors: the second shows beside the first, in step with it, and what is drawn there belongs to the read here."""

import pytest

from tests.browser.viewer_desk import Desk, earlier_views, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240, LCC=(90, True)), earlier_views(rows=250, cols=180))
    yield desk
    desk.close()


@pytest.fixture
def first(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        yield viewer


@pytest.fixture
def second(first):
    return opened(first)


def opened(first):
    """The second window, by its key, with its images drawn."""
    with first.page.expect_popup() as popup:
        first.page.keyboard.press("\\")
    second = first.beside(popup.value)
    second.until(lambda: second.panes() and all(pane["drawn"] for pane in second.panes()))
    second.until(lambda: "in step" in second.page.locator(".strip-second").inner_text())
    second.settle()
    return second


def zoom(viewer, image):
    pane = viewer.pane(image)
    return pane["view"]["scale"] / pane["hung"]["scale"]


def test_the_second_window_shows_the_earlier_exam_beside_the_step_of_the_first(first, second):
    assert [pane["image"] for pane in second.panes()] == [f"{pane['image']}-then" for pane in first.panes()]
    assert second.pixels("LMLO-then").max() > 100
    first.press("2")
    second.until(lambda: {pane["image"] for pane in second.panes()} == {"RCC-then", "LCC-then"})
    assert second.page.locator("#read-panel, #read-form").count() == 0
    assert second.problems == []


def test_zoom_place_window_and_links_go_with_the_other_window(first, second):
    first.focus("RCC")
    first.press("z", *["ArrowUp"] * 4)
    second.until(lambda: zoom(second, "LMLO-then") == pytest.approx(zoom(first, "RCC"), rel=1e-6))
    assert zoom(first, "RCC") > 1.3
    first.press("w", "ArrowRight", "ArrowRight", "i")
    second.until(lambda: second.pane("RCC-then")["grey"]["invert"])
    assert second.pane("RCC-then")["grey"]["width"] == pytest.approx(first.pane("RCC")["grey"]["width"])
    second.focus("LCC-then")
    second.press("f")
    first.until(lambda: zoom(first, "RCC") == pytest.approx(1))
    second.press("k")
    first.until(lambda: first.state()["linked"] is False)
    second.press("z", "ArrowUp")
    first.settle()
    assert zoom(first, "RCC") == pytest.approx(1)


def test_a_mark_drawn_in_the_second_window_belongs_to_the_first_one_s_read(first, second):
    told = "() => { window.told = []; for (const name of ['added', 'removed'])"
    told += " document.addEventListener(`overread:mark-${name}`, event => window.told.push([name, event.detail])); }"
    first.page.evaluate(told)
    second.page.get_by_role("button", name="Follow its steps").click()
    second.press("1")
    second.until(lambda: "RCC" in {pane["image"] for pane in second.panes()})
    second.until(lambda: second.pane("RCC")["drawn"])
    second.press("l")
    second.drag(second.on_page("RCC", (100, 120)), second.on_page("RCC", (140, 150)))
    first.until(lambda: len(first.state()["marks"]) == 1)
    assert first.state()["marks"] == second.state()["marks"]
    second.press("Delete")
    first.until(lambda: first.state()["marks"] == [])
    assert [name for name, _ in first.page.evaluate("() => window.told")] == ["added", "removed"]


def test_a_mark_of_the_read_shows_in_the_second_window(first, second):
    mark = {"id": "m1", "image": "RCC", "tool": "point", "points": [[120, 130]], "mm": None}
    tell = "mark => document.dispatchEvent(new CustomEvent('overread:marks', {detail: {findings: [{id: 'f1', marks: [mark]}]}}))"
    first.page.evaluate(tell, mark)
    second.until(lambda: [held["id"] for held in second.state()["marks"]] == ["m1"])


def test_it_goes_along_to_another_exam_and_says_when_the_first_window_is_gone(first, second):
    with second.page.expect_navigation(url="**/desk/another?window=2"):
        first.page.goto(f"{first.desk.url}/desk/another")
    second.until(lambda: "in step" in second.page.locator(".strip-second").inner_text())
    first.page.goto("about:blank")
    second.until(lambda: "first window is closed" in second.page.locator(".strip-second").inner_text())


def test_a_second_window_that_is_reloaded_is_in_step_again(first, second):
    first.press("3")
    second.until(lambda: {pane["image"] for pane in second.panes()} == {"RMLO-then", "LMLO-then"})
    second.page.reload()
    second.until(lambda: {pane["image"] for pane in second.panes()} == {"RMLO-then", "LMLO-then"})
    second.until(lambda: "in step" in second.page.locator(".strip-second").inner_text())

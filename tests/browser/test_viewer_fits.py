"""Every control has its place, whatever the window: none outside it, none under another, each large enough for a finger."""

import itertools

import pytest

from tests.browser.viewer_desk import Desk, earlier_views, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

# Controls that can be seen, with their boxes; what lies in a part that scrolls by itself counts as that part.
CONTROLS = """() => {
  const found = [];
  for (const one of document.querySelectorAll('button, select, input, a[href], summary, [role=slider]')) {
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || one.closest('.skip-link, .visually-hidden')) continue;
    const box = one.getBoundingClientRect(), scrolls = one.closest('.desk-side, .desk-help, .step-list, .tool-menu');
    if (box.width === 0 || box.height === 0) continue;
    found.push({ name: one.getAttribute('aria-label') || one.textContent.trim(), tag: one.tagName, scrolls: scrolls ? scrolls.className : '',
                 x: box.x, y: box.y, right: box.right, bottom: box.bottom, inline: one.tagName === 'A' });
  }
  return found;
}"""
PARTS = "() => [...document.querySelectorAll('.desk-side, .desk-help, .step-list, .tool-menu')].filter(one => one.checkVisibility()).map(one => { const b = one.getBoundingClientRect(); return { name: one.className, x: b.x, y: b.y, right: b.right, bottom: b.bottom } })"
SIZES = [
    (1366, 768, 1),
    (683, 384, 2),
    (2048, 2560, 1),
    (4096, 2560, 1),
    (1920, 1080, 1),
]  # (683, 384, 2): 1366 x 768 at 200 %


@pytest.fixture(scope="module")
def desk():
    desk = Desk(four_views(rows=330, cols=240), earlier_views(rows=250, cols=180))
    yield desk
    desk.close()


def within(box, width, height):
    return box["x"] >= -0.5 and box["y"] >= -0.5 and box["right"] <= width + 0.5 and box["bottom"] <= height + 0.5


def overlap(one, other):
    across = min(one["right"], other["right"]) - max(one["x"], other["x"])
    down = min(one["bottom"], other["bottom"]) - max(one["y"], other["y"])
    return across > 0.5 and down > 0.5


def looked_at(viewer, width, height):
    """Hold every control that can be seen against the window, its neighbours and the least size of a target."""
    controls, parts = viewer.page.evaluate(CONTROLS), viewer.page.evaluate(PARTS)
    fixed = [one for one in controls if not one["scrolls"]]
    assert len(fixed) > 5
    assert [one["name"] for one in [*fixed, *parts] if not within(one, width, height)] == []
    covered = [(one["name"], other["name"]) for one, other in itertools.combinations(fixed, 2) if overlap(one, other)]
    assert covered == []
    # WCAG 2.2, 2.5.8: 24 by 24 CSS pixels, but for links in a sentence
    small = [
        (one["name"], one["right"] - one["x"], one["bottom"] - one["y"])
        for one in controls
        if not one["inline"] and (one["right"] - one["x"] < 23.9 or one["bottom"] - one["y"] < 23.9)
    ]
    assert small == []
    assert viewer.page.evaluate("() => document.documentElement.scrollWidth") <= width
    return controls


@pytest.mark.parametrize(("width", "height", "ratio"), SIZES)
def test_no_control_is_outside_the_window_or_under_another(chromium, desk, shot, width, height, ratio):
    with ViewerPage(chromium, desk, width=width, height=height, ratio=ratio).open() as viewer:
        looked_at(viewer, width, height)
        bar = viewer.page.locator("#viewer-toolbar")
        assert bar.bounding_box()["height"] < 52  # one line
        tools = {one.get_attribute("data-action") for one in viewer.page.locator(".tool[data-action]").all()}
        more = viewer.page.get_by_role("button", name="More tools")
        if more.is_visible():
            more.click()
            looked_at(viewer, width, height)
        seen = {one.get_attribute("data-action") for one in viewer.page.locator(".tool[data-action]:visible").all()}
        assert seen == tools and {"window", "help", "length", "fit"} <= tools
        shot(viewer.page, f"viewer-fits-{width}x{height}")
        if more.is_visible():
            viewer.page.keyboard.press("Escape")
            assert not viewer.page.locator(".tool-menu").is_visible()
            assert viewer.page.evaluate("() => document.activeElement.ariaLabel") == "More tools"
        viewer.page.get_by_role("button", name="Keys and help").click()
        looked_at(viewer, width, height)
        boxes = [pane["box"] for pane in viewer.panes()]
        assert all(box["height"] > 80 and box["width"] > 60 for box in boxes)


def test_a_tool_in_the_menu_works_and_the_menu_goes(chromium, desk):
    with ViewerPage(chromium, desk, width=683, height=384, ratio=2).open() as viewer:
        menu = viewer.page.locator(".tool-menu")
        viewer.page.get_by_role("button", name="More tools").click()
        menu.get_by_role("button").filter(has_text="Invert").first.click()
        viewer.until(lambda: viewer.pane("RCC")["grey"]["invert"])
        assert not menu.is_visible()
        viewer.page.set_viewport_size({"width": 1920, "height": 1080})
        viewer.until(lambda: not viewer.page.get_by_role("button", name="More tools").is_visible())
        assert viewer.page.get_by_role("button", name="Invert").is_visible()


def test_with_reduced_motion_nothing_moves(chromium, desk):
    lasting = """() => [...document.querySelectorAll('*')].flatMap(one => ['', '::before', '::after'].map(part => getComputedStyle(one, part || null)))
      .flatMap(style => [...style.transitionDuration.split(','), ...style.animationDuration.split(',')]).filter(time => parseFloat(time) > 0.001)"""
    with ViewerPage(chromium, desk, reduced_motion="no-preference").open() as viewer:
        viewer.page.locator(".tool").first.hover()
        assert viewer.page.evaluate(lasting) != []
        viewer.page.emulate_media(reduced_motion="reduce")
        assert viewer.page.evaluate(lasting) == []

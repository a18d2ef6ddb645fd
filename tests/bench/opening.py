"""Opening the viewer in a real Chromium, against fetching the same four frames' bytes in the same browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.bench.access import PERSON
from tests.bench.measures import Series
from tests.browser.stack import Stack

WATCH = """
window.benchDrawn = { first: null, all: null };
(function look() {
  const panes = window.overreadViewer ? window.overreadViewer.state().panes : [];
  const drawn = panes.filter(pane => pane.drawn).length;
  if (drawn > 0 && window.benchDrawn.first === null) window.benchDrawn.first = performance.now();
  if (drawn === 4) window.benchDrawn.all = performance.now(); else setTimeout(look, 10);
})();
"""
RAW = """async urls => {
  const start = performance.now();
  const bodies = await Promise.all(urls.map(async url => {
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return (await answer.arrayBuffer()).byteLength;
  }));
  return { seconds: (performance.now() - start) / 1000, bytes: bodies.reduce((a, b) => a + b, 0) };
}"""


@dataclass
class Opening:
    """Seconds from navigation; cold: nothing cached; warm: the same page reloaded."""

    first_cold: Series = field(default_factory=lambda: Series("viewer, cold: first image drawn"))
    all_cold: Series = field(default_factory=lambda: Series("viewer, cold: four images drawn"))
    first_warm: Series = field(default_factory=lambda: Series("viewer, reload: first image drawn"))
    all_warm: Series = field(default_factory=lambda: Series("viewer, reload: four images drawn"))
    raw: Series = field(default_factory=lambda: Series("fetch() of the four frames, nothing decoded"))
    bytes: int = 0


def sign_in(browser: Browser, stack: Stack, role: str) -> Any:
    """The storage state (cookies) of a signed-in person."""
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(PERSON.format(role))
    page.get_by_label("Password", exact=True).fill(stack.password(PERSON.format(role)))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)
    state = context.storage_state()
    context.close()
    return state


def measure(browser: Browser, stack: Stack, exam: str, rounds: int) -> Opening:
    """Each round in a context of its own: nothing is cached between rounds. One round before them warms the server."""
    state = sign_in(browser, stack, "clinician")
    _round(browser, stack, state, exam, Opening())
    found = Opening()
    for number in range(1, rounds + 1):
        _round(browser, stack, state, exam, found)
        print(
            f"   round {number} of {rounds}: {found.all_cold.values[-1]:.2f} s cold, {found.all_warm.values[-1]:.2f} s warm"
        )
    return found


def _round(browser: Browser, stack: Stack, state: Any, exam: str, found: Opening) -> None:
    context = browser.new_context(base_url=stack.url, storage_state=state, viewport={"width": 1920, "height": 1080})
    try:
        _raw(context.new_page(), exam, found)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"/exams/{exam}/view/")
        _drawn(page, found.first_cold, found.all_cold)
        page.reload()
        _drawn(page, found.first_warm, found.all_warm)
    finally:
        context.close()


def _raw(page: Page, exam: str, found: Opening) -> None:
    """From a page without images; `no-store` leaves the cache as empty as it was."""
    page.goto("/accounts/login/")
    manifest = page.context.request.get(f"/api/v1/exams/{exam}/manifest/").json()
    fetched = page.evaluate(RAW, [image["frame_urls"][0] for image in manifest["images"]])
    found.raw.values.append(fetched["seconds"])
    found.bytes = fetched["bytes"]
    page.close()


def _drawn(page: Page, first: Series, whole: Series) -> None:
    for _ in range(600):
        times = page.evaluate("() => window.benchDrawn")
        if times and times["all"] is not None:
            first.values.append(times["first"] / 1000)
            whole.values.append(times["all"] / 1000)
            return
        page.wait_for_timeout(100)
    raise RuntimeError("the viewer did not draw four images in a minute")

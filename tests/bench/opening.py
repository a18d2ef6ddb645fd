"""Opening the viewer in a real Chromium, against fetching, and against fetching and decoding, the same four frames there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.bench.access import PERSON
from tests.bench.measures import Line, Series
from tests.browser.stack import ROOT, Stack

VITE_DIST = ROOT / "static" / "viewer" / "dist"

WATCH = """
window.benchDrawn = { first: null, looks: null, all: null };
(function look() {
  const panes = window.overreadViewer ? window.overreadViewer.state().panes : [];
  const seen = panes.filter(pane => pane.drawn || pane.look).length;
  const whole = panes.filter(pane => pane.drawn).length;
  const note = name => window.benchDrawn[name] ??= -1;
  const drawn = name => requestAnimationFrame(() => requestAnimationFrame(() => window.benchDrawn[name] = performance.now()));
  const reached = { first: seen > 0, looks: seen === 4, all: whole === 4 };
  for (const name of Object.keys(reached)) if (reached[name] && window.benchDrawn[name] === null) { note(name); drawn(name); }
  if (!reached.all) setTimeout(look, 5);
})();
"""
WINDOW = 3_000  # ms: a new window of this Chromium first loads some four hundred scripts of its own, on the cores that are measured
# As little as can be done: fetch four frames, decode each in the viewer's own workers as soon as it is there.
ALONE = """async ({ urls, worker, decode, cache }) => {
  const start = performance.now();
  const workers = Array.from({ length: decode ? Math.min(4, navigator.hardwareConcurrency) : 0 }, () => new Worker(worker, { type: "module" }));
  const idle = [...workers], waiting = [];
  const next = () => {
    while (idle.length && waiting.length) {
      const [one, { bytes, done }] = [idle.pop(), waiting.shift()];
      one.onmessage = ({ data }) => { idle.push(one); done(data); next(); };
      one.postMessage({ id: 1, bytes, reduce: 0, rescale: { slope: 1, intercept: 0 } }, [bytes]);
    }
  };
  const sizes = await Promise.all(urls.map(async url => {
    const answer = await fetch(url, { cache, headers: { Accept: "image/jphc; transfer-syntax=*" } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const bytes = await answer.arrayBuffer(), size = bytes.byteLength;
    if (!decode) return size;
    const { error } = await new Promise(done => { waiting.push({ bytes, done }); next(); });
    if (error) throw new Error(error);
    return size;
  }));
  workers.forEach(one => one.terminate());
  return { seconds: (performance.now() - start) / 1000, bytes: sizes.reduce((a, b) => a + b, 0) };
}"""


@dataclass
class Opening:
    """Seconds from navigation; cold: nothing cached; warm: the same page reloaded."""

    first_cold: Series = field(default_factory=lambda: Series("viewer, cold: first image seen at a lower resolution"))
    looks_cold: Series = field(default_factory=lambda: Series("viewer, cold: four images seen at a lower resolution"))
    all_cold: Series = field(default_factory=lambda: Series("viewer, cold: four images whole"))
    first_warm: Series = field(default_factory=lambda: Series("viewer, reload: first image seen at a lower resolution"))
    looks_warm: Series = field(default_factory=lambda: Series("viewer, reload: four images seen at a lower resolution"))
    all_warm: Series = field(default_factory=lambda: Series("viewer, reload: four images whole"))
    raw: Series = field(default_factory=lambda: Series("fetch() of the four frames, nothing decoded"))
    alone_cold: Series = field(default_factory=lambda: Series("fetch() and decoding of the four frames alone, cold"))
    alone_warm: Series = field(default_factory=lambda: Series("fetch() and decoding of the four frames alone, again"))
    bytes: int = 0

    def lines(self) -> list[Line]:
        """Each against the bytes alone, and against fetching and decoding alone."""
        cold = [self.first_cold, self.looks_cold, self.all_cold]
        warm = [self.first_warm, self.looks_warm, self.all_warm]
        raw = [Line(series, self.raw) for series in (*cold, *warm)]
        alone = [Line(series, self.alone_cold) for series in cold] + [Line(series, self.alone_warm) for series in warm]
        return [*raw, *alone]


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
    _peers(browser, stack, state, exam, found)
    context = browser.new_context(base_url=stack.url, storage_state=state, viewport={"width": 1920, "height": 1080})
    try:
        page = context.new_page()
        page.wait_for_timeout(WINDOW)
        page.add_init_script(WATCH)
        page.goto(f"/exams/{exam}/view/")
        _drawn(page, found.first_cold, found.looks_cold, found.all_cold)
        page.reload()
        _drawn(page, found.first_warm, found.looks_warm, found.all_warm)
    finally:
        context.close()


def _peers(browser: Browser, stack: Stack, state: Any, exam: str, found: Opening) -> None:
    """In a context of its own, so that nothing of it is in the viewer's cache."""
    context = browser.new_context(base_url=stack.url, storage_state=state)
    try:
        page = context.new_page()
        manifest = context.request.get(f"/api/v1/exams/{exam}/manifest/").json()
        [worker] = (VITE_DIST / "assets").glob("worker-*.js")
        asked = {
            "urls": [image["frame_urls"][0] for image in manifest["images"]],
            "worker": f"/static/viewer/assets/{worker.name}",
        }
        for series, decode, cache in (
            (found.raw, False, "no-store"), (found.alone_cold, True, "default"), (found.alone_warm, True, "default"),
        ):  # fmt: skip
            page.goto("/accounts/login/")
            fetched = page.evaluate(ALONE, {**asked, "decode": decode, "cache": cache})
            series.values.append(fetched["seconds"])
            found.bytes = fetched["bytes"]
    finally:
        context.close()


def _drawn(page: Page, first: Series, looks: Series, whole: Series) -> None:
    until(page, "() => (window.benchDrawn?.all ?? -1) > 0 && window.benchDrawn.all")
    times = page.evaluate("() => window.benchDrawn")
    for series, name in ((first, "first"), (looks, "looks"), (whole, "all")):
        series.values.append(times[name] / 1000)


def until(page: Page, script: str) -> float:
    """Seconds of what the script answers in ms, once it answers."""
    for _ in range(1200):
        if found := page.evaluate(script):
            return round(float(found) / 1000, 3)
        page.wait_for_timeout(100)
    raise RuntimeError(f"waited two minutes in vain for {script}")

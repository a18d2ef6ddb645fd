"""`python -m tests.bench.going`: on to the next case by its key, against opening the same cases cold, on a portal of its own."""

from __future__ import annotations

import argparse
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench import opening, report
from tests.bench.exams import another
from tests.bench.measures import Line, Series
from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.desk_work import QUESTION, Program
from tests.browser.stack import Stack

# From the key to the second frame after the last of the four images was drawn.
KEYED = """() => {
  const shown = () => window.overreadViewer.state().panes;
  const before = shown().map(pane => pane.image).join();
  window.benchGone = null;
  document.addEventListener("keydown", () => {
    const start = performance.now();
    (function look() {
      const panes = shown();
      const there = panes.length === 4 && panes.map(pane => pane.image).join() !== before && panes.every(pane => pane.drawn);
      if (!there) return setTimeout(look, 5);
      requestAnimationFrame(() => requestAnimationFrame(() => window.benchGone = performance.now() - start));
    })();
  }, { once: true, capture: true });
}"""
READY = "() => { const state = window.overreadViewer?.state(); return state?.ahead === 4 && (state.prepared ?? 4) === 4 && 1; }"
SCOPES = "exams:read,exams:write,cases:read,cases:write,runs:read"


def hand_in(stack: Stack, number: int) -> list[str]:
    """`number` cases of real exams, each taken by the reader; their ids in the order of the reader's list."""
    clinician = Program(stack, "clinician@demo.overread", SCOPES)
    reader = Program(stack, "reader@demo.overread", "cases:read,reads:read,reads:write")
    cases = []
    for at in range(number):
        files = [("files", (name, body)) for name, body in another(at)]
        (exam,) = clinician._said(clinician.http.post(f"{clinician.base}exams/", files=files, timeout=300))["exams"]
        clinician.until_analysed(exam)
        due = f"2031-01-{at + 1:02}T12:00:00Z"
        cases.append(clinician.post("cases/", exam=exam, question=QUESTION, due_at=due)["id"])
        reader.post("reads/", case=cases[-1])
    return cases


def measure(browser: Browser, stack: Stack, cases: list[str], rounds: int) -> list[Line]:
    """Each case but the first, by the key from the one before it and cold; each round in new contexts. One round before warms the server."""
    state = opening.sign_in(browser, stack, "reader")
    ahead, cold = (
        Series("next case by its key: four images whole"),
        Series("the same case opened cold: four images whole"),
    )
    for number in range(rounds + 1):
        gone, opened = _round(browser, stack, state, cases)
        if number:
            ahead.values += gone
            cold.values += opened
            print(f"   round {number} of {rounds}: {gone} s by the key, {opened} s cold", flush=True)
    return [Line(ahead, cold)]


def _round(browser: Browser, stack: Stack, state: Any, cases: list[str]) -> tuple[list[float], list[float]]:
    size: Any = {"width": 1920, "height": 1080}
    opened = []
    for case in cases[1:]:
        context = browser.new_context(base_url=stack.url, storage_state=state, viewport=size)
        page = context.new_page()
        page.wait_for_timeout(opening.WINDOW)
        page.add_init_script(opening.WATCH)
        page.goto(f"/cases/{case}/view/")
        opened.append(opening.until(page, "() => (window.benchDrawn?.all ?? -1) > 0 && window.benchDrawn.all"))
        context.close()
    context = browser.new_context(base_url=stack.url, storage_state=state, viewport=size)
    page = context.new_page()
    page.goto(f"/cases/{cases[0]}/view/")
    gone = []
    for case in cases[1:]:
        opening.until(page, READY)
        page.evaluate(KEYED)
        page.keyboard.press(")")
        gone.append(opening.until(page, "() => window.benchGone"))
        if f"/cases/{case}/view/" not in page.url:
            raise RuntimeError(f"the key led to {page.url}")
    context.close()
    return gone, opened


def main() -> None:
    """Read the options, start a portal, measure, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.going", description=__doc__)
    parser.add_argument("--cases", type=int, default=3, help="cases in the reader's list")
    parser.add_argument("--rounds", type=int, default=3, help="walks through them")
    options = parser.parse_args()
    print(report.busy(report.machine()) or "the machine is quiet", flush=True)
    stack = Stack("--no-exams")
    try:
        stack.start()
        cases = hand_in(stack, options.cases)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
            lines = measure(browser, stack, cases, options.rounds)
            browser.close()
    finally:
        stack.stop()
    print(report.table(lines))
    print(f"load average after: {report.machine()['load_average']}")


if __name__ == "__main__":
    main()

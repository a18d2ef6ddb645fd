"""`python -m tests.bench`: measure a portal of its own, print a table, keep test-results/bench.json."""

from __future__ import annotations

import argparse
import time
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench import answering, ohif, opening, report, uploading
from tests.bench.access import inside, peak_memory
from tests.bench.measures import Line, Series
from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.stack import Stack


class Bench:
    """One run: its options, its lines, and the facts that are no ratio."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.lines: list[Line] = []
        self.facts: dict[str, Any] = {"options": vars(options)}
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        """One line of progress, with the seconds since the start."""
        print(f"{time.monotonic() - self.began:5.0f} s  {text}", flush=True)

    def hand_in(self, stack: Stack) -> uploading.Uploading:
        """Upload to result; and the memory that the real worker took for it."""
        self.say("1 of 6  upload and end to end")
        found = uploading.measure(stack, self.options.exams)
        self.lines += [Line(found.upload, found.disk)]
        up, disk = found.rates()
        self.facts["upload"] = {"exam_mb": found.megabytes.median, "rate": up.summary(), "disk": disk.summary()}
        self.facts["first_result_seconds"] = found.first_result
        self.facts["peak_memory_mb"] = {
            "inference worker": peak_memory(stack, "-Q inference"),
            "intake worker": peak_memory(stack, "-Q default,intake"),
            "web": peak_memory(stack, "gunicorn"),
        }
        return found

    def transcode(self, stack: Stack, exam: str) -> None:
        """The worker's function against its codecs."""
        self.say("2 of 6  transcoding")
        found = inside(stack, "transcoding", exam=exam, rounds=self.options.rounds)
        whole = Series("transcoding of an image, proof and storage included", values=found["whole"])
        self.lines.append(Line(whole, Series("RLE decode and HTJ2K encode alone", values=found["bare"])))

    def analyse(self, stack: Stack, handed: uploading.Uploading) -> None:
        """The exam against the forward, then upload to result against the exam."""
        self.say("3 of 6  analysis")
        found = inside(stack, "analysing", exam=handed.exams[0], rounds=self.options.rounds)
        whole = Series("analysis of an exam, stored bytes to result", values=found.pop("whole"))
        self.lines.append(Line(whole, Series("network's forward of four images alone", values=found.pop("forward"))))
        self.lines.append(Line(handed.result, whole))
        self.facts["analysis"] = found

    def browse(self, stack: Stack, exam: str) -> list[dict[str, Any]]:
        """The viewer against its bytes; the reader's cookies for the pages."""
        self.say("4 of 6  viewer in Chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
            found = opening.measure(browser, stack, exam, self.options.rounds)
            self.lines += found.lines()
            self.compare(browser, stack, exam, found)
            cookies: list[dict[str, Any]] = opening.sign_in(browser, stack, "reader")["cookies"]
            self.facts["viewer"] = {"frames_mb": round(found.bytes / 1e6, 2), "chromium": browser.version}
            browser.close()
        return cookies

    def compare(self, browser: Browser, stack: Stack, exam: str, ours: opening.Opening) -> None:
        """The viewer against OHIF, where its package can be had."""
        try:
            package = ohif.fetched()
        except OSError as error:
            self.say(f"OHIF is left out: {error}")
            return
        images = inside(stack, "stored", exam=exam)["images"]
        self.lines += ohif.measure(browser, package, images, self.options.rounds).lines(ours)

    def list_cases(self, stack: Stack) -> None:
        """The worklist's tabs against their rows by key."""
        self.say(f"5 of 6  worklist query; making {self.options.cases} cases first")
        found = inside(stack, "worklisting", cases=self.options.cases, rounds=self.options.queries)
        for tab, of in found["tabs"].items():
            sides = [Series(name, "ms", [1000 * s for s in of[key]]) for name, key in NAMES]
            sides[0].name = f"worklist query, tab {tab}, {of['rows']} rows"
            self.lines.append(Line(*sides))
        self.facts["worklist"] = found

    def answer(self, stack: Stack, cookies: list[dict[str, Any]], exam: str) -> None:
        """The API beside those cases, against /healthz."""
        self.say("6 of 6  API")
        self.lines += answering.measure(stack, cookies, exam, self.options.requests)

    def run(self) -> None:
        """All of it on one portal, which is stopped and removed whatever happens."""
        before = report.machine()
        self.say(report.busy(before) or "the machine is quiet")
        self.say("starting a portal")
        stack = Stack("--no-exams")
        try:
            with (start := Series("start")).timed():
                stack.start()
            self.facts["start_seconds"] = start.values[0]
            handed = self.hand_in(stack)
            exam = handed.exams[0]
            self.transcode(stack, exam)
            self.analyse(stack, handed)
            cookies = self.browse(stack, exam)
            self.list_cases(stack)
            self.answer(stack, cookies, exam)
        finally:
            stack.stop()
        self.facts["seconds"] = round(time.monotonic() - self.began)
        self.facts["load_average_after"] = report.machine()["load_average"]
        self.tell(before)

    def tell(self, before: dict[str, Any]) -> None:
        """The table, the facts beside it."""
        print(f"\n{report.table(self.lines)}\n")
        rate = self.facts["upload"]
        print(
            f"upload: {rate['rate']['median']} MB/s of {rate['disk']['median']} MB/s, {rate['exam_mb']:.1f} MB an exam"
        )
        print(
            f"portal ready after {self.facts['start_seconds']:.1f} s, first result {self.facts['first_result_seconds']:.1f} s"
        )
        print("peak memory, MB: " + ", ".join(f"{name} {mb}" for name, mb in self.facts["peak_memory_mb"].items()))
        print(report.busy(before))
        print(f"machine: {before}; load average after: {self.facts['load_average_after']}")
        print(f"kept in {report.write(before, self.lines, self.facts)}; took {self.facts['seconds']} s")


NAMES = (("worklist", "whole"), ("the same rows by their keys", "bare"))


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--exams", type=int, default=3, help="exams handed in")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of transcoding, analysis and viewer")
    parser.add_argument("--requests", type=int, default=100, help="requests to each route")
    parser.add_argument("--queries", type=int, default=20, help="repetitions of each worklist query")
    parser.add_argument("--cases", type=int, default=20_000, help="cases in the worklist's practice")
    Bench(parser.parse_args()).run()


if __name__ == "__main__":
    main()

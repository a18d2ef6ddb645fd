"""What has to be done before there is a page to look at: an exam, a case, a read, by the REST API, as a program would."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests

from tests.browser.stack import Stack

BODY = {
    "density": "B", "breasts": {"R": {"category": "2"}, "L": {"category": "1"}}, "recall": False,
    "management": "routine", "comparison": "none", "confidence": 4, "text": "Benign calcifications on the right.",
}  # fmt: skip
QUESTION = "Calcifications on the right in a first screening exam: benign?"
FIRST = {"category": {"R": "2", "L": "1"}, "recall": False}


class Program:
    """A program with a token of one person."""

    def __init__(self, stack: Stack, email: str, *scopes: str) -> None:
        token = stack.manage("token", email, "--scopes", *scopes).stdout.strip()
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.base = f"{stack.url}/api/v1/"

    def get(self, path: str) -> dict[str, Any]:
        """The JSON of a GET."""
        return self._said(self.http.get(self.base + path, timeout=60))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """The JSON of a POST."""
        return self._said(self.http.post(self.base + path, json=body, timeout=60))

    def put(self, path: str, **body: Any) -> dict[str, Any]:
        """The JSON of a PUT."""
        return self._said(self.http.put(self.base + path, json=body, timeout=60))

    def hand_in(self, files: list[str]) -> str:
        """Send one exam; returns its id."""
        with ExitStack() as held:
            parts = [("files", (Path(name).name, held.enter_context(Path(name).open("rb")))) for name in files]
            sent = self._said(self.http.post(f"{self.base}exams/", files=parts, timeout=120))
        (exam,) = sent["exams"]
        return str(exam)

    def until_analysed(self, exam: str, seconds: float = 240) -> dict[str, Any]:
        """Wait for the exam's run to end; returns it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            runs = self.get(f"runs/?exam={exam}")["results"]
            if runs and runs[0]["state"] in ("ready", "failed"):
                return dict(runs[0])
            time.sleep(0.5)
        raise AssertionError(f"the analysis did not end in {seconds} s: {runs}")

    @staticmethod
    def _said(answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

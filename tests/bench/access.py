"""The portal under measurement: work inside its own process environment, tokens, cookies, memory of its workers."""

from __future__ import annotations

import http.client
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.browser.stack import Stack

PERSON = "{}@demo.overread"


def inside(stack: Stack, module: str, **arguments: Any) -> dict[str, Any]:
    """`tests.bench.<module>.measure(**arguments)` in a process with the portal's settings; its answer by JSON."""
    code = f"import json; from tests.bench import {module}; print(json.dumps({module}.measure(**{arguments!r})))"
    done = stack.manage("shell", "-v0", "-c", code, check=False)
    if done.returncode:
        sys.exit(f"tests.bench.{module} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def token(stack: Stack, role: str) -> str:
    """A token of the demo's person with every scope that the bench needs."""
    scopes = "exams:read,exams:write,cases:read,runs:read"
    done = stack.manage("token", PERSON.format(role), "--scopes", scopes, "--name", "bench", "--days", "1")
    return done.stdout.strip()


def peak_memory(stack: Stack, words: str) -> int:
    """MB: the highest resident set so far of the largest process whose command line holds `words`."""
    marks = [re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in stack.pids(words)]
    return max(int(mark.group(1)) for mark in marks if mark) // 1024


class Client:
    """One kept-alive connection, as a browser or a program holds."""

    def __init__(self, stack: Stack, **headers: str) -> None:
        self.link = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=120)
        self.headers = headers

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[dict[str, str], bytes]:
        """Headers (lower case) and body of the answer; RuntimeError for a status of 300 or more."""
        self.link.request(method, path, body, {**self.headers, **headers})
        answer = self.link.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return {name.lower(): value for name, value in answer.getheaders()}, content

    def json(self, method: str, path: str) -> Any:
        """The answer's JSON."""
        return json.loads(self.ask(method, path)[1])

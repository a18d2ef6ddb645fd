"""Handing in by tus, as the browser does, until the result is ready; against hashing and writing the same bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from time import perf_counter

from tests.bench.access import Client, token
from tests.bench.exams import another
from tests.bench.measures import Series
from tests.browser.stack import Stack

CHUNK = 8 * 1024 * 1024  # as static/viewer/src/intake/transfer.ts
TUS = {"Tus-Resumable": "1.0.0"}
PATIENCE = 180  # seconds that an analysis may take
POLL = 0.2  # seconds between questions: oftener would take the time from the analysis itself


@dataclass
class Uploading:
    """What came of `exams` repetitions."""

    upload: Series = field(default_factory=lambda: Series("upload of an exam, first to last byte taken"))
    disk: Series = field(default_factory=lambda: Series("SHA-256 and one write of the same bytes"))
    result: Series = field(default_factory=lambda: Series("last byte uploaded to result ready"))
    megabytes: Series = field(default_factory=lambda: Series("size of an exam", "MB"))
    exams: list[str] = field(default_factory=list)
    first_result: float = 0  # s, of the exam before them: worker and network were cold

    def rates(self) -> tuple[Series, Series]:
        """MB/s of the upload and of the disk."""
        pairs = [(side.name, zip(self.megabytes.values, side.values, strict=True)) for side in (self.upload, self.disk)]
        up, disk = (Series(name, "MB/s", [size / seconds for size, seconds in pair]) for name, pair in pairs)
        return up, disk


def measure(stack: Stack, exams: int) -> Uploading:
    """Hand in `exams` exams one after the other, each to its result; one before them warms every process."""
    client = Client(stack, Authorization=f"Bearer {token(stack, 'clinician')}")
    warming, found = Uploading(), Uploading()
    _one(stack, client, 0, warming)
    found.first_result = warming.result.values[0]
    print(f"   exam before them: {found.first_result:.1f} s to result, network loaded on the way")
    for number in range(1, exams + 1):
        _one(stack, client, number, found)
        print(
            f"   exam {number} of {exams}: {found.upload.values[-1]:.2f} s up, {found.result.values[-1]:.1f} s to result"
        )
    return found


def _one(stack: Stack, client: Client, number: int, found: Uploading) -> None:
    files = another(number)
    found.megabytes.values.append(sum(len(data) for _, data in files) / 1e6)
    with found.disk.timed():
        for name, data in files:
            hashlib.sha256(data).digest()
            (stack.data_dir / name).write_bytes(data)
    for name, _ in files:
        (stack.data_dir / name).unlink()
    submission = json.loads(client.ask("POST", "/api/v1/submissions/")[1])["id"]
    with found.upload.timed():
        for name, data in files:
            send(client, submission, name, data)
    with found.result.timed():
        exam = _finished(client, submission)
        _wait_for_result(client, exam)
    found.exams.append(exam)


def send(client: Client, submission: str, name: str, data: bytes) -> None:
    """One file by tus 1.0.0: announced by POST, sent by PATCH in chunks."""
    named = {"filename": name, "submission": submission}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in named.items())
    announced = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    place = client.ask("POST", "/api/v1/uploads/", **announced)[0]["location"]
    for start in range(0, len(data), CHUNK):
        here = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        client.ask("PATCH", place, data[start : start + CHUNK], **here)


def _finished(client: Client, submission: str) -> str:
    said = client.json("POST", f"/api/v1/submissions/{submission}/finish/")
    if said["sums"]["filed"] != 4 or len(said["exams"]) != 1:
        raise RuntimeError(f"an exam of four files became {said['sums']} in {len(said['exams'])} exams")
    return str(said["exams"][0])


def _wait_for_result(client: Client, exam: str) -> None:
    end = perf_counter() + PATIENCE
    while perf_counter() < end:
        [run] = client.json("GET", f"/api/v1/runs/?exam={exam}")["results"]
        if run["state"] == "ready":
            return
        if run["state"] == "failed":
            raise RuntimeError(f"the analysis failed: {run}")
        time.sleep(POLL)
    raise RuntimeError(f"no result after {PATIENCE} s")

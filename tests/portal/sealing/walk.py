"""Looking everywhere as one person, and holding what two worlds answered against each other."""

import json
import re
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pydicom import dcmread

from tests.portal.cases.story import suspicious
from tests.portal.sealing.addresses import every
from tests.portal.sealing.worlds import EXAMS

BODY = {
    "version": 1, "body": suspicious(), "text": "Words.", "reason": "It is so.", "because": "It is so.", "without": False,
    "question": "What is it?", "name": "A name", "views": ["RMLO"], "why": "cut-off", "format": "png", "images": [],
}  # fmt: skip
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_NAME = re.compile(r"(SAVEPOINT|DECLARE) \S+")  # of a savepoint, or of a cursor of PostgreSQL: a running number
_DIGEST = re.compile(rb"\b[0-9a-f]{64}\b")
TRAIL = ("trail", "trail-export", "api-events-list")
_EXPIRES = re.compile(r"expires=[^;]+")


@dataclass(frozen=True)
class Answer:
    """All that reached the person, and the queries that it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    queries: tuple[str, ...]


def walk(made, stand, *, methods=("GET",), token=False, names=EXAMS, only=None):
    """The answers to every route, by (route name, method, address); each request is undone before the next.

    `names`: at which exams of the world; `only`: route names; `token`: by a token of the walker, where tokens may open.
    """
    door = Door(made, stand, token)
    found, closed = {}, set()  # what does not take a method at one exam does not at another
    for at, (name, address) in enumerate(every(made, names)):
        if (only and name not in only) or (token and not address.startswith(("/api/", "/dicomweb/"))):
            continue
        for method in methods:
            if (method == "GET" or "?" not in address) and (name, method) not in closed:
                answer = found[name, method, address] = door.ask(method, address, at)
                closed |= {(name, method)} if answer.status == 405 else set()
    return found


class Door:
    """Requests of the walker: with a session, or with a token that holds every scope."""

    def __init__(self, made, stand, token=False):
        self.made, self.stand = made, stand
        self.client = Client(raise_request_exception=False)
        self.headers = {"X-Request-ID": "walk-walk-walk"}
        if token:
            self.headers["Authorization"] = f"Bearer {made.secret}"
        else:
            self.client.force_login(made.walker)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def ask(self, method, address, at):
        """One request, undone as far as the database goes."""
        self.stand.at(300, f"{method} {at}")
        cache.clear()
        connection.queries_log.clear()  # it holds the last 9000 only
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        here = transaction.savepoint()
        try:
            with CaptureQueriesContext(connection) as asked:
                answer = self._send(method, address)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        finally:
            transaction.savepoint_rollback(here)
        if body and answer.headers.get("Content-Type") == "application/zip":
            del answer.headers["Content-Length"]
            body = unpacked(body)
        headers = sorted((name, _EXPIRES.sub("expires=", value)) for name, value in answer.headers.items())
        cookies = sorted(_EXPIRES.sub("expires=", each.OutputString()) for each in answer.cookies.values())
        shapes = tuple(shape(each["sql"]) for each in asked.captured_queries)
        return Answer(answer.status_code, (*headers, *(("Set-Cookie", each) for each in cookies)), body, shapes)

    def _send(self, method, address):
        if method in ("GET", "HEAD", "OPTIONS"):
            return self.client.generic(method, address, headers=self.headers)
        about = BODY | {"exam": str(self.made.ground.exams["second-free"].pk)}
        about["case"] = str(self.made.cases["second-free"].pk)
        if address.startswith("/api/"):
            return self.client.generic(method, address, json.dumps(about), "application/json", headers=self.headers)
        return self.client.post(address, {name: str(value) for name, value in about.items()}, headers=self.headers)


def unpacked(archive):
    """The archive's files without packing; DICOM as JSON without the moment at which it was written."""
    said = []
    with ZipFile(BytesIO(archive)) as held:
        for name in sorted(held.namelist()):
            body = held.read(name)
            if name.endswith(".dcm"):
                dataset = dcmread(BytesIO(body))
                for element in list(dataset.iterall()):
                    if element.VR in ("DA", "TM", "DT"):
                        element.value = ""
                body = dataset.to_json().encode()
            said.append(name.encode() + body)
    return b"".join(said)


def shape(query):
    """A query without the values in it, and without the running numbers by which savepoints and cursors are named."""
    return _LITERAL.sub("?", _NAME.sub(r"\1", query))


def differences(one, other):
    """What differs between two walks, by (route name, method, address): parts of the answer, or the queries."""
    assert one.keys() == other.keys(), set(one) ^ set(other)
    found = {}
    for key, answer in one.items():
        parts = ("status", "headers", "body", "queries")
        told = [part for part in parts if _of(answer, part, key[0]) != _of(other[key], part, key[0])]
        if told:
            found[key] = told
    return found


def _of(answer, part, name):
    """A part of the answer; of the trail without its digests, which its salted details set apart in any two worlds."""
    value = getattr(answer, part)
    return _DIGEST.sub(b"", value) if part == "body" and name in TRAIL else value


def leaks(found, needles):
    """Where a needle lies, by route name: which ones."""
    told = {}
    for (name, _, _), answer in found.items():
        text = answer.body + repr(answer.headers).encode()
        held = {kind for kind, needle in needles if needle in text}
        if held:
            told.setdefault(name, set()).update(held)
    return told


def broken(found):
    """Answers that are failures of ours."""
    return {key: answer.status for key, answer in found.items() if answer.status >= 500 and answer.status != 503}

"""Resumable uploads: what survives a dropped connection, and what nobody else can touch."""

import base64
import hashlib
import http.client
import socket
import uuid
from urllib.parse import urlsplit

import pytest

from portal.exams.models import Image
from portal.exams.refusals import FileRefused
from portal.intake import tus
from portal.intake.models import PartialUpload, Submission, Upload
from tests.portal.filing import small

VERSION = {"HTTP_TUS_RESUMABLE": "1.0.0"}
CHUNK = "application/offset+octet-stream"
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


def metadata(submission, name="L CC.dcm"):
    pairs = {"filename": name, "submission": str(submission)}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def opened(client):
    return client.post("/api/v1/submissions/").json()["id"]


def announce(client, length, submission=None, **extra):
    headers = {
        **VERSION,
        "HTTP_UPLOAD_LENGTH": str(length),
        "HTTP_UPLOAD_METADATA": metadata(submission or opened(client)),
    }
    return client.post("/api/v1/uploads/", content_type="application/json", **{**headers, **extra})


def send(client, url, offset, data, **extra):
    return client.patch(url, data, content_type=CHUNK, HTTP_UPLOAD_OFFSET=str(offset), **VERSION, **extra)


def offset_of(client, url):
    return int(client.head(url, **VERSION)["Upload-Offset"])


def test_a_file_sent_in_pieces_is_filed_after_the_last_one(cast, folder):
    client, data = cast.client("alice"), small()
    url = announce(client, len(data))["Location"]
    for start in range(0, len(data), 10_000):
        answer = send(client, url, start, data[start : start + 10_000])
        assert answer.status_code == 204
        assert int(answer["Upload-Offset"]) == min(start + 10_000, len(data))
    upload = Upload.objects.get()
    assert str(upload.pk) in url
    assert (upload.state, upload.name, upload.sha256) == ("filed", "L CC.dcm", hashlib.sha256(data).hexdigest())
    assert list(folder.iterdir()) == []
    assert Image.objects.count() == 1


def test_after_a_pause_the_server_says_where_to_go_on(cast):
    client, data = cast.client("alice"), small()
    url = announce(client, len(data))["Location"]
    send(client, url, 0, data[:5000])
    assert offset_of(client, url) == 5000
    assert send(client, url, 0, data[:5000]).status_code == 409
    assert send(client, url, 6000, data[6000:7000]).status_code == 409
    assert offset_of(client, url) == 5000


@pytest.mark.parametrize(("who", "code"), [("cora", 404), ("charlie", 404), (None, 401)])
def test_nobody_else_sees_adds_to_or_cancels_an_upload(cast, who, code):
    url = announce(cast.client("alice"), 10_000)["Location"]
    other = cast.client(who)
    assert other.head(url, **VERSION).status_code == code
    assert send(other, url, 0, b"x" * 100).status_code == code
    assert other.delete(url, **VERSION).status_code == code
    assert offset_of(cast.client("alice"), url) == 0


@pytest.mark.parametrize("who", ["cora", "charlie"])
def test_nobody_adds_files_to_anothers_submission(cast, who):
    submission = opened(cast.client("alice"))
    assert announce(cast.client(who), 100, submission).status_code == 404
    assert not PartialUpload.objects.exists()


def test_a_request_forged_by_another_site_is_refused(cast):
    client = cast.client("alice")
    url = announce(client, 100)["Location"]
    client.handler.enforce_csrf_checks = True
    assert announce(client, 100, uuid.uuid4()).status_code == 403
    assert send(client, url, 0, b"x" * 10).status_code == 403


def test_more_bytes_than_announced_are_refused_and_not_kept(cast):
    client = cast.client("alice")
    url = announce(client, 100)["Location"]
    assert send(client, url, 0, b"x" * 101).status_code == 413
    assert offset_of(client, url) == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"HTTP_UPLOAD_LENGTH": "many"}, 400), ({"HTTP_UPLOAD_LENGTH": "-5"}, 400), ({"HTTP_UPLOAD_LENGTH": "0"}, 400),
        ({"HTTP_UPLOAD_LENGTH": str(10**13)}, 413), ({"HTTP_UPLOAD_METADATA": "filename"}, 400),
        ({"HTTP_UPLOAD_METADATA": "filename !!"}, 400), ({"HTTP_UPLOAD_METADATA": ""}, 400),
        ({"HTTP_TUS_RESUMABLE": "0.2.2"}, 412),
    ],
)  # fmt: skip
def test_an_announcement_that_makes_no_sense_is_refused(cast, headers, code):
    assert announce(cast.client("alice"), 100, **headers).status_code == code


@pytest.mark.parametrize("offset", ["", "minus", "-1"])
def test_a_piece_without_a_usable_offset_is_refused(cast, offset):
    client = cast.client("alice")
    url = announce(client, 100)["Location"]
    assert send(client, url, offset, b"x").status_code == 400


def test_a_piece_that_was_garbled_on_its_way_is_refused(cast):
    client, data = cast.client("alice"), b"x" * 100
    url = announce(client, 100)["Location"]
    right = base64.b64encode(hashlib.sha256(data).digest()).decode()
    garbled = send(client, url, 0, b"y" * 100, HTTP_UPLOAD_CHECKSUM=f"sha256 {right}")
    assert garbled.status_code == 460
    assert offset_of(client, url) == 0
    assert send(client, url, 0, data, HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 204


def test_a_cancelled_upload_leaves_nothing(cast, folder):
    client = cast.client("alice")
    url = announce(client, 100)["Location"]
    send(client, url, 0, b"x" * 50)
    assert client.delete(url, **VERSION).status_code == 204
    assert list(folder.iterdir()) == []
    assert not PartialUpload.objects.exists()
    assert client.head(url, **VERSION).status_code == 404


def test_a_full_disk_refuses_the_announcement(cast, monkeypatch):
    monkeypatch.setattr(tus, "SPARE", 10**18)
    answer = announce(cast.client("alice"), 100)
    assert (answer.status_code, "disk" in answer.json()["detail"]) == (507, True)


def test_a_submission_is_not_finished_while_a_file_is_on_its_way(cast):
    client = cast.client("alice")
    submission = opened(client)
    url = announce(client, 100, submission)["Location"]
    assert client.post(f"/api/v1/submissions/{submission}/finish/").status_code == 409
    client.delete(url, **VERSION)
    assert client.post(f"/api/v1/submissions/{submission}/finish/").status_code == 200
    assert announce(client, 100, submission).status_code == 400


def test_a_failure_while_filing_keeps_the_bytes(cast, monkeypatch, folder):
    client, data = cast.client("alice"), small()
    client.raise_request_exception = False
    url = announce(client, len(data))["Location"]
    monkeypatch.setattr(tus, "receive", lambda **call: 1 / 0)
    assert send(client, url, 0, data).status_code == 500
    assert offset_of(client, url) == len(data)
    assert next(folder.iterdir()).read_bytes() == data


def test_the_server_says_what_it_can_do(cast):
    answer = cast.client("alice").options("/api/v1/uploads/")
    assert answer["Tus-Version"] == "1.0.0"
    assert "creation" in answer["Tus-Extension"]


class Wire:
    """A client on a real socket, that can hang up in the middle of a request."""

    def __init__(self, live_server, session):
        self.host = urlsplit(live_server.url).netloc
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={'t' * 32}", "X-CSRFToken": "t" * 32}
        self.headers |= {"Tus-Resumable": "1.0.0", "Origin": live_server.url, "Referer": live_server.url}

    def call(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request(method, path, body, {**self.headers, **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def patch(self, path, offset, data):
        return self.call("PATCH", path, data, **{"Content-Type": CHUNK, "Upload-Offset": str(offset)})

    def hang_up_within(self, path, offset, announced, data):
        """Promise `announced` bytes, send `data`, drop the line."""
        host, port = self.host.split(":")
        lines = {**self.headers, "Host": self.host, "Content-Type": CHUNK, "Upload-Offset": str(offset)}
        lines["Content-Length"] = str(announced)
        head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        with socket.create_connection((host, int(port))) as line:
            line.sendall(head.encode() + data)


def piece(index, size):
    """Reproducible bytes that differ from piece to piece."""
    return hashlib.sha256(str(index).encode()).digest() * (size // 32)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("megabytes", [24, pytest.param(1024, marks=pytest.mark.slow)], ids=["24 MB", "1 GB"])
def test_a_large_file_survives_dropped_connections(cast, live_server, monkeypatch, megabytes):
    monkeypatch.setattr("portal.intake.filing.MammogramHeader.read", _must_not_decode)
    client = cast.client("alice")
    submission = opened(client)
    wire = Wire(live_server, client.cookies["sessionid"].value)
    size, step = megabytes * MB, 8 * MB
    named = {"Upload-Length": str(size), "Upload-Metadata": metadata(submission, "big.bin")}
    path = urlsplit(wire.call("POST", "/api/v1/uploads/", **named).headers["Location"]).path
    digest, drops = hashlib.sha256(), {1, megabytes // 16}
    for index in range(size // step):
        data = piece(index, step)
        digest.update(data)
        if index in drops:
            wire.hang_up_within(path, index * step, step, data[: step // 3])
        offset = int(wire.call("HEAD", path).headers["Upload-Offset"])
        while offset % step or offset == index * step:  # the rest of this piece, from wherever the server stands
            answer = wire.patch(path, offset, data[offset - index * step :])
            offset = int(answer.headers.get("Upload-Offset") or wire.call("HEAD", path).headers["Upload-Offset"])
    upload = Upload.objects.get()
    assert (upload.bytes, upload.sha256) == (size, digest.hexdigest())
    assert upload.code == "not-dicom"
    assert Submission.objects.get().partial_uploads.count() == 0


def _must_not_decode(file):
    raise FileRefused("not-dicom")

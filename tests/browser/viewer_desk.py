"""A desk to try the viewer at without a portal: the real page and bundle, phantom images, a manifest that tests may change."""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from django.template.loader import render_to_string
from PIL import Image
from pydicom import dcmread

from inference.phantom import dicom
from inference.phantom.anatomy import mammogram
from inference.phantom.codecs import encoded
from portal.exams import transcoding
from portal.viewer import hanging
from tests.browser import companion_shots, renderings

ROOT = Path(__file__).resolve().parents[2]
HTJ2K = "1.2.840.10008.1.2.4.202"
NOTICE = "Suggestions come from a research model and are not a diagnosis."
CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' blob: data:; "
    "style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'"
)
SPACING = 0.2
PANEL = '<p id="read-form">The read form</p>'


@dataclass
class Shot:
    """One image of the desk: how it should look when hung (`hung`), and how it is stored."""

    key: str
    laterality: str
    view: str
    hung: np.ndarray
    rotate: int = 0
    flip: bool = False
    bits: int = 12
    lesion: tuple[float, float, float] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    keywords: dict[str, Any] = field(default_factory=dict)
    slices: np.ndarray | None = None  # (frames, rows, columns), stored as they hang
    raw: np.ndarray | None = None  # (frames, rows, columns[, 3]) of a companion, served uncompressed

    @property
    def pk(self) -> str:
        """As the portal's hanging asks for it."""
        return self.key

    @property
    def view_modifiers(self) -> list[str]:
        """As the portal's hanging asks for them."""
        return list(self.extra.get("modifiers", []))

    @property
    def frames(self) -> int:
        """As the portal's hanging asks for them."""
        return int(self.extra.get("frames", 1))

    @property
    def stored(self) -> np.ndarray:
        """Stored pixels: turning them clockwise by `rotate` and then mirroring them gives `hung`."""
        turned = self.hung[:, ::-1] if self.flip else self.hung
        return np.ascontiguousarray(np.rot90(turned, self.rotate // 90))

    def stored_at(self, x: float, y: float) -> tuple[float, float]:
        """The stored point at (x, y) of the hung image; np.rot90 turns anticlockwise: (x, y) -> (y, width - 1 - x)."""
        rows, columns = self.hung.shape
        x = columns - 1 - x if self.flip else x
        for turn in range(self.rotate // 90):
            x, y = y, (columns if turn % 2 == 0 else rows) - 1 - x
        return x, y

    def info(self) -> dict[str, Any]:
        """The image's entry of the manifest."""
        rows, columns = self.stored.shape
        return {
            "id": self.key, "label": f"{self.laterality} {self.view}", "laterality": self.laterality,
            "view": self.view, "modifiers": [], "view_source": "ViewPosition", "rows": rows, "columns": columns,
            "frames": 1, "bits_stored": self.bits, "photometric": "MONOCHROME2",
            "metadata_url": f"/meta/{self.key}", "frame_urls": [f"/pixels/{self.key}/frames/1"],
            "rendering_url": f"/rendering/{self.key}",
            "status": "ready", "transfer_syntax": HTJ2K,
            "pose": {"rotate": self.rotate, "flip": self.flip},
            "chest_wall": "right" if self.laterality == "R" else "left",
            "spacing": {"mm": [SPACING, SPACING], "source": "Imager Pixel Spacing", "calibrated": True},
            "voi": [{"label": "NORMAL", "center": 2048, "width": 4096, "function": "LINEAR"}],
            "voi_luts": [], "auto_voi": {"center": 1500, "width": 2000},
            "rescale": {"slope": 1, "intercept": 0}, "padding": 0, "technique": ["29 kVp", "95 mAs"], "prior": None,
        } | self.extra  # fmt: skip


def four_views(rows: int = 640, cols: int = 480, **poses: tuple[int, bool]) -> list[Shot]:
    """R CC, L CC, R MLO and L MLO; `poses` (by key) says how an image lies in its file."""
    shots = []
    for seed, (laterality, view) in enumerate([("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]):
        key = f"{laterality}{view}"
        rotate, flip = poses.get(key, (0, False))
        x = cols * (0.7 if laterality == "R" else 0.3) + seed
        lesion = (x, rows * 0.38, rows / 32)  # above the middle: the images are not their own mirror images
        hung = mammogram(laterality, view, rows=rows, cols=cols, lesion=lesion, seed=seed)
        shots.append(Shot(key, laterality, view, hung, rotate, flip, lesion=lesion))
    return shots


def companion(key: str, raw: np.ndarray, *, modality: str = "US", **extra: Any) -> Shot:
    """An ultrasound or MRI of the same woman; raw: (frames, rows, columns) or, in colour, with three samples last."""
    colour = raw.ndim == 4
    told = {
        "name": f"{'Ultrasound' if modality == 'US' else 'MRI'} 2011-04-05", "say": "3 d later", "modality": modality,
    }  # fmt: skip
    frames = len(raw)
    kind = {"US": "clip", "MR": "series"}[modality]
    values = {
        "label": f"{modality} series 1", "laterality": "", "view": "", "transfer_syntax": "1.2.840.10008.1.2.1",
        "rows": raw.shape[1], "columns": raw.shape[2], "bits_stored": 8 * raw.itemsize, "chest_wall": "left",
        "photometric": "RGB" if colour else "MONOCHROME2", "frames": frames, "padding": None, "technique": [],
        "frame_urls": [f"/pixels/{key}/frames/{n + 1}" for n in range(frames)], "companion": told, "voi": [],
        "auto_voi": {"center": 2 ** (8 * raw.itemsize - 1), "width": 2 ** (8 * raw.itemsize)}, "regions": [],
        "stack": {"kind": kind, "spacing_mm": None, "thickness_mm": None, "source": "", "rate": 20} if frames > 1 else None,
    }  # fmt: skip
    return Shot(key, "", "", raw[0, ..., 0] if colour else raw[0], extra=values | extra, raw=raw)


def tomosynthesis(key: str = "RCC", frames: int = 30, rows: int = 330, cols: int = 240, lesion: int = 20) -> Shot:
    """A stack of slices 1 mm apart: tissue of another texture in each, a lesion in slice `lesion` (from 0) and its neighbours."""
    laterality, view = key[0], key[1:]
    base = mammogram(laterality, view, rows=rows, cols=cols, seed=1).astype(float)
    noise = np.random.default_rng(3)
    y, x = np.mgrid[0:rows, 0:cols]
    spot = np.hypot(x - cols * (0.7 if laterality == "R" else 0.3), y - rows * 0.4)
    slices = []
    for number in range(frames):
        blur = 3 + 3 * abs(number - lesion)  # out of its plane a lesion is wide and faint
        shape = 1200 * (3 / blur) ** 2 * np.exp(-((spot / blur) ** 2) / 2)
        fine = noise.normal(0, 12, (rows, cols))
        slices.append(np.where(base > 0, np.clip(base * 0.6 + shape + fine + number, 1, 4095), 0))
    stack = np.rint(np.array(slices)).astype(np.uint16)
    extra = {
        "frames": frames, "frame_urls": [f"/pixels/{key}/frames/{number + 1}" for number in range(frames)],
        "stack": {"kind": "tomosynthesis", "spacing_mm": 1, "thickness_mm": 1, "source": "the slices' positions", "rate": None},
    }  # fmt: skip
    return Shot(
        key, laterality, view, stack[frames // 2], extra=extra, keywords={"NumberOfFrames": frames}, slices=stack
    )


PRIOR = {"name": "Prior 2009-03-01", "say": "2 y 1 m earlier"}


def earlier_views(rows: int = 500, cols: int = 360, spacing: float = 0.28) -> list[Shot]:
    """The four views of an exam two years before, from another detector: fewer and larger pixels."""
    shots = four_views(rows=rows, cols=cols)
    for shot in shots:
        shot.key = f"{shot.key}-then"
        shot.extra = {
            "prior": PRIOR,
            "spacing": {"mm": [spacing, spacing], "source": "Imager Pixel Spacing", "calibrated": True},
        }
    return shots


def hung(shots: list[Shot], earlier: list[Shot]) -> dict[str, Any]:
    """The hanging as the portal makes it."""
    priors = [hanging.Earlier(PRIOR["name"], earlier)] if earlier else []
    found = hanging.layouts(shots, priors)
    return {"initial": hanging.initial(found, shots), "layouts": found}


def layouts(shots: list[Shot]) -> dict[str, Any]:
    """The hanging of an exam with (some of) the four standard views."""

    def cells(keys: list[str]) -> list[dict[str, Any]]:
        have = {shot.key for shot in shots}
        return [
            {"image": key} if key in have else {"image": None, "say": f"{key[0]} {key[1:]} missing"} for key in keys
        ]

    four = ["RCC", "LCC", "RMLO", "LMLO"]
    return {
        "initial": "4up",
        "layouts": [
            {"id": "4up", "label": "CC + MLO", "rows": 2, "columns": 2, "cells": cells(four)},
            {"id": "cc", "label": "CC", "rows": 1, "columns": 2, "cells": cells(four[:2])},
            {"id": "mlo", "label": "MLO", "rows": 1, "columns": 2, "cells": cells(four[2:])},
            *[{"id": f"single:{s.key}", "label": s.key, "rows": 1, "columns": 1, "cells": cells([s.key])} for s in shots],
        ],
    }  # fmt: skip


def manifest_of(shots: list[Shot], earlier: list[Shot] | None = None) -> dict[str, Any]:
    """A manifest as portal/viewer makes it, for a blind second read."""
    return {
        "version": 1, "notice": NOTICE,
        "case": {
            "id": "c1", "number": "2026-0007", "question": "Architectural distortion on the left?",
            "history": "Mother had breast cancer at 52", "first_opinion": None, "urgency": "routine",
            "due_at": "2026-11-24T12:00:00Z", "url": "/cases/c1/",
            "protocol": {"code": "second-reader", "title": "Second reader, blind", "blind": True},
        },
        "exam": {
            "id": "e1", "patient": "OVR-7F3A", "study_date": "2011-04-02", "age": 61, "title": "Mammography 2011-04-02",
            "missing": [], "notes": ["Views taken from PatientID (digitised film)"],
        },
        "images": [shot.info() for shot in shots],
        "priors": [_prior(earlier)] if earlier else [],
        "hanging": layouts(shots) if earlier is None else hung(shots, earlier),
        "read": {"id": "r1", "url": "/api/v1/reads/r1/", "state": "draft", "kind": "reader"},
        "analysis": {"state": "sealed", "progress": None, "stage": None, "say": "Sealed until your read is locked"},
        "results": None,
    }  # fmt: skip


def _prior(earlier: list[Shot]) -> dict[str, Any]:
    images = [shot.info() for shot in earlier]
    return {"id": "e0", "study_date": "2009-03-01", **PRIOR, "missing": [], "url": "/exams/e0/view/", "images": images}


class Desk:
    """Serves the viewer page, its bundle and everything that its manifest names.

    earlier: the images of a prior; None leaves the hanging of the four standard views as these tests state it.
    """

    def __init__(self, shots: list[Shot], earlier: list[Shot] | None = None, companions: Sequence[Shot] = ()) -> None:
        self.shots = {shot.key: shot for shot in [*shots, *(earlier or []), *companions]}
        self.manifest = manifest_of(shots, earlier)
        self.manifest["companions"] = [companion_shots.entry(shot) for shot in companions]
        self.saliency: dict[str, np.ndarray] = {}
        self.broken: dict[str, int | bytes] = {}
        self.clock_ahead = 0.0
        self.held: set[str] = set()  # addresses that are not answered before they are taken out
        self.halved: dict[str, threading.Event] = {}  # answers that stop half way until their event is set
        self.cut: set[str] = set()  # halved answers whose other half never comes
        self.asked: list[str] = []
        self.told: list[tuple[str, Any]] = []
        self._coded: dict[str, bytes] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"desk": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, accept: str = "", query: str = "") -> tuple[int, str, bytes]:
        """Status, content type and body of one GET; like the portal, one frame alone travels as the caller accepts it."""
        self.asked.append(path)
        while path in self.held:
            time.sleep(0.01)
        broken = self.broken.get(path)
        if isinstance(broken, int):
            return broken, "text/plain", b""
        part, _, rest = path.lstrip("/").partition("/")
        key = rest.partition("/")[0].removesuffix(".png")
        if part == "static":
            return _static(rest)
        if part == "manifest":
            return 200, "application/json", json.dumps(self.manifest).encode()
        if part == "meta":
            return 200, "application/dicom+json", self._metadata(self.shots[key])
        if part == "pixels" and self.shots[key].raw is not None:
            return (
                200,
                'multipart/related; type="application/octet-stream"; boundary=frame-of-a-companion',
                companion_shots.body(self.shots[key], path),
            )
        if part == "pixels":
            return 200, *self._frame(key, path, broken, accept)
        if part == "rendering" and self.asked.count(path) == 1:
            return 202, "application/json", b"{}"  # a worker draws
        if part == "rendering":
            return 200, "image/png", renderings.png(self.shots[key], query)
        if part == "saliency":
            return 200, "image/png", _png(self.saliency[key])
        if part == "pattern":
            return 200, "text/html; charset=utf-8", _pattern()
        second = key == "second-window"
        return (200, "text/html; charset=utf-8", _page(second)) if part == "desk" else (404, "text/plain", b"")

    def _metadata(self, shot: Shot) -> bytes:
        if shot.raw is not None:
            return json.dumps([companion_shots.header(shot)]).encode()
        made = dicom(shot.stored, laterality=shot.laterality, view=shot.view, bits=shot.bits, **shot.keywords)
        dataset = dcmread(io.BytesIO(made))
        del dataset.PixelData
        return json.dumps([dataset.to_json_dict()]).encode()

    def _frame(self, key: str, path: str, broken: int | bytes | None, accept: str) -> tuple[str, bytes]:
        shot = self.shots[key]
        syntax = shot.info()["transfer_syntax"]
        if path not in self._coded:
            number = int(path.rpartition("/")[2])
            pixels = shot.stored // number if shot.slices is None else shot.slices[number - 1]  # n times as dark
            self._coded[path] = coded(pixels.astype(np.uint16), syntax, shot.bits)
        body = broken if isinstance(broken, bytes) else self._coded[path]
        kind = f"{'image/jphc' if syntax == HTJ2K else 'image/jp2'}; transfer-syntax={syntax}"
        body += b"\0" * (len(body) % 2)  # fragments have an even length (PS3.5 A.4)
        if accept.startswith("image/"):
            return kind, body
        head = f"--x\r\nContent-Type: {kind}\r\n\r\n".encode()
        return 'multipart/related; type="image/jphc"; boundary=x', head + body + b"\r\n--x--\r\n"


def coded(pixels: np.ndarray, syntax: str, bits: int) -> bytes:
    """One frame as the portal stores it, or in another transfer syntax."""
    return transcoding.encode(pixels) if syntax == HTJ2K else encoded(pixels, syntax, bits)


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        named = "/desk/second-window" if query == "window=2" else path
        status, kind, body = self.desk.answer(named, self.headers.get("Accept", ""), query)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self._send(body)

    def _send(self, body: bytes) -> None:
        halved = self.desk.halved.get(self.path)
        half = len(body) // 2 if halved else 0
        self.wfile.write(body[:half])
        if halved:
            halved.wait(60)
        if self.path in self.desk.cut:
            self.close_connection = True
            return
        self.wfile.write(body[half:])

    def do_POST(self) -> None:
        self.desk.told.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The server's clock, as far ahead of this computer's as the test says."""
        return super().date_time_string((timestamp or time.time()) + self.desk.clock_ahead)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


def _static(name: str) -> tuple[int, str, bytes]:
    folder, _, rest = name.partition("/")
    root = ROOT / "static" / ("viewer/dist" if folder == "viewer" else folder)
    path = root / rest
    if not path.is_file():
        return 404, "text/plain", b""
    return 200, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()


def _png(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(values.astype(np.uint8), "L").save(out, "PNG")
    return out.getvalue()


def _page(second: bool) -> bytes:
    context = {
        "manifest_url": "/manifest",
        "back_url": "/",
        "theme": "dark",
        "title": "Case 2026-0007",
        "user": SimpleNamespace(pk=7),
        "second": second,
    }
    return render_to_string("viewer/page.html", context).encode()


def _pattern() -> bytes:
    return render_to_string("viewer/display.html", {"theme": "dark", "user": SimpleNamespace(pk=7)}).encode()

"""A desk to try the viewer at without a portal: the real page and bundle, phantom images, a manifest that tests may change."""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import threading
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
from portal.viewer import hanging

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

    def __init__(self, shots: list[Shot], earlier: list[Shot] | None = None) -> None:
        self.shots = {shot.key: shot for shot in [*shots, *(earlier or [])]}
        self.manifest = manifest_of(shots, earlier)
        self.saliency: dict[str, np.ndarray] = {}
        self.broken: dict[str, int | bytes] = {}
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

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body of one GET."""
        self.asked.append(path)
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
        if part == "pixels":
            return 200, 'multipart/related; type="image/jphc"; boundary=x', self._frame(key, path, broken)
        if part == "saliency":
            return 200, "image/png", _png(self.saliency[key])
        if part == "pattern":
            return 200, "text/html; charset=utf-8", _pattern()
        return (200, "text/html; charset=utf-8", _page()) if part == "desk" else (404, "text/plain", b"")

    def _metadata(self, shot: Shot) -> bytes:
        made = dicom(shot.stored, laterality=shot.laterality, view=shot.view, bits=shot.bits, **shot.keywords)
        dataset = dcmread(io.BytesIO(made))
        del dataset.PixelData
        return json.dumps([dataset.to_json_dict()]).encode()

    def _frame(self, key: str, path: str, broken: int | bytes | None) -> bytes:
        if path not in self._coded:
            darker = self.shots[key].stored // int(path.rpartition("/")[2])  # frame n is n times as dark
            self._coded[path] = encoded(darker.astype(np.uint16), HTJ2K, self.shots[key].bits)
        body = broken if isinstance(broken, bytes) else self._coded[path]
        head = f"--x\r\nContent-Type: image/jphc; transfer-syntax={HTJ2K}\r\n\r\n".encode()
        return head + body + b"\r\n--x--\r\n"


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, kind, body = self.desk.answer(self.path.partition("?")[0])
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.desk.told.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

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


def _page() -> bytes:
    context = {
        "manifest_url": "/manifest",
        "back_url": "/",
        "theme": "dark",
        "title": "Case 2026-0007",
        "user": SimpleNamespace(pk=7),
    }
    return render_to_string("viewer/page.html", context).encode()


def _pattern() -> bytes:
    return render_to_string("viewer/display.html", {"theme": "dark", "user": SimpleNamespace(pk=7)}).encode()

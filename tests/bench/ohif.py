"""The same four images opened in OHIF's prebuilt viewer by the same Chromium: a peer that is built on Cornerstone as well.

OHIF is not allowed by the portal's content security policy and asks for DICOMweb queries that the portal does not answer, so
it is served from here, from the memory of this process, with the portal's own HTJ2K objects as files and its data source for
studies that are described in a JSON. That spares it the portal's checks and its trail.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from pydicom import dcmread
from pydicom.multival import MultiValue

from tests.bench import opening
from tests.bench.measures import Line, Series
from tests.bench.opening import WINDOW, Opening
from tests.browser.stack import ROOT

VERSION = "3.13.2"
ADDRESS = f"https://registry.npmjs.org/@ohif/app/-/app-{VERSION}.tgz"
INTEGRITY = "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA=="  # SHA-512, as the registry says
KEPT = ROOT / ".cache"
# Two by two: its own protocol for mammograms leaves the place of an R MLO empty that is oriented P, FL.
PROTOCOL = "@ohif/mnGrid"
ENGINE = "OHIFCornerstoneRenderingEngine"  # the one of the large viewports; thumbnails have others
CONFIG = """window.config = {
  routerBasename: null, showStudyList: false, extensions: [], modes: [], maxNumberOfWebWorkers: 4, investigationalUseDialog: { option: "never" },
  defaultDataSourceName: "dicomjson",
  dataSources: [{ namespace: "@ohif/extension-default.dataSourcesModule.dicomjson", sourceName: "dicomjson",
    configuration: { friendlyName: "bench", name: "json" } }],
};"""
# An image is there when its viewport has drawn it; Cornerstone says so at the viewport's element.
WATCH = (
    f"const benchEngine = {ENGINE!r};"
    + """
window.benchDrawn = null;
const benchSeen = new Set();
document.addEventListener("CORNERSTONE_IMAGE_RENDERED", ({ detail }) => {
  if (detail.renderingEngineId !== benchEngine) return;
  const image = window.cornerstone.getRenderingEngine(benchEngine)?.getViewport(detail.viewportId)?.getCornerstoneImage?.();
  if (!image) return;
  benchSeen.add(image.imageId);
  if (benchSeen.size === 4) requestAnimationFrame(() => requestAnimationFrame(() => window.benchDrawn ??= performance.now()));
}, true);
"""
)
KEYWORDS = (
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "Rows", "Columns", "BitsAllocated", "BitsStored",
    "HighBit", "PixelRepresentation", "SamplesPerPixel", "PhotometricInterpretation", "PixelSpacing", "ImagerPixelSpacing",
    "WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "PatientOrientation", "ImageLaterality", "ViewPosition",
)  # fmt: skip


@dataclass
class Ohif:
    """Seconds from navigation to whole images."""

    cold: Series = field(default_factory=lambda: Series(f"OHIF {VERSION}, cold: four images whole"))
    warm: Series = field(default_factory=lambda: Series(f"OHIF {VERSION}, reload: four images whole"))

    def lines(self, ours: Opening) -> list[Line]:
        """The viewer against it."""
        return [Line(ours.all_cold, self.cold), Line(ours.all_warm, self.warm)]


def fetched() -> bytes:
    """The package as npm's registry has it, kept in .cache; OSError where it cannot be had or is another one."""
    kept = KEPT / f"ohif-{VERSION}.tgz"
    if not kept.is_file():
        KEPT.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(ADDRESS, timeout=60) as answer:
            kept.write_bytes(answer.read())
    content = kept.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
        kept.unlink()
        raise OSError(f"{ADDRESS} is not what it was: nothing of it is run")
    return content


def unpacked(package: bytes) -> dict[str, bytes]:
    """The files of the prebuilt viewer by their addresses."""
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        members = [member for member in archive if member.isfile() and member.name.startswith("package/dist/")]
        return {
            member.name.removeprefix("package/dist"): archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in members
        }


def study(images: list[dict[str, Any]], base: str) -> dict[str, Any]:
    """The exam as OHIF's JSON data source wants it, a series for each image."""
    series = [_series(number, image, base) for number, image in enumerate(images, 1)]
    one = series[0]["instances"][0]["metadata"]
    about = {
        "StudyInstanceUID": one["StudyInstanceUID"],
        "StudyDate": "20260101",
        "PatientName": "bench",
        "PatientID": "bench",
    }
    return {"studies": [{**about, "Modalities": "MG", "NumInstances": len(series), "series": series}]}


def _series(number: int, image: dict[str, Any], base: str) -> dict[str, Any]:
    dataset = dcmread(image["path"], stop_before_pixels=True)
    told = {keyword: _plain(dataset[keyword].value) for keyword in KEYWORDS if keyword in dataset}
    # The grid shows one series in each place, and the portal's files may share one.
    about = {
        "SeriesInstanceUID": f"{told['SOPInstanceUID']}.9",
        "SeriesNumber": number,
        "SeriesDescription": image["said"],
        "Modality": "MG",
    }
    metadata = {**told, **about, "InstanceNumber": 1}
    return {**about, "instances": [{"metadata": metadata, "url": f"dicomweb:{base}/image-{number}.dcm"}]}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, MultiValue) else value


@contextmanager
def served(files: dict[str, bytes], images: list[dict[str, Any]]) -> Iterator[str]:
    """The viewer and the exam on a port of their own; yields the address that opens it."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            content, name = (files[path], path) if path in files else (files["/index.html"], "/index.html")
            self.send_response(200)
            self.send_header("Content-Type", guess_type(name)[0] or "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    base = f"http://127.0.0.1:{server.server_port}"
    files["/app-config.js"] = CONFIG.encode()
    files["/study.json"] = json.dumps(study(images, base)).encode()
    files |= {f"/image-{number}.dcm": Path(image["path"]).read_bytes() for number, image in enumerate(images, 1)}
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{base}/viewer/dicomjson?url={base}/study.json&hangingprotocolId={PROTOCOL}"
    finally:
        server.shutdown()


def measure(browser: Browser, package: bytes, images: list[dict[str, Any]], rounds: int) -> Ohif:
    """Each round in a context of its own, opened and reloaded; one round before them warms nothing but the disk."""
    found = Ohif()
    with served(unpacked(package), images) as address:
        _round(browser, address, Ohif())
        for number in range(1, rounds + 1):
            _round(browser, address, found)
            print(
                f"   OHIF, round {number} of {rounds}: {found.cold.values[-1]:.2f} s cold, {found.warm.values[-1]:.2f} s warm"
            )
    return found


def _round(browser: Browser, address: str, found: Ohif) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    try:
        page = context.new_page()
        page.wait_for_timeout(WINDOW)
        page.add_init_script(WATCH)
        page.goto(address)
        found.cold.values.append(opening.until(page, "() => window.benchDrawn"))
        page.reload()
        found.warm.values.append(opening.until(page, "() => window.benchDrawn"))
    finally:
        context.close()

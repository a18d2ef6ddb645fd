"""What the caller accepts and what we can send as it is stored (PS3.18 8.7): the web process transcodes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.http import parse_header_parameters
from pydicom.uid import UID

NATIVE = "1.2.840.10008.1.2.1"
# PS3.18 table 8.7.3-5: which media type carries which transfer syntaxes.
MEDIA = {
    "image/jphc": {f"1.2.840.10008.1.2.4.{n}" for n in (201, 202, 203)},
    "image/jpeg": {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70)},
    "image/jls": {f"1.2.840.10008.1.2.4.{n}" for n in (80, 81)},
    "image/jp2": {f"1.2.840.10008.1.2.4.{n}" for n in (90, 91)},
    "image/dicom-rle": {"1.2.840.10008.1.2.5"},
    "application/octet-stream": {NATIVE},
    "application/dicom": {NATIVE},
}


@dataclass(frozen=True)
class Accepted:
    """One range of an Accept header; `syntax` is a UID, "*" (as stored) or "" (the media type's default)."""

    media: str
    syntax: str
    multipart: bool
    quality: float


@dataclass(frozen=True)
class Answer:
    """The media type and syntax to send, and whether the parts travel as multipart/related."""

    media: str
    syntax: str
    multipart: bool

    @property
    def part_type(self) -> str:
        """The Content-Type of a part: the transfer syntax belongs here, where every reader looks."""
        return f"{self.media}; transfer-syntax={self.syntax}"


class NotAcceptableError(Exception):
    """Nothing that the caller accepts is stored; the message says what to ask for."""


def media_of(syntax: str) -> str:
    """The media type of one frame in this transfer syntax."""
    return next((m for m, uids in MEDIA.items() if syntax in uids), "application/octet-stream")


def parse_accept(header: str) -> list[Accepted]:
    """The ranges of an Accept header, the most wanted first; an empty header accepts everything."""
    ranges = [_range(text) for text in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', header or "*/*")]
    return sorted((found for found in ranges if found.quality > 0), key=lambda found: -found.quality)


def choose(header: str, *, syntax: str, media: str, single: bool) -> Answer:
    """How to send bytes stored in `syntax`, whose own media type is `media`.

    single: one part only, which may also travel bare. Raises NotAcceptableError.
    """
    for wanted in parse_accept(header):
        if not wanted.multipart and not single and wanted.media != "*/*":
            continue
        for offer in dict.fromkeys((media, "application/octet-stream")):
            if _matches(wanted, offer, syntax):
                return Answer(offer, syntax, wanted.multipart or wanted.media == "*/*")
    raise NotAcceptableError(
        f"This is stored as {UID(syntax).name} and is sent as stored. "
        f'Ask for it with Accept: multipart/related; type="{media}"; transfer-syntax=*'
    )


def accepts_json(header: str) -> bool:
    """Whether the caller takes DICOM JSON."""
    json = {"*/*", "application/*", "application/json", "application/dicom+json"}
    return any(not wanted.multipart and wanted.media in json for wanted in parse_accept(header))


def _range(text: str) -> Accepted:
    media, parameters = parse_header_parameters(text.strip())
    multipart = media == "multipart/related"
    inner = parameters.get("type", "*/*").lower() if multipart else media
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        quality = 0.0
    return Accepted(inner, parameters.get("transfer-syntax", ""), multipart, quality)


def _matches(wanted: Accepted, offer: str, syntax: str) -> bool:
    family = offer.split("/")[0] + "/*"
    if wanted.media not in ("*/*", family, offer):
        return False
    if wanted.media == offer:
        return wanted.syntax in ("*", syntax) or (not wanted.syntax and syntax in MEDIA[offer])
    return wanted.syntax in ("", "*", syntax)

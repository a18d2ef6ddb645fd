"""Refusals of the decoder: each has a stable code and a sentence that says what to do."""

from typing import ClassVar


class DecodeError(Exception):
    """The bytes could not be turned into pixels; `str()` is fit for a screen and names no patient."""

    code: ClassVar[str] = "unreadable"
    advice: ClassVar[str] = "The image cannot be decoded. Export it again from the source system and send it anew."

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.advice} ({detail})" if detail else self.advice)
        self.detail = detail


class NotAnImage(DecodeError):
    """Neither DICOM nor PNG nor JPEG."""

    code = "not_an_image"
    advice = "This is not a DICOM, PNG or JPEG file. Send the original image file."


class Tiff(NotAnImage):
    """A TIFF file, which may hold pages, tiles and pyramids."""

    code = "tiff"
    advice = (
        "TIFF files are not read here. Export the page that shows the breast as PNG (16 bits are kept) or as DICOM."
    )


class SeveralPictures(DecodeError):
    """An animated PNG or a JPEG of several pictures (MPO): nothing says which is the mammogram."""

    code = "several_pictures"
    advice = "The file holds several pictures. Save the one that shows the breast as a file of its own and send that."


class NoPixels(DecodeError):
    """A DICOM object without pixel data: a report, a presentation state, a plan."""

    code = "no_pixels"
    advice = "This DICOM file holds no image. Send the mammogram itself, not its report or annotations."


class BadHeader(DecodeError):
    """An element that decoding needs is missing or contradicts another."""

    code = "bad_header"
    advice = "The image's header is incomplete or contradicts itself. Export it anew from the source."


class Truncated(DecodeError):
    """Fewer pixel bytes than the header announces."""

    code = "truncated"
    advice = "The file ends before the image does. Transfer it again."


class UnsupportedSyntax(DecodeError):
    """A compression that no decoder here knows."""

    code = "unsupported_syntax"
    advice = "This compression cannot be read here. Export the image uncompressed or as JPEG lossless."


class TooLarge(DecodeError):
    """More pixels than the caller allows."""

    code = "too_large"
    advice = "The image has more pixels than are accepted. Send single views, not a mosaic or a stack."


class Corrupt(DecodeError):
    """The compressed pixels cannot be decompressed, or do not fit the header."""

    code = "corrupt"
    advice = "The image's pixels are damaged. Transfer the file again, or export it anew from the source."

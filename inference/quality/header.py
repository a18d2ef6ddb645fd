"""What the header and the caller say against scoring an image."""

from collections.abc import Iterator, Sequence

from inference.decode.decoded import Decoded
from inference.results import Reason

FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.2.1"
LEAST_SIDE = 200  # pixels; below this a breast is not resolved enough to read
MOST_MAGNIFICATION = 1.3  # contact views reach about 1.1; magnification views start at about 1.5

NO_SIDE = "Not scored: the file does not say whether this is the left or the right breast. Correct the laterality."
NO_VIEW = "Not scored: the file does not say which view this is. Correct the view position."


def header_reasons(decoded: Decoded, laterality: str | None, view: str | None, views: Sequence[str]) -> list[Reason]:
    """Reasons from header values; laterality and view as the caller settled them; views: what the release reads."""
    return [
        *_kind(decoded),
        *_position(decoded, laterality, view, views),
        *_turned(decoded),
        *_modified(decoded),
        *_size(decoded),
    ]


def _kind(decoded: Decoded) -> Iterator[Reason]:
    if decoded.intent == "FOR PROCESSING" or decoded.sop_class == FOR_PROCESSING:
        yield Reason("for_processing", "Not scored: a raw image (For Processing). Send the For Presentation image.")
    if decoded.modality not in (None, "MG"):
        yield Reason("not_mammography", f"Not scored: the modality is {decoded.modality}, not mammography.")
    if decoded.frames > 1:
        yield Reason("several_frames", "Not scored: a tomosynthesis stack. Send the two-dimensional views.")
    if not decoded.photometric.startswith("MONOCHROME"):
        yield Reason("not_grey", "Not scored: a colour image. Send the original grey image.")


def _position(decoded: Decoded, laterality: str | None, view: str | None, views: Sequence[str]) -> Iterator[Reason]:
    """A picture has no header: it is read with side and view unknown. A DICOM object has to say them."""
    if laterality not in ("L", "R") and not (decoded.picture and laterality is None):
        yield Reason("no_laterality", NO_SIDE)
    if view is None and not decoded.picture:
        yield Reason("no_view", NO_VIEW)
    elif view is None:
        return
    elif view not in views:
        known = " and ".join(views)
        yield Reason("unsupported_view", f"Not scored: the model reads {known} views, not {view}.")


def _turned(decoded: Decoded) -> Iterator[Reason]:
    """Rows must run towards the feet, as views with an H-F axis are hung (PS3.3 C.7.6.1.1.1)."""
    if len(decoded.orientation) == 2 and decoded.orientation[1].startswith("H"):
        yield Reason("upside_down", "Not scored: the image is stored upside down. Turn it and send it again.")


def _modified(decoded: Decoded) -> Iterator[Reason]:
    for modifier in decoded.view_modifiers:
        code = modifier.replace(" ", "_")
        yield Reason(code, f"Not scored: the model was not trained on {modifier} views.")
    if decoded.implant and "implant displaced" not in decoded.view_modifiers:
        yield Reason("implant", "Not scored: the model was not trained on breasts with an implant.")
    if decoded.magnification > MOST_MAGNIFICATION and "magnification" not in decoded.view_modifiers:
        yield Reason("magnification", "Not scored: the model was not trained on magnification views.")


def _size(decoded: Decoded) -> Iterator[Reason]:
    rows, cols = decoded.pixels.shape[-2:] if decoded.samples == 1 else decoded.pixels.shape[-3:-1]
    if min(rows, cols) < LEAST_SIDE:
        yield Reason("too_few_pixels", f"Not scored: {cols} x {rows} pixels are too few. Send the full-size image.")
    elif max(rows, cols) > 5 * min(rows, cols):
        yield Reason("odd_shape", f"Not scored: {cols} x {rows} pixels is not the shape of a mammogram.")

"""May this image be scored? Reasons why not, in sentences for a radiologist."""

from inference.quality.burnt import burnt_in
from inference.quality.header import header_reasons
from inference.quality.shape import pixel_reasons
from inference.quality.side import partial_notes, side_notes

__all__ = ["burnt_in", "header_reasons", "partial_notes", "pixel_reasons", "side_notes"]

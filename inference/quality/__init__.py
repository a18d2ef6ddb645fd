"""May this image be scored? Reasons why not, in sentences for a radiologist."""

from inference.quality.header import header_reasons
from inference.quality.shape import pixel_reasons
from inference.quality.side import side_notes

__all__ = ["header_reasons", "pixel_reasons", "side_notes"]

"""Where a score comes from: evidence laid on the stored image, gradient maps beside it, and how faithful each is.

What is imported here needs no torch; `methods` and `faithfulness` do.
"""

from inference.saliency.grid import CELL, encode_png, to_cells, to_image_grid

__all__ = ["CELL", "encode_png", "to_cells", "to_image_grid"]

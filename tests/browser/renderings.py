"""The server's renderings at the desk: drawn by the portal's own code through the window that the viewer asks for."""

from __future__ import annotations

import io
from typing import Any

from django.http import QueryDict
from pydicom import dcmread

from inference.phantom import dicom
from portal.exams.elements import Elements
from portal.viewer.drawing import reduced, shades, turned, under_a_strip
from portal.viewer.pose import Pose
from portal.viewer.rendering_api import WindowSerializer


def png(shot: Any, query: str) -> bytes:
    """What the portal's worker draws of a shot."""
    told = WindowSerializer(data=QueryDict(query))
    told.is_valid(raise_exception=True)
    made = dicom(shot.stored, laterality=shot.laterality, view=shot.view, bits=shot.bits, **shot.keywords)
    header = Elements(dcmread(io.BytesIO(made), stop_before_pixels=True).to_json_dict())
    grey = turned(shades(shot.stored, header, told.validated_data), Pose(shot.rotate, shot.flip, "left"))
    out = io.BytesIO()
    under_a_strip(reduced(grey), "not for diagnosis").convert("L").save(out, "PNG")
    return out.getvalue()

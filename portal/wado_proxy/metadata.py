"""An image's metadata as the DICOM JSON Model (PS3.18 annex F)."""

from __future__ import annotations

from typing import Any

from portal.exams.models import Image
from portal.wado_proxy.addresses import instance_url

AVAILABLE_TRANSFER_SYNTAX_UID = "00083002"
RETRIEVE_URL = "00081190"


def metadata_of(image: Image) -> dict[str, Any]:
    """The filed, de-identified header with the two elements that say where and as what the instance is held."""
    return {
        **image.header,
        RETRIEVE_URL: {"vr": "UR", "Value": [instance_url(image)]},
        AVAILABLE_TRANSFER_SYNTAX_UID: {"vr": "UI", "Value": [image.transfer_syntax_uid]},
    }

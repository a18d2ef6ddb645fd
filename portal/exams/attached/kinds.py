"""Which objects besides images an exam may bring (PS3.4 B.5)."""

from __future__ import annotations

PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1"  # Grayscale Softcopy Presentation State
CAD_REPORT = "1.2.840.10008.5.1.4.1.1.88.50"  # Mammography CAD SR
REPORTS = {
    "1.2.840.10008.5.1.4.1.1.88.11",  # Basic Text SR
    "1.2.840.10008.5.1.4.1.1.88.22",  # Enhanced SR
    "1.2.840.10008.5.1.4.1.1.88.33",  # Comprehensive SR
    "1.2.840.10008.5.1.4.1.1.88.34",  # Comprehensive 3D SR
}


def kind_of(sop_class: str) -> str:
    """presentation-state | cad-report | report, or "" for what is no such object."""
    if sop_class == PRESENTATION_STATE:
        return "presentation-state"
    if sop_class == CAD_REPORT:
        return "cad-report"
    return "report" if sop_class in REPORTS else ""

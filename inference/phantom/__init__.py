"""Synthetic mammograms with a known lesion, for tests and benchmarks; never shown as a patient."""

from inference.phantom.anatomy import mammogram
from inference.phantom.part10 import dicom

__all__ = ["dicom", "mammogram"]

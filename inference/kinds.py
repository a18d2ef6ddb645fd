"""What an image may mainly show: mini-MIAS's classes, which a network's finding-type head tells apart."""

from typing import Final

TYPES: Final = (
    "calcification",
    "circumscribed mass",
    "spiculated mass",
    "other mass",
    "distortion",
    "asymmetry",
    "normal",
)
"""Masses by their margin; the order is that of the head's channels."""

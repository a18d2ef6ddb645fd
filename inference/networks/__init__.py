"""Networks of a release; `build` makes one from its [network] table."""

from inference.networks.build import build
from inference.networks.evidence import Evidence

__all__ = ["Evidence", "build"]

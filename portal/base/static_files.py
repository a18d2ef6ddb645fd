"""Static files under names that change with their content, each under one name only."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

BUILT = "viewer/assets/"


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise ships no types
    """Hashes every file's name, except what Vite has built and hashed already.

    Built modules import one another by the names that Vite gave them. Under a second name a browser would load such a
    module twice, and each copy would have a state of its own.
    """

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The name that `name` is served under."""
        return name if name.startswith(BUILT) else str(super().hashed_name(name, content, filename))

"""Where an object comes from: its maker, its author, and UIDs that are the same whenever the same read is written again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from pydicom.valuerep import PersonName

from portal.reading.models import Read

MAKER = "Overread"


@dataclass(frozen=True)
class Origin:
    """The read that an object is made of. `stamp`: what changes with its content."""

    read: str
    stamp: str
    author: str

    @classmethod
    def of(cls, read: Read, stamp: str) -> Origin:
        """`stamp`: the digest of the body as written, and under which identifiers."""
        return cls(read=str(read.pk), stamp=stamp, author=str(read.reader))

    def uid(self, *of: str) -> str:
        """`2.25.` and 128 bits (PS3.5 B.2) of the read, its content and the part: equal objects are equal instances."""
        digest = hashlib.sha256("\0".join((self.read, self.stamp, *of)).encode()).hexdigest()
        return f"2.25.{int(digest[:32], 16)}"

    @property
    def person(self) -> PersonName:
        """The reader; a name of free text is a family name, and the caret says that no other part is meant (PS3.5 6.2.1)."""
        return PersonName(f"{self.author.replace('^', ' ').replace('=', ' ').replace(chr(92), ' ')[:63]}^")

    @property
    def equipment(self) -> dict[str, Any]:
        """The maker, as highdicom asks for it."""
        return {
            "manufacturer": MAKER,
            "manufacturer_model_name": "Overread portal",
            "software_versions": settings.VERSION,
            "device_serial_number": "none",
        }

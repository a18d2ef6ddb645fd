"""Where an exam's prepared objects lie on the disk of the portal under measurement."""

from typing import Any

from django.core.files.storage import default_storage

from portal.exams.models import Image


def measure(exam: str) -> dict[str, Any]:
    """The Part 10 files of the exam's images, with what hangs them."""
    images = Image.objects.filter(exam=exam).order_by("created_at", "pk")
    return {
        "images": [
            {"path": default_storage.path(image.object_key), "said": f"{image.laterality} {image.view}"}
            for image in images
        ]
    }

"""Work of the viewer that decodes pixels, which the web process does not."""

import json

from celery import shared_task

from portal.exams.models import Image


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def draw_rendering(image_id: str, recipe: str) -> None:
    """Draw an image through a window (JSON); safe to deliver twice."""
    from portal.viewer.rendering import make  # which sends this task

    image = Image.objects.filter(pk=image_id).first()
    if image is not None:
        make(image, json.loads(recipe))

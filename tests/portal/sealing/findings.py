"""What a run says in one of two worlds that are equal but for that: every value of it unmistakable."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from portal.analysis.models import ImageResult, Run


@dataclass(frozen=True)
class Said:
    """The answer of a run. `score`: seven digits that occur nowhere else; `mark`: of outlines, map and sentences."""

    score: float
    triage: str
    band: int
    mark: float
    scored: bool = True

    @property
    def needles(self):
        """Strings and bytes that no sealed answer may hold, by what they tell."""
        return {"score": digits(self.score).encode(), "text": self.text.encode(), **self.marks}

    @property
    def marks(self):
        """Those that tell where the marks are."""
        told = {"outline": digits(self.mark), "words": self.words, "similar": f"neighbour-{digits(self.mark)}"}
        return {**{name: each.encode() for name, each in told.items()}, "map": self.png}

    @property
    def text(self):
        """The suggestion in words; it names no place."""
        return f"Okapi-{digits(self.score)} suggests another look."

    @property
    def words(self):
        """The explanation: where something lies."""
        return f"Quagga-{digits(self.mark)} stands in the upper outer quadrant."

    @property
    def png(self):
        """The saliency map."""
        grey = np.full((9, 7), int(200 * self.mark), np.uint8)
        grey[2, 3] = int(1e4 * self.mark) % 251
        out = BytesIO()
        Image.fromarray(grey).save(out, "PNG")
        return out.getvalue()


def digits(value):
    """The seven digits after the point."""
    return f"{value:.7f}"[2:]


def tell(run, said):
    """Let `run` have ended with `said`."""
    images = list(run.exam.images.order_by("created_at", "pk"))
    Run.objects.filter(pk=run.pk).update(
        finished_at=timezone.now(), claimed_at=timezone.now(), scored=said.scored, result=_exam(said),
        exam_score=said.score if said.scored else None, score_band=said.band if said.scored else None,
        triage=said.triage if said.scored else "",
    )  # fmt: skip
    for image in images[: 1 + said.band % 4]:
        key = default_storage.save(f"tests/maps/{run.pk}-{image.pk}.png", ContentFile(said.png))
        found = _image(said, image)
        ImageResult.objects.create(
            run=run, image=image, scored=said.scored, malignancy=said.score, result=found, saliency_key=key
        )


def _exam(said):
    category = {"low": "1", "intermediate": "3", "elevated": "4C"}[said.triage]
    return {
        "release": {"name": "test-release", "version": "1.2.3", "digest": "d" * 64}, "input_hash": "",
        "scored": said.scored, "reasons": [] if said.scored else [{"code": "odd", "say": said.words}],
        "exam_score": said.score, "score_band": said.band, "triage": said.triage,
        "breasts": {"L": {"score": said.score, "band": said.band}, "R": {"score": said.score / 2, "band": 1}},
        "density": {"A": 0.1, "B": 0.2, "C": 0.6, "D": 0.1}, "density_letter": "ABCD"[said.band % 4],
        "suggestion": {"category": category, "interval": [said.score / 2, said.score], "text": said.text,
                       "abstained": not said.scored},
        "images": [{"laterality": "L", "view": "CC", "findings": [{"id": "f1", "score": said.mark}]}] * (said.band % 3),
        "explanation": said.words, "seconds": {"network": 0.5}, "band_reference": "screening",
        "similar": [{"set": "mias", "image": f"neighbour-{digits(said.mark)}", "label": "malignant", "likeness": 0.9}],
    }  # fmt: skip


def _image(said, image):
    polygon = [[1.0, 2.0], [9.0 + said.mark, 2.0], [5.0, 8.0 + said.mark]]
    finding = {
        "id": "f1", "score": said.mark, "polygon": polygon, "box": [1.0, 2.0, 9.0, 8.0], "area_mm2": said.mark,
        "laterality": image.laterality, "view": image.view,
    }  # fmt: skip
    return {
        "laterality": image.laterality, "view": image.view, "scored": said.scored, "malignancy": said.score,
        "abnormality": said.score, "findings": [finding] * (1 + said.band % 2),
    }  # fmt: skip

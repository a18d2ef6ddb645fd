"""An analysis without a network: the release, the analyst and what it says of an exam are set by the test."""

import numpy as np

from inference import results
from portal.analysis.releases import Facts

CARD = """# test-release 1.2.3

**A research model.** It reads
one `mammogram`.

## Measured

| figure | value | 95 % interval | n |
|---|---|---|---|
| MIAS, AUC | 0.812 | 0.701 to 0.903 | 232 |

## Limits

- 232 images are
  very few.
- <b>No</b> external test set.
"""
FACTS = Facts(
    name="test-release",
    version="1.2.3",
    digest="d" * 64,
    card={"intended_use": {"text": "Tests.", "not_for": "Patients."}, "text": CARD},
)
SECRETS = ("0.4242", "elevated", "BI-RADS-like words of the suggestion", "f-secret", "s-secret", "e-secret")


def image_result(key, laterality="L", view="CC"):
    finding = results.Finding(
        id="f-secret", score=0.61, polygon=((1.0, 2.0), (9.0, 2.0), (5.0, 8.0)), box=(1.0, 2.0, 9.0, 8.0),
        area_mm2=31.0, laterality=laterality, view=view,
    )  # fmt: skip
    return results.ImageResult(
        key=key, laterality=laterality, view=view, scored=True, malignancy=0.4242, abnormality=0.5,
        findings=(finding,), saliency=np.full((4, 3), 128, np.uint8), pixel_hash="a" * 64,
    )  # fmt: skip


def exam_result(keys):
    return results.ExamResult(
        release=results.ReleaseRef(FACTS.name, FACTS.version, FACTS.digest), input_hash="b" * 64, scored=True,
        reasons=(results.Reason("view-missing", "RMLO missing"),), exam_score=0.4242, score_band=9, triage="elevated",
        breasts={"L": results.BreastScore(0.4242, 9)}, density={"A": 0.1, "B": 0.2, "C": 0.6, "D": 0.1},
        density_letter="C",
        suggestion=results.Suggestion("4B", (0.3, 0.6), "BI-RADS-like words of the suggestion", False),
        images=tuple(image_result(key) for key in keys), seconds={"network": 1.5},
        explanation="Left breast: sentences, e-secret.",
        similar=(results.SimilarCase("mias", "s-secret.png", "malignant", 0.9, keys[0]),) if keys else (),
    )  # fmt: skip


class Analyst:
    """Stands where the model stands: `before` is called as the work begins, with the runner's progress."""

    def __init__(self, before=None):
        self.release = results.ReleaseRef(FACTS.name, FACTS.version, FACTS.digest)
        self.before = before or (lambda progress: None)
        self.seen = []

    def read_exam(self, images, progress=None):
        self.seen = list(images)
        self.before(progress)
        return exam_result([image.key for image in images])

"""A brought model ready to read exams: to those who hand it exams it is an `inference.pipeline.Analyst`."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import torch
from torch import nn

from inference.admission import ImageInput
from inference.networks.adapters.answers import Answers, Scale, exam_result, image_result
from inference.networks.adapters.kinds import kind_of
from inference.networks.adapters.opened import FOUR, Opened, four_views, open_image
from inference.pipeline import Analyst, Progress
from inference.release import Release, ReleaseError
from inference.results import ExamResult, ImageResult, Reason
from inference.weights import load_network


class AdaptedAnalyst(Analyst):
    """A release of a published model; made once per process, holds no state between exams.

    It has no `rules`, `engine` or `similar`: those belong to releases that state calibration, bands and the rest.
    """

    def __init__(self, release: Release, device: torch.device) -> None:  # not the parent's: see above
        self.release = release
        self.device = device
        try:
            self.scale = Scale(release)
            self.kind = kind_of(release["network"])
        except (KeyError, TypeError, ValueError) as error:
            raise ReleaseError(f"{release.name} {release.version}: release.toml: {error}") from error
        self.brought = load_network(release).to(device)

    @property
    def network(self) -> nn.Module:
        """The model's network on its device."""
        return self.brought

    def read_exam(self, images: Sequence[ImageInput], progress: Progress | None = None) -> ExamResult:
        """Read one exam; images that cannot be scored come back with their reasons, in the order given.

        Raises ValueError where two images share a key: the key is how results are told apart.
        """
        if len({image.key for image in images}) != len(images):
            raise ValueError("every image of an exam needs a key of its own")
        tell = progress or (lambda stage, share: None)
        start = perf_counter()
        opened: list[Opened | ImageResult] = []
        for number, image in enumerate(images, start=1):
            opened.append(open_image(image))
            tell("decode", 0.2 * number / len(images))
        decoded = perf_counter()
        answers, missing = self._asked([one for one in opened if isinstance(one, Opened)], tell)
        results = [
            one if isinstance(one, ImageResult) else image_result(one, answers.images.get(one.key), self.scale)
            for one in opened
        ]
        exam = exam_result(self.release, self.scale, results, answers, [*missing, *_unread(results)])
        tell("saliency", 1.0)
        ended = perf_counter()
        laps = {"decode": decoded - start, "network": ended - decoded, "total": ended - start}
        return replace(exam, seconds={name: round(took, 4) for name, took in laps.items()})

    def read_exams(self, exams: Sequence[Sequence[ImageInput]], progress: Progress | None = None) -> list[ExamResult]:
        """Read several exams, one after another; results in the order given."""
        return [self.read_exam(images, progress) for images in exams]

    @torch.inference_mode()
    def _asked(self, images: Sequence[Opened], tell: Progress) -> tuple[Answers, list[Reason]]:
        """The answers, and why there are none where the model needs four views that it does not have."""
        if self.kind.whole:
            found = four_views(images)
            if isinstance(found, Reason):
                return Answers({image.key: found for image in images}), [found]
            images = [found[place] for place in FOUR]
        answers = self.kind.read(self.network, images, self.device, lambda share: tell("network", 0.2 + 0.75 * share))
        return answers, []


def _unread(images: Sequence[ImageResult]) -> list[Reason]:
    """What the exam's reader must know: nothing was scored, or which images were not."""
    if not any(image.scored for image in images):
        return [Reason("nothing_scored", "Not scored: none of the exam's images could be scored.")]
    unread = [image for image in images if not image.scored]
    return [
        Reason("view_not_scored", f"{image.laterality or '?'}{image.view or '?'} not scored: {image.reasons[0].text}")
        for image in unread
    ]

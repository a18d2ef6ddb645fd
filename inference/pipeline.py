"""Reading an exam from bytes to result: decode, gate, prepare, network, saliency, calibrate, suggest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import torch
from torch import nn

from inference import device as devices
from inference.admission import Admitted, ImageInput, admit
from inference.exam import summarise
from inference.release import Release, find
from inference.results import ExamResult, ImageResult
from inference.rules import Rules
from inference.scoring import ImageEvidence, score, unbatch
from inference.weights import load_network

__all__ = ["Analyst", "ImageInput", "Progress", "load"]

Progress = Callable[[str, float], None]
"""Called with the stage's name ("decode", "network" or "saliency") and the share of the whole that is done, 0..1."""


class Analyst:
    """A release ready to read exams; made once per process, holds no state between exams."""

    def __init__(self, release: Release, network: nn.Module, device: torch.device) -> None:
        self.release = release
        self.rules = Rules.of(release)
        self.device = device
        network.to(device)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def read_exam(self, images: Sequence[ImageInput], progress: Progress | None = None) -> ExamResult:
        """Read one exam; images that cannot be scored come back with their reasons, in the order given.

        Raises ValueError where two images share a key: the key is how results are told apart.
        """
        if len({image.key for image in images}) != len(images):
            raise ValueError("every image of an exam needs a key of its own")
        tell = progress or _silent
        clock = _Clock()
        admitted = self._admit(images, tell)
        clock.lap("decode")
        evidence = self._evidence([image for image in admitted if isinstance(image, Admitted)], tell)
        clock.lap("network")
        results = [self._score(image, evidence) for image in admitted]
        tell("saliency", 1.0)
        clock.lap("saliency")
        logits = {key: found.malignancy for key, found in evidence.items()}
        places = {image.key: image.place for image in admitted if isinstance(image, Admitted)}
        exam = summarise(self.release.ref, self.rules, results, logits, places)
        return replace(exam, seconds=clock.laps)

    def _admit(self, images: Sequence[ImageInput], tell: Progress) -> list[Admitted | ImageResult]:
        admitted = []
        for number, image in enumerate(images, start=1):
            admitted.append(admit(image, self.rules))
            tell("decode", 0.2 * number / len(images))
        return admitted

    def _evidence(self, images: Sequence[Admitted], tell: Progress) -> dict[str, ImageEvidence]:
        """Evidence by key; one image at a time, which bounds memory and lets progress be told."""
        evidence = {}
        for number, image in enumerate(images, start=1):
            evidence[image.key] = self.examine(image.tensor)
            tell("network", 0.2 + 0.75 * number / len(images))
        return evidence

    @torch.inference_mode()
    def examine(self, tensor: torch.Tensor) -> ImageEvidence:
        """The network's evidence for one prepared image (1, H, W)."""
        batch = tensor[None].to(device=self.device, memory_format=torch.channels_last)
        return unbatch(self.network(batch))[0]

    def _score(self, image: Admitted | ImageResult, evidence: dict[str, ImageEvidence]) -> ImageResult:
        return image if isinstance(image, ImageResult) else score(image, evidence[image.key], self.rules)


def load(release: str | Path | None = None, device: str = "auto") -> Analyst:
    """Verify and load a release (a folder, or the name of a bundled one; None: the newest bundled).

    Raises ReleaseError where the release is not whole. Takes OVERREAD_THREADS CPU threads, or all there are.
    """
    devices.limit_threads()
    chosen = find(release)
    return Analyst(chosen, load_network(chosen), devices.choose(device))


def _silent(stage: str, share: float) -> None:
    """Tell nobody."""


class _Clock:
    def __init__(self) -> None:
        self.start = self.last = perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage] = round(now - self.last, 4)
        self.laps["total"] = round(now - self.start, 4)
        self.last = now

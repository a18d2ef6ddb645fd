"""Reading an exam from bytes to result: decode, gate, prepare, network, saliency, calibrate, suggest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import torch
from torch import nn

from inference import device as devices
from inference.admission import Admitted, ImageInput
from inference.ahead import ahead
from inference.comparison import Logits
from inference.context import UNKNOWN, Context
from inference.exam import summarise
from inference.findings import Place
from inference.networks.folding import fold_norms
from inference.release import Release, ReleaseError, find
from inference.results import ExamResult, ImageResult, SimilarCase
from inference.rules import Rules
from inference.scoring import ImageEvidence, judged, raw, score, unbatch
from inference.similar import SimilarCases
from inference.tomosynthesis import Stack, admit_any
from inference.weights import load_network

__all__ = ["Analyst", "ImageInput", "Progress", "load"]

Progress = Callable[[str, float], None]
"""Called with the stage's name ("decode", "network" or "saliency") and the share of the whole that is done, 0..1.

Stages take turns image by image: the next image is decoded while the network reads this one.
"""


class Analyst:
    """A release ready to read exams; made once per process, holds no state between exams."""

    def __init__(
        self, release: Release, network: nn.Module, device: torch.device, precision: str | None = None
    ) -> None:
        self.release = release
        self.rules = Rules.of(release)
        self.device = device
        self.engine = devices.Engine.of(network, device, precision)
        self.similar = _similar(release)

    @property
    def network(self) -> nn.Module:
        """The release's network on its device."""
        return self.engine.network

    def read_exam(self, images: Sequence[ImageInput], progress: Progress | None = None) -> ExamResult:
        """Read one exam; images that cannot be scored come back with their reasons, in the order given.

        Raises ValueError where two images share a key: the key is how results are told apart.
        """
        return self.read_exams([images], progress)[0]

    def read_exams(self, exams: Sequence[Sequence[ImageInput]], progress: Progress | None = None) -> list[ExamResult]:
        """Read several exams, their images batched together as the device likes it; results in the order given.

        The next image is decoded while the network reads this one. Raises ValueError as `read_exam` does.
        """
        if any(len({image.key for image in images}) != len(images) for images in exams):
            raise ValueError("every image of an exam needs a key of its own")
        reading = _Reading(self, sum(map(len, exams)), progress or _silent)
        every = [image for images in exams for image in images]
        read = reading.run(every)
        results, start = [], 0
        for images in exams:
            results.append(self._summary(read[start : start + len(images)], reading.clock.laps))
            start += len(images)
        return results

    def examine(self, tensor: torch.Tensor, context: Context = UNKNOWN) -> ImageEvidence:
        """The network's evidence for one prepared image (1, H, W)."""
        return unbatch(self.engine([tensor], [context]))[0]

    def _summary(self, read: "Sequence[Read]", seconds: dict[str, float]) -> ExamResult:
        scored = [one for one in read if one.evidence is not None and one.place is not None]
        said = self._compared(scored)
        places = {one.result.key: one.place for one in scored if one.place is not None}
        images = [
            judged(one.result, said[one.result.key], self.rules) if one.result.key in said else one.result
            for one in read
        ]
        exam = summarise(self.release.ref, self.rules, images, said, places)
        return replace(exam, similar=self._similar_to(scored), seconds=dict(seconds))

    def _compared(self, scored: "Sequence[Read]") -> dict[str, Logits]:
        """What each scored image is judged by, now that the whole exam is read."""
        told = [raw(one.place, one.evidence) for one in scored if one.place is not None and one.evidence is not None]
        found = self.rules.comparison.of_exam(told)
        return {one.result.key: logits for one, logits in zip(scored, found, strict=True)}

    def _similar_to(self, scored: "Sequence[Read]") -> tuple[SimilarCase, ...]:
        """Reference images like the image with the highest evidence."""
        told = [(one.evidence, one.result.key) for one in scored if one.evidence and one.evidence.embedding is not None]
        if self.similar is None or not told:
            return ()
        evidence, key = max(told, key=lambda pair: pair[0].malignancy)
        return () if evidence.embedding is None else self.similar.nearest(evidence.embedding, key)


@dataclass(frozen=True)
class Read:
    """One image's result, and what the exam needs to know of it besides; None for an image that was not scored."""

    result: ImageResult
    evidence: ImageEvidence | None = None
    place: Place | None = None


class _Reading:
    """One pass over a list of images: decode ahead, forward in batches, score; tells progress and keeps time."""

    def __init__(self, analyst: Analyst, count: int, tell: Progress) -> None:
        self.analyst, self.count, self.tell = analyst, count, tell
        self.clock = _Clock()
        self.decoded = self.scored = 0

    def run(self, images: Sequence[ImageInput]) -> list[Read]:
        """Every image in the order given."""
        done: dict[int, Read] = {}
        batch: list[tuple[int, Admitted]] = []
        for number, found in enumerate(ahead(lambda image: admit_any(image, self.analyst.rules), images)):
            self.clock.lap("decode")
            self._told("decode", decoded=1)
            if isinstance(found, Stack):
                done[number] = self._stacked(found)
            elif isinstance(found, ImageResult):
                done[number] = Read(found)
                self._told("decode", scored=1)
            else:
                batch.append((number, found))
            if len(batch) == self.analyst.engine.batch:
                done |= self._forward(batch)
                batch = []
        done |= self._forward(batch)
        self.tell("saliency", 1.0)
        self.clock.lap("decode")
        return [done[number] for number in range(len(images))]

    def _forward(self, batch: Sequence[tuple[int, Admitted]]) -> dict[int, Read]:
        if not batch:
            return {}
        said = unbatch(self.analyst.engine([image.tensor for _, image in batch], [image.context for _, image in batch]))
        self.clock.lap("network")
        self._told("network", scored=len(batch))
        pairs = zip(batch, said, strict=True)
        done = {n: Read(score(image, one, self.analyst.rules), one, image.place) for (n, image), one in pairs}
        self.clock.lap("saliency")
        return done

    def _stacked(self, stack: Stack) -> Read:
        """A tomosynthesis stack, slab by slab; it enters no batch."""
        found = stack.decide(lambda tensor: self.analyst.examine(tensor, stack.image.context))
        self.clock.lap("network")
        self._told("network", scored=1)
        if isinstance(found, ImageResult):
            return Read(found)
        image, evidence = found
        return Read(score(image, evidence, self.analyst.rules), evidence, image.place)

    def _told(self, stage: str, decoded: int = 0, scored: int = 0) -> None:
        """Decoding is a fifth of the way, the network and the maps nearly all the rest."""
        self.decoded, self.scored = self.decoded + decoded, self.scored + scored
        self.tell(stage, (0.2 * self.decoded + 0.75 * self.scored) / max(self.count, 1))


def _similar(release: Release) -> SimilarCases | None:
    try:
        table = release.tables.get("similar")
        return None if table is None else SimilarCases.read(release.folder, table)
    except (KeyError, TypeError, ValueError) as error:
        raise ReleaseError(f"{release.name} {release.version}: {error}") from error


def load(release: str | Path | None = None, device: str = "auto") -> Analyst:
    """Verify and load a release (a folder, or the name of a bundled one; None: the newest bundled).

    Raises ReleaseError where the release is not whole. Takes OVERREAD_THREADS CPU threads, or all there are.
    """
    devices.limit_threads()
    chosen = find(release)
    if "adapter" in chosen["network"]:
        from inference.networks.adapters.reader import AdaptedAnalyst  # only releases of brought models need it

        return AdaptedAnalyst(chosen, devices.choose(device))
    return Analyst(chosen, fold_norms(load_network(chosen)), devices.choose(device))


def _silent(stage: str, share: float) -> None:
    """Tell nobody."""


class _Clock:
    def __init__(self) -> None:
        self.start = self.last = perf_counter()
        self.laps: dict[str, float] = dict.fromkeys(("decode", "network", "saliency"), 0.0)

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage] = round(self.laps.get(stage, 0.0) + now - self.last, 4)
        self.laps["total"] = round(now - self.start, 4)
        self.last = now

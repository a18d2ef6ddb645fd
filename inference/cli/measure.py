"""What `bench` measures, each in a process of its own so that one peak of memory is not another's."""

import re
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from operator import sub
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, TypeVar

import torch
from pydicom.encaps import encapsulate
from pydicom.uid import BreastTomosynthesisImageStorage, HTJ2KLosslessRPCL
from torch import Tensor

from inference import phantom
from inference.admission import Admitted, admit
from inference.device import PRECISIONS
from inference.phantom.codecs import encoded
from inference.pipeline import Analyst, ImageInput, load
from inference.scoring import ImageEvidence

Answer = TypeVar("Answer")
Figures = dict[str, Any]
VIEWS = (("L", "CC"), ("L", "MLO"), ("R", "CC"), ("R", "MLO"))


@dataclass(frozen=True)
class Asked:
    """Which release on which device, how often, and how large the phantoms are; slices: of a tomosynthesis stack."""

    release: str | None
    device: str
    runs: int
    rows: int
    cols: int
    slices: int = 60
    stack_rows: int = 2500
    stack_cols: int = 2000


def alone(work: Callable[..., Answer], *given: Any) -> Answer:
    """`work(*given)` in a fresh process, which imports nothing of this one's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def write_exam(folder: Path, asked: Asked) -> None:
    """Four views of phantoms as HTJ2K, the syntax that the portal stores."""
    for seed, (side, view) in enumerate(VIEWS):
        content = phantom.dicom(
            laterality=side,
            view=view,
            rows=asked.rows,
            cols=asked.cols,
            seed=seed,
            transfer_syntax=HTJ2KLosslessRPCL,
        )
        (folder / f"{side}{view}.dcm").write_bytes(content)


def write_stack(folder: Path, asked: Asked) -> None:
    """A tomosynthesis stack of `asked.slices` phantom slices as HTJ2K; the slices are all the same one."""
    frame = phantom.mammogram(rows=asked.stack_rows, cols=asked.stack_cols)
    packed = encapsulate([encoded(frame, HTJ2KLosslessRPCL, 12)] * asked.slices)
    content = phantom.dicom(
        frame,
        transfer_syntax=HTJ2KLosslessRPCL,
        NumberOfFrames=asked.slices,
        PixelData=packed,
        SOPClassUID=BreastTomosynthesisImageStorage,
    )
    (folder / "stack.dcm").write_bytes(content)


def stack(folder: Path, asked: Asked) -> Figures:
    """The stack in `folder`, read once: seconds, and this process's peak of memory."""
    analyst = load(asked.release, asked.device)
    wall, cpu, result = _timed(lambda: analyst.read_exam(inputs(folder)))
    return {
        "slices": asked.slices,
        "scored": result.scored,
        "seconds": round(wall, 3),
        "cpu_seconds": round(cpu, 3),
        "peak_memory_mb": peak_memory(),
    }


def inputs(folder: Path) -> list[ImageInput]:
    """The files of a folder as one exam, read when their turn comes."""
    return [ImageInput(path.stem, path) for path in sorted(folder.iterdir())]


def exam(folder: Path, asked: Asked) -> Figures:
    """The exam in `folder`: times, their ratio to the network's forward alone, and this process's peak of memory."""
    started = perf_counter()
    analyst = load(asked.release, asked.device)
    loaded = perf_counter() - started
    figures = compared(analyst, inputs(folder), asked.runs)
    return {"load": round(loaded, 3), **figures, "peak_memory_mb": peak_memory()}


def compared(analyst: Analyst, images: Sequence[ImageInput], runs: int) -> Figures:
    """Medians over `runs` after one run to warm up; each exam is followed by the forward of its own tensors alone.

    The ratio is also given in CPU seconds, which a busy machine disturbs less.
    """
    tensors = [found.tensor for image in images if isinstance(found := admit(image, analyst.rules), Admitted)]
    analyst.read_exam(images)
    walls, cpus, stages = [], [], []
    for _ in range(runs):
        exam_wall, exam_cpu, result = _timed(lambda: analyst.read_exam(images))
        forward_wall, forward_cpu, _ = _timed(lambda: [analyst.examine(tensor) for tensor in tensors])
        walls.append((exam_wall, forward_wall))
        cpus.append((exam_cpu, forward_cpu))
        stages.append(result.seconds)
    return {
        "runs": runs,
        "images": len(tensors),
        **{stage: round(median(lap[stage] for lap in stages), 3) for stage in stages[0]},
        "forward": round(median(forward for _, forward in walls), 3),
        "exam_over_forward": round(median(exam / forward for exam, forward in walls), 3),
        "exam_over_forward_cpu": round(median(exam / forward for exam, forward in cpus), 3),
        "precision": str(analyst.engine.dtype).removeprefix("torch."),
        "device": str(analyst.device),
        "threads": torch.get_num_threads(),
    }


def precisions(folder: Path, asked: Asked) -> Figures:
    """Each precision's forward against float32's, and the largest difference of an image's probability from it."""
    analyst = load(asked.release, asked.device)
    tensors = [found.tensor for image in inputs(folder) if isinstance(found := admit(image, analyst.rules), Admitted)]
    said = {name: _chances(analyst, name, tensors, asked.runs) for name in PRECISIONS}
    base = said["float32"][1]
    return {
        name: {"forward": wall, "largest_difference": round(max(map(abs, map(sub, chance, base))), 5)}
        for name, (wall, chance) in said.items()
    }


def _chances(analyst: Analyst, precision: str, tensors: Sequence[Tensor], runs: int) -> tuple[float, list[float]]:
    """Median seconds of the forwards, and the probability of malignancy of each image."""
    reader = Analyst(analyst.release, analyst.network, analyst.device, precision)
    reader.examine(tensors[0])
    walls, said = [], list[ImageEvidence]()
    for _ in range(runs):
        wall, _, said = _timed(lambda: [reader.examine(tensor) for tensor in tensors])
        walls.append(wall)
    return round(median(walls), 3), [reader.rules.alone.malignancy.probability(one.malignancy) for one in said]


def peak_memory() -> int:
    """Peak of resident memory of this process in MB; on Linux since its program began, whatever forked it."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.is_file() else None
    return int(found[1]) // 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _timed(work: Callable[[], Answer]) -> tuple[float, float, Answer]:
    """Wall seconds, CPU seconds of all threads, and what `work` answered."""
    wall, cpu = perf_counter(), process_time()
    answer = work()
    return perf_counter() - wall, process_time() - cpu, answer

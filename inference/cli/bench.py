"""`bench`: the time of one four-view exam, all stages, against the network's forward alone."""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

import torch
from pydicom.uid import HTJ2KLosslessRPCL

from inference import phantom
from inference.admission import Admitted, admit
from inference.pipeline import Analyst, ImageInput, load
from inference.release import ReleaseError

Answer = TypeVar("Answer")
VIEWS = (("L", "CC"), ("L", "MLO"), ("R", "CC"), ("R", "MLO"))


def main(argv: Sequence[str]) -> int:
    """Measure and print medians over the runs, in seconds, and the ratio of the exam to the forward."""
    parser = argparse.ArgumentParser(prog="python -m inference bench", description=__doc__)
    parser.add_argument("--release", help="a release's folder, or a bundled one's name")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=3328)
    parser.add_argument("--cols", type=int, default=2560)
    args = parser.parse_args(argv)
    try:
        start = perf_counter()
        analyst = load(args.release, args.device)
        loaded = perf_counter() - start
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figures = measure(analyst, exam(args.rows, args.cols), args.runs)
    sys.stdout.write(json.dumps({"load": round(loaded, 3), **figures}, indent=2) + "\n")
    return 0


def exam(rows: int, cols: int) -> list[ImageInput]:
    """Four views of phantoms as HTJ2K, the syntax the portal stores."""
    return [
        ImageInput(
            f"{side}{view}",
            phantom.dicom(
                laterality=side, view=view, rows=rows, cols=cols, seed=seed, transfer_syntax=HTJ2KLosslessRPCL
            ),
        )
        for seed, (side, view) in enumerate(VIEWS)
    ]


def measure(analyst: Analyst, images: Sequence[ImageInput], runs: int) -> dict[str, float | int]:
    """Medians over `runs` after one run to warm up; each exam is followed by the forward of its own tensors alone.

    The ratio is also given in CPU seconds, which a busy machine disturbs less. Memory is the whole process's peak.
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
        **{stage: round(median(lap[stage] for lap in stages), 3) for stage in stages[0]},
        "forward": round(median(forward for _, forward in walls), 3),
        "exam_over_forward": round(median(exam / forward for exam, forward in walls), 3),
        "exam_over_forward_cpu": round(median(exam / forward for exam, forward in cpus), 3),
        "threads": torch.get_num_threads(),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _timed(work: Callable[[], Answer]) -> tuple[float, float, Answer]:
    """Wall seconds, CPU seconds of all threads, and what `work` answered."""
    wall, cpu = perf_counter(), process_time()
    answer = work()
    return perf_counter() - wall, process_time() - cpu, answer

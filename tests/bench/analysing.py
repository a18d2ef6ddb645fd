"""Inside the portal: the worker's reading of a stored exam, against the network's forward on four tensors alone."""

from __future__ import annotations

import resource

import torch

from portal.analysis.models import Run
from portal.analysis.runner import analyst, inputs_of
from tests.bench.measures import Series


def measure(exam: str, rounds: int) -> dict[str, object]:
    """Seconds of the exam (fetch to result) and of the forwards, round by round; `load` is the model's loading."""
    load, whole, forward, stages = Series("load"), Series("exam"), Series("forward"), []
    run = Run.objects.get(exam=exam)
    with load.timed():
        model = analyst()
    model.read_exam(inputs_of(run))  # the first is slower: memory is mapped, threads start
    tensor = torch.rand(1, model.rules.spec.height, model.rules.spec.width)
    for _ in range(rounds):
        with forward.timed():
            for _ in run.inputs:
                model.examine(tensor)
        with whole.timed():
            result = model.read_exam(inputs_of(run))
        stages.append({stage: round(seconds, 3) for stage, seconds in result.seconds.items()})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "whole": whole.values, "forward": forward.values, "load": load.values[0], "stages": stages,
        "peak_memory_mb": peak, "release": f"{model.release.ref.name} {model.release.ref.version}", "threads": torch.get_num_threads(),
    }  # fmt: skip

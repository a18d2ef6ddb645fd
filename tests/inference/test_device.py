"""How many threads and which device the network gets."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from inference import device as devices
from inference import phantom
from inference.device import Engine, choose, limit_threads, precision_of
from inference.networks import Evidence, build
from inference.pipeline import Analyst, ImageInput
from inference.preprocess import InputSpec, prepare
from inference.release import find
from inference.rules import Rules
from inference.weights import load_network
from tests.inference.fakes import Brightness


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Leave torch's threads as they were."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_environment_limits_the_threads_and_an_argument_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERREAD_THREADS", "1")
    assert limit_threads() == torch.get_num_threads() == 1
    assert limit_threads(2) == torch.get_num_threads() == 2


def test_without_a_limit_every_core_of_this_process_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERREAD_THREADS", raising=False)
    assert limit_threads() >= 1


def test_a_device_is_taken_by_its_name_and_auto_finds_one() -> None:
    assert choose("cpu") == torch.device("cpu")
    assert choose("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """The bundled design with weights as they are drawn."""
    torch.manual_seed(0)
    return build({"backbone": "efficientnet-lite0", "taps": [16, 32], "top_share": 0.02})


def test_everything_the_network_touches_is_on_its_device() -> None:
    """On the device `meta` no tensor holds values: one left behind on the CPU could not be mixed with those that moved."""
    design = build({"backbone": "efficientnet-lite0", "taps": [16, 32], "top_share": 0.02})
    evidence = Engine.of(design, torch.device("meta"))([torch.rand(1, 128, 96)] * 2)
    assert {value.device.type for value in evidence if value is not None} == {"meta"}
    assert evidence.malignancy.shape == (2,)


def test_a_tensor_left_behind_would_be_noticed() -> None:
    class Left(nn.Module):
        def forward(self, x: torch.Tensor) -> Evidence:
            cells = x[:, 0] + torch.rand(x.shape[-2:])
            return Evidence(cells, cells.amax((1, 2)), cells.amax((1, 2)), torch.zeros(len(x), 4))

    with pytest.raises(RuntimeError, match="device meta"):
        Engine.of(Left(), torch.device("meta"))([torch.rand(1, 8, 8)])


@pytest.fixture()
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """CUDA that is the CPU underneath: what is copied where is written down, then done without moving anything."""
    seen: list[tuple[str, Any]] = []
    tensor_to, module_to = torch.Tensor.to, nn.Module.to

    def moved(kind: str, to: Any) -> Any:
        def copy(self: Any, *args: Any, **options: Any) -> Any:
            target = options.pop("device", None) or next((a for a in args if isinstance(a, torch.device)), None)
            if target is not None and target.type == "cuda":
                seen.append((kind, (tuple(self.shape) if kind == "tensor" else None, options.get("non_blocking"))))
                return to(self, **options) if options else self
            return to(self, *args, **({"device": target} if target else {}), **options)

        return copy

    def pinned(self: torch.Tensor) -> torch.Tensor:
        seen.append(("pinned", tuple(self.shape)))
        return self

    monkeypatch.setattr(torch.Tensor, "to", moved("tensor", tensor_to))
    monkeypatch.setattr(nn.Module, "to", moved("module", module_to))
    monkeypatch.setattr(torch.Tensor, "pin_memory", pinned)
    return seen


def exams(count: int) -> list[list[ImageInput]]:
    return [
        [
            ImageInput(side, phantom.dicom(laterality=side, view="CC", rows=768, cols=576, seed=2 * n + (side == "L")))
            for side in "LR"
        ]
        for n in range(count)
    ]


@pytest.mark.filterwarnings("ignore:.*CUDA is not available:UserWarning")
def test_on_cuda_the_same_code_pins_batches_over_exams_and_copies_without_waiting(
    analyst: Analyst, pretended: list[tuple[str, Any]]
) -> None:
    asked = exams(5)
    there = Analyst(analyst.release, Brightness(), torch.device("cuda"), "float32")
    found = there.read_exams(asked)
    size = (1, analyst.rules.spec.height, analyst.rules.spec.width)
    assert pretended == [
        ("module", (None, None)),
        *[entry for n in (8, 2) for entry in (("pinned", (n, *size)), ("tensor", ((n, *size), True)))],
    ]
    assert found == [analyst.read_exam(images) for images in asked]


def test_exams_read_together_are_those_read_one_by_one(analyst: Analyst) -> None:
    asked = [*exams(2), [ImageInput("x", b"not an image", "L", "CC")], []]
    assert analyst.read_exams(asked) == [analyst.read_exam(images) for images in asked]


def test_precision_is_named_or_follows_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERREAD_PRECISION", raising=False)
    assert precision_of(torch.device("cpu")) == torch.float32 and precision_of(torch.device("cuda")) == torch.float16
    monkeypatch.setenv("OVERREAD_PRECISION", "bfloat16")
    assert precision_of(torch.device("cpu")) == torch.bfloat16
    assert precision_of(torch.device("cpu"), "float32") == torch.float32
    with pytest.raises(ValueError, match="OVERREAD_PRECISION"):
        precision_of(torch.device("cpu"), "int8")


def test_half_precision_is_asked_of_the_network_and_evidence_comes_back_whole(network: nn.Module) -> None:
    engine = Engine.of(network, torch.device("cpu"), "bfloat16")
    seen: list[torch.dtype] = []
    hook = network.heads.local.register_forward_hook(lambda _m, _i, out: seen.append(out.dtype))  # type: ignore[union-attr]
    engine([torch.rand(1, 128, 96)])
    Engine.of(network, torch.device("cpu"))([torch.rand(1, 128, 96)])
    hook.remove()
    assert seen == [torch.bfloat16, torch.float32]


def test_a_device_without_a_batch_of_its_own_gets_one_image_at_a_time(network: nn.Module) -> None:
    assert Engine.of(network, torch.device("cpu")).batch == 1 == devices.BATCHES["cpu"]


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "most"), [("bfloat16", 0.02), ("float16", 0.002)])
def test_half_precision_agrees_with_the_bundled_release_in_float32(precision: str, most: float) -> None:
    release = find()
    rules, weights = Rules.of(release), load_network(release)
    size = InputSpec(512, 384)  # a quarter of it is seen whole, in cells of 32
    chances = []
    for name in ("float32", precision):
        engine = Engine.of(weights, torch.device("cpu"), name)
        for lesion in (None, (120.0, 200.0, 20.0)):
            pixels = phantom.mammogram("L", "CC", rows=512, cols=384, lesion=lesion).astype(np.float32)
            logit = float(engine([prepare(pixels, "L", size).tensor]).malignancy.float())
            chances.append(rules.alone.malignancy.probability(logit))
    assert chances[:2] == pytest.approx(chances[2:], abs=most)
    assert chances[0] != chances[1]

"""Further inputs that may be missing, and finding types: what the network does with them, and how they are fitted."""

from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from inference.cli.files import Given
from inference.cli.sides import with_sides
from inference.context import UNKNOWN, WIDTHS, Context
from inference.datasets.records import Record, types_allowed
from inference.datasets.table import read
from inference.device import Engine
from inference.evaluation.metrics import area_under_curve
from inference.kinds import TYPES
from inference.networks import build
from inference.training.crossval import OutOfFold
from inference.training.further import allowed_types, context_values, fit_shift, fit_types, shifted, types_loss
from tests.inference.sets import write_csv, write_image

CONTEXT = {"taps": [16], "context": ["age", "density", "prior"]}


def engine(**more: object) -> Engine:
    torch.manual_seed(0)
    network = build({**CONTEXT, **more})
    if network.heads.context is not None:
        nn.init.normal_(network.heads.context.weight)
    return Engine.of(network, torch.device("cpu"))


def images(count: int = 2) -> list[torch.Tensor]:
    return list(torch.rand(count, 1, 64, 64, generator=torch.Generator().manual_seed(1)))


def test_missing_inputs_give_the_image_only_answer_to_the_last_digit() -> None:
    reader = engine()
    alone, none, unknown = reader(images()), reader(images(), ()), reader(images(), [UNKNOWN, Context()])
    for other in (none, unknown):
        assert all(torch.equal(a, b) for a, b in zip(alone[:5], other[:5], strict=True))


def test_each_known_input_moves_its_own_image_alone_and_never_the_map() -> None:
    reader = engine()
    alone = reader(images())
    shift = reader.network.heads.context.weight.detach()
    told = reader(images(), [UNKNOWN, Context(age=70.0, prior=0.5)])
    assert torch.equal(told.malignancy_map, alone.malignancy_map) and torch.equal(told.density, alone.density)
    assert told.malignancy[0] == alone.malignancy[0]
    moved = torch.stack([told.malignancy[1] - alone.malignancy[1], told.abnormality[1] - alone.abnormality[1]])
    assert torch.allclose(moved, shift[:, 0], atol=1e-5)  # a decade over 60; a prior of one half says nothing
    rated = reader(images(), [Context(density="C"), UNKNOWN])
    assert torch.allclose(rated.malignancy[0] - alone.malignancy[0], shift[0, 3], atol=1e-5)


def test_a_network_without_further_inputs_leaves_them_aside() -> None:
    reader = engine(context=[])
    assert torch.equal(reader(images()).malignancy, reader(images(), [Context(age=90.0)] * 2).malignancy)


def test_values_are_laid_out_as_their_widths_say() -> None:
    full = Context(50.0, "B", 0.2).values(list(WIDTHS))
    assert full == pytest.approx([-1.0, 0, 1, 0, 0, log(0.25)]) and len(full) == sum(WIDTHS.values())
    assert np.isnan(Context().values(list(WIDTHS))).all() and Context(prior=0.0).values(["prior"])[0] > -7


@pytest.mark.parametrize("wrong", [{"age": 300.0}, {"age": float("nan")}, {"density": "E"}, {"prior": 1.5}])
def test_a_value_that_cannot_be_one_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="not"):
        Context(**wrong)


def test_an_input_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="context weight is none of"):
        build({"context": ["weight"]})


def table(folder: Path, *rows: str) -> Path:
    (folder / "t.csv").write_text("\n".join(("file,age,density,prior", *rows)) + "\n")
    return folder / "t.csv"


def test_a_table_tells_further_inputs_and_empty_cells_are_missing(tmp_path: Path) -> None:
    files = [Given(tmp_path / "a.png"), Given(tmp_path / "b.png"), Given(tmp_path / "c.png")]
    told, _ = with_sides(files, table(tmp_path, "a.png,61Y,c,0.02", "b.png,,,"))
    assert [file.context for file in told] == [Context(61.0, "C", 0.02), UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("row", ["a.png,old,,", "a.png,,E,", "a.png,,,2", "a.png,nan,,"])
def test_a_cell_that_cannot_be_one_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(ValueError, match=r"t\.csv: a\.png"):
        with_sides([Given(tmp_path / "a.png")], table(tmp_path, row))


def evidence(n: int = 600) -> tuple[OutOfFold, np.ndarray, np.ndarray]:
    """Disease that rises with a score and, where it is known, with age; age is missing in every third image."""
    rng = np.random.default_rng(0)
    logit, age = rng.normal(size=n), rng.normal(size=n)
    truth = (rng.random(n) < 1 / (1 + np.exp(-(logit + 1.5 * age - 0.5)))).astype(float)
    values = np.where(np.arange(n) % 3 == 0, np.nan, age)[:, None]
    found = OutOfFold(logit, logit.copy(), np.full((n, 4), 0.25), np.zeros((n, 1, 1)), np.arange(n) % 5)
    return found, np.stack([truth, truth], axis=1), values


def test_the_shift_is_fitted_where_values_are_known_and_adds_nothing_elsewhere() -> None:
    found, truth, values = evidence()
    moved, weights = shifted(found, truth, values)
    assert weights.shape == (2, 1) and weights.min() > 0.5
    known, ill = np.isfinite(values[:, 0]), truth[:, 0] == 1
    assert np.array_equal(moved.malignancy[~known], found.malignancy[~known])
    gain = area_under_curve(ill[known], moved.malignancy[known]) - area_under_curve(ill[known], found.malignancy[known])
    assert gain > 0.05


def test_a_fold_is_shifted_by_the_others_alone() -> None:
    found, truth, values = evidence()
    turned = truth.copy()
    turned[found.fold == 0] = 1 - turned[found.fold == 0]
    one, other = shifted(found, truth, values)[0], shifted(found, turned, values)[0]
    assert np.array_equal(one.malignancy[found.fold == 0], other.malignancy[found.fold == 0])
    assert not np.array_equal(one.malignancy[found.fold == 1], other.malignancy[found.fold == 1])


def test_values_that_nobody_knows_and_labels_that_are_missing_move_nothing() -> None:
    found, truth, values = evidence(60)
    assert not fit_shift(found.malignancy, truth[:, 0], np.full_like(values, np.nan)).any()
    truth[::2] = np.nan
    assert np.isfinite(fit_shift(found.malignancy, truth[:, 0], values)).all()


def record(kinds: tuple[str, ...] | None, abnormal: bool | None = True, types: tuple[str, ...] | None = None) -> Record:
    return Record("set", "1.png", Path(), "p", "L", "CC", abnormal, abnormal, None, kinds=kinds, types=types)


def test_labels_allow_the_types_they_may_mean() -> None:
    assert types_allowed(record(("mass",))) == ("circumscribed mass", "spiculated mass", "other mass")
    assert types_allowed(record(("calcification", "distortion"))) == ("calcification", "distortion")
    assert types_allowed(record(("mass",), types=("spiculated mass",))) == ("spiculated mass",)
    assert types_allowed(record((), False)) == ("normal",)
    assert types_allowed(record((), None)) is types_allowed(record(None)) is types_allowed(record(None, False)) is None
    rows = allowed_types([record(("mass",)), record(None)])
    assert rows[0].tolist() == [0, 1, 1, 1, 0, 0, 0] and rows[1].isnan().all()


def test_the_loss_is_that_of_the_probability_on_what_is_allowed() -> None:
    chances = torch.tensor([[0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1]])
    allowed = torch.tensor([[0.0, 1, 1, 1, 0, 0, 0]])
    assert types_loss(chances.log(), allowed).item() == pytest.approx(-log(0.6), abs=1e-6)


def test_types_are_learned_from_exact_and_from_loose_labels() -> None:
    generator = torch.Generator().manual_seed(0)
    truth = torch.arange(70) % 7
    embedding = torch.eye(7)[truth] * 3 + torch.randn(70, 7, generator=generator) * 0.3
    allowed = torch.eye(7)[truth]
    allowed[(truth >= 1) & (truth <= 3) & (torch.arange(70) > 34)] = torch.tensor([0.0, 1, 1, 1, 0, 0, 0])
    allowed[-7:] = torch.nan
    head = nn.Linear(7, len(TYPES))
    fit_types(head, embedding, allowed, torch.arange(70))
    assert (head(embedding).argmax(dim=1) == truth).float().mean() > 0.95
    assert not head.weight.requires_grad


def test_types_without_a_label_are_refused() -> None:
    with pytest.raises(ValueError, match="labels that say what images show"):
        fit_types(nn.Linear(3, 7), torch.randn(4, 3), torch.full((4, 7), torch.nan), torch.arange(4))


def test_a_network_with_types_answers_log_probabilities_of_seven() -> None:
    found = engine(kinds=True, context=[])(images())
    assert found.kinds.shape == (2, 7) and torch.allclose(found.kinds.exp().sum(dim=1), torch.ones(2), atol=1e-5)
    assert engine(context=[])(images()).kinds is None


def test_a_plain_set_may_tell_age_and_the_priors_score(tmp_path: Path) -> None:
    write_image(tmp_path / "1.png", "L", "CC", None, 0)
    columns = ["image", "patient", "laterality", "view", "malignant", "abnormal", "density", "age", "prior"]
    write_csv(tmp_path / "ours.csv", columns, [["1.png", "p", "L", "CC", 0, 0, "b", 50, 0.5]])
    values = context_values(read(tmp_path / "ours.csv"), ["age", "density", "prior"])
    assert values.tolist() == [[-1.0, 0.0, 1.0, 0.0, 0.0, 0.0]]

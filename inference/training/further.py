"""The heads that are fitted last, on what the network says already: finding types, and the shift by further inputs."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from torch import Tensor, nn

from inference.context import LETTERS, Context
from inference.datasets.records import Record, types_allowed
from inference.kinds import TYPES
from inference.training.crossval import OutOfFold

Floats = NDArray[np.float64]

STEPS: Final = 300
RIDGE: Final = 1e-2
CONTEXT_RIDGE: Final = 0.02
"""On the shift's weights, against a mean loss: a value known of few images can move little."""


def allowed_types(records: Sequence[Record]) -> Tensor:
    """(n, 7): 1 for each of TYPES that the label allows; rows of NaN where nothing is said."""
    told = [types_allowed(record) for record in records]
    unknown = [float("nan")] * len(TYPES)
    return torch.tensor([unknown if types is None else [float(t in types) for t in TYPES] for types in told])


def types_loss(log_probabilities: Tensor, allowed: Tensor) -> Tensor:
    """Mean of -log of the probability that falls on what each label allows; (n, 7) each."""
    hidden = torch.where(allowed > 0, log_probabilities, -torch.inf)
    return -hidden.logsumexp(dim=1).mean()


def fit_types(module: nn.Linear, embedding: Tensor, allowed: Tensor, rows: Tensor) -> None:
    """Fit in place on embeddings (n, C) of those `rows` whose label says something; types that none has stay unlikely."""
    known = rows[~allowed[rows].isnan().any(dim=1)]
    if not len(known):
        raise ValueError("[network] kinds needs labels that say what images show: none of the training images has one")
    nn.init.zeros_(module.weight)
    nn.init.zeros_(module.bias)
    module.requires_grad_(True)
    optimiser = torch.optim.Adam(module.parameters(), lr=0.02)
    with torch.enable_grad():
        for _ in range(STEPS):
            told = module(embedding[known]).log_softmax(dim=1)
            loss = types_loss(told, allowed[known]) + RIDGE * module.weight.square().sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    module.requires_grad_(False)


def context_of(record: Record) -> Context:
    """What a record knows besides its image; a density that may be two letters is not known."""
    letters = [letter for letter, share in zip(LETTERS, record.density or (), strict=False) if share > 0]
    return Context(record.age, letters[0] if len(letters) == 1 else None, record.prior)


def context_values(records: Sequence[Record], names: Sequence[str]) -> Floats:
    """(n, k) as the network takes them, NaN where missing."""
    return np.array([context_of(record).values(names) for record in records], dtype=np.float64)


def fit_shift(logits: Floats, truth: Floats, values: Floats) -> Floats:
    """Weights (k,) by which values (n, k) move logits (n,) towards truth (n,), NaN where unknown; missing values move none.

    A logistic fit with the logit's own slope and a level left free, which serving leaves out, and a ridge on the weights.
    """
    rows = np.isfinite(truth)
    x, y, base = np.nan_to_num(values[rows]), truth[rows], logits[rows]
    design = np.concatenate([base[:, None], np.ones((len(y), 1)), x], axis=1)

    def loss(theta: Floats) -> tuple[float, Floats]:
        score = design @ theta
        ridge = np.concatenate([[0.0, 0.0], np.full(x.shape[1], CONTEXT_RIDGE)])
        value = float(np.mean(np.logaddexp(0.0, score) - y * score) + ridge @ theta**2)
        return value, np.asarray(design.T @ (expit(score) - y) / len(y) + 2 * ridge * theta)

    start = np.concatenate([[1.0, 0.0], np.zeros(x.shape[1])])
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    # the image's logit keeps its scale in the network, so the shift is brought to it
    return np.asarray(found[2:] / max(float(found[0]), 0.1))


def shifted(found: OutOfFold, truth: Floats, values: Floats) -> tuple[OutOfFold, Floats]:
    """Evidence shifted by further inputs, and the weights (2, k) for the final network.

    truth: (n, 2) malignant, abnormal. Each fold is shifted by weights of the other folds, the network gets those of all.
    """
    both = np.stack([found.malignancy, found.abnormality])
    moved = both.copy()
    for number in np.unique(found.fold):
        mine, others = found.fold == number, found.fold != number
        for output in range(2):
            weights = fit_shift(both[output][others], truth[others, output], values[others])
            moved[output][mine] += np.nan_to_num(values[mine]) @ weights
    every = np.stack([fit_shift(both[output], truth[:, output], values) for output in range(2)])
    return OutOfFold(moved[0], moved[1], found.density, found.cells, found.fold, found.kinds), every

"""The outcome of a rule on a worklist: readings, cancers found and missed, recalls; for each 1,000 exams.

Assumptions, which the report repeats: the model's marks do not sway the readers; readers are drawn at random for each exam; a
recalled cancer is found; the worklist's cancers are those of the truth; intervals are over patients, the readers being
these readers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.metrics import Bools, Floats, draws
from inference.evaluation.worklist.readers import Chances
from inference.evaluation.worklist.rules import BASELINE, Rule

ASSUMPTIONS: Final = (
    "The model's marks do not sway the readers.",
    "Readers are drawn at random for each exam; where two differ, a third decides.",
    "A recalled cancer is found; a cancer that is not recalled is missed.",
    "Intervals are by bootstrap over patients: they hold for exams like these, read by these readers.",
)
PER: Final = 1000


@dataclass(frozen=True)
class Worklist:
    """Exams: truth, the model's score, readers' chances, and the patient of each.

    prevalence: share of cancers that the worklist should have; None: as it is. Exams are weighted to it.
    """

    truth: Bools
    score: Floats
    chances: Chances
    patients: Sequence[str]
    prevalence: float | None = None

    def weights(self, rows: NDArray[np.int64]) -> Floats:
        """Weights (len(rows),) that sum to 1 and give the prevalence; all alike where it is as it is."""
        ill = self.truth[rows]
        if self.prevalence is None or ill.all() or not ill.any():
            return np.full(len(rows), 1 / len(rows))
        return np.asarray(np.where(ill, self.prevalence / ill.sum(), (1 - self.prevalence) / (~ill).sum()))


@dataclass(frozen=True)
class Amount:
    """One measure of a rule for each 1,000 exams (or a share), with its 95 % interval."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """A rule and what came of it."""

    rule: str
    n: int
    cancers: int
    amounts: tuple[Amount, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values; a share of nothing as null."""
        rows = [{k: None if v != v else v for k, v in asdict(amount).items()} for amount in self.amounts]
        return {"rule": self.rule, "n": self.n, "cancers": self.cancers, "amounts": rows}


def simulate(worklist: Worklist, rules: Mapping[str, Rule]) -> list[Outcome]:
    """Every rule's outcome, and its difference from double reading. ValueError for a prevalence outside (0, 1)."""
    if worklist.prevalence is not None and not 0 < worklist.prevalence < 1:
        raise ValueError("the prevalence lies between 0 and 1")
    if not worklist.truth.any():
        raise ValueError("a worklist without a cancer has none to find or miss")
    chosen = [Rule(BASELINE, ((0.0, 2),)), *rules.values()]
    every = _tallies(worklist, chosen, np.arange(len(worklist.truth)))
    drawn = np.array([_tallies(worklist, chosen, rows) for rows in draws(worklist.patients, 0)])
    return [_outcome(worklist, rule, every[[0, n]], drawn[:, [0, n]]) for n, rule in enumerate(chosen[1:], start=1)]


MEASURES: Final = ("readings", "cancers found", "recalls", "cancers missed", "share of recalls with cancer")
COMPARED: Final = 3
"""The first of the measures are also given as differences from double reading."""


def _outcome(worklist: Worklist, rule: Rule, value: Floats, drawn: Floats) -> Outcome:
    """value: (2, measures) of double reading and the rule; drawn: (draws, 2, measures)."""
    low, high = np.nanpercentile(drawn[:, 1], [2.5, 97.5], axis=0)  # a draw may recall nobody
    amounts = [Amount(*row) for row in zip(MEASURES, *(part.tolist() for part in (value[1], low, high)), strict=True)]
    if rule.name != BASELINE:
        gap, gaps = value[1] - value[0], drawn[:, 1] - drawn[:, 0]
        low, high = np.nanpercentile(gaps[:, :COMPARED], [2.5, 97.5], axis=0)
        for number, name in enumerate(MEASURES[:COMPARED]):
            title = f"{name}, against {BASELINE}"
            amounts.append(Amount(title, float(gap[number]), float(low[number]), float(high[number])))
    return Outcome(rule.name, len(worklist.truth), int(worklist.truth.sum()), tuple(amounts))


def _tallies(worklist: Worklist, rules: Sequence[Rule], rows: NDArray[np.int64]) -> Floats:
    """(rules, measures) of the exams `rows`."""
    weight, ill = worklist.weights(rows), worklist.truth[rows]
    rank = _ranks(worklist.score[rows], weight)
    found = []
    for rule in rules:
        readings, recalled = _read(worklist.chances, rule, rows, rank)
        hits, recalls = float(weight[ill] @ recalled[ill]), float(weight @ recalled)
        missed = float(weight[ill].sum()) - hits
        share = hits / recalls if recalls else float("nan")
        found.append([PER * float(weight @ readings), PER * hits, PER * recalls, PER * missed, share])
    return np.array(found)


def _read(chances: Chances, rule: Rule, rows: NDArray[np.int64], rank: Floats) -> tuple[Floats, Floats]:
    """Expected readings and chance of recall of each row. rank: share of the worklist that scores below it."""
    one, both, differ, settled = (part[rows] for part in (chances.one, chances.both, chances.differ, chances.settled))
    if rule.model_reads:
        says = rank >= 1 - rule.recalls
        return 1 + np.where(says, 1 - one, one), np.where(says, one + differ / 2, both)
    shares, readers = (np.array(column) for column in zip(*rule.steps, strict=True))
    count = readers[np.searchsorted(shares, rank, side="right") - 1]
    return np.choose(count, [0 * one, 1 + 0 * one, 2 + differ]), np.choose(count, [0 * one, one, settled])


def _ranks(score: Floats, weight: Floats) -> Floats:
    """Share of the worklist, by weight, that scores below each row; ties share the lowest of their ranks."""
    order = np.argsort(score, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weight[order])])
    first = np.searchsorted(score[order], score, side="left")
    # nine tenths added up are a hair under 0.9, and a cut at 0.9 means them
    return np.asarray(np.clip(below[first] + 1e-9, 0.0, 1.0 - 1e-12))

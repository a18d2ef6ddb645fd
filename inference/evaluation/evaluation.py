"""A whole evaluation: what was asked, what was found, and what a reader of it must be told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from inference.evaluation.curves import Curve
from inference.evaluation.metrics import Figure
from inference.evaluation.points import Point
from inference.evaluation.question import Answer
from inference.evaluation.roc import Difference
from inference.evaluation.subgroups import Subgroup

NOTICE = "Figures of a research model; not for clinical use."


@dataclass(frozen=True)
class Evaluation:
    """answers: yes-or-no questions. figures: everything else. froc: to draw, None where lesions are not outlined.

    readers: ROC curves to draw behind those of the questions.
    """

    title: str
    warnings: tuple[str, ...]
    answers: tuple[Answer, ...]
    figures: tuple[Figure, ...] = ()
    comparisons: tuple[Difference, ...] = ()
    froc: Curve | None = None
    readers: tuple[Curve, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values; NaN, which JSON has no word for, as null."""
        return {
            "title": self.title,
            "notice": NOTICE,
            "warnings": list(self.warnings),
            "questions": [_answer(one) for one in self.answers],
            "figures": [_plain(asdict(figure)) for figure in self.figures],
            "comparisons": [_plain(asdict(one)) for one in self.comparisons],
        }


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "name": one.name,
        "n": one.n,
        "positives": one.positives,
        "figures": [_plain(asdict(figure)) for figure in one.figures],
        "operating_points": [_point(point) for point in one.points],
        "subgroups": [_subgroup(part) for part in one.subgroups],
    }


def _point(point: Point) -> dict[str, Any]:
    sampled = {figure.name.rsplit(": ", 1)[1]: (figure.low, figure.high) for figure in point.sampled}
    rows = [
        {
            "name": count.name,
            "value": count.value,
            "hits": count.hits,
            "n": count.n,
            "wilson": count.wilson,
            "exact": count.exact,
            "bootstrap": sampled.get(count.name),
        }
        for count in point.counts
    ]
    there = point.elsewhere
    told = [] if there is None else [_plain(asdict(there.ppv)), _plain(asdict(there.npv))]
    return {
        "name": point.name,
        "cut": point.cut,
        "prevalence": point.prevalence,
        "shares": [_plain(row) for row in rows],
        "elsewhere": None if there is None else {"prevalence": there.prevalence, "figures": told},
    }


def _subgroup(part: Subgroup) -> dict[str, Any]:
    return {**asdict(part), "figure": _plain(asdict(part.figure)) if part.figure else None}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}


def as_text(evaluation: Evaluation) -> str:
    """For a terminal: warnings first, then one line for each figure, with its interval and n."""
    lines = [evaluation.title, *(f"! {warning}" for warning in evaluation.warnings)]
    for one in evaluation.answers:
        lines += figure_lines(one.figures)
        lines += [line for point in one.points for line in _point_lines(one.name, point)]
        lines += [_subgroup_line(one.name, part) for part in one.subgroups]
    lines += figure_lines(evaluation.figures)
    for gap in evaluation.comparisons:
        lines.append(f"{gap.name}: {gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}), p = {gap.p:.3g}, n = {gap.n}")
    return "\n".join(lines) + "\n"


def figure_lines(figures: Sequence[Figure]) -> list[str]:
    """One line for each figure."""
    return [f"{f.name}: {f.value:.3f} ({f.low:.3f} to {f.high:.3f}), n = {f.n} [{f.method}]" for f in figures]


def _point_lines(name: str, point: Point) -> list[str]:
    parts = [f"{c.name} {c.value:.3f} ({c.wilson[0]:.3f} to {c.wilson[1]:.3f}), {c.hits}/{c.n}" for c in point.counts]
    told = (
        f"{name}, {point.name} (cut {point.cut:.3f}, PPV and NPV at these rows' prevalence of {point.prevalence:.3g}): "
    )
    there = [] if point.elsewhere is None else [point.elsewhere.ppv, point.elsewhere.npv]
    return [told + "; ".join(parts), *figure_lines(there)]


def _subgroup_line(name: str, part: Subgroup) -> str:
    figure = part.figure
    value = f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})" if figure else "none"
    return f"{name}, {part.by} {part.value}: AUC {value}, n = {part.n}" + (f" ! {part.warning}" if part.warning else "")

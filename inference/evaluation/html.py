"""An evaluation as one HTML file: warnings, tables with every n and interval, and plots."""

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite
from typing import Final

from inference.evaluation.evaluation import NOTICE, Evaluation
from inference.evaluation.metrics import Figure
from inference.evaluation.points import Point
from inference.evaluation.question import Answer
from inference.evaluation.roc import Difference
from inference.evaluation.subgroups import Subgroup
from inference.evaluation.svg import Line, plot

STYLE: Final = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.8rem 0}th,td{border-bottom:1px solid #8885;padding:.25rem .7rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.w{border-left:4px solid #bf8700;padding:.2rem .8rem;margin:.4rem 0}
svg{margin:.6rem 1.2rem .6rem 0;vertical-align:top}svg text{font:11px system-ui,sans-serif;fill:currentColor}
svg .t{font-weight:600}svg .m{text-anchor:middle}svg .e{text-anchor:end}svg .f{fill:none;stroke:#8886}
svg .d{stroke:#8888;stroke-dasharray:4 3}"""


def as_html(found: Evaluation) -> str:
    """The whole page; nothing in it is loaded from elsewhere."""
    body = [f"<h1>{escape(found.title)}</h1><p>{NOTICE}</p>", *(_warning(text) for text in found.warnings)]
    if len(found.answers) > 1:
        lines = [Line(one.name, one.roc) for one in found.answers]
        lines += [Line("" if n else "readers", curve, colour="#8886") for n, curve in enumerate(found.readers)]
        body.append(plot("ROC", "1 - specificity", "sensitivity", lines, diagonal=True))
    body += [_answer(one) for one in found.answers]
    if found.figures:
        body.append("<h2>Further figures</h2>" + _figures(found.figures))
    if found.froc is not None:
        most = max(1.0, float(found.froc.x[-1]))
        body.append(plot("FROC", "false marks an image", "lesions found", [Line("", found.froc)], most=most))
    if found.comparisons:
        body.append("<h2>Comparisons</h2>" + _differences(found.comparisons))
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(found.title)}</title>'
    )
    return (
        f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{"".join(body)}</body></html>\n'
    )


def _answer(one: Answer) -> str:
    plots = [
        plot("ROC", "1 - specificity", "sensitivity", [Line("", one.roc)], diagonal=True),
        plot("Precision and recall", "recall", "precision", [Line("", one.recall)]),
        plot("Reliability", "mean score", "share positive", [Line("", one.reliability, dots=True)], diagonal=True),
    ]
    parts = [f"<h2>{escape(one.name)}</h2><p>n = {one.n}, {one.positives} positive</p>", _figures(one.figures), *plots]
    parts += [_point(point) for point in one.points]
    if one.subgroups:
        parts.append("<h3>Subgroups</h3>" + _subgroups(one.subgroups))
    return "".join(parts)


def _figures(figures: Sequence[Figure]) -> str:
    rows = [(f.name, _number(f.value), _interval(f.low, f.high), str(f.n), f.method) for f in figures]
    return _table(("figure", "value", "95 % interval", "n", "interval by"), rows)


def _point(point: Point) -> str:
    sampled = {figure.name.rsplit(": ", 1)[1]: _interval(figure.low, figure.high) for figure in point.sampled}
    rows = [
        (
            c.name,
            _number(c.value),
            f"{c.hits}/{c.n}",
            _interval(*c.wilson),
            _interval(*c.exact),
            sampled.get(c.name, ""),
        )
        for c in point.counts
    ]
    head = ("", "value", "of", "Wilson", "Clopper-Pearson", "bootstrap over patients")
    told = f"<p>PPV and NPV hold at these rows' prevalence of {point.prevalence:.3g}.</p>"
    there = "" if point.elsewhere is None else _figures((point.elsewhere.ppv, point.elsewhere.npv))
    return f"<h3>{escape(point.name)}: score at or above {point.cut:.4g}</h3>" + _table(head, rows) + told + there


def _subgroups(parts: Sequence[Subgroup]) -> str:
    rows = []
    for part in parts:
        figure = part.figure
        value = f"{_number(figure.value)} ({_interval(figure.low, figure.high)})" if figure else ""
        rows.append((part.by, part.value, str(part.n), str(part.positives), value, part.warning))
    return _table(("by", "value", "n", "positive", "AUC (95 % interval)", "warning"), rows)


def _differences(gaps: Sequence[Difference]) -> str:
    rows = [(g.name, _number(g.value), _interval(g.low, g.high), _p(g.p), str(g.n), g.method) for g in gaps]
    return _table(("difference", "value", "95 % interval", "p", "n", "method"), rows)


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(_td(cell) for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _td(cell: str) -> str:
    kind = ' class="n"' if cell[:1].isdigit() or cell[:2] in ("-0", "-1") else ""
    return f"<td{kind}>{escape(cell)}</td>"


def _warning(text: str) -> str:
    return f'<p class="w">{escape(text)}</p>'


def _number(value: float) -> str:
    return f"{value:.3f}" if isfinite(value) else "none"


def _interval(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"


def _p(value: float) -> str:
    return "" if not isfinite(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"

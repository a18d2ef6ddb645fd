"""The release card: what the model is, what it was measured to do, and what it must not be used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inference.comparison import Comparison
from inference.datasets.records import Record
from inference.evaluation.metrics import Figure
from inference.networks.mammogram import NetworkConfig
from inference.training.config import TrainingConfig

ABOUT: Final = """An EfficientNet-Lite0 backbone with ImageNet weights, frozen, reads one mammogram at {height} x {width} pixels. A linear
multiple-instance head gives each cell of its stride-32 map a malignancy and an abnormality logit; the image's logit is
{pooled}, so the saliency map is the evidence itself. Composition is an
ordinal score of the breast's mean features."""

HEAD: Final = """# {name} {version}

**A research model. Suggestions are not a diagnosis, and this model is not for clinical use.**

{about}

## Trained on

{data}

Made by one command: `{command}`

MIAS's F, G and D are read as ACR a, b and (c or d, 95 : 37 after Oliver et al. 2008). During training each set has its own
offset, left out afterwards, so that the cells need not tell film from digital.

## Measured

{folds} patient-level folds, seed {seed}; every figure is out of fold, with a 95 % interval by bootstrap over patients
(2,000 draws). The CDD-CESM images whose patient is unknown ({nameless}, all but 8 normal) may be the other breast of anyone
in that set: no fold trains on them, every fold reads them, and they get the mean of what the folds say. So "malignant v
rest" asks of CDD-CESM to know normal digital breasts without having seen one. The final weights were fitted on every image.

{figures}

Operating points of the exam score (highest breast), out of fold:

{points}
"""

TAIL: Final = """
## How scores are made

Probabilities are Platt fits on the out-of-fold logits: of single images, {prevalence:.0%} of them malignant, and of exams,
{exam_prevalence:.0%} with cancer. They hold in that mix, not in screening, where fewer than 1 % are. A breast's raw score is the
mean of its views' logits, the exam's that of the higher breast: no training set holds two views of one breast, so the mean
is a choice and not measured. The ten bands hold a tenth each of the {exams} reference exams (a MIAS woman's two breasts, or
one CDD-CESM image or patient), read out of fold.
{compared}{ensemble}
Triage is cut by label-conditional conformal prediction at {confidence:.0%}: "low" is where at most {alpha:.0%} of the reference
exams with cancer score, "elevated" where at most {alpha:.0%} of those without do, "intermediate" is what lies between. The rows
"coverage" above say how that held on exams that the cuts had not seen, set by set: it is promised for the mix of sets only.

BI-RADS-like cut points are the PPV ranges of the categories at a prevalence of {reference:.0%}, moved by Bayes' rule to that of the
reference exams. The model abstains where the 95 % interval of its calibration touches more than {span} categories, and where
triage does not carry the category: low carries 1 to 3, intermediate 3 and 4A, elevated 4A to 5. Of the reference exams
{abstained:.0%} get no category.

An outline is drawn from a cell probability of {threshold:.3f}, which {clear:.0%} of the images without malignancy stay under
everywhere, out of fold. Its score of 1 to 100 is the highest cell's and is not calibrated for regions; its size is the
outline's, not a lesion's. The nipple is taken to be the breast's point furthest from the chest wall.

## Limits

- {n} images are very few. The intervals above are wide and leave out what other sites, units and women would change.
- MLO was learned from digitised film (1994, 200 um) alone, CC from one hospital's digital images alone: digital MLO and film
  CC are outside of what was measured. There are no sub-groups to report: age is known for {ages}.
- Most cancers here are visible masses; faint calcifications are lost at this resolution.
- A low category is not an all-clear: the row "above category 1" says how many of the cancers lie below it.
- The map is coarse: a cell is {cell} of {height} pixels, some {millimetres} mm on a large breast.
- No external test set was used. Designs were compared on the same folds, which favours the one that was chosen.
- Probabilities are not risks of women at your site. Calibrate locally before reading anything into them.
"""

COMPARED: Final = """
Malignancy is told from {evidence}. Where an exam holds the other breast, {share:.0%} of its logit (of the same
view where there is one) is taken off {which}: what both breasts share is more often tissue than
disease. Images with and without the other breast have calibrations of their own. Disease in both breasts scores lower for it.
"""
ENSEMBLE: Final = """
The release is the mean of the network fitted on every image and of the fold networks, which share the backbone below the
blocks that were tuned. Every figure above is of a fold network alone: the mean itself has seen every image and cannot be measured
out of fold. Logits that are averaged lie closer together than those the calibration was fitted on.
"""
MEMBERS: Final = """
The release is the mean of {members} networks that were trained alike on every image, from different seeds; they share the backbone
below the blocks that were tuned, and what images are alike by is the first one's. Every figure out of fold is of ensembles of the same
make: each fold was read by the mean of {members} networks that saw nothing of it, and the calibration was fitted on those means.
"""


@dataclass(frozen=True)
class Told:
    """What a card tells beside its figures: the command, the network's paragraph, designs tried, further sections.

    abstained: share of the reference exams that get no category.
    """

    command: str
    about: str = ABOUT
    others: Sequence[Mapping[str, Any]] = ()
    sections: Sequence[str] = ()
    abstained: float = 0.0


def pooled(network: NetworkConfig) -> str:
    """What an image's logit is."""
    if network.pooling == "attention":
        return "a mean of the breast's cells weighed by gated attention, which weighs the map's odds too"
    return f"the mean of the highest {network.top_share:.0%} of the breast's cells"


def card(
    config: TrainingConfig,
    records: Sequence[Record],
    figures: Sequence[Figure],
    tables: Mapping[str, Mapping[str, Any]],
    told: Told,
) -> str:
    """The card as Markdown; every figure stands with its n and interval."""
    head = HEAD.format(
        about=told.about.format(**config.input, pooled=pooled(config.structure)),
        name=config.name,
        version=config.version,
        data="\n".join(f"- {line}" for line in _data_lines(records)),
        command=told.command,
        folds=config.folds,
        seed=config.seed,
        nameless=sum(not record.patient_known for record in records),
        figures=figure_table(figures),
        points=_points(tables["operating_points"]),
    )
    middle = [tried_table(told.others)] if told.others else []
    middle += [f"\n{section.strip()}\n" for section in told.sections]
    return head + "".join(middle) + _tail(config, records, tables, told.abstained)


def _compared(comparison: Comparison) -> str:
    """What the card says of the other breast; that both heads tell malignancy, where it says no more."""
    evidence = "the mean of both heads' logits" if comparison.evidence == "mean" else "its own head's logit"
    if not comparison.other_breast:
        return f"\nMalignancy is told from {evidence}.\n" if comparison.evidence == "mean" else ""
    which = (
        "for malignancy and for abnormality"
        if comparison.of_malignancy
        else "for abnormality; malignancy is each image's own"
    )
    return COMPARED.format(share=comparison.other_breast, evidence=evidence, which=which)


def _tail(
    config: TrainingConfig, records: Sequence[Record], tables: Mapping[str, Mapping[str, Any]], abstained: float
) -> str:
    reference, birads = tables["reference"], tables["birads"]
    scores = [*reference["malignant"], *reference["other"]]
    return TAIL.format(
        prevalence=tables["calibration"]["prevalence"],
        exam_prevalence=birads["prevalence"],
        exams=len(scores),
        alpha=tables["triage"]["alpha"],
        confidence=1 - tables["triage"]["alpha"],
        reference=birads["reference_prevalence"],
        span=birads["max_span"],
        abstained=abstained,
        compared=_compared(config.comparison),
        ensemble=_voting(config),
        threshold=tables["saliency"]["threshold"],
        clear=tables["saliency"]["clear"],
        n=len(records),
        height=config.input["height"],
        cell=config.structure.cell,
        millimetres=round(config.structure.cell / 4),
        ages="no MIAS image and for part of CDD-CESM, and was not used",
    )


def _voting(config: TrainingConfig) -> str:
    """The paragraph on how many networks vote and what was measured of them; empty where there is but one."""
    if config.ensemble:
        return ENSEMBLE
    return MEMBERS.format(members=config.members) if config.members > 1 else ""


def figure_table(figures: Sequence[Figure]) -> str:
    """A Markdown table of figures."""
    rows = ["| figure | value | 95 % interval | n | positive |", "|---|---|---|---|---|"]
    for figure in figures:
        positives = "" if figure.positives is None else str(figure.positives)
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        rows.append(f"| {figure.name} | {figure.value:.3f} | {interval} | {figure.n} | {positives} |")
    return "\n".join(rows)


def tried_table(summaries: Sequence[Mapping[str, Any]]) -> str:
    """Markdown: each design that was tried with its areas under the curve, out of the same folds."""
    names = [figure["name"] for figure in summaries[0]["figures"] if figure["name"].endswith("AUC")]
    rows = ["| design | " + " | ".join(name.removesuffix(", AUC") for name in names) + " |"]
    rows.append("|---" * (len(names) + 1) + "|")
    for summary in summaries:
        values = {figure["name"]: figure for figure in summary["figures"]}
        rows.append(
            f"| {summary.get('design') or _design(summary['config'])} | "
            + " | ".join(_cell(values.get(n)) for n in names)
            + " |"
        )
    return "\n## Designs tried\n\nAUC on the same folds, 95 % interval.\n\n" + "\n".join(rows) + "\n"


def _cell(figure: Mapping[str, Any] | None) -> str:
    return "" if figure is None else f"{figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"


def _design(config: Mapping[str, Any]) -> str:
    size, heads, network = config["input"], config["heads"], config["network"]
    taps = "+".join(map(str, network.get("taps", ())))
    seen = "gated attention" if network.get("pooling") == "attention" else f"top {network['top_share']:.0%}"
    return (
        f"{size['height']} x {size['width']}, strides {taps}, {seen}, "
        f"{heads['components']} axes, region weight {heads['region_weight']:g}, dropout {heads['dropout']:g}, {heads['epochs']} epochs"
    )


def _data_lines(records: Sequence[Record]) -> list[str]:
    lines = []
    for name in sorted({record.dataset for record in records}):
        chosen = [record for record in records if record.dataset == name]
        patients = len({record.patient for record in chosen if record.patient_known})
        nameless = sum(not record.patient_known for record in chosen)
        malignant = sum(record.malignant is True for record in chosen)
        regions = sum(len(record.regions) for record in chosen)
        lines.append(
            f"{name}: {len(chosen)} images, {patients} known patients and {nameless} images without one, "
            f"{malignant} malignant, {regions} outlined regions"
        )
    return lines


def _points(points: Mapping[str, Mapping[str, Any]]) -> str:
    rows = ["| point | cut | sensitivity (95 % interval), n | specificity (95 % interval), n |", "|---|---|---|---|"]
    for name, point in points.items():
        cells = [
            f"{side['value']:.2f} ({side['low']:.2f} to {side['high']:.2f}), {side['n']}"
            for side in (point["sensitivity"], point["specificity"])
        ]
        rows.append(f"| {name} | {point['cut']:.3f} | {cells[0]} | {cells[1]} |")
    return "\n".join(rows)

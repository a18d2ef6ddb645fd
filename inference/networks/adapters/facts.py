"""What release.toml and the card say of each brought model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

USE: Final = (
    "Research: a published model with a user's own copy of its weights. Its numbers are not a diagnosis, and were not "
    "calibrated or validated here."
)


@dataclass(frozen=True)
class Facts:
    """gives: fields of a result that it fills. needs: images. reads: how images are prepared. limits: where we know that
    we differ from the published code, or that the model ends.
    """

    title: str
    task: str
    paper: str
    licence: str
    gives: tuple[str, ...]
    needs: str
    reads: str
    limits: str
    use: str = USE


NYU: Final = "the user's copy; New York University's terms apply"
STANDARD: Final = (
    "Stored values before any window, at full resolution, mirrored so that the chest wall is at the left; each window less "
    "its mean and over its deviation, air and all."
)
PLACED: Final = (
    "The published code places its window by a search of its own; here it starts at the chest wall and is centred on the "
    "breast's height. It averages ten shifted windows where asked to; here one is read."
)

FACTS: Final[dict[str, Facts]] = {
    "nyu-density": Facts(
        title="Breast density, histogram model",
        task="density of an exam of four views",
        paper="Wu et al., Breast density classification with deep convolutional neural networks, ICASSP 2018",
        licence="BSD-2-Clause",
        gives=("exam.density",),
        needs="four views",
        reads="A 50-bin histogram of every view's stored values, air and all, from its lowest to its highest.",
        limits="It was trained on 2600 x 2000 images of one institution, and sees nothing but their histograms.",
    ),
    "nyu-dmv-cnn": Facts(
        title="DMV-CNN, images alone",
        task="malignant and benign findings of each breast, from four views",
        paper="Wu et al., Deep Neural Networks Improve Radiologists' Performance in Breast Cancer Screening, IEEE TMI 2020",
        licence=NYU,
        gives=("image.malignancy", "image.benign", "breasts", "exam.exam_score"),
        needs="four views",
        reads=f"{STANDARD} CC 2677 x 1942, MLO 2974 x 1748 pixels. A breast's score is the mean of its two views.",
        limits=f"{PLACED} The variant with heat maps of a patch classifier is not read.",
    ),
    "gmic": Facts(
        title="GMIC",
        task="malignant and benign findings of single images, with a map",
        paper="Shen et al., An interpretable classifier for high-resolution breast cancer screening images utilizing weakly "
        "supervised localization, Medical Image Analysis 2021",
        licence=NYU,
        gives=("image.malignancy", "image.benign", "image.saliency", "breasts", "exam.exam_score"),
        needs="any CC and MLO views",
        reads=f"{STANDARD} 2944 x 1920 pixels. A breast's score is the mean of its views.",
        limits=f"{PLACED} The map has 46 x 30 cells of 64 pixels, each laid where the published code lays it; what a cell "
        "sees is centred about 30 pixels up and towards the chest wall from there. The published result is the mean of "
        "five models, each with its own share of cells (percent_t); one is read at a time.",
    ),
    "mirai": Facts(
        title="Mirai",
        task="risk of breast cancer within one to five years, from four views",
        paper="Yala et al., Toward robust mammography-based models for breast cancer risk, Science Translational Medicine 2021",
        licence="the user's copy; the code is MIT-licensed",
        gives=("exam.risk",),
        needs="four views",
        reads="The whole image from its lowest to its highest stored value in 16 bits, resized to 2048 x 1664 whatever its "
        "shape, the chest wall at the right, less 7047.99 and over 12005.5.",
        limits="The 34 risk factors are guessed from the images, none is asked of the user. For images of one manufacturer "
        "(GE) the published code applies the header's VOI LUT first; here no window is applied to any. Without the published "
        "calibrator the risks are not calibrated.",
    ),
}


def card(kind: str, files: Mapping[str, str]) -> str:
    """The release card, Markdown: where the weights come from, what they are read by and what they do not say."""
    facts = FACTS[kind]
    origin = "\n".join(f"- `{name}`, sha256 `{digest}`" for name, digest in files.items())
    return f"""# {facts.title}

{facts.use}

Paper: {facts.paper}. The network was written from the paper and loads the published weights strictly, key by key.

## Weights

{facts.licence}. Imported from:

{origin}

## What it answers

{facts.task[0].upper()}{facts.task[1:]}: {", ".join(f"`{name}`" for name in facts.gives)}. It needs {facts.needs}.

## How it reads

{facts.reads}

## Limits

{facts.limits}

No figure of its accuracy stands here, because none was measured with this copy. Measure it on your own exams before you
look at its numbers beside a read.
"""

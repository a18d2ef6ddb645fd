"""What `inference` writes into a result, to be said in the page's language; a test holds it against its sources."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.base.phrases import Phrases
from portal.exams.notes import DECODING

TOO_LONG = _(
    "The analysis took longer than {limit} seconds and was stopped. Ask for it again; if it stops again, "
    "ask an administrator to raise OVERREAD_RUN_TIME_LIMIT."
)
SPENT = _(
    "The analysis was started {attempts} times and broke off each time. "
    "Ask for it again; if it fails again, give an administrator this run's number."
)
OTHER_RELEASE = _(
    "This run was asked of {release}, which this installation no longer runs. Ask for a new analysis of the exam."
)
_SUGGESTIONS = (
    _("The model sees no sign of cancer that it would point out. It misses cancers: see its card."),
    _("What the model points out looks benign."),
    _("The model's probability lies where findings are called probably benign; it does not rule cancer out."),
    _("The model's suspicion is low."),
    _("The model's suspicion is moderate."),
    _("The model's suspicion is high."),
    _("What the model sees is highly suggestive of malignancy."),
    _("The model's probability is too uncertain to name a category ({low} to {high} are possible)."),
    _("The probability alone would mean category {category}, but {why}: the model names no category."),
)
_NOT_SCORED = (
    _("Not scored: the image is blank or has no contrast. Check the exposure and send the image again."),
    _("Not scored: most of the breast is burnt out to one value. Send the image with its full range."),
    _("Not scored: too little of the image is breast. Send the whole view, not a crop or a mosaic."),
    _("Not scored: what the image shows does not have the outline of a breast. Check that it is a mammogram."),
    _("Not scored: the breast is cut off at the edge opposite to the chest wall. Send the whole view."),
    _("Not scored: writing is burnt into the breast. Send the image without its overlay."),
    _("Not scored: a mark is burnt into the breast, as a reader or a CAD system draws it. Send the image without it."),
    _(
        "Not scored: the image is unlike those that this release was trained on (distance {distance}, at most {limit}). "
        "Check that it is a plain mammogram, processed for presentation."
    ),
    _("Not scored: a raw image (For Processing). Send the For Presentation image."),
    _("Not scored: the modality is {modality}, not mammography."),
    _("Not scored: a tomosynthesis stack. Send the two-dimensional views."),
    _("Not scored: this model reads two-dimensional views, not tomosynthesis."),
    _("Not scored: the stack holds no slice."),
    _("Not scored: a colour image. Send the original grey image."),
    _("Not scored: the file does not say whether this is the left or the right breast. Correct the laterality."),
    _("Not scored: the file does not say which view this is. Correct the view position."),
    _("Not scored: the model reads {known} views, not {view}."),
    _("Not scored: the image is stored upside down. Turn it and send it again."),
    _("Not scored: the model was not trained on {modifier} views."),
    _("Not scored: the model was not trained on breasts with an implant."),
    _("Not scored: {columns} x {rows} pixels are too few. Send the full-size image."),
    _("Not scored: {columns} x {rows} pixels is not the shape of a mammogram."),
    _("Not scored: this model reads full-resolution images of about {height} rows, and this one has {rows}."),
    _("Not scored: the side or view of {key} is not known, and this model needs it."),
    _("Not scored: there are two {view} views, and this model reads one of each. Hand in the one to read."),
    _("Not scored: this model reads the four standard views together, and {views} cannot be read."),
    _("Not scored: none of the exam's images could be scored."),
    _("Not scored: {sentence}"),
    _("{view} not scored: {sentence}"),
)
_WITH_CARE = (
    _("Read with care: filed as the left breast, but the chest wall is at the right. Check the laterality."),
    _("Read with care: filed as the right breast, but the chest wall is at the left. Check the laterality."),
    _("Read with care: the header says that only a part of the breast is shown."),
    _(
        "Read with care: a tomosynthesis stack of {count} slices, read as {slabs} slabs of up to {slab} by a model that was "
        "trained on two-dimensional views. Slices {first} to {last} decided."
    ),
    _("Read with care: the breast is larger than the {width} x {height} pixels that this model sees of it."),
    _("These are the model's own numbers. They were not calibrated for this place: compare them with each other only."),
    _("No image says which breast it shows: scored one by one, without a score for either breast."),
    _("{view} missing: the left breast was read without its {name} view."),
    _("{view} missing: the right breast was read without its {name} view."),
)
_EXPLANATIONS = (
    _("{breast}, {where}: a region marked in {views} about {size}, score {score} of 100."),
    _(
        "{breast}, {where}: a region marked in {views} of unknown size (the image states no pixel spacing), "
        "score {score} of 100."
    ),
    _(
        "{breast}, {where}: a region marked in {views}, thought to be the same in both views, about {size}, "
        "score {score} of 100."
    ),
    _(
        "{breast}, {where}: a region marked in {views}, thought to be the same in both views, of unknown size (the image "
        "states no pixel spacing), score {score} of 100."
    ),
    _("{count} further regions are outlined."),
    _("1 further region is outlined."),
    _("No region reaches the level from which the model outlines one."),
    _("Each breast's score is held against the other's."),
    _("A part of the score comes from a look at the whole image, which no map shows."),
    _("Exam score {score} (95 % interval {low} to {high}), band {band} of 10."),
    _("Among {reference}, {malignant} of {cancers} with cancer score no higher, {others} of {rest} without no lower."),
    _("If {rare} exams held cancer, {at} that score like this would ({low} to {high})."),
)
_PARTS = (
    _("cancers of the reference set hardly ever score this low"),
    _("exams with and without cancer both score like this"),
    _("reference exams without cancer hardly ever score this high"),
    _("Left breast"),
    _("Right breast"),
    _("Breast of unknown side"),
    _("upper outer quadrant"),
    _("upper inner quadrant"),
    _("lower outer quadrant"),
    _("lower inner quadrant"),
    _("above the level of the nipple"),
    _("below the level of the nipple"),
    _("level with the nipple"),
    _("in the outer half"),
    _("in the inner half"),
    _("behind the nipple"),
    _("anterior third"),
    _("middle third"),
    _("posterior third"),
    _("place not known"),
    _("unknown view"),
    _("1 in {n}"),
    _("{n} of 100"),
    _("{size} in {view}"),
    _("{one} and {other}"),
    _("{one}, {other}"),
    _("magnification"),
    _("spot compression"),
    _("implant displaced"),
    _("cleavage"),
    _("axillary tail"),
    _("tangential"),
    _("rolled lateral"),
    _("rolled medial"),
    _("rolled inferior"),
    _("rolled superior"),
    _("anterior compression"),
)
_FAILURES = (TOO_LONG, SPENT, OTHER_RELEASE)
PHRASES = Phrases((*_FAILURES, *_SUGGESTIONS, *_NOT_SCORED, *DECODING, *_WITH_CARE, *_EXPLANATIONS), _PARTS)


def said_of_exam(result: dict[str, Any]) -> dict[str, Any]:
    """A result (of an exam or of an image) with its sentences in the page's language; codes and numbers as they are."""
    suggestion = result.get("suggestion")
    told = {
        "reasons": [{**one, "text": PHRASES.said(one.get("text", ""))} for one in result.get("reasons") or []],
        "explanation": PHRASES.said(result.get("explanation") or "") or None,
        "suggestion": {**suggestion, "text": PHRASES.said(suggestion.get("text", ""))} if suggestion else suggestion,
    }
    return {**result, **{name: value for name, value in told.items() if name in result}}

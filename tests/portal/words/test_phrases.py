"""What is stored in English is said in the page's language: every sentence that `inference` and the door write is known."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from inference.decode import errors
from inference.explain import explain
from inference.quality.distribution import FAR
from inference.reference import Reference
from inference.results import ExamResult, Finding, ImageResult, ReleaseRef, Suggestion
from inference.suggestion import SUPPORTED, TEXTS, UNSUPPORTED, WHY, WIDE
from inference.tomosynthesis import NOTE
from portal.analysis.models import Run
from portal.analysis.phrases import PHRASES, said_of_exam
from portal.base.phrases import Phrases
from portal.exams.notes import EVERY
from portal.exams.phrases import PHRASES as NOTED
from portal.exams.refusals import SENTENCES
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, suspicious
from tests.portal.words.unmarked import docstrings, literal

INFERENCE = Path(errors.__file__).parents[1]
SAYS = [
    *(INFERENCE / "quality").glob("*.py"), *(INFERENCE / "networks" / "adapters").glob("*.py"),
    *(INFERENCE / name for name in ("exam.py", "admission.py", "decode/errors.py")),
]  # fmt: skip
NOT_SHOWN = {  # sentences of `inference` that reach no page
    "facts.py": "the card of a published model, which is English as every card",
}


def written():
    """Each sentence of a reason or an advice in `inference`, its holes filled with 7."""
    found = []
    for path in sorted(SAYS):
        tree = ast.parse(path.read_text())
        docs, parts = docstrings(tree), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts |= {id(each) for each in ast.walk(node) if each is not node}
            text = literal(node).replace("{}", "7") if id(node) not in docs | parts else ""
            text = re.sub(r"\{[\w.:]+\}", "7", text)
            if path.name not in NOT_SHOWN and re.match(r"[A-Z7].* .*\.$", text):
                found.append(text)
    return found


def test_every_reason_that_inference_gives_is_known():
    texts = written()
    assert len(texts) > 35, "the walk over the sources finds nothing any more"
    sides = [
        re.sub(
            r"the 7 breast, but the chest wall is at the 7", "the left breast, but the chest wall is at the right", one
        )
        for one in texts
    ]
    sides = [one.replace("the 7 breast was read", "the left breast was read") for one in sides]
    assert [one for one in sides if not PHRASES.knows(one)] == []


def test_every_suggestion_is_known():
    said = [*TEXTS.values(), WIDE.format(low="2", high="4C"), NOTE.format(count=60, slabs=6, slab=10, first=1, last=10)]
    said += [UNSUPPORTED.format(category="4B", why=WHY[band]) for band in SUPPORTED]
    said.append(FAR.format(distance=9.5, limit=4.0))
    assert [one for one in said if not PHRASES.knows(one)] == []
    with translation.override("de"):
        assert "wäre" not in "".join(said) and all(PHRASES.said(one) != one for one in said)


def finding(**fields):
    kept = {
        "id": "a",
        "score": 0.9,
        "polygon": (),
        "box": (0, 0, 1, 1),
        "area_mm2": 9.0,
        "laterality": "L",
        "view": "CC",
        "score_100": 90,
    }
    return Finding(**{**kept, **fields})


BOTH = (
    finding(pairs_with="b", size_mm=(14.2, 9.1), across="outer", depth="posterior"),
    finding(id="b", view="MLO", size_mm=(12.0, 8.0), height="upper", score=0.8),
)
PLACES = [
    BOTH, (finding(),), (finding(size_mm=(3.0, 2.0), height="level"),), (finding(laterality=None, view=None, across="level"),),
    (*BOTH, finding(id="c", laterality="R", score=0.5), finding(id="d", score=0.4)),
    (*BOTH, finding(id="c", laterality="R", score=0.5), finding(id="d", score=0.4), finding(id="e", score=0.3)), (),
    (replace(BOTH[0], size_mm=None), replace(BOTH[1], size_mm=None)),
]  # fmt: skip


@pytest.mark.parametrize("findings", PLACES)
@pytest.mark.parametrize("at", [0.003, 0.7])
def test_every_explanation_is_said_whole(findings, at):
    suggestion = Suggestion("4A", (0.1, 0.9), "", False, None, (), None, 0.005, at, (at / 2, at))
    result = ExamResult(
        ReleaseRef("r", "1", "d"), "", True, (), 0.35, 9, "elevated", {}, None, None, suggestion,
        (ImageResult("k", "L", "CC", scored=True, findings=findings),),
    )  # fmt: skip
    text = explain(result, Reference("the test set", (0.1, 0.9), (0.2, 0.3)), compared=True)
    assert text and PHRASES.knows(text)
    for language, english in (
        ("de", r"\b(?:the|and|of|with|about|breast)\b"),
        ("es", r"\b(?:the|and|of|with|about|breast)\b"),
    ):
        with translation.override(language):
            said = PHRASES.said(text)
        assert not re.search(english, said.replace("the test set", "")), said
        assert "0,35" in said and "0.35" not in said
    assert PHRASES.said(text) == text


def test_what_is_filed_and_refused_is_known():
    for template in (*EVERY, *SENTENCES.values()):
        assert NOTED.knows(re.sub(r"\{\w+\}", "7", template)), template
    with translation.override("de"):
        assert (
            NOTED.said("L unknown view: the header names no view.")
            == "L unbekannte Aufnahme: Der Kopf nennt keine Aufnahme."
        )


def test_a_reason_within_a_reason_is_said_too():
    with translation.override("es"):
        said = PHRASES.said("RCC not scored: Not scored: the stack holds no slice.")
    assert said == "RCC sin puntuar: Sin puntuar: la serie no contiene ningún corte."


def test_what_no_pattern_fits_stays_and_nothing_of_a_sentence_is_lost():
    with translation.override("de"):
        assert PHRASES.said("An older release said this.") == "An older release said this."
        mixed = "What the model points out looks benign. An older release said this."
        assert PHRASES.said(mixed) == mixed
        assert PHRASES.said("") == ""


def test_a_special_pattern_goes_before_a_general_one_whatever_the_order():
    phrases = Phrases(["{what} is here.", "The {thing} is here."], ["{one} and {other}"])
    assert phrases._split("The cat is here.")[0][0] == "The {thing} is here."
    assert not phrases.knows("Nothing.")


def test_a_suggestion_is_said_in_german_while_what_is_stored_stays(cast):
    exam = an_exam(cast.northside, cast.alice)
    run = a_run(exam)
    text, reason = TEXTS["4C"], "Not scored: a colour image. Send the original grey image."
    result = {
        **run.result,
        "suggestion": {**run.result["suggestion"], "text": text},
        "reasons": [{"code": "not_grey", "text": reason}],
    }
    Run.objects.filter(pk=run.pk).update(result=result)
    case = a_case(exam, cast.alice)
    read = a_locked_read(case, cast.rosa, suspicious())
    rosa = cast.client("rosa")
    rosa.post(f"/api/v1/reads/{read.pk}/reveal/")
    plain, german = (
        rosa.get(f"/api/v1/cases/{case.pk}/manifest/", headers={"Accept-Language": each}).json()["results"]
        for each in ("en", "de")
    )
    assert (plain["suggestion"]["text"], plain["reasons"][0]["text"]) == (text, reason)
    assert german["suggestion"]["text"] == "Der Verdacht des Modells ist hoch."
    assert german["reasons"][0] == {
        "code": "not_grey",
        "text": "Nicht bewertet: ein Farbbild. Senden Sie das ursprüngliche Graustufenbild.",
    }
    assert {**german["suggestion"], "text": ""} == {**plain["suggestion"], "text": ""}
    assert Run.objects.get(pk=run.pk).result == result
    with translation.override("de"):
        assert said_of_exam({"scored": False}) == {"scored": False}

"""The history that comes with a case, as data: each fact a code that reads as words beside the images and in the report."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused
from portal.base.language import inside

SIDES = {"R": gettext_noop("right"), "L": gettext_noop("left"), "B": gettext_noop("both")}
CAPITAL_SIDES = {"R": gettext_noop("Right"), "L": gettext_noop("Left"), "B": gettext_noop("Both")}
SYMPTOMS = {
    "none": gettext_noop("No symptoms"),
    "lump": gettext_noop("Lump"),
    "pain": gettext_noop("Pain"),
    "discharge": gettext_noop("Nipple discharge"),
    "nipple": gettext_noop("Nipple drawn in or changed"),
    "skin": gettext_noop("Skin drawn in or thickened"),
}
FAMILY = {
    "none": gettext_noop("No breast or ovarian cancer in the family"),
    "second": gettext_noop("Breast cancer in a second-degree relative"),
    "first": gettext_noop("Breast cancer in a first-degree relative"),
    "early": gettext_noop("Breast cancer in a first-degree relative before 50, or in several"),
    "gene": gettext_noop("Known gene variant in the patient or the family"),
}
HORMONES = {"never": gettext_noop("Never"), "past": gettext_noop("In the past"), "current": gettext_noop("At present")}
SURGERY = {
    "none": gettext_noop("No breast surgery"),
    "biopsy": gettext_noop("Biopsy or benign excision"),
    "conserving": gettext_noop("Breast-conserving cancer surgery"),
    "mastectomy": gettext_noop("Mastectomy"),
    "reduction": gettext_noop("Reduction"),
}
IMPLANTS = {
    "none": gettext_noop("None"),
    "R": gettext_noop("Right"),
    "L": gettext_noop("Left"),
    "B": gettext_noop("Both"),
}
AGES = range(18, 121)

# What a fact is called, and its codes: one of them, or several where the value is a list.
ONE = {
    "symptom_side": (gettext_noop("Side of the symptoms"), CAPITAL_SIDES),
    "family": (gettext_noop("Family history"), FAMILY),
    "hormones": (gettext_noop("Hormone therapy"), HORMONES),
    "surgery_side": (gettext_noop("Side of the surgery"), CAPITAL_SIDES),
    "implants": (gettext_noop("Implants"), IMPLANTS),
}
MANY = {"symptoms": (gettext_noop("Symptoms"), SYMPTOMS), "surgery": (gettext_noop("Earlier surgery"), SURGERY)}
SIDE_OF = {"symptom_side": "symptoms", "surgery_side": "surgery"}


def parse_facts(data: Any) -> dict[str, Any]:
    """`{"age": 52, "symptoms": ["lump"], "symptom_side": "L", "family": "first", ...}` with what was said; {} for nothing.

    Raises Refused that names each fact which cannot be, or does not fit another.
    """
    if data in (None, "", {}):
        return {}
    if not isinstance(data, dict):
        raise _refused({"facts": gettext("Give an object with the facts by name.")})
    known = {"age", *ONE, *MANY}
    wrong = {
        str(name): gettext("Known facts are %(known)s.") % {"known": ", ".join(sorted(known))}
        for name in set(data) - known
    }
    kept = {name: data[name] for name in known & set(data) if data[name] not in (None, "", [])}
    for name, value in kept.items():
        if say := _wrong(name, value):
            wrong[name] = say
    if not wrong:
        wrong = _against_each_other(kept)
    if wrong:
        raise _refused(wrong)
    return {name: kept[name] for name in ("age", *MANY, *ONE) if name in kept}


def _wrong(name: str, value: Any) -> str:
    if name == "age":
        whole = isinstance(value, int) and not isinstance(value, bool)
        say = gettext("Give the age in whole years from %(least)s to %(most)s.") % {"least": AGES[0], "most": AGES[-1]}
        return "" if whole and value in AGES else say
    if name in ONE:
        codes = ONE[name][1]
        return (
            ""
            if isinstance(value, str) and value in codes
            else gettext("Choose one of %(codes)s.") % {"codes": ", ".join(codes)}
        )
    codes = MANY[name][1]
    fits = isinstance(value, list) and all(isinstance(each, str) and each in codes for each in value)
    return (
        ""
        if fits and len(set(value)) == len(value)
        else gettext("Choose from %(codes)s.") % {"codes": ", ".join(codes)}
    )


def _against_each_other(kept: dict[str, Any]) -> dict[str, str]:
    wrong = {}
    for name, (title, codes) in MANY.items():
        said = kept.get(name, [])
        if "none" in said and len(said) > 1:
            said_so = {"none": gettext(codes["none"]), "title": inside(gettext(title))}
            wrong[name] = gettext('"%(none)s" does not go with anything else under %(title)s.') % said_so
    for side, of in SIDE_OF.items():
        if side in kept and not set(kept.get(of, [])) - {"none"}:
            named = {"title": inside(gettext(MANY[of][0]))}
            wrong[side] = gettext("A side needs something under %(title)s.") % named
    return wrong


def in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Each fact as its title and its words, in a fixed order, e.g. ("Symptoms", "lump, pain (left)")."""
    lines = [(gettext("Age"), gettext("%(age)s years") % {"age": facts["age"]})] if "age" in facts else []
    for name, (title, codes) in MANY.items():
        if facts.get(name):
            words = ", ".join(inside(gettext(codes[each])) for each in facts[name])
            side = next((facts[of] for of, what in SIDE_OF.items() if what == name and of in facts), "")
            lines.append((gettext(title), words + (f" ({gettext(SIDES[side])})" if side else "")))
    for name in ("family", "hormones", "implants"):
        if facts.get(name):
            title, codes = ONE[name]
            lines.append((gettext(title), inside(gettext(codes[facts[name]]))))
    return lines


def lines_of(facts: dict[str, Any], words: str) -> list[str]:
    """Facts and free words as lines of text, e.g. ["Symptoms: lump (left).", "Felt since May."]."""
    return [*(f"{title}: {said}." for title, said in in_words(facts)), *([words] if words else [])]


def _refused(wrong: dict[str, str]) -> Refused:
    fields = {name if name == "facts" else f"facts.{name}": [say] for name, say in wrong.items()}
    return Refused("history", gettext("Some facts of the history cannot be."), fields=fields)

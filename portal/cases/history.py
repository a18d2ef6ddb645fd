"""The history that comes with a case, as data: each fact a code that reads as words beside the images and in the report."""

from __future__ import annotations

from typing import Any

from portal.base.errors import Refused

SIDES = {"R": "right", "L": "left", "B": "both"}
SYMPTOMS = {
    "none": "No symptoms",
    "lump": "Lump",
    "pain": "Pain",
    "discharge": "Nipple discharge",
    "nipple": "Nipple drawn in or changed",
    "skin": "Skin drawn in or thickened",
}
FAMILY = {
    "none": "No breast or ovarian cancer in the family",
    "second": "Breast cancer in a second-degree relative",
    "first": "Breast cancer in a first-degree relative",
    "early": "Breast cancer in a first-degree relative before 50, or in several",
    "gene": "Known gene variant in the patient or the family",
}
HORMONES = {"never": "Never", "past": "In the past", "current": "At present"}
SURGERY = {
    "none": "No breast surgery",
    "biopsy": "Biopsy or benign excision",
    "conserving": "Breast-conserving cancer surgery",
    "mastectomy": "Mastectomy",
    "reduction": "Reduction",
}
IMPLANTS = {"none": "None", "R": "Right", "L": "Left", "B": "Both"}
AGES = range(18, 121)

# What a fact is called, and its codes: one of them, or several where the value is a list.
ONE = {
    "symptom_side": ("Side of the symptoms", {code: word.capitalize() for code, word in SIDES.items()}),
    "family": ("Family history", FAMILY),
    "hormones": ("Hormone therapy", HORMONES),
    "surgery_side": ("Side of the surgery", {code: word.capitalize() for code, word in SIDES.items()}),
    "implants": ("Implants", IMPLANTS),
}
MANY = {"symptoms": ("Symptoms", SYMPTOMS), "surgery": ("Earlier surgery", SURGERY)}
SIDE_OF = {"symptom_side": "symptoms", "surgery_side": "surgery"}


def parse_facts(data: Any) -> dict[str, Any]:
    """`{"age": 52, "symptoms": ["lump"], "symptom_side": "L", "family": "first", ...}` with what was said; {} for nothing.

    Raises Refused that names each fact which cannot be, or does not fit another.
    """
    if data in (None, "", {}):
        return {}
    if not isinstance(data, dict):
        raise _refused({"facts": "Give an object with the facts by name."})
    known = {"age", *ONE, *MANY}
    wrong = {str(name): f"Known facts are {', '.join(sorted(known))}." for name in set(data) - known}
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
        return "" if whole and value in AGES else f"Give the age in whole years from {AGES[0]} to {AGES[-1]}."
    if name in ONE:
        codes = ONE[name][1]
        return "" if isinstance(value, str) and value in codes else f"Choose one of {', '.join(codes)}."
    codes = MANY[name][1]
    fits = isinstance(value, list) and all(isinstance(each, str) and each in codes for each in value)
    return "" if fits and len(set(value)) == len(value) else f"Choose from {', '.join(codes)}."


def _against_each_other(kept: dict[str, Any]) -> dict[str, str]:
    wrong = {}
    for name, (title, codes) in MANY.items():
        said = kept.get(name, [])
        if "none" in said and len(said) > 1:
            wrong[name] = f'"{codes["none"]}" does not go with anything else under {title.lower()}.'
    for side, of in SIDE_OF.items():
        if side in kept and not set(kept.get(of, [])) - {"none"}:
            wrong[side] = f"A side needs something under {MANY[of][0].lower()}."
    return wrong


def in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Each fact as its title and its words, in a fixed order, e.g. ("Symptoms", "lump, pain (left)")."""
    lines = [("Age", f"{facts['age']} years")] if "age" in facts else []
    for name, (title, codes) in MANY.items():
        if facts.get(name):
            words = ", ".join(codes[each].lower() for each in facts[name])
            side = next((facts[of] for of, what in SIDE_OF.items() if what == name and of in facts), "")
            lines.append((title, words + (f" ({SIDES[side]})" if side else "")))
    for name in ("family", "hormones", "implants"):
        if facts.get(name):
            title, codes = ONE[name]
            lines.append((title, codes[facts[name]].lower()))
    return lines


def lines_of(facts: dict[str, Any], words: str) -> list[str]:
    """Facts and free words as lines of text, e.g. ["Symptoms: lump (left).", "Felt since May."]."""
    return [*(f"{title}: {said}." for title, said in in_words(facts)), *([words] if words else [])]


def _refused(wrong: dict[str, str]) -> Refused:
    fields = {name if name == "facts" else f"facts.{name}": [say] for name, say in wrong.items()}
    return Refused("history", "Some facts of the history cannot be.", fields=fields)

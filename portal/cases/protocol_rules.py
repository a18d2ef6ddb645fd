"""A protocol in words, and what of it a practice may set for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.db import transaction

from portal.audit.services import record
from portal.base.errors import Refused
from portal.cases.protocols import Protocol, protocol_in, protocol_of
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role

DIFFERENCES = {
    "category": "categories of a breast {step} or more steps apart, or only one of them advising tissue sampling",
    "recall": "recall against no recall",
    "laterality": "different suspicious sides",
    "finding": "a finding that the other lacks",
}
BRIEFLY = {"category": "Category", "recall": "Recall", "laterality": "Side", "finding": "A finding that one lacks"}
BANDS = range(1, 11)
STEPS = range(1, 7)


def in_words(protocol: Protocol) -> list[str]:
    """What the protocol does, one sentence each, made from its values and nothing else."""
    return [_readers(protocol), _opening(protocol), _order(protocol), counts_in_words(protocol), _last(protocol)]


def _readers(protocol: Protocol) -> str:
    if protocol.double_from:
        return (
            f"One reader up to score band {protocol.double_from - 1}, two from {protocol.double_from} on; two as well "
            "where the exam could not be scored. The case is taken once the analysis has ended."
        )
    return "One reader." if len(protocol.places) == 1 else "Two readers, apart from each other."


def _opening(protocol: Protocol) -> str:
    if protocol.blind:
        return "The suggestion is sealed until the reader's own read is locked; then the reader confirms or amends."
    marks = f", its marks only from score band {protocol.marks_from} on" if protocol.marks_from else ""
    return f"The suggestion is open while reading{marks}. The trail and the report say so."


def _order(protocol: Protocol) -> str:
    if protocol.ordered:
        return (
            "In the pool, elevated cases come before the others and low ones after them, among equally urgent cases "
            "that are not overdue. The order is all that a reader can learn before the lock."
        )
    return "The suggestion has no part in the order of the worklist."


def counts_in_words(protocol: Protocol) -> str:
    """Which differences call the arbiter, as one sentence."""
    said = [DIFFERENCES[name].format(step=protocol.category_step) for name in protocol.discordance]
    return f"Two human opinions are discordant by {'; '.join(said)}."


def _last(protocol: Protocol) -> str:
    return "Discordant opinions go to an arbiter who is neither reader. The suggestion alone settles nothing."


def adjustable(protocol: Protocol) -> tuple[str, ...]:
    """The values of `protocol` that a practice may set."""
    numbers = [each.name for each in fields(protocol) if each.name.endswith("_from") and getattr(protocol, each.name)]
    return ("discordance", "category_step", *numbers)


def parse_rule(protocol: Protocol, data: dict[str, Any]) -> dict[str, Any]:
    """What of `data` differs from the protocol as it comes; Refused names each value that cannot be."""
    wrong = {name: ["This protocol has no such number."] for name in set(data) - set(adjustable(protocol))}
    kept: dict[str, Any] = {}
    for name in adjustable(protocol):
        if name not in data or name in wrong:
            continue
        value, say = _discordance(data[name]) if name == "discordance" else _number(name, data[name])
        if say:
            wrong[name] = [say]
        elif value != _plain(getattr(protocol, name)):
            kept[name] = value
    if wrong:
        raise Refused("protocol-rule", "Some values of the protocol cannot be used.", fields=wrong)
    return kept


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _discordance(value: Any) -> tuple[Any, str]:
    known = isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    if not known or set(value) - set(DIFFERENCES):
        return None, f"Choose at least one of: {', '.join(DIFFERENCES)}."
    return [name for name in DIFFERENCES if name in value], ""


def _number(name: str, value: Any) -> tuple[Any, str]:
    allowed = STEPS if name == "category_step" else BANDS
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        return None, f"Give a whole number from {allowed[0]} to {allowed[-1]}."
    return value, ""


def rule_for(practice: Practice, code: str, discordance: Sequence[str] = ()) -> dict[str, Any]:
    """What a case opened now keeps of its protocol: the practice's numbers, and its own `discordance` where it names one.

    Raises Refused("protocol-rule") for a difference that is none.
    """
    rule: dict[str, Any] = dict(practice.settings.get("protocols", {}).get(code, {}))
    if not discordance:
        return rule
    value, say = _discordance(list(discordance))
    if say:
        raise Refused.at("discordance", say, code="protocol-rule")
    return {**rule, "discordance": value}


@transaction.atomic
def set_protocol(*, practice: Practice, code: str, data: dict[str, Any], actor: User) -> Protocol:
    """Set what differs in this practice; cases open from now on follow it. Raises Refused with each field's sentence."""
    if not has_role(actor, practice, Role.ADMIN):
        raise Refused("not-an-admin", "Only an admin sets the practice's protocols.")
    rule = parse_rule(protocol_of(code), data)
    held = Practice.objects.select_for_update().get(pk=practice.pk)
    held.settings = {**held.settings, "protocols": {**held.settings.get("protocols", {}), code: rule}}
    held.save(update_fields=["settings"])
    practice.settings = held.settings
    record(verb="protocol.set", actor=actor, practice_id=practice.pk, detail={"protocol": code, **rule})
    return protocol_in(held, code)

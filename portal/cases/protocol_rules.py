"""A protocol in words, and what of it a practice may set for itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from portal.audit.services import record
from portal.base.errors import Refused
from portal.base.stamp import refuse_overtaken
from portal.cases.places import WAYS
from portal.cases.protocols import Protocol, protocol_in, protocol_of
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role

DIFFERENCES = {
    "category": gettext_noop(
        "categories of a breast {step} or more steps apart, or only one of them advising tissue sampling"
    ),
    "recall": gettext_noop("recall against no recall"),
    "laterality": gettext_noop("different suspicious sides"),
    "finding": gettext_noop("a finding that the other lacks and that its own reader does not call benign"),
}
BRIEFLY = {
    "category": gettext_noop("Category"),
    "recall": gettext_noop("Recall"),
    "laterality": gettext_noop("Side"),
    "finding": gettext_noop("A finding that one lacks"),
}
BANDS = range(1, 11)
STEPS = range(1, 7)


def in_words(protocol: Protocol) -> list[str]:
    """What the protocol does, one sentence each, made from its values and nothing else."""
    return [_readers(protocol), _opening(protocol), _order(protocol), counts_in_words(protocol), _last(protocol)]


def _readers(protocol: Protocol) -> str:
    if protocol.double_from:
        return gettext(
            "One reader up to score band %(below)s, two from %(band)s on; two as well where the exam could not be "
            "scored. The case is taken once the analysis has ended."
        ) % {"below": protocol.double_from - 1, "band": protocol.double_from}
    return gettext("One reader.") if len(protocol.places) == 1 else gettext("Two readers, apart from each other.")


def _opening(protocol: Protocol) -> str:
    if protocol.blind:
        return gettext(
            "The suggestion is sealed until the reader's own read is locked; then the reader confirms or amends."
        )
    if protocol.marks_from:
        return gettext(
            "The suggestion is open while reading, its marks only from score band %(band)s on. "
            "The trail and the report say so."
        ) % {"band": protocol.marks_from}
    return gettext("The suggestion is open while reading. The trail and the report say so.")


def _order(protocol: Protocol) -> str:
    if protocol.ordered:
        return gettext(
            "In the pool, elevated cases come before the others and low ones after them, among equally urgent cases "
            "that are not overdue. The order is all that a reader can learn before the lock."
        )
    return gettext("The suggestion has no part in the order of the worklist.")


def counts_in_words(protocol: Protocol) -> str:
    """Which differences are discordant, as one sentence."""
    said = "; ".join(difference(name, protocol) for name in protocol.discordance)
    return gettext("Two human opinions are discordant by %(differences)s.") % {"differences": said}


def difference(name: str, protocol: Protocol) -> str:
    """One kind of difference in words, with the protocol's own number of steps."""
    return gettext(DIFFERENCES[name]).format(step=protocol.category_step)


def _last(protocol: Protocol) -> str:
    say = gettext("Discordant opinions go to %(way)s. The suggestion alone settles nothing.")
    return say % {"way": gettext(WAYS[protocol.settled_by])}


def adjustable(protocol: Protocol) -> tuple[str, ...]:
    """The values of `protocol` that a practice may set."""
    numbers = [each.name for each in fields(protocol) if each.name.endswith("_from") and getattr(protocol, each.name)]
    return ("discordance", "settled_by", "category_step", *numbers)


def values_of(protocol: Protocol) -> dict[str, Any]:
    """What a practice may set of `protocol`, as it stands; JSON can hold it."""
    return {name: _plain(getattr(protocol, name)) for name in adjustable(protocol)}


def parse_rule(protocol: Protocol, data: dict[str, Any]) -> dict[str, Any]:
    """What of `data` differs from the protocol as it comes; Refused names each value that cannot be."""
    wrong = {name: [gettext("This protocol has no such number.")] for name in set(data) - set(adjustable(protocol))}
    kept: dict[str, Any] = {}
    for name in adjustable(protocol):
        if name not in data or name in wrong:
            continue
        value, say = _value(name, data[name])
        if say:
            wrong[name] = [say]
        elif value != _plain(getattr(protocol, name)):
            kept[name] = value
    if wrong:
        raise Refused("protocol-rule", gettext("Some values of the protocol cannot be used."), fields=wrong)
    return kept


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> tuple[Any, str]:
    if name == "discordance":
        return _discordance(value)
    return _way(value) if name == "settled_by" else _number(name, value)


def _way(value: Any) -> tuple[Any, str]:
    known = isinstance(value, str) and value in WAYS
    return (value, "") if known else (None, gettext("Choose one of: %(ways)s.") % {"ways": ", ".join(WAYS)})


def _discordance(value: Any) -> tuple[Any, str]:
    known = isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    if not known or set(value) - set(DIFFERENCES):
        return None, gettext("Choose at least one of: %(differences)s.") % {"differences": ", ".join(DIFFERENCES)}
    return [name for name in DIFFERENCES if name in value], ""


def _number(name: str, value: Any) -> tuple[Any, str]:
    allowed = STEPS if name == "category_step" else BANDS
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        span = {"least": allowed[0], "most": allowed[-1]}
        return None, gettext("Give a whole number from %(least)s to %(most)s.") % span
    return value, ""


def rule_for(practice: Practice, code: str, discordance: Sequence[str] = (), settled_by: str = "") -> dict[str, Any]:
    """What a case opened now keeps of its protocol: the practice's numbers, and its own rule where it names one.

    Raises Refused("protocol-rule") for a difference, or a way to settle it, that is none.
    """
    rule: dict[str, Any] = dict(practice.settings.get("protocols", {}).get(code, {}))
    own: dict[str, Any] = {"discordance": list(discordance), "settled_by": settled_by}
    for name in (name for name, said in own.items() if said):
        value, say = _value(name, own[name])
        if say:
            raise Refused.at(name, say, code="protocol-rule")
        rule[name] = value
    return rule


@transaction.atomic
def set_protocol(
    *, practice: Practice, code: str, data: dict[str, Any], actor: User, seen: str | Collection[str] = ""
) -> Protocol:
    """Set what differs in this practice; cases open from now on follow it. Raises Refused with each field's sentence.

    seen: the `stamp` of `values_of` when it was shown; Conflict where somebody set other values since.
    """
    if not has_role(actor, practice, Role.ADMIN):
        raise Refused("not-an-admin", gettext("Only an admin sets the practice's protocols."))
    rule = parse_rule(protocol_of(code), data)
    held = Practice.objects.select_for_update().get(pk=practice.pk)
    if held.settings.get("protocols", {}).get(code, {}) != rule:
        refuse_overtaken(seen, values_of(protocol_in(held, code)))
    held.settings = {**held.settings, "protocols": {**held.settings.get("protocols", {}), code: rule}}
    held.save(update_fields=["settings"])
    practice.settings = held.settings
    record(verb="protocol.set", actor=actor, practice_id=practice.pk, detail={"protocol": code, **rule})
    return protocol_in(held, code)

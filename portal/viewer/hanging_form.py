"""The form on which a hanging protocol is arranged: the steps in their order, where to start, layouts of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from portal.base.stamp import stamp
from portal.viewer import arrangement


@dataclass(frozen=True)
class Step:
    """One row of the list: the step, how it looks for four views with a prior, whether exams start with it."""

    code: str
    name: str
    rows: list[list[str]]
    start: bool
    own: bool


class HangingForm(forms.Form):
    """Buttons move steps (`move=up:cc`); nothing is kept before `keep` is pressed."""

    seen = forms.CharField(required=False, max_length=40)
    steps = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    start = forms.CharField(required=False, max_length=80)
    layouts = forms.CharField(
        label=gettext_lazy("Layouts of your own"),
        required=False,
        max_length=2000,
        strip=True,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "spellcheck": "false",
                "class": "code",
                "placeholder": gettext_lazy("CC over prior = RCC LCC / RCC-prior LCC-prior"),
            }
        ),
        help_text=format_lazy(
            gettext_lazy(
                "One a line: name = places, rows parted by “/”. Places: {slots}, and “{empty}” for an empty one."
            ),
            slots=", ".join(arrangement.SLOTS),
            empty=arrangement.EMPTY,
        ),
    )

    def clean_layouts(self) -> dict[str, list[list[str]]]:
        """The layouts by name; a line that is none is named."""
        try:
            return arrangement.parsed(self.cleaned_data["layouts"])
        except arrangement.Malformed as error:
            raise forms.ValidationError(str(error)) from error

    def known(self) -> dict[str, tuple[str, list[list[str]], bool]]:
        """Every step that can be ordered: name, rows, whether it is one's own."""
        own = self.cleaned_data.get("layouts") or {}
        standard = {
            code: (gettext(name), arrangement.GRIDS[code], False) for code, name in arrangement.STANDARD.items()
        }
        return standard | {arrangement.code_of(name): (name, rows, True) for name, rows in own.items()}

    def ordered(self) -> list[str]:
        """The steps as sent, moved as the button says, without those that are gone, then the rest."""
        known = self.known()
        order = [code for code in dict.fromkeys(self.cleaned_data.get("steps", "").split(",")) if code in known]
        order += [code for code in known if code not in order]
        way, _, code = self.data.get("move", "").partition(":")
        if code in order and way in ("up", "down"):
            at = order.index(code)
            to = max(0, min(len(order) - 1, at + (1 if way == "down" else -1)))
            order.insert(to, order.pop(at))
        return order

    def rows(self) -> list[Step]:
        """The list as it is shown."""
        known, start = self.known(), self.cleaned_data.get("start", "")
        return [Step(code, *known[code][:2], start=code == start, own=known[code][2]) for code in self.ordered()]

    def protocol(self) -> dict[str, Any]:
        """What is kept of a valid form."""
        start = self.cleaned_data["start"]
        return {
            "steps": self.ordered(),
            "layouts": self.cleaned_data["layouts"],
            **({"start": start} if start in self.known() else {}),
        }


def overtaken(form: HangingForm, protocol: Any) -> HangingForm:
    """The same form with what somebody else kept meanwhile said above it; keeping it again replaces that."""
    theirs = HangingForm(filled(protocol))
    mine = HangingForm({**dict(form.data.items()), "seen": stamp(kept_of(protocol))})
    theirs.full_clean()
    mine.full_clean()
    say = gettext("Somebody else kept another hanging meanwhile: %(steps)s. Keep yours again to replace it.")
    mine.add_error(None, say % {"steps": ", ".join(step.name for step in theirs.rows())})
    return mine


def kept_of(protocol: Any) -> dict[str, Any]:
    """A kept protocol as a stamp is made of it; nothing where exams hang as Overread has it."""
    return protocol if isinstance(protocol, dict) else {}


def filled(protocol: Any) -> dict[str, str]:
    """What the form shows of a kept protocol."""
    kept = kept_of(protocol)
    steps, layouts = kept.get("steps") or [], kept.get("layouts") or {}
    return {
        "seen": stamp(kept_of(protocol)),
        "steps": ",".join(str(one) for one in steps),
        "start": str(kept.get("start") or ""),
        "layouts": arrangement.as_text(layouts),
    }

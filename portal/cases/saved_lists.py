"""Keeping, renaming and removing lists of the worklist under a name. Nobody else sees them, so the trail has none of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from portal.base.errors import Refused
from portal.cases.models import Case, SavedList
from portal.cases.selectors import SORTS
from portal.cases.states import STATES
from portal.cases.tabs import tabs_for
from portal.practices.models import Practice, User
from portal.practices.selectors import roles_of

MOST = 12  # lists that one person keeps in one practice
GONE = gettext_noop("names a {} that is no longer there. Remove it, or keep the list that you see under its name.")


class ListForm(forms.Form):
    """What a list holds; a stored one is held against the same choices when it is shown."""

    tab = forms.ChoiceField(label=gettext_lazy("tab"))
    state = forms.ChoiceField(label=gettext_lazy("state"), choices=[("", ""), *STATES.items()], required=False)
    urgency = forms.ChoiceField(
        label=gettext_lazy("urgency"), choices=[("", ""), *Case.Urgency.choices], required=False
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("order"),
        choices=[("", ""), *((code, words) for code, (words, _) in SORTS.items())],
        required=False,
    )

    def __init__(self, data: Any, *, user: User, practice: Practice) -> None:
        """`data`: codes, as the worklist's address carries them."""
        super().__init__(data)
        tabs = tabs_for(roles_of(user, practice))
        self.fields["tab"].choices = [(each.code, each.title) for each in tabs]  # type: ignore[attr-defined]


def saved_lists(user: User, practice: Practice) -> QuerySet[SavedList]:
    """The lists that `user` keeps in `practice`, by name."""
    return SavedList.objects.filter(user=user, practice=practice)


def wrong_in(saved: SavedList) -> str:
    """A sentence where the list names a tab, a state or an order that is no longer there for its person; else empty."""
    asked = {name: getattr(saved, name) for name in ListForm.base_fields}
    form = ListForm(asked, user=saved.user, practice=saved.practice)
    return f"{saved} {gettext(GONE).format(', '.join(_words(form)))}" if form.errors else ""


def _words(form: ListForm) -> list[str]:
    """What is wrong in the form, as the page calls it."""
    return [str(form.fields[name].label) for name in form.errors]


def address_of(saved: SavedList) -> str:
    """The list as the worklist's address carries it; no patient's data."""
    asked = {name: getattr(saved, name) for name in ListForm.base_fields}
    return urlencode({name: value for name, value in asked.items() if value})


@transaction.atomic
def save_list(*, user: User, practice: Practice, name: str, asked: Any) -> SavedList:
    """Keep what `asked` names (tab, state, urgency, sort) as `name`; the same name again replaces it.

    Raises Refused at the field that is wrong, or where `user` keeps MOST already.
    """
    name = _named(name)
    form = ListForm(asked, user=user, practice=practice)
    if not form.is_valid():
        field = next(iter(form.errors))
        raise Refused.at(
            "name",
            gettext("This %(field)s cannot be kept: choose one that the worklist offers.") % {"field": _words(form)[0]},
            code=field,
        )
    User.objects.select_for_update().get(pk=user.pk)  # two windows at once: the limit holds
    mine = saved_lists(user, practice)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise Refused.at(
            "name",
            gettext("You keep %(MOST)s lists here, which is the most. Remove one first.") % {"MOST": MOST},
            code="too-many",
        )
    return SavedList.objects.update_or_create(user=user, practice=practice, name=name, defaults=form.cleaned_data)[0]


@transaction.atomic
def rename_list(*, saved: SavedList, name: str) -> None:
    """Call it `name`. Raises Refused for no name, or one that another list of the person has."""
    name = _named(name)
    if saved_lists(saved.user, saved.practice).filter(name=name).exclude(pk=saved.pk).exists():
        raise Refused.at(
            "name", gettext("You keep another list as %(name)s. Choose another name.") % {"name": name}, code="taken"
        )
    SavedList.objects.filter(pk=saved.pk).update(name=name)


@transaction.atomic
def open_with(*, saved: SavedList, first: bool) -> None:
    """Let the worklist open with this list, and with no other; or with none."""
    User.objects.select_for_update().get(pk=saved.user_id)
    saved_lists(saved.user, saved.practice).filter(first=True).update(first=False)
    SavedList.objects.filter(pk=saved.pk).update(first=first)


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= 40:
        raise Refused.at("name", gettext("Give the list a name of 1 to 40 characters."), code="unnamed")
    return name

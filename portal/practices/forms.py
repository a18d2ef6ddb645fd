"""Forms of people and practices; their errors stand beside the fields."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from portal.base.language import spoken
from portal.base.stamp import stamp
from portal.practices.models import Practice, Role, User
from portal.practices.options import DATES, MAILS, PROTOCOLS, SHARE_DAYS, SHARING, Options, chosen
from portal.practices.permissions import SCOPES

ROLE_HELP = {
    Role.CLINICIAN: gettext_noop("hands in exams, asks for opinions, sees reports"),
    Role.READER: gettext_noop("radiologist: reads and signs"),
    Role.COORDINATOR: gettext_noop("assigns work, runs batches"),
    Role.ADMIN: gettext_noop("people and settings"),
    Role.AUDITOR: gettext_noop("reads the trail"),
}


class RolesField(forms.MultipleChoiceField):
    """One or more roles, each with what it lets a person do."""

    def __init__(self, **kwargs: Any) -> None:
        """Choices come from the models."""
        choices = [(role.value, format_lazy("{}: {}", role.label, gettext_lazy(ROLE_HELP[role]))) for role in Role]
        messages = {"required": gettext_lazy("Choose at least one role.")}
        super().__init__(
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages=messages,
            label=gettext_lazy("Roles"),
            **kwargs,
        )


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120, required=False)
    roles = RolesField()


class RolesForm(forms.Form):
    """A member's roles."""

    roles = RolesField()


class JoinForm(forms.Form):
    """What an invited person chooses: the name on reads and reports, and a password."""

    name = forms.CharField(
        label=gettext_lazy("Full name"),
        max_length=120,
        help_text=gettext_lazy("As it should stand on reads and reports."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters; a sentence is easier to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """`email`: the invited address, which the password must not resemble."""
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password is checked against the person's own name and address."""
        data = super().clean() or {}
        if data.get("password"):
            try:
                validate_password(data["password"], User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)


class LanguageForm(forms.Form):
    """In which language one reads the portal; each is named in itself."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As the browser asks")), *settings.LANGUAGES],
    )


class MailForm(forms.Form):
    """Which mails one gets."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Mail me when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        """All that there are, those ticked that `user` gets now."""
        super().__init__(data, initial={"wanted": [kind for kind in MAILS if kind not in user.muted]})
        self.fields["wanted"].choices = spoken(MAILS.items())  # type: ignore[attr-defined]


class PasswordForm(PasswordChangeForm):
    """One's own password; the present one is asked for."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Django's form in our words, without taking the focus of the page."""
        super().__init__(user, *args, **kwargs)
        for field, label in (
            ("old_password", gettext("Present password")),
            ("new_password1", gettext("New password")),
            ("new_password2", gettext("New password again")),
        ):
            self.fields[field].label, self.fields[field].help_text = label, ""
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].help_text = gettext(
            "At least 12 characters; a sentence is easier to keep in mind."
        )


class TokenForm(forms.Form):
    """What a token is for, what it opens and for how long."""

    token_name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        help_text=gettext_lazy("For example: night upload from the PACS"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one scope.")},
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        initial=90,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year"))],
    )


class PracticeForm(forms.Form):
    """The practice's name and choices. `seen`: what they were when the page was made."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name of the practice"), max_length=120)
    protocol = forms.ChoiceField(label=gettext_lazy("Protocol of new cases"))
    dates = forms.ChoiceField(
        label=gettext_lazy("Dates in the images"),
        choices=spoken(DATES),
        help_text=gettext_lazy("Applies to images handed in from now on; those filed already stay as they are."),
    )
    density_notice = forms.CharField(
        label=gettext_lazy("Density notice"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Added to reports about dense breasts, where your law asks for such a sentence."),
    )
    sharing = forms.ChoiceField(
        label=gettext_lazy("Who shares a case with a reader of another practice"),
        choices=spoken(SHARING),
        help_text=gettext_lazy(
            "With “Nobody”, what is shared now closes at once and for good: what guests hold goes back, what they have locked "
            "stays."
        ),
    )
    share_days = forms.IntegerField(
        label=gettext_lazy("Longest time for which a case is shared, in days"),
        min_value=SHARE_DAYS[0],
        max_value=SHARE_DAYS[-1],
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        """Filled with what the practice chose before."""
        now = chosen(practice)
        super().__init__(*args, **{"initial": {"seen": stamp(now), **now}, **kwargs})
        self.practice = practice
        self.fields["protocol"].choices = spoken(PROTOCOLS.items())  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Unique over the installation."""
        name: str = self.cleaned_data["name"].strip()
        if Practice.objects.filter(name__iexact=name).exclude(pk=self.practice.pk).exists():
            raise forms.ValidationError(gettext("Another practice has this name. Choose another."))
        return name

    def overtaken(self) -> Self:
        """The same form, with what somebody else stored meanwhile beside each field; keeping it again replaces that."""
        held = Practice.objects.get(pk=self.practice.pk)
        now = chosen(held)
        form = type(self)({**self.cleaned_data, "seen": stamp(now)}, practice=held)
        form.full_clean()
        for name, value in now.items():
            if value != self.cleaned_data[name]:
                words = dict(getattr(form.fields[name], "choices", ())).get(value, value)
                say = gettext("Somebody else stored “%(value)s” meanwhile. Keep the settings again to replace it.")
                form.add_error(name, say % {"value": words})
        return form

    def options(self) -> Options:
        """The choices of a valid form."""
        return Options(**{field.name: self.cleaned_data[field.name] for field in fields(Options)})

"""Forms of people and practices; their errors stand beside the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import validate_password

from portal.practices.models import Practice, Role, User
from portal.practices.options import DATES, PROTOCOLS, Options, options_of
from portal.practices.permissions import SCOPES

ROLE_HELP = {
    Role.CLINICIAN: "hands in exams, asks for opinions, sees reports",
    Role.READER: "radiologist: reads and signs",
    Role.COORDINATOR: "assigns work, runs batches",
    Role.ADMIN: "people and settings",
    Role.AUDITOR: "reads the trail",
}


class RolesField(forms.MultipleChoiceField):
    """One or more roles, each with what it lets a person do."""

    def __init__(self, **kwargs: Any) -> None:
        """Choices come from the models."""
        choices = [(role.value, f"{role.label}: {ROLE_HELP[role]}") for role in Role]
        messages = {"required": "Choose at least one role."}
        super().__init__(
            choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=messages, label="Roles", **kwargs
        )


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label="Full name", max_length=120, required=False)
    roles = RolesField()


class RolesForm(forms.Form):
    """A member's roles."""

    roles = RolesField()


class JoinForm(forms.Form):
    """What an invited person chooses: the name on reads and reports, and a password."""

    name = forms.CharField(label="Full name", max_length=120, help_text="As it should stand on reads and reports.")
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters; a sentence is easier to keep in mind.",
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

    name = forms.CharField(label="Full name", max_length=120)


class PasswordForm(PasswordChangeForm):
    """One's own password; the present one is asked for."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Django's form in our words, without taking the focus of the page."""
        super().__init__(user, *args, **kwargs)
        for field, label in (
            ("old_password", "Present password"),
            ("new_password1", "New password"),
            ("new_password2", "New password again"),
        ):
            self.fields[field].label, self.fields[field].help_text = label, ""
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].help_text = "At least 12 characters; a sentence is easier to keep in mind."


class TokenForm(forms.Form):
    """What a token is for, what it opens and for how long."""

    token_name = forms.CharField(
        label="What is it for?", max_length=80, help_text="For example: night upload from the PACS"
    )
    scopes = forms.MultipleChoiceField(
        label="It may", choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one scope."},
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label="Valid for", coerce=int, initial=90, choices=[(30, "30 days"), (90, "90 days"), (365, "a year")]
    )


class PracticeForm(forms.Form):
    """The practice's name and choices."""

    name = forms.CharField(label="Name of the practice", max_length=120)
    protocol = forms.ChoiceField(label="Protocol of new cases")
    dates = forms.ChoiceField(
        label="Dates in the images",
        choices=DATES,
        help_text="Applies to images handed in from now on; those filed already stay as they are.",
    )
    density_notice = forms.CharField(
        label="Density notice",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Added to reports about dense breasts, where your law asks for such a sentence.",
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        """Filled with what the practice chose before."""
        now = options_of(practice)
        filled = {"name": practice.name, **{key: getattr(now, key) for key in ("protocol", "dates", "density_notice")}}
        super().__init__(*args, **{"initial": filled, **kwargs})
        self.practice = practice
        self.fields["protocol"].choices = list(PROTOCOLS.items())  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Unique over the installation."""
        name: str = self.cleaned_data["name"].strip()
        if Practice.objects.filter(name__iexact=name).exclude(pk=self.practice.pk).exists():
            raise forms.ValidationError("Another practice has this name. Choose another.")
        return name

    def options(self) -> Options:
        """The choices of a valid form."""
        data = self.cleaned_data
        return Options(protocol=data["protocol"], dates=data["dates"], density_notice=data["density_notice"])

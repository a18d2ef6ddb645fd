"""Forms that sign."""

from django import forms
from django.utils.translation import gettext_lazy


class SignForm(forms.Form):
    """The report's text and the password of the person who signs."""

    text = forms.CharField(
        label=gettext_lazy("Report"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 24, "spellcheck": "true", "lang": "en"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password, to sign"),
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    without_pictures = forms.BooleanField(
        label=gettext_lazy("Sign without the key images that are not ready"), required=False, widget=forms.HiddenInput()
    )

    def offer_without(self) -> None:
        """Show the choice to sign without pictures: only where one is missing."""
        self.fields["without_pictures"].widget = forms.CheckboxInput()


class AddendumForm(SignForm):
    """Words to add to a signed report."""

    without_pictures = None  # type: ignore[assignment]

    text = forms.CharField(label=gettext_lazy("Addendum"), max_length=20_000, widget=forms.Textarea({"rows": 8}))

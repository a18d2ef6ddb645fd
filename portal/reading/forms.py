"""Forms that sign."""

from django import forms

from portal.base.errors import Refused


class SignForm(forms.Form):
    """The report's text and the password of the person who signs."""

    text = forms.CharField(label="Report", max_length=20_000, widget=forms.Textarea({"rows": 24, "spellcheck": "true"}))
    password = forms.CharField(
        label="Your password, to sign",
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def add_refused(self, refused: Refused) -> None:
        """Put a refusal beside the field that it is about."""
        named = {name: says for name, says in refused.fields.items() if name in self.fields}
        for name, says in named.items():
            self.add_error(name, says)
            self.fields[name].widget.attrs["autofocus"] = True
        if not named:
            self.add_error(None, refused.say)


class AddendumForm(SignForm):
    """Words to add to a signed report."""

    text = forms.CharField(label="Addendum", max_length=20_000, widget=forms.Textarea({"rows": 8}))

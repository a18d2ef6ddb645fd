"""How sign-in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: members come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: an admin invites."""
        return False

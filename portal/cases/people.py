"""The person behind a request that a guard has already let in."""

from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request

from portal.practices.models import User


def user_of(request: HttpRequest | Request) -> User:
    """The signed-in user; call it only behind `role_required` or `IsMember`."""
    return cast(User, request.user)

"""How the OpenAPI description names our bearer tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class BearerTokens(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer TOKEN`."""

    target_class = "portal.practices.tokens.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The security scheme's object in the description."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made on the account page or by `manage.py token EMAIL --scopes ...`.",
        }

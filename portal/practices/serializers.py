"""People and practices as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portal.practices.models import Role, User


class PracticeSerializer(serializers.Serializer[Any]):
    """A practice that the caller belongs to."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices), help_text="The caller's own roles in it."
    )
    active = serializers.BooleanField(help_text="Whether this request works in it (header Overread-Practice).")


class MeSerializer(serializers.Serializer[Any]):
    """The caller."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    practices = PracticeSerializer(many=True)


class RolesSerializer(serializers.Serializer[Any]):
    """The roles that a member shall hold."""

    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), allow_empty=False)


class MemberSerializer(serializers.ModelSerializer[User]):
    """A member and the roles held in the active practice."""

    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "roles", "last_login"]

    def get_roles(self, member: User) -> list[str]:
        """As `members_of` fetched them."""
        return [membership.role for membership in member.here]  # type: ignore[attr-defined]

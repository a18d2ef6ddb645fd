"""REST: who am I, my practices, the members of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.practices.guards import visible_or_404
from portal.practices.models import Role, User
from portal.practices.people import members_of
from portal.practices.permissions import ANY, HasRole
from portal.practices.selectors import active_practice, practices_of, roles_of
from portal.practices.serializers import MemberSerializer, MeSerializer, PracticeSerializer, RolesSerializer
from portal.practices.services.people import remove_member, set_roles


def _practices(request: Request) -> list[dict[str, Any]]:
    active = active_practice(request)
    return [
        {"id": one.pk, "name": one.name, "roles": sorted(roles_of(request.user, one)), "active": one == active}
        for one in practices_of(request.user)
    ]


class Me(APIView):
    """The caller; any token may ask."""

    scope = ANY

    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request: Request) -> Response:
        """Who the token or the session stands for, and in which practices."""
        user = request.user
        me = {"id": user.pk, "email": user.email, "name": user.name, "practices": _practices(request)}  # type: ignore[union-attr]
        return Response(MeSerializer(me).data)


class Practices(APIView):
    """The caller's practices; any token may ask."""

    scope = ANY

    @extend_schema(responses=PracticeSerializer(many=True), operation_id="practices")
    def get(self, request: Request) -> Response:
        """All of them, by name."""
        return Response(PracticeSerializer(_practices(request), many=True).data)


class MemberViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[User]):
    """Members of the active practice, for its admins. New ones come by invitation, from the members page."""

    permission_classes = [HasRole]
    roles = (Role.ADMIN,)
    scope = "members"
    serializer_class = MemberSerializer
    queryset = User.objects.none()
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[User]:
        """Users with a role in the active practice."""
        return members_of(active_practice(self.request))

    def get_object(self) -> User:
        """The member, or a 404 that the trail records."""
        return visible_or_404(self.get_queryset(), self.request.user, pk=self.kwargs["pk"])

    @extend_schema(request=RolesSerializer, responses=MemberSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Set a member's roles (PUT); 409 when the practice would be left without an admin."""
        asked = RolesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        roles = asked.validated_data["roles"]
        set_roles(user=self.get_object(), practice=active_practice(request), roles=roles, actor=request.user)  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a member; 409 for the last admin."""
        remove_member(user=self.get_object(), practice=active_practice(request), actor=request.user)  # type: ignore[arg-type]
        return Response(status=204)

"""REST: showing a case to a reader of another practice, and taking that back."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.models import Case, Share
from portal.cases.people import user_of
from portal.cases.sharing import share, shares_of
from portal.practices.guards import visible_or_404
from portal.reading.services.leave import end_share


class ShareSerializer(serializers.ModelSerializer[Share]):
    """One invitation. `name` and `guest_of` are told once the guest has opened the case, never before."""

    name = serializers.SerializerMethodField()
    guest_of = serializers.SerializerMethodField()
    shared_by = serializers.CharField(source="shared_by.name", read_only=True)

    class Meta:
        model = Share
        fields = (
            "id", "address", "purpose", "shared_by", "shared_at", "ends_at", "opened_at", "withdrawn_at", "name", "guest_of",
        )  # fmt: skip
        read_only_fields = fields

    def get_name(self, share: Share) -> str | None:
        """Null before the guest has come."""
        return share.guest.name if share.opened_at and share.guest else None

    def get_guest_of(self, share: Share) -> str | None:
        """The guest's own practice; null before the guest has come."""
        return share.home.name if share.opened_at and share.home else None


class ShareRequestSerializer(serializers.Serializer[Any]):
    """To whom (an e-mail address or a guest code), what for, until when."""

    to = serializers.CharField(max_length=254)
    purpose = serializers.ChoiceField(choices=Share.Purpose.choices, default=Share.Purpose.READ)
    ends_at = serializers.DateTimeField()


class OwnCaseView(APIView):
    """A view of a case of the person's own practices; to its guests it is not there."""

    scope = "cases"

    def shares(self, pk: object) -> tuple[Case, QuerySet[Share]]:
        """The case, or a 404 that the trail records; and to whom it was shown."""
        cases = Case.objects.of_own_practices(self.request.user).select_related("exam", "practice")
        case = visible_or_404(cases, self.request.user, pk=pk)
        return case, shares_of(case)


class SharesView(OwnCaseView):
    """To whom a case is shown, newest first; POST adds one, and answers alike whether or not there is such a reader."""

    @extend_schema(responses=ShareSerializer(many=True))
    def get(self, request: Request, pk: object) -> Response:
        """All of them, those that are over too."""
        return Response(ShareSerializer(self.shares(pk)[1], many=True).data)

    @extend_schema(request=ShareRequestSerializer, responses={201: ShareSerializer})
    def post(self, request: Request, pk: object) -> Response:
        """Show it."""
        case, _ = self.shares(pk)
        asked = ShareRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = share(case=case, actor=user_of(request), **asked.validated_data)
        return Response(ShareSerializer(made).data, status=status.HTTP_201_CREATED)


class WithdrawShareView(OwnCaseView):
    """POST closes the case to its guest at once."""

    @extend_schema(request=None, responses=ShareSerializer)
    def post(self, request: Request, pk: object, share: object) -> Response:
        """Withdraw."""
        named = visible_or_404(self.shares(pk)[1], request.user, pk=share)
        end_share(share=named, actor=user_of(request))
        return Response(ShareSerializer(named).data)

"""REST: taking a case and giving it back."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.claims import claim, release
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.practices.models import User


class PlaceSerializer(serializers.Serializer[object]):
    """The place that was taken."""

    place = serializers.CharField()
    claim_until = serializers.DateTimeField(allow_null=True, help_text="Lapses then unless a draft is saved.")


class ReleaseSerializer(serializers.Serializer[object]):
    """Whose claim to release: one's own when left out, anybody's for a coordinator."""

    member = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False, default=None)


def case_or_404(request: Request, pk: object) -> Case:
    """The case among those that the person may see."""
    return visible_or_404(Case.objects.visible_to(request.user), request.user, pk=pk)


class ClaimView(APIView):
    """POST takes the first free place at the case; 409 names who has it."""

    scope = "cases"

    @extend_schema(request=None, responses=PlaceSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Claim."""
        place = claim(case=case_or_404(request, pk), user=user_of(request))
        return Response(PlaceSerializer(place).data)


class ReleaseView(APIView):
    """POST gives the case back to the pool; the draft stays with its reader."""

    scope = "cases"

    @extend_schema(request=ReleaseSerializer, responses={204: None})
    def post(self, request: Request, pk: object) -> Response:
        """Release."""
        asked = ReleaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        member = asked.validated_data["member"]
        release(case=case_or_404(request, pk), actor=user_of(request), member=member)
        return Response(status=status.HTTP_204_NO_CONTENT)

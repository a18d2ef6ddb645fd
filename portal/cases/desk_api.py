"""REST: giving out cases, sending them back, and the readers as a coordinator sees them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases import desk
from portal.cases.incomplete import WHY, await_prior, go_on, send_back
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.priors import set_prior
from portal.cases.readers import reader_rows
from portal.cases.serializers import CaseSerializer, PriorSerializer, SetPriorSerializer
from portal.exams.models import Exam
from portal.exams.selectors import SCREENING
from portal.practices.guards import visible_or_404
from portal.practices.models import User
from portal.practices.permissions import HasRole
from portal.practices.selectors import active_practice


class AssignSerializer(serializers.Serializer[Any]):
    """To whom, and from whom where somebody has it."""

    reader = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    holder = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), required=False, allow_null=True, default=None
    )


class SendBackSerializer(serializers.Serializer[Any]):
    """Which of the four screening views, and why."""

    views = serializers.ListField(child=serializers.ChoiceField(choices=list(SCREENING)), min_length=1, max_length=4)
    why = serializers.ChoiceField(choices=list(WHY), default="missing")


class PauseSerializer(serializers.Serializer[Any]):
    """Whether the reader pauses."""

    pauses = serializers.BooleanField()


class ReaderSerializer(serializers.Serializer[Any]):
    """A reader and their work."""

    id = serializers.UUIDField(source="reader.pk")
    name = serializers.CharField(source="reader.name")
    held = serializers.IntegerField(help_text="Undone places at open cases.")
    late = serializers.IntegerField(help_text="Of those, past their due time.")
    done = serializers.IntegerField(help_text="Places done within seven days.")
    pauses = serializers.DateTimeField(allow_null=True, help_text="Since when.")


class GivenSerializer(serializers.Serializer[Any]):
    """What balancing did."""

    given = serializers.IntegerField()
    left = serializers.IntegerField()


def case_of(request: Request, pk: object) -> Case:
    """The case with its state, among those that the person may see."""
    cases = Case.objects.visible_to(request.user).with_state().select_related("exam__patient", "opened_by", "practice")
    return visible_or_404(cases, request.user, pk=pk)


class CaseStep(APIView):
    """A step that answers with the case as it is afterwards."""

    scope = "cases"

    def answer(self, request: Request, pk: object) -> Response:
        """The case again."""
        return Response(CaseSerializer(case_of(request, pk)).data)


class AssignView(CaseStep):
    """POST gives the case to a reader, or takes it from `holder` to them; coordinators only."""

    @extend_schema(request=AssignSerializer, responses=CaseSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Assign or reassign."""
        case = case_of(request, pk)
        asked = AssignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reader, holder = asked.validated_data["reader"], asked.validated_data["holder"]
        if holder is None:
            desk.assign(case=case, reader=reader, actor=user_of(request))
        else:
            desk.reassign(case=case, holder=holder, reader=reader, actor=user_of(request))
        return self.answer(request, pk)


class SendBackView(CaseStep):
    """POST sends the case back for views; it goes on by itself when images of them are filed."""

    @extend_schema(request=SendBackSerializer, responses=CaseSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Send back."""
        case = case_of(request, pk)
        asked = SendBackSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        send_back(case=case, actor=user_of(request), **asked.validated_data)
        return self.answer(request, pk)


class GoOnView(CaseStep):
    """POST goes on without the views that are wanting."""

    @extend_schema(request=None, responses=CaseSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Go on."""
        go_on(case=case_of(request, pk), actor=user_of(request))
        return self.answer(request, pk)


class AwaitPriorView(CaseStep):
    """POST lets the case wait for an earlier exam; one that is filed from now on answers."""

    @extend_schema(request=None, responses=CaseSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Wait."""
        await_prior(case=case_of(request, pk), actor=user_of(request))
        return self.answer(request, pk)


class PriorsView(APIView):
    """The patient's earlier exams, newest first; POST attaches one to the case or takes it off."""

    scope = "cases"

    def _answer(self, request: Request, case: Case) -> Response:
        detached = set(case.detached.values_list("pk", flat=True))
        found = [{"pk": each.pk, "study_date": each.study_date, "attached": each.pk not in detached}
                 for each in Exam.objects.visible_to(request.user).earlier_than(case.exam)]  # fmt: skip
        return Response(PriorSerializer(found, many=True).data)

    @extend_schema(responses=PriorSerializer(many=True))
    def get(self, request: Request, pk: object) -> Response:
        """All of them."""
        return self._answer(request, case_of(request, pk))

    @extend_schema(request=SetPriorSerializer, responses=PriorSerializer(many=True))
    def post(self, request: Request, pk: object) -> Response:
        """Attach or detach one."""
        case = case_of(request, pk)
        asked = SetPriorSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=asked.validated_data["exam"])
        set_prior(case=case, exam=exam, actor=user_of(request), attached=asked.validated_data["attached"])
        return self._answer(request, case)


class ReadersView(APIView):
    """The readers of the active practice and what they hold."""

    scope = "cases"
    permission_classes = (HasRole,)
    roles = ("coordinator",)

    @extend_schema(responses=ReaderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All of them."""
        return Response(ReaderSerializer(reader_rows(active_practice(request))["readers"], many=True).data)


class BalanceView(ReadersView):
    """POST gives the pool's free places to those who hold least."""

    http_method_names = ["post"]

    @extend_schema(request=None, responses=GivenSerializer)
    def post(self, request: Request) -> Response:
        """Balance."""
        given, left = desk.balance(practice=active_practice(request), actor=user_of(request))
        return Response({"given": given, "left": left})


class PauseView(APIView):
    """POST lets a reader pause, or ends it."""

    scope = "cases"
    permission_classes = (HasRole,)
    roles = ("coordinator",)

    @extend_schema(request=PauseSerializer, responses=PauseSerializer)
    def post(self, request: Request, pk: object) -> Response:
        """Pause or go on."""
        practice = active_practice(request)
        people = User.objects.filter(memberships__practice=practice).distinct()
        reader = visible_or_404(people, request.user, pk=pk)
        asked = PauseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        desk.set_pause(practice=practice, reader=reader, actor=user_of(request), **asked.validated_data)
        return Response(asked.data)

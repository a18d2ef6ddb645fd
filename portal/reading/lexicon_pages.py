"""Pages and REST: the words of the read form, each version on one screen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.practices.guards import role_required
from portal.reading.lexicon import CURRENT, LEXICONS, Lexicon, spoken

LISTS = (
    (gettext_noop("Density"), "density"),
    (gettext_noop("Category of a breast"), "categories"),
    (gettext_noop("Quadrant"), "quadrants"),
    (gettext_noop("Depth"), "depths"),
    (gettext_noop("Goes along"), "features"),
    (gettext_noop("Comparison of the exam"), "comparison"),
    (gettext_noop("Change of a finding"), "changes"),
    (gettext_noop("Next step"), "management"),
    (gettext_noop("How sure"), "confidence"),
)


@require_GET
@role_required("clinician", "reader", "coordinator", "admin", "auditor")
def show_lexicon(request: HttpRequest, code: str = CURRENT.code) -> HttpResponse:
    """One version in words, and the names of the others."""
    words = spoken(_known(code))
    lists = [(gettext(title), words[name].items()) for title, name in LISTS if words[name]]
    words["kinds"] = [_kind(each, words["words"]) for each in words["kinds"].values()]
    context = {"lexicon": words, "lists": lists, "versions": reversed(LEXICONS), "current": CURRENT.code}
    return render(request, "reading/lexicon.html", context)


def _kind(kind: dict[str, Any], said: dict[str, str]) -> tuple[str, list[tuple[str, list[str]]]]:
    """A kind's title, and each descriptor's name with its words."""
    descriptors = kind["descriptors"].items()
    return kind["title"], [(said[name], [said[each] for each in values]) for name, values in descriptors]


def _known(code: str) -> Lexicon:
    try:
        return LEXICONS[code]
    except KeyError:
        raise Http404(gettext("There is no lexicon of this name.")) from None


class LexiconSerializer(serializers.Serializer[Any]):
    """A version of the words: a sentence or name by its code. What a version does not ask is empty."""

    code = serializers.CharField()
    says = serializers.CharField()
    current = serializers.SerializerMethodField()
    density = serializers.DictField(child=serializers.CharField())
    categories = serializers.DictField(child=serializers.CharField())
    management = serializers.DictField(child=serializers.CharField())
    comparison = serializers.DictField(child=serializers.CharField())
    confidence = serializers.DictField(child=serializers.CharField())
    quadrants = serializers.DictField(child=serializers.CharField())
    sides = serializers.DictField(child=serializers.CharField())
    depths = serializers.DictField(child=serializers.CharField())
    hours = serializers.ListField(child=serializers.IntegerField())
    features = serializers.DictField(child=serializers.CharField())
    changes = serializers.DictField(child=serializers.CharField())
    kinds = serializers.SerializerMethodField()

    def get_current(self, words: Lexicon) -> bool:
        """Whether a read that is begun now is made with it."""
        return words is CURRENT

    def get_kinds(self, words: Lexicon) -> dict[str, Any]:
        """`{kind: {"title", "descriptors": {name: [word]}}}`."""
        kinds: dict[str, Any] = words.as_json()["kinds"]
        return kinds


class LexiconList(APIView):
    """Every version, oldest first; there are few, so that they come in one page."""

    scope = "reads"

    @extend_schema(responses=LexiconSerializer(many=True), operation_id="lexicons_list")
    def get(self, request: Request) -> Response:
        """The versions."""
        return Response(LexiconSerializer(list(LEXICONS.values()), many=True).data)


class LexiconDetail(APIView):
    """One version."""

    scope = "reads"

    @extend_schema(responses=LexiconSerializer, operation_id="lexicons_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """Its words."""
        return Response(LexiconSerializer(_known(code)).data)

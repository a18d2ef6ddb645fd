"""Pages and REST: the protocols in words, and what an admin sets of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import parse_etags
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.base.errors import Conflict, Refused
from portal.base.language import spoken
from portal.base.stamp import stamp
from portal.cases.people import user_of
from portal.cases.places import BRIEF_WAYS, WAYS
from portal.cases.protocol_rules import DIFFERENCES, adjustable, difference, in_words, set_protocol, values_of
from portal.cases.protocols import PROTOCOLS, SECOND_READER, Protocol, protocol_in
from portal.practices.guards import role_required
from portal.practices.models import Practice
from portal.practices.selectors import active_practice, has_role

NUMBERS = {
    "category_step": (gettext_noop("Steps between discordant categories"), 1, 6),
    "double_from": (gettext_noop("Second reader from score band"), 1, 10),
    "marks_from": (gettext_noop("Marks shown from score band"), 1, 10),
}


@require_GET
@role_required("clinician", "reader", "coordinator", "admin")
def protocols(request: HttpRequest) -> HttpResponse:
    """Each protocol in words, as this practice has set it."""
    return _page(request)


@require_POST
@role_required("admin")
def change_protocol(request: HttpRequest, code: str) -> HttpResponse:
    """Set what a practice may set of one protocol."""
    practice, typed = active_practice(request), _typed(code, request.POST)
    seen = request.POST.get("seen", "")[:64]
    try:
        changed = set_protocol(practice=practice, code=code, data=typed, actor=user_of(request), seen=seen)
    except Refused as refused:
        return _page(request, Wrong(code, typed, refused))
    messages.success(
        request,
        gettext("%(changed_title)s: cases open from now on follow this.") % {"changed_title": gettext(changed.title)},
    )
    return redirect("protocols")


@dataclass(frozen=True)
class Wrong:
    """What was sent for one protocol, and why it was not kept."""

    code: str
    typed: dict[str, Any]
    refused: Refused

    @property
    def status(self) -> int:
        """Of the page that shows it."""
        return 409 if isinstance(self.refused, Conflict) else 400


def _page(request: HttpRequest, wrong: Wrong | None = None) -> HttpResponse:
    practice = Practice.objects.get(pk=active_practice(request).pk) if wrong else active_practice(request)
    shown = [_shown(protocol_in(practice, code), wrong if wrong and wrong.code == code else None) for code in PROTOCOLS]
    context = {
        "shown": shown,
        "default": practice.settings.get("protocol", SECOND_READER.code),
        "may_set": has_role(request.user, practice, "admin"),
        "unknown": wrong.refused.say if wrong and wrong.code not in PROTOCOLS else "",
    }
    return render(request, "cases/protocols.html", context, status=wrong.status if wrong else 200)


def _shown(protocol: Protocol, wrong: Wrong | None) -> dict[str, Any]:
    stored = values_of(protocol)
    values, says = {**stored, **(wrong.typed if wrong else {})}, wrong.refused.fields if wrong else {}
    numbers = [
        {"name": name, "label": gettext(label), "value": values[name], "low": low, "high": high, "says": says.get(name)}
        for name, (label, low, high) in NUMBERS.items()
        if name in stored
    ]
    counts = [(name, difference(name, protocol), name in values["discordance"]) for name in DIFFERENCES]
    return {
        "protocol": protocol, "sentences": in_words(protocol), "numbers": numbers, "counts": counts, "wrong": wrong,
        "settled_by": values["settled_by"], "says": says, "seen": stamp(stored), "ways": spoken(BRIEF_WAYS.items()),
    }  # fmt: skip


def _typed(code: str, posted: QueryDict) -> dict[str, Any]:
    """What the form sent, numbers as numbers; what is no number stays as typed and is refused by its rule."""
    names = adjustable(PROTOCOLS[code]) if code in PROTOCOLS else ()
    data: dict[str, Any] = {"discordance": posted.getlist("discordance")}
    if "settled_by" in posted:
        data["settled_by"] = posted["settled_by"]
    for name in names:
        if name in NUMBERS and name in posted:
            typed = str(posted[name]).strip()
            data[name] = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else typed
    return data


class ProtocolSerializer(serializers.Serializer[Any]):
    """A protocol as the practice has set it."""

    code = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    places = serializers.ListField(child=serializers.CharField())
    blind = serializers.BooleanField()
    ordered = serializers.BooleanField()
    double_from = serializers.IntegerField(allow_null=True)
    marks_from = serializers.IntegerField(allow_null=True)
    category_step = serializers.IntegerField()
    discordance = serializers.ListField(child=serializers.ChoiceField(choices=list(DIFFERENCES)))
    settled_by = serializers.ChoiceField(choices=list(WAYS))
    in_words = serializers.SerializerMethodField()

    def get_in_words(self, protocol: Protocol) -> list[str]:
        """The same, as sentences."""
        return in_words(protocol)


class ProtocolList(APIView):
    """Every protocol, with the numbers of the active practice."""

    scope = "cases"

    @extend_schema(responses=ProtocolSerializer(many=True), operation_id="protocols_list")
    def get(self, request: Request) -> Response:
        """All of them."""
        practice = active_practice(request)
        return Response(ProtocolSerializer([protocol_in(practice, code) for code in PROTOCOLS], many=True).data)


class ProtocolDetail(APIView):
    """One protocol; PUT takes `{"discordance": [...], "category_step": 2, ...}` from an admin of the practice."""

    scope = "cases"

    @extend_schema(responses=ProtocolSerializer)
    def get(self, request: Request, code: str) -> Response:
        """One. Its ETag, sent back as If-Match, keeps a PUT from undoing what another admin set meanwhile."""
        return _told(protocol_in(active_practice(request), code))

    @extend_schema(request=ProtocolSerializer, responses=ProtocolSerializer)
    def put(self, request: Request, code: str) -> Response:
        """Set it; what is left out is as the protocol comes."""
        practice = active_practice(request)
        sent = request.data if isinstance(request.data, dict) else {}
        header = request.headers.get("If-Match", "").strip()
        tags = parse_etags(header) or [header]  # one without its quotes still says what was seen
        seen = [] if tags == ["*"] else [tag.removeprefix("W/").strip('"') for tag in tags]
        return _told(set_protocol(practice=practice, code=code, data=dict(sent), actor=user_of(request), seen=seen))


def _told(protocol: Protocol) -> Response:
    return Response(ProtocolSerializer(protocol).data, headers={"ETag": f'"{stamp(values_of(protocol))}"'})

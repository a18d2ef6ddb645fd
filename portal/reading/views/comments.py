"""Pages: writing a comment on a case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.base.errors import Refused
from portal.base.ids import as_uuid
from portal.cases.people import user_of
from portal.reading.comments import NOBODY, people_for, write_comment
from portal.reading.views.case import case_or_404, members, refused_on


@require_POST
@members
def comment_on_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Keep the comment, or say why not."""
    case = case_or_404(request, pk)
    people = people_for(case, user_of(request))
    named = [each for each in map(as_uuid, request.POST.getlist("mentions")[:50]) if each]
    wanted = as_uuid(request.POST.get("to", ""))
    to = people.filter(pk=wanted).first() if wanted else None
    try:
        if wanted and to is None:  # never to everybody what was meant for one
            raise Refused.at("to", gettext(NOBODY))
        write_comment(
            case=case, actor=user_of(request), text=request.POST.get("text", ""), to=to,
            mentions=people.filter(pk__in=named),
        )  # fmt: skip
    except Refused as refused:
        return refused_on(request, case, "comment", refused)
    return redirect(f"{reverse('case', args=[case.pk])}#comments")

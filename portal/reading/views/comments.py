"""Pages: writing a comment on a case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.base.errors import Refused
from portal.base.ids import as_uuid
from portal.cases.people import user_of
from portal.reading.comments import addressed, write_comment
from portal.reading.views.case import case_or_404, members, refused_on


@require_POST
@members
def comment_on_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Keep the comment, or say why not."""
    case = case_or_404(request, pk)
    user, wanted = user_of(request), as_uuid(request.POST.get("to", ""))
    named = [each for each in map(as_uuid, request.POST.getlist("mentions")) if each]
    try:
        to, mentions = addressed(case, user, wanted, named)
        write_comment(case=case, actor=user, text=request.POST.get("text", ""), to=to, mentions=mentions)
    except Refused as refused:
        return refused_on(request, case, "comment", refused)
    return redirect(f"{reverse('case', args=[case.pk])}#comments")

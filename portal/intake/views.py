"""The page for handing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.intake.services import HANDS_IN
from portal.practices.guards import role_required


@require_GET
@role_required(*HANDS_IN)
def upload_page(request: HttpRequest) -> HttpResponse:
    """A place to drop files; the script behind it opens the submission with the first of them."""
    return render(request, "intake/upload.html", {"limit": settings.UPLOAD_LIMIT // 1024**2})

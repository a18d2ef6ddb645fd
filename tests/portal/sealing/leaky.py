"""The portal's routes and some that leak, each in its own way: the known-bad of the walk."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import path

from portal.analysis.models import ImageResult, Run
from portal.urls import handler400, handler500
from portal.urls import urlpatterns as portal_routes

__all__ = ["handler400", "handler500"]


def _runs(request):
    return Run.objects.visible_to(request.user)


def _run(request):
    """That of a case that nobody has taken."""
    return _runs(request).get(exam__cases__protocol="second-reader", exam__cases__reads=None)


@login_required
def in_body(request):
    """A score among other words."""
    return HttpResponse(f"Exams of today: {[run.exam_score for run in _runs(request)]}")


@login_required
def in_header(request):
    """An ETag that depends on what was found; the page is the same."""
    return HttpResponse("Nothing to see.", headers={"ETag": f'"{hash(_run(request).exam_score) % 997}"'})


@login_required
def in_length(request):
    """A page that is longer the higher the band."""
    return HttpResponse(b" " * _run(request).score_band)


@login_required
def in_order(request):
    """Exams, the most suspicious first."""
    return HttpResponse(" ".join(str(run.exam_id) for run in _runs(request).order_by("-exam_score")))


@login_required
def in_redirect(request):
    """Somewhere else for a high score."""
    return HttpResponseRedirect("/high/" if _run(request).exam_score > 0.5 else "/low/")


@login_required
def in_picture(request):
    """The saliency map under another address."""
    found = ImageResult.objects.filter(run=_run(request)).order_by("pk").first()
    return FileResponse(default_storage.open(found.saliency_key), content_type="image/png")


@login_required
def in_work(request):
    """One query more for a high score."""
    if _run(request).exam_score > 0.5:
        _runs(request).count()
    return HttpResponse("Nothing to see.")


LEAKS = (in_body, in_header, in_length, in_order, in_redirect, in_picture, in_work)
urlpatterns = [*portal_routes, *(path(f"leak/{view.__name__}/", view, name=view.__name__) for view in LEAKS)]

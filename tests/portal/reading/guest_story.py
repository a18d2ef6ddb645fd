"""A case that a practice shows to a guest, and every address under which the guest sees it."""

from datetime import timedelta

from django.utils import timezone

from portal.cases.sharing import share
from tests.portal.cases.story import a_case, a_run, an_exam

SOON = timedelta(days=7)


def a_case_to_share(cast):
    """A case of a woman with a prior and one that was taken off, in a practice whose clinicians share."""
    cast.northside.settings = {"sharing": "clinician"}
    cast.northside.save(update_fields=["settings"])
    today = timezone.localdate()
    prior = an_exam(cast.northside, cast.alice, study_date=today - timedelta(days=700))
    other = an_exam(cast.northside, cast.alice, study_date=today - timedelta(days=1400))
    exam = an_exam(cast.northside, cast.alice, study_date=today)
    a_run(prior)
    a_run(exam)
    return a_case(exam, cast.alice, without=(other,))


def shared(cast, case, purpose="read", to="charlie@example.org"):
    return share(case=case, actor=cast.alice, to=to, purpose=purpose, ends_at=timezone.now() + SOON)


def addresses(case):
    image, run = case.exam.images.first(), case.exam.runs.first()
    uids = f"{case.exam.study_uid}/series/{image.series_uid}/instances/{image.sop_uid}"
    return [
        f"/cases/{case.pk}/", f"/cases/{case.pk}/view/", f"/exams/{case.exam_id}/", f"/exams/{case.exam_id}/view/",
        f"/exams/{case.exam_id}/images/", f"/exams/{case.exam_id}/run/", f"/api/v1/cases/{case.pk}/",
        f"/api/v1/cases/{case.pk}/manifest/", f"/api/v1/cases/{case.pk}/comments/", f"/api/v1/cases/{case.pk}/priors/",
        f"/api/v1/exams/{case.exam_id}/", f"/api/v1/exams/{case.exam_id}/images/", f"/api/v1/exams/{case.exam_id}/manifest/",
        f"/api/v1/exams/{case.exam_id}/outcomes/", f"/api/v1/runs/{run.pk}/",
        f"/dicomweb/studies/{case.exam.study_uid}/metadata", f"/dicomweb/studies/{uids}/metadata",
    ]  # fmt: skip

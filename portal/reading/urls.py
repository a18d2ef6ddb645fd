"""Pages of the reading app."""

from django.urls import path

from portal.reading.views import case, comments, figures, outcomes, report

urlpatterns = [
    path("cases/<uuid:pk>/", case.show_case, name="case"),
    path("cases/<uuid:pk>/read/", case.read_case, name="case-read"),
    path("cases/<uuid:pk>/release/", case.release_case, name="case-release"),
    path("cases/<uuid:pk>/comments/", comments.comment_on_case, name="case-comment"),
    path("cases/<uuid:pk>/outcome/", outcomes.enter_outcome, name="case-outcome"),
    path("outcomes/", outcomes.import_outcomes, name="outcomes"),
    path("effect/", figures.effect, name="effect"),
    path("training-set/", figures.training_set, name="training-set"),
    path("cases/<uuid:pk>/report/", report.write_report, name="report-write"),
    path("reads/<uuid:pk>/panel/", case.read_panel, name="read-panel"),
    path("reports/<uuid:pk>/", report.show_report, name="report"),
    path("reports/<uuid:pk>/pdf/", report.report_pdf, name="report-pdf"),
    path("reports/<uuid:pk>/addendum/", report.add_to_report, name="report-addendum"),
]

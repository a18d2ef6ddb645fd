"""Pages of the reading app."""

from django.urls import path

from portal.reading import lexicon_pages
from portal.reading.views import case, comments, figures, hand_over, meeting_cases, meetings, outcomes, report, shares

urlpatterns = [
    path("cases/<uuid:pk>/", case.show_case, name="case"),
    path("cases/<uuid:pk>/withdraw/", case.withdraw_case, name="case-withdraw"),
    path("cases/<uuid:pk>/read/", case.read_case, name="case-read"),
    path("cases/<uuid:pk>/release/", case.release_case, name="case-release"),
    path("cases/<uuid:pk>/comments/", comments.comment_on_case, name="case-comment"),
    path("cases/<uuid:pk>/assign/", hand_over.assign_case, name="case-assign"),
    path("cases/<uuid:pk>/send-back/", hand_over.send_back_case, name="case-send-back"),
    path("cases/<uuid:pk>/share/", shares.share_case, name="case-share"),
    path("cases/<uuid:pk>/shares/<uuid:share>/withdraw/", shares.withdraw_from_guest, name="case-share-withdraw"),
    path("cases/<uuid:pk>/outcome/", outcomes.enter_outcome, name="case-outcome"),
    path("outcomes/", outcomes.import_outcomes, name="outcomes"),
    path("outcomes/template.csv", outcomes.outcome_template, name="outcomes-template"),
    path("outcomes/tables/<uuid:pk>/", outcomes.outcome_table, name="outcome-table"),
    path("effect/", figures.effect, name="effect"),
    path("training-set/", figures.training_set, name="training-set"),
    path("meetings/", meetings.list_meetings, name="meetings"),
    path("meetings/new/", meetings.new_meeting, name="meeting-new"),
    path("meetings/<uuid:pk>/", meetings.show_meeting, name="meeting"),
    path("meetings/<uuid:pk>/seats/", meetings.seat_meeting, name="meeting-seats"),
    path("meetings/<uuid:pk>/agenda/", meetings.extend_agenda, name="meeting-agenda"),
    path("meetings/<uuid:pk>/next/", meeting_cases.open_next, name="meeting-next"),
    path("meetings/<uuid:pk>/close/", meetings.end_meeting, name="meeting-close"),
    path("meetings/<uuid:pk>/cases/<uuid:case>/open/", meeting_cases.open_case_of, name="meeting-open"),
    path("meetings/<uuid:pk>/cases/<uuid:case>/off/", meeting_cases.case_off, name="meeting-off"),
    path("meetings/<uuid:pk>/cases/<uuid:case>/not-agreed/", meeting_cases.case_not_agreed, name="meeting-not-agreed"),
    path("meetings/<uuid:pk>/cases/<uuid:case>/minutes/", meeting_cases.minutes_of_case, name="meeting-minutes"),
    path("lexicons/", lexicon_pages.show_lexicon, name="lexicons"),
    path("lexicons/<slug:code>/", lexicon_pages.show_lexicon, name="lexicon"),
    path("cases/<uuid:pk>/report/", report.write_report, name="report-write"),
    path("reads/<uuid:pk>/panel/", case.read_panel, name="read-panel"),
    path("reports/<uuid:pk>/", report.show_report, name="report"),
    path("reports/<uuid:pk>/pdf/", report.report_pdf, name="report-pdf"),
    path("reports/<uuid:pk>/pictures/<int:number>/", report.report_picture, name="report-picture"),
    path("reports/<uuid:pk>/addendum/", report.add_to_report, name="report-addendum"),
]

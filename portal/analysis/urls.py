"""Pages of the analysis app."""

from django.urls import path

from portal.analysis import views

urlpatterns = [
    path("exams/<uuid:exam_id>/run/", views.run_progress, name="run-progress"),
    path("exams/<uuid:exam_id>/run/ask/", views.ask, name="run-ask"),
    path("runs/<uuid:run_id>/retry/", views.retry, name="run-retry"),
    path("releases/<int:pk>/", views.release_card, name="release"),
]

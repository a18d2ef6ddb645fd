"""Pages of the viewer app."""

from django.urls import path

from portal.viewer import views

urlpatterns = [
    path("cases/<uuid:pk>/view/", views.view_case, name="case-view"),
    path("exams/<uuid:pk>/view/", views.view_exam, name="exam-view"),
]

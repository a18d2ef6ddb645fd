"""Pages of the viewer app."""

from django.urls import path

from portal.viewer import views, views_hanging

urlpatterns = [
    path("cases/<uuid:pk>/view/", views.view_case, name="case-view"),
    path("exams/<uuid:pk>/view/", views.view_exam, name="exam-view"),
    path("account/hanging/", views_hanging.own_hanging, name="own-hanging"),
    path("account/display/", views.display, name="display"),
    path("practice/hanging/", views_hanging.practice_hanging, name="practice-hanging"),
]

"""Pages of the intake app."""

from django.urls import path

from portal.intake import views

urlpatterns = [path("exams/upload/", views.upload_page, name="upload")]

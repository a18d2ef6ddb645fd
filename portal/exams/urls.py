"""Pages of the exams app."""

from django.urls import path

from portal.exams import views

urlpatterns = [
    path("exams/", views.exam_list, name="exams"),
    path("exams/<uuid:pk>/", views.exam_page, name="exam"),
    path("exams/<uuid:pk>/images/", views.exam_images, name="exam-images"),
    path("exams/<uuid:pk>/identity/", views.exam_identity, name="exam-identity"),
]

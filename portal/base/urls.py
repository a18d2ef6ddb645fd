"""Health checks, and the scripts' words."""

from django.urls import path

from portal.base import language, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("words/<slug:language>/<slug:version>.js", language.words, name="words"),
]

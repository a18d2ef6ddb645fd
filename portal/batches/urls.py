"""Pages of the batches app."""

from django.urls import path

from portal.batches import views

urlpatterns = [
    path("batches/", views.list_batches, name="batches"),
    path("batches/new/", views.new_batch, name="batch-new"),
    path("batches/<uuid:pk>/", views.show_batch, name="batch"),
]

"""Pages of the cases app."""

from django.urls import path

from portal.cases import protocol_pages, views

urlpatterns = [
    path("cases/", views.worklist_page, name="worklist"),
    path("cases/new/", views.new_case, name="case-new"),
    path("cases/<uuid:pk>/withdraw/", views.withdraw_case, name="case-withdraw"),
    path("protocols/", protocol_pages.protocols, name="protocols"),
    path("protocols/<slug:code>/", protocol_pages.change_protocol, name="protocol-set"),
]

"""Pages of the cases app."""

from django.urls import path

from portal.cases import desk_pages, protocol_pages, saved_pages, step_pages, views

urlpatterns = [
    path("cases/", views.worklist_page, name="worklist"),
    path("cases/lists/", saved_pages.save, name="saved-lists"),
    path("cases/lists/<uuid:pk>/", saved_pages.change, name="saved-list"),
    path("cases/new/", views.new_case, name="case-new"),
    path("cases/<uuid:pk>/next/", step_pages.step, {"by": 1}, name="case-next"),
    path("cases/<uuid:pk>/previous/", step_pages.step, {"by": -1}, name="case-previous"),
    path("readers/", desk_pages.readers, name="readers"),
    path("readers/balance/", desk_pages.balance, name="readers-balance"),
    path("readers/<uuid:pk>/pause/", desk_pages.pause, name="reader-pause"),
    path("cases/<uuid:pk>/go-on/", desk_pages.go_on_case, name="case-go-on"),
    path("cases/<uuid:pk>/await-prior/", desk_pages.await_prior_of_case, name="case-await-prior"),
    path("cases/<uuid:pk>/priors/", desk_pages.prior_of_case, name="case-prior"),
    path("protocols/", protocol_pages.protocols, name="protocols"),
    path("protocols/<slug:code>/", protocol_pages.change_protocol, name="protocol-set"),
]

"""The portal's routes and one whose hole stands for a thing that the walk does not know."""

from django.http import HttpResponse
from django.urls import path

from portal.urls import urlpatterns as portal_routes

urlpatterns = [*portal_routes, path("gadgets/<uuid:pk>/", lambda request, pk: HttpResponse(), name="gadget")]

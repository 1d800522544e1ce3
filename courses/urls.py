"""The ground's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.people.urls")),
    path("", include("courses.catalogue.urls")),
]
open_urlpatterns = [
    path("", include("courses.live.urls")),
]

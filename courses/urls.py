"""The ground's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import include, path

from courses.launches import urls as launches_urls
from courses.people import urls as people_urls
from courses.signin import urls as signin_urls

urlpatterns = [
    path("", include("courses.people.urls")),
    path("", include("courses.catalogue.urls")),
    path("", include("courses.roster.urls")),
    path("", include("courses.launches.urls")),
    path("", include("courses.codes.urls")),
    path("", include((signin_urls.pages, "ent"))),
]
open_urlpatterns = [
    path("", include("courses.live.urls")),
    path("", include("courses.signin.urls")),
    path("", include((launches_urls.open_urlpatterns, "lti"))),
    path("", include(people_urls.admin_urlpatterns)),
]

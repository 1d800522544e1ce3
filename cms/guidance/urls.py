"""Wagtail serves the pages themselves; here is what stands beside them. `open_urlpatterns` have no language in their address."""

from django.urls import path

from cms.guidance.views import search_engines

app_name = "guidance"
urlpatterns: list = []
open_urlpatterns = [
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    path("robots.txt", search_engines.robots, name="robots"),
]

"""Wagtail serves the pages themselves; here are the two files that search engines ask for, without a language."""

from django.urls import path

from cms.guidance.views import search_engines

open_urlpatterns = [
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    path("robots.txt", search_engines.robots, name="robots"),
]

"""Wagtail serves the pages themselves; here are the two files that search engines ask for, without a language."""

from django.urls import path

from cms.guidance import views

open_urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]

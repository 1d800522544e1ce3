"""Continuity's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import path

from continuity.views import cover

app_name = "continuity"
urlpatterns: list = [
    # Classes and people
    # The planner
    # Lessons and files
    # Homework
    # The student's week
    # Hand-ins
    # Answers
    # Video classes and roll calls
    # Covers
    path("covers/", cover.cover_list, name="covers"),
    path("items/<slug:public_id>/show/", cover.release_item, name="release_item"),
]
open_urlpatterns: list = []

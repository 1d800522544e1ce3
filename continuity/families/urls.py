"""Addresses of families: by account, and by a personal link."""

from django.urls import path

from continuity.families.views import children

urlpatterns = [
    path("families/", children.children, name="children"),
    path("families/link/<slug:token>/", children.link_week, name="link_week"),
    path("families/link/<slug:token>/<str:monday>/", children.link_week, name="link_week_of"),
    path("families/<slug:public_id>/", children.child_week, name="child_week"),
    path("families/<slug:public_id>/<str:monday>/", children.child_week, name="child_week_of"),
]

"""Subscriptions: tables of them, and what they cost."""

from django.urls import path

from courses.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("licences/import/", views.import_licences, name="import_licences"),
    path("subscriptions/costs/", views.costs, name="costs"),
    path("licences/export/", views.export_licences, name="export_licences"),
]

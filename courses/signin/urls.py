"""Logging in through an identity provider: without a language, as the provider knows the address."""

from django.urls import path

from courses.signin import views

app_name = "signin"
urlpatterns = [
    path("signin/<slug:slug>/", views.start, name="start"),
    path("signin/<slug:slug>/back/", views.back, name="back"),
    path("signin/<slug:slug>/acs/", views.acs, name="acs"),
    path("signin/<slug:slug>/metadata.xml", views.metadata, name="metadata"),
    path("signin/<slug:slug>/logout/", views.ended_by_provider, name="ended_by_provider"),
    path("signin/<slug:slug>/accounts/", views.accounts, name="accounts"),
    path("signin/<slug:slug>/confirm/", views.confirm, name="confirm"),
    path("signin/<slug:slug>/second-step/", views.go_on, name="go_on"),
    path("signin/<slug:slug>/logged-out/", views.logged_out, name="logged_out"),
]

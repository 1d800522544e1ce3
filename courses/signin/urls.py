"""Logging in through an identity provider: without a language, as the provider knows the address."""

from django.urls import path

from courses.signin.views import login, references

app_name = "signin"
urlpatterns = [
    path("signin/<slug:slug>/", login.start, name="start"),
    path("signin/<slug:slug>/back/", login.back, name="back"),
    path("signin/<slug:slug>/acs/", login.acs, name="acs"),
    path("signin/<slug:slug>/metadata.xml", login.metadata, name="metadata"),
    path("signin/<slug:slug>/logout/", login.ended_by_provider, name="ended_by_provider"),
    path("signin/<slug:slug>/accounts/", login.accounts, name="accounts"),
    path("signin/<slug:slug>/confirm/", login.confirm, name="confirm"),
    path("signin/<slug:slug>/second-step/", login.go_on, name="go_on"),
    path("signin/<slug:slug>/logged-out/", login.logged_out, name="logged_out"),
]
# Under a language.
pages = [
    path("people/<slug:public_id>/ent/", references.link, name="link"),
    path("people/<slug:public_id>/ent/<int:pk>/off/", references.unlink, name="unlink"),
]

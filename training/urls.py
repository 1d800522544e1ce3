"""Training's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import path

from training.views import catalogue, enrolment, mine, session

app_name = "training"
urlpatterns = [
    # Catalogue, session, enrolment
    path("trainings/", catalogue.catalogue, name="catalogue"),
    path("trainings/month/", catalogue.catalogue_month, name="catalogue_month"),
    path("trainings/<slug:public_id>/enrol/", enrolment.enrol, name="enrol"),
    path("trainings/<slug:public_id>/calendar.ics", session.session_ics, name="session_ics"),
    path("trainings/<slug:public_id>/", session.session, name="session_short"),
    path("trainings/<slug:public_id>/<slug:slug>/", session.session, name="session"),
    path("meetings/<slug:public_id>/calendar.ics", session.meeting_ics, name="meeting_ics"),
    path("enrolments/<slug:public_id>/cancel/", enrolment.cancel_enrolment, name="cancel_enrolment"),
    path("my-trainings/", mine.mine, name="mine"),
]
open_urlpatterns: list = []

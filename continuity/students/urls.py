"""Addresses of students: One student, for the class tutor and the management."""

from django.urls import path

from continuity.students import views

urlpatterns = [
    path("students/<slug:public_id>/", views.student, name="student"),
    path(
        "students/<slug:public_id>/leave/<slug:class_public_id>/",
        views.leave_class,
        name="leave_class",
    ),
    path("students/<slug:public_id>/exemptions/new/", views.exempt, name="exempt"),
    path("exemptions/<slug:public_id>/end/", views.end_exemption, name="end_exemption"),
    path(
        "exemptions/<slug:public_id>/withdraw/", views.withdraw_exemption, name="withdraw_exemption"
    ),
]

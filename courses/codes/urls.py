"""Codes on paper."""

from django.urls import path

from courses.codes import views

app_name = "codes"
urlpatterns = [
    path("schools/<slug:public_id>/codes/", views.school_codes, name="school_codes"),
    path("classes/<slug:public_id>/codes/", views.class_codes, name="class_codes"),
]

"""Personal data: the pages for adults and for students, one's own copy, a school's."""

from django.urls import path

from cms.register import views

app_name = "register"
urlpatterns = [
    path("personal-data/", views.personal_data, name="personal_data"),
    path("personal-data/students/", views.for_students, name="for_students"),
    path("personal-data/adults/", views.for_adults, name="for_adults"),
    path("personal-data/download/", views.download, name="download"),
    path("personal-data/corrections/ask/", views.ask_for_correction, name="ask_for_correction"),
    path("personal-data/corrections/", views.correction_list, name="corrections"),
    path("personal-data/corrections/<slug:public_id>/", views.correction, name="correction"),
    path("personal-data/erasures/", views.erasures, name="erasures"),
    path("personal-data/school/", views.school, name="school"),
    path("personal-data/school/<slug:public_id>/download/", views.download_of, name="download_of"),
]

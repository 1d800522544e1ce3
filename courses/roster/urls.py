"""A school's directory: sets are chosen, read, applied, undone."""

from django.urls import path

from courses.roster import views

app_name = "roster"
urlpatterns = [
    path("schools/<slug:public_id>/roster/", views.school_roster, name="school"),
    path("schools/<slug:public_id>/roster/folder/", views.set_folder, name="folder"),
    path("schools/<slug:public_id>/roster/directory/", views.choose_directory, name="directory"),
    path("schools/<slug:public_id>/roster/practice/", views.practice_set, name="practice"),
    path("roster/academy/", views.academy_sets, name="academy"),
    path("roster/academy/<slug:public_id>/", views.academy_sets, name="academy_set"),
    path("roster/<slug:public_id>/", views.roster_import, name="import"),
    path("roster/<slug:public_id>/apply/", views.apply_import, name="apply"),
    path("roster/<slug:public_id>/set-aside/", views.set_aside_import, name="set_aside"),
    path("roster/<slug:public_id>/undo/", views.undo_import, name="undo"),
]

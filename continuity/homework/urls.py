"""Addresses of homework: Homework, its files and load."""

from django.urls import path

from continuity.homework.views import attachments, extensions, homework, homework_form, load

urlpatterns = [
    path("files/<slug:public_id>/", attachments.attachment, name="attachment"),
    path("homework/<slug:public_id>/files/", attachments.homework_files, name="homework_files"),
    path(
        "homework/<slug:public_id>/correction-files/",
        attachments.homework_files,
        {"is_correction": True},
        name="correction_files",
    ),
    path("parts/<slug:public_id>/homework/new/", homework_form.new_homework, name="new_homework"),
    path("homework/<slug:public_id>/", homework.homework, name="homework"),
    path("homework/<slug:public_id>/extend/", extensions.extend, name="extend"),
    path("homework-load/", homework_form.homework_load, name="homework_load"),
    path(
        "homework-texts/<slug:public_id>/edit/", homework_form.edit_homework, name="edit_homework"
    ),
    path(
        "homework-texts/<slug:public_id>/delete/", homework.delete_homework, name="delete_homework"
    ),
    path(
        "homework-texts/<slug:public_id>/restore/",
        homework.restore_homework,
        name="restore_homework",
    ),
    path("classes/<slug:public_id>/homework/", homework.class_homework, name="class_homework"),
    path("classes/<slug:public_id>/load/", load.this_weeks_load, name="this_weeks_load"),
    path("classes/<slug:public_id>/load/<str:monday>/", load.class_load, name="class_load"),
    path("classes/<slug:public_id>/extensions/", extensions.standing_extensions, name="extensions"),
    path(
        "extensions/<slug:public_id>/withdraw/",
        extensions.withdraw_extension,
        name="withdraw_extension",
    ),
]

"""Addresses of school: Classes and people."""

from django.urls import path

from continuity.school.views import (
    class_keeping,
    classes,
    school,
    teachings,
    timetable,
    timetable_files,
)

urlpatterns = [
    path("classes/", classes.classes, name="classes"),
    path("classes/<slug:public_id>/", classes.school_class, name="school_class"),
    path("classes/<slug:public_id>/timetable/", timetable.timetable, name="timetable"),
    path("classes/<slug:public_id>/timetable/new/", timetable.put_hour, name="put_hour"),
    path("hours/<slug:public_id>/take-out/", timetable.take_hour_out, name="take_hour_out"),
    path(
        "schools/<slug:public_id>/timetable/", timetable_files.choose_files, name="timetable_files"
    ),
    path("timetables/<slug:public_id>/", timetable_files.timetable_import, name="timetable_import"),
    path("timetables/<slug:public_id>/choices/", timetable_files.choose, name="timetable_choices"),
    path("timetables/<slug:public_id>/apply/", timetable_files.apply, name="apply_timetable"),
    path(
        "timetables/<slug:public_id>/set-aside/",
        timetable_files.set_aside,
        name="set_timetable_aside",
    ),
    path("timetables/<slug:public_id>/undo/", timetable_files.undo, name="undo_timetable"),
    path("schools/<slug:public_id>/classes/new/", class_keeping.new_class, name="new_class"),
    path("classes/<slug:public_id>/students/new/", class_keeping.add_student, name="add_student"),
    path(
        "classes/<slug:public_id>/students/draw/", class_keeping.draw_students, name="draw_students"
    ),
    path("classes/<slug:public_id>/teachings/new/", teachings.give_teaching, name="give_teaching"),
    path("classes/<slug:public_id>/tutor/", class_keeping.tutor, name="tutor"),
    path("teachings/<slug:public_id>/hand-over/", teachings.hand_over, name="hand_over"),
    path("teachings/<slug:public_id>/end/", teachings.end_teaching, name="end_teaching"),
    path("teachings/<slug:public_id>/stand-in/", teachings.stand_in, name="stand_in"),
    path(
        "stand-ins/<slug:public_id>/withdraw/",
        teachings.withdraw_stand_in,
        name="withdraw_stand_in",
    ),
    path(
        "students/<slug:public_id>/change-class/", class_keeping.change_class, name="change_class"
    ),
    path("schools/<slug:public_id>/", school.school, name="school"),
    path("schools/<slug:public_id>/weeks/", school.count_weeks, name="count_weeks"),
    path("schools/<slug:public_id>/closures/", school.close_days, name="close_days"),
    path("schools/<slug:public_id>/ceiling/", school.set_ceiling, name="set_ceiling"),
    path("schools/<slug:public_id>/silence/", school.set_silence, name="set_silence"),
    path("closures/<slug:public_id>/reopen/", school.reopen, name="reopen"),
]

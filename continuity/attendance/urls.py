"""Addresses of attendance: Roll calls and attendance."""

from django.urls import path

from continuity.attendance.views import attendance, roll_call, seen

urlpatterns = [
    path("rolls/", roll_call.roll_list, name="rolls"),
    path("rolls/begin/", roll_call.begin_roll, name="begin_roll"),
    path("rolls/day/", attendance.rolls_of_day, name="rolls_of_day"),
    path("seen-by-leaders/", seen.seen_by_leaders, name="seen_by_leaders"),
    path("rolls/register/", attendance.export_rolls, name="export_rolls"),
    path("rolls/<slug:public_id>/", roll_call.roll, name="roll"),
    path("rolls/<slug:public_id>/save/", roll_call.save_roll, name="save_roll"),
    path("rolls/<slug:public_id>/close/", roll_call.close_roll, name="close_roll"),
    path("roll-lines/<slug:public_id>/correct/", roll_call.correct_roll, name="correct_roll"),
    path("attendance/", attendance.my_attendance, name="my_attendance"),
    path("attendance/<slug:public_id>/", attendance.attendance, name="attendance"),
]

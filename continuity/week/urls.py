"""Addresses of the student's week."""

from django.urls import path

from continuity.week.views import student_lists, week, week_feed

urlpatterns = [
    path("week/", week.week, name="week"),
    path("week/tick/", week.tick, name="tick"),
    path("week/calendar/", week_feed.feed, name="feed"),
    path("week/calendar/open/", week_feed.open_feed, name="open_feed"),
    path("week/calendar/renew/", week_feed.renew_feed, name="renew_feed"),
    path("week/calendar/close/", week_feed.close_feed, name="close_feed"),
    path("week/<str:monday>/", week.week, name="week_of"),
    path("week/<str:monday>/paper/", week.ask_for_paper, name="ask_week_paper"),
    path("to-hand-in/", student_lists.to_hand_in, name="to_hand_in"),
    path("my-classes/", student_lists.my_classes, name="my_classes"),
]
open_urlpatterns = [
    path("feeds/week/<slug:secret>.ics", week_feed.week_feed, name="week_feed"),
]

"""Addresses of week: The student's week."""

from django.urls import path

from continuity.week.views import student_lists, week, week_feed, week_paper

urlpatterns = [
    path("week/", week.week, name="week"),
    path("week/tick/", week.tick, name="tick"),
    path("week/calendar/", week_feed.feed, name="feed"),
    path("week/calendar/open/", week_feed.open_feed, name="open_feed"),
    path("week/calendar/renew/", week_feed.renew_feed, name="renew_feed"),
    path("week/calendar/close/", week_feed.close_feed, name="close_feed"),
    path("week/papers/<slug:public_id>/", week_paper.paper, name="week_paper"),
    path("week/papers/<slug:public_id>/file/", week_paper.paper_file, name="week_paper_file"),
    path("week/<str:monday>/", week.week, name="week_of"),
    path("week/<str:monday>/paper/", week_paper.ask, name="ask_week_paper"),
    path("to-hand-in/", student_lists.to_hand_in, name="to_hand_in"),
    path("my-classes/", student_lists.my_classes, name="my_classes"),
]
open_urlpatterns = [
    path("feeds/week/<slug:secret>.ics", week_feed.week_feed, name="week_feed"),
]

"""Continuity's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import path

from continuity.views import answers, comment_bank, cover, feedback, queue, week

app_name = "continuity"
urlpatterns: list = [
    # Classes and people
    # The planner
    # Lessons and files
    # Homework
    # The student's week
    path("week/", week.week, name="week"),
    path("week/tick/", week.tick, name="tick"),
    path("week/<str:monday>/", week.week, name="week_of"),
    # Hand-ins
    # Answers
    path("queue/", queue.queue, name="queue"),
    path("queue/return/", queue.return_answers, name="return_answers"),
    path("help/<slug:public_id>/", queue.answer_help, name="answer_help"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<slug:public_id>/", answers.answer, name="answer"),
    path("answers/<slug:public_id>/reply/", answers.reply, name="reply"),
    path("answers/<slug:public_id>/write/", feedback.write_answer, name="write_answer"),
    path("answers/<slug:public_id>/return/", feedback.return_answer, name="return_answer"),
    path("answers/<slug:public_id>/take-back/", feedback.take_back_answer, name="take_back_answer"),
    path("answers/<slug:public_id>/talk/", feedback.reply_to_student, name="reply_to_student"),
    path("pages/<slug:public_id>/", answers.page_picture, name="page_picture"),
    path("sentences/", comment_bank.comment_bank, name="comment_bank"),
    path("sentences/<slug:public_id>/", comment_bank.reword_comment, name="reword_comment"),
    path("sentences/<slug:public_id>/forget/", comment_bank.forget_comment, name="forget_comment"),
    # Video classes and roll calls
    # Covers
    path("covers/", cover.cover_list, name="covers"),
    path("items/<slug:public_id>/show/", cover.release_item, name="release_item"),
]
open_urlpatterns: list = []

"""Addresses of answers: Answers, questions and the queue."""

from django.urls import path

from continuity.answers.views import answers, comment_bank, feedback, help, queue

urlpatterns = [
    path("ask-for-help/", help.help, name="help"),
    path("queue/", queue.queue, name="queue"),
    path("queue/return/", queue.return_answers, name="return_answers"),
    path("help-requests/<slug:public_id>/", queue.answer_help, name="answer_help"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<slug:public_id>/", answers.answer, name="answer"),
    path("answers/<slug:public_id>/reply/", answers.reply, name="reply"),
    path("answers/<slug:public_id>/write/", feedback.write_answer, name="write_answer"),
    path("answers/<slug:public_id>/return/", feedback.return_answer, name="return_answer"),
    path("answers/<slug:public_id>/take-back/", feedback.take_back_answer, name="take_back_answer"),
    path("answers/<slug:public_id>/talk/", feedback.reply_to_student, name="reply_to_student"),
    path("hand-ins/pages/<slug:public_id>/", answers.page_picture, name="page_picture"),
    path("hand-ins/pages/<slug:public_id>/<int:number>/", answers.drawn_page, name="drawn_page"),
    path("sentences/", comment_bank.comment_bank, name="comment_bank"),
    path("sentences/<slug:public_id>/", comment_bank.reword_comment, name="reword_comment"),
    path("sentences/<slug:public_id>/forget/", comment_bank.forget_comment, name="forget_comment"),
]

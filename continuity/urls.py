"""Continuity's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import path

from continuity.views import (
    answers,
    board,
    comment_bank,
    copying,
    cover,
    feedback,
    handin,
    help,
    library,
    planner,
    planning,
    queue,
    student_lists,
    week,
    week_feed,
    week_paper,
)

app_name = "continuity"
urlpatterns: list = [
    # Classes and people
    # The planner
    path("classes/<slug:public_id>/plan/", planner.this_week, name="plan"),
    path("classes/<slug:public_id>/plan/add/", planning.add, name="add_to_plan"),
    path("classes/<slug:public_id>/plan/<slug:monday>/", planner.planner, name="planner"),
    path("classes/<slug:public_id>/plan/<slug:monday>/copy/", copying.copy_week, name="copy_week"),
    path("parts/<slug:public_id>/notes/new/", planning.new_note, name="new_note"),
    path("parts/<slug:public_id>/resources/new/", planning.new_resource, name="new_resource"),
    path("parts/<slug:public_id>/publish/", planning.publish, name="publish"),
    path("parts/<slug:public_id>/publish-later/", planning.publish_later, name="publish_later"),
    path("parts/<slug:public_id>/keep-as-draft/", planning.keep_as_draft, name="keep_as_draft"),
    path("items/<slug:public_id>/", planning.edit_item, name="edit_item"),
    path("items/<slug:public_id>/move/", planning.move_item, name="move_item"),
    path("items/<slug:public_id>/take-out/", planning.remove_item, name="remove_item"),
    path("items/<slug:public_id>/keep/", planning.keep_item, name="keep_item"),
    path("removed-items/<slug:public_id>/put-back/", planning.restore_item, name="restore_item"),
    path("library/", library.library, name="library"),
    path("library/<slug:kind>/<slug:public_id>/take-out/", library.take_out_of_library, name="take_out_of_library"),
    path("teachings/<slug:public_id>/use-from-library/", library.use_from_library, name="use_from_library"),
    path("board/", board.board, name="board"),
    # Lessons and files
    # Homework
    # The student's week
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
    path("help/", help.help, name="help"),
    path("to-hand-in/", student_lists.to_hand_in, name="to_hand_in"),
    path("my-classes/", student_lists.my_classes, name="my_classes"),
    # Hand-ins
    path("homework/<slug:public_id>/hand-in/", handin.hand_in, name="hand_in"),
    path("homework/<slug:public_id>/hand-in/again/", handin.begin_again, name="hand_in_again"),
    path("homework/<slug:public_id>/hand-in/drop/", handin.drop_handin, name="drop_handin"),
    path("homework/<slug:public_id>/hand-in/pages/<slug:page>/turn/", handin.turn_page, name="turn_page"),
    path("homework/<slug:public_id>/hand-in/pages/<slug:page>/move/", handin.move_page, name="move_page"),
    path("homework/<slug:public_id>/hand-in/pages/<slug:page>/remove/", handin.remove_page, name="remove_page"),
    path("homework/<slug:public_id>/hand-in/pages/<slug:page>/retake/", handin.retake_page, name="retake_page"),
    path("hand-ins/<slug:public_id>/receipt/", handin.receipt, name="receipt"),
    path("hand-ins/<slug:public_id>/pdf/", handin.handin_pdf, name="handin_pdf"),
    path("pages/<slug:public_id>/small/", handin.page_small, name="page_small"),
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
open_urlpatterns: list = [
    path("uploads/<slug:public_id>/", handin.add_photo, name="add_photo"),
]

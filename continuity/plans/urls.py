"""Addresses of plans: The planner, lessons and covers."""

from django.urls import path

from continuity.plans.views import board, copying, cover, lessons, library, planner, planning

urlpatterns = [
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
    path(
        "library/<slug:kind>/<slug:public_id>/take-out/",
        library.take_out_of_library,
        name="take_out_of_library",
    ),
    path(
        "teachings/<slug:public_id>/use-from-library/",
        library.use_from_library,
        name="use_from_library",
    ),
    path("board/", board.board, name="board"),
    path("parts/<slug:public_id>/lessons/new/", lessons.new_lesson, name="new_lesson"),
    path("lessons/<slug:public_id>/", lessons.lesson, name="lesson"),
    path("lessons/<slug:public_id>/edit/", lessons.edit_lesson, name="edit_lesson"),
    path("lessons/<slug:public_id>/paper/", lessons.ask_for_paper, name="ask_for_lesson_paper"),
    path("covers/", cover.cover_list, name="covers"),
    path("items/<slug:public_id>/show/", cover.release_item, name="release_item"),
]

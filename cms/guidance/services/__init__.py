"""Services on pages: `services.plant_trees()`, `services.translate(...)`."""

from cms.guidance.services.digest import tell_of_the_week
from cms.guidance.services.editors import begin_with, follow_scopes, keep_editors
from cms.guidance.services.papers import ask_for_pdf, draw_what_is_missing, take_pdf_away
from cms.guidance.services.review import (
    ask_for_the_step,
    forget_the_asking,
    keep_as_a_draft,
    keep_workflow,
    send_back,
    tell_of_comments,
    tell_of_publication,
    tell_of_the_end,
)
from cms.guidance.services.step import (
    begin_out_of_step,
    follow_publication,
    pair_of,
    restate,
    restate_what_lost_a_page,
    seen_now,
    translate,
    why_not_publish,
)
from cms.guidance.services.trees import (
    PLACES,
    Region,
    has_words,
    keep_address,
    plant_trees,
    words_of,
)
from cms.guidance.services.twins import delete, move, take_down, take_down_what_is_below

__all__ = [
    "PLACES",
    "Region",
    "ask_for_pdf",
    "ask_for_the_step",
    "begin_out_of_step",
    "begin_with",
    "delete",
    "draw_what_is_missing",
    "follow_publication",
    "follow_scopes",
    "forget_the_asking",
    "has_words",
    "keep_address",
    "keep_as_a_draft",
    "keep_editors",
    "keep_workflow",
    "move",
    "pair_of",
    "plant_trees",
    "restate",
    "restate_what_lost_a_page",
    "seen_now",
    "send_back",
    "take_down",
    "take_down_what_is_below",
    "take_pdf_away",
    "tell_of_comments",
    "tell_of_publication",
    "tell_of_the_end",
    "tell_of_the_week",
    "translate",
    "why_not_publish",
    "words_of",
]

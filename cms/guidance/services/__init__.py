"""What happens to pages: `services.plant_trees()`, `services.translate(...)`."""

from cms.guidance.services.editors import begin_with, keep_editors
from cms.guidance.services.step import (
    begin_out_of_step,
    follow_publication,
    pair_of,
    restate,
    restate_after_deletion,
    seen_now,
    translate,
)
from cms.guidance.services.trees import PLACES, keep_address, plant_trees, words_of

__all__ = [
    "PLACES",
    "begin_out_of_step",
    "begin_with",
    "follow_publication",
    "keep_address",
    "keep_editors",
    "pair_of",
    "plant_trees",
    "restate",
    "restate_after_deletion",
    "seen_now",
    "translate",
    "words_of",
]

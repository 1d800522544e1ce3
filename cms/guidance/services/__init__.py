"""What happens to pages: `services.plant_trees()`, `services.translate(...)`."""

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
    "follow_publication",
    "keep_address",
    "pair_of",
    "plant_trees",
    "restate",
    "restate_after_deletion",
    "seen_now",
    "translate",
    "words_of",
]

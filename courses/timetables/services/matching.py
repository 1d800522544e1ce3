"""A person says what a word means, whose hours a file covers, and from which day on it applies."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from courses.people.models import Person, SchoolClass, Subject
from courses.timetables.enums import Covers, WordKind
from courses.timetables.exceptions import TimetableNotWaiting
from courses.timetables.models import TimetableImport, TimetableWord
from courses.timetables.services.holding import held_import

type Choice = Subject | Person | SchoolClass | None  # None: left out
COLUMN_OF = {
    WordKind.SUBJECT: "subject",
    WordKind.TEACHER: "teacher",
    WordKind.CLASS: "school_class",
}


def choose(
    one: TimetableImport,
    *,
    since: datetime.date,
    ends_by_hand: bool,
    covers: list[Covers],
    words: Mapping[tuple[WordKind, str], Choice],
    undecided: list[tuple[WordKind, str]],
    now: datetime.datetime | None = None,
) -> TimetableImport:
    """Keep the choices; words are remembered for the school's next files, `undecided` ones
    forgotten. Raises `TimetableNotWaiting`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if not one.is_waiting:
            raise TimetableNotWaiting
        one.since, one.ends_by_hand = since, ends_by_hand
        one.files = [
            file | {"covers": chosen.value} for file, chosen in zip(one.files, covers, strict=True)
        ]
        one.save()
        for (kind, word), choice in words.items():
            target = dict.fromkeys(COLUMN_OF.values()) | {COLUMN_OF[kind]: choice}
            TimetableWord.objects.update_or_create(
                school=one.school, kind=kind, word=word, defaults=target | {"used_at": now}
            )
        for kind, word in undecided:
            TimetableWord.objects.filter(school=one.school, kind=kind, word=word).delete()
    return one

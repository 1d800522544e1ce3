"""A waiting timetable beside the one that holds: read, nothing is written."""

import datetime
from collections import Counter
from dataclasses import dataclass

from courses.agenda.models import ClassHour
from courses.people.models import (
    Membership,
    Organisation,
    Person,
    SchoolClass,
    Subject,
    Teaching,
)
from courses.people.models.classes import holds_between, school_year
from courses.timetables.enums import Covers, WordKind
from courses.timetables.models import StagedHour, TimetableImport, TimetableWord
from courses.timetables.rules.comparing import Comparison, TimetableDiff
from courses.timetables.rules.matching import IGNORED, Matches
from courses.timetables.values import is_too_short


@dataclass(frozen=True)
class WordRow:
    """A word of the files that nobody knows, or about which a person chose. `target`: what it
    means. What was chosen may not be there any more: then it is to be matched again.
    """

    kind: WordKind
    word: str
    hours: int
    target: Subject | Person | SchoolClass | None
    is_left_out: bool
    is_chosen: bool

    @property
    def is_to_match(self) -> bool:
        return self.target is None and not self.is_left_out


@dataclass(frozen=True)
class WaitingTimetable:
    """A waiting import, compared with the timetable as it is."""

    one: TimetableImport
    diff: TimetableDiff
    matches: Matches
    said: list[StagedHour]

    def words(self) -> list[WordRow]:
        """Of regular hours, most frequent first, kind by kind."""
        counted: Counter[tuple[WordKind, str]] = Counter()
        for hour in self.said:
            if not hour.is_regular:
                continue
            counted[WordKind.SUBJECT, hour.subject] += 1
            counted[WordKind.CLASS, hour.school_class] += 1
            counted.update((WordKind.TEACHER, word) for word in hour.teachers)
        order = list(WordKind)
        rows = []
        for (kind, word), hours in sorted(
            counted.items(), key=lambda one: (order.index(one[0][0]), -one[1], one[0][1])
        ):
            found, is_chosen = self.matches.of(kind, word), self.matches.is_chosen(kind, word)
            if is_chosen or found is None:
                target = found if isinstance(found, Subject | Person | SchoolClass) else None
                rows.append(WordRow(kind, word, hours, target, found is IGNORED, is_chosen))
        return rows


def matches_in(school: Organisation, day: datetime.date) -> Matches:
    """Five queries."""
    there = Membership.objects.on(day).teaching().filter(organisation=school)
    teachers = Person.objects.filter(
        pk__in=there.values("person"), is_active=True, erased_at__isnull=True
    )
    words = TimetableWord.objects.filter(school=school)
    return Matches(
        subjects=list(Subject.objects.all()),
        teachers=list(teachers.order_by("family_name", "given_name", "pk")),
        classes=list(
            SchoolClass.objects.filter(school=school, school_year=school_year(day)).select_related(
                "school"
            )
        ),
        words=list(words.select_related("subject", "school_class")),
    )


def waiting(one: TimetableImport) -> WaitingTimetable:
    """Nine queries, whatever the files hold."""
    from_then_on = holds_between(one.since, datetime.date.max)
    teachings = Teaching.objects.filter(from_then_on, school_class__school=one.school)
    hours = ClassHour.objects.filter(from_then_on, teaching__in=teachings)
    parts = ("school_class", "subject", "teacher")
    with_parts = [f"teaching__{part}" for part in parts]
    matches, said = matches_in(one.school, one.since), list(one.staged.all())
    others = Teaching.objects.filter(from_then_on, teacher__in=matches.teachers)
    elsewhere = ClassHour.objects.filter(
        from_then_on, teaching__in=others.exclude(school_class__school=one.school)
    )
    compared = Comparison(
        said=said,
        matches=matches,
        held=list(hours.select_related(*with_parts)),
        elsewhere=list(elsewhere.select_related(*with_parts)),
        teachings=list(teachings.select_related(*parts)),
        covers=[Covers(file["covers"]) for file in one.files],
        are_short=[is_too_short(file["weeks"]) for file in one.files],
        since=one.since,
        ends_by_hand=one.ends_by_hand,
    )
    return WaitingTimetable(one, compared.compare(), matches, said)

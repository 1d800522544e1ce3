"""Classes, and who is in them. Overlaps are refused here, under a lock: SQLite
has no exclusion constraint.

Memberships of a class are half-open: `until` is the first day on which one holds no more.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.exceptions import ClassNameTaken
from courses.people.models import ClassMembership, Organisation, Person, SchoolClass, today
from courses.people.models.classes import school_year
from courses.people.rules.class_changes import ClassChange, change_of_class
from courses.people.rules.classes import why_not_join_class
from courses.people.services.held_students import HeldStudent, hold_students
from courses.people.services.log_lines import LogLine, log_all
from courses.people.signals import classes_changed


def open_class(
    *, school: Organisation, kind: str, name: str, level: str = "", by: Person | None = None
) -> SchoolClass:
    """A class, group or option of the current school year.

    Holds the school's row until commit. Raises `ClassNameTaken`.
    """
    year = school_year(today())
    opened = SchoolClass(school=school, kind=kind, name=name, level=level, school_year=year)
    open_classes([opened], by=by)
    return opened


def open_classes(opened: Sequence[SchoolClass], *, by: Person | None = None) -> None:
    """Save these classes of one school and year, all or none. As `open_class`."""
    if not opened:
        return
    school, year = opened[0].school, opened[0].school_year
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=school.pk)
        held = SchoolClass.objects.filter(school=school, school_year=year)
        names = {name.casefold() for name in held.values_list("name", flat=True)}
        for one in opened:
            if one.name.casefold() in names:
                raise ClassNameTaken(name=one.name)
        SchoolClass.objects.bulk_create(opened)
        log_all((LogLine(one, "classes.open") for one in opened), by=by)


def join_class(
    *,
    student: Person,
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership:
    """Put the student into the class from that day on. Joining twice on the same day gives the same
    membership.

    Holds the student's row until commit. Raises a `Refusal`: not a student there, in the class or
    in another whole class already.
    """
    found = join_classes(wishes={student: [school_class]}, since=since, by=by)[student]
    return _given(found)[0]


def join_classes(
    *,
    wishes: Mapping[Person, Sequence[SchoolClass]],
    since: datetime.date | None = None,
    by: Person | None = None,
) -> dict[Person, list[ClassMembership] | Refusal]:
    """The same for several students, each into all of their classes, or with the first refusal into
    none. As many statements as for one.
    """
    since, found, joined = since or today(), {}, []
    with transaction.atomic():
        for held in hold_students(wishes):
            found[held.student] = answer = _places_to_join(held, wishes[held.student], since)
            if not isinstance(answer, Refusal) and any(one.pk is None for one in answer):
                joined.append((held, [one for one in answer if one.pk is None]))
        ClassMembership.objects.bulk_create(one for _held, new in joined for one in new)
        log_all(
            (
                LogLine(held.student, "classes.join", {"class": one.school_class.name})
                for held, new in joined
                for one in new
            ),
            by=by,
        )
        _tell([held for held, _new in joined], by)
    return found


def _places_to_join(
    held: HeldStudent, wanted: Sequence[SchoolClass], since: datetime.date
) -> list[ClassMembership] | Refusal:
    """Those that are there, and new ones to save."""
    found: list[ClassMembership] = []
    for school_class in wanted:
        same = held.place_in(school_class, since)
        if same is None:
            if refusal := why_not_join_class(
                held.student,
                school_class,
                since,
                held=held.memberships,
                others=[*held.places, *found],
                today=today(),
            ):
                return refusal
            same = ClassMembership(student=held.student, school_class=school_class, since=since)
        found.append(same)
    return found


def draw(
    *,
    students: Iterable[Person],
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> list[ClassMembership]:
    """All of them into a group, or nobody. As `join_class`."""
    wishes = {student: [school_class] for student in students}
    with transaction.atomic():
        found = join_classes(wishes=wishes, since=since, by=by)
        return [_given(answer)[0] for answer in found.values()]


def _given[Answer](answer: Answer | Refusal) -> Answer:
    if isinstance(answer, Refusal):
        raise answer
    return answer


def leave_class(
    *,
    student: Person,
    school_class: SchoolClass,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership | None:
    """End the open membership: `until` is the first day that doesn't count. What was done in the
    class is kept.

    One that would not have had a day is taken away: then the answer is None, as for somebody who
    isn't in the class. Holds the student's row until commit.
    """
    ended = leave_classes(wishes={student: [school_class]}, until=until, by=by)
    return ended[0] if ended else None


def leave_classes(
    *,
    wishes: Mapping[Person, Collection[SchoolClass]],
    until: datetime.date | None = None,
    by: Person | None = None,
) -> list[ClassMembership]:
    """The same for several students, each out of several classes. As many statements as for one."""
    with transaction.atomic():
        ending = [
            (held, places)
            for held in hold_students(wishes)
            if (
                places := [
                    one
                    for one in held.places
                    if one.until is None and one.school_class in wishes[held.student]
                ]
            )
        ]
        return _leave(ending, until or today(), by)


def leave_all_classes(
    *,
    students: Iterable[Person],
    school: Organisation,
    until: datetime.date,
    by: Person | None = None,
) -> None:
    """End all of the school's; what was entered ahead is cancelled. As `leave_classes`."""
    with transaction.atomic():
        _leave([(held, held.after(school, until)) for held in hold_students(students)], until, by)


def lost_by_leaving(
    student: Person, school: Organisation, until: datetime.date
) -> list[ClassMembership]:
    """Those that `leave_all_classes` takes away for good: they would not have had a day."""
    held = student.class_memberships.filter(school_class__school=school)
    held = held.exclude(until__lte=until).select_related("school_class")
    return [one for one in held if _has_no_day(one, until)]


def _leave(
    ending: Sequence[tuple[HeldStudent, list[ClassMembership]]],
    until: datetime.date,
    by: Person | None,
) -> list[ClassMembership]:
    """Return those that still are, with their end."""
    leaving = [(held, place) for held, places in ending for place in places]
    log_all(
        (
            LogLine(held.student, "classes.leave", {"class": place.school_class.name})
            for held, place in leaving
        ),
        by=by,
    )
    gone = [place.pk for _held, place in leaving if _has_no_day(place, until)]
    ended = [place for _held, place in leaving if not _has_no_day(place, until)]
    if gone:
        ClassMembership.objects.filter(pk__in=gone).delete()
    if ended:
        ClassMembership.objects.filter(pk__in=[one.pk for one in ended]).update(until=until)
    for place in ended:
        place.until = until
    _tell([held for held, _places in ending], by)
    return ended


def take_back(
    *,
    students: Iterable[Person],
    school: Organisation,
    on: datetime.date,
    by: Person | None = None,
) -> int:
    """Open the memberships of this year's classes of the school again that ended on that day.

    Says how many. As many statements as for one student.
    """
    with transaction.atomic():
        held, pks = list(hold_students(students)), []
        for one in held:
            opened = {place.school_class_id for place in one.places if place.until is None}
            pks += [
                place.pk
                for place in one.places
                if place.until == on
                and place.school_class.school_id == school.pk
                and place.school_class.school_year == school_year(today())
                and place.school_class_id not in opened
            ]
        ClassMembership.objects.filter(pk__in=pks).update(until=None)
        _tell(held, by)
    return len(pks)


def change_class(
    *, student: Person, to: SchoolClass, on: datetime.date | None = None, by: Person | None = None
) -> ClassChange:
    """From that day on the student is in `to` and in no other class of that school; groups and
    options stay as they are. As `change_of_class`, whose answer is saved.

    Holds the student's row until commit. Idempotent. Raises a `Refusal`.
    """
    return _given(change_classes(wishes={student: to}, on=on, by=by)[student])


def change_classes(
    *,
    wishes: Mapping[Person, SchoolClass],
    on: datetime.date | None = None,
    by: Person | None = None,
) -> dict[Person, ClassChange | Refusal]:
    """The same for several students, apart from those with a refusal. As many statements as for one,
    where they were in their classes for the same days.
    """
    on, found, changing = on or today(), {}, []
    with transaction.atomic():
        for held in hold_students(wishes):
            found[held.student] = change = _change_or_refusal(held, wishes[held.student], on)
            if isinstance(change, ClassChange) and change.changes_something:
                changing.append((held, change))
        _save([(held.student, change) for held, change in changing])
        log_all(
            (
                LogLine(
                    held.student,
                    "classes.change",
                    {
                        "from": change.left_on(on),
                        "to": change.place.school_class.name,
                        "since": change.place.since.isoformat(),
                        "cancelled": [one.school_class.name for one in change.cancelled(today())],
                    },
                )
                for held, change in changing
            ),
            by=by,
        )
        _tell([held for held, _change in changing], by)
    return found


def _change_or_refusal(
    held: HeldStudent, to: SchoolClass, on: datetime.date
) -> ClassChange | Refusal:
    try:
        return change_of_class(
            held.student, to, on, held=held.memberships, memberships=held.places, today=today()
        )
    except Refusal as refusal:
        return refusal


def _save(changes: Iterable[tuple[Person, ClassChange]]) -> None:
    gone, new = [], []
    moved: dict[tuple, list[int]] = defaultdict(list)  # by first day and end
    for student, change in changes:
        kept = {stay.row for stay in change.after}
        gone += [stay.row.pk for stay in change.before if stay.row and stay.row not in kept]
        for stay in change.after:
            days = (stay.since, stay.until)
            if stay.row is None:
                place = ClassMembership(student=student, school_class=stay.school_class)
                place.since, place.until = days
                new.append(place)
            elif (stay.row.since, stay.row.until) != days:
                moved[days].append(stay.row.pk)
    if gone:
        ClassMembership.objects.filter(pk__in=gone).delete()
    for (since, until), pks in moved.items():
        ClassMembership.objects.filter(pk__in=pks).update(since=since, until=until)
    ClassMembership.objects.bulk_create(new)


def _tell(students: Iterable[HeldStudent], by: Person | None) -> None:
    before = {held.student.pk: held.stays for held in students}
    if before:
        classes_changed.send(ClassMembership, before=before, by=by)


def _has_no_day(membership: ClassMembership, until: datetime.date) -> bool:
    return until <= membership.since

"""Classes as staff see them: whose they are, who is in them, who teaches there, and which students
a person sees.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from continuity.enums import PartState
from continuity.models import HandIn, HelpRequest, PlanPart, Reply
from courses.agenda.queries import monday_of
from courses.people.enums import ClassKind, Role
from courses.people.models import (
    ClassMembership,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    Tutorship,
)
from courses.people.models.classes import holds, holds_on

SOON = datetime.timedelta(days=14)


@dataclass(frozen=True)
class ClassRow:
    """One class in a person's list."""

    school_class: SchoolClass
    students: int
    tutors: list[Person]
    mine: list[Teaching]
    is_tutored: bool = False
    is_led: bool = False
    states: Counter = field(
        default_factory=Counter
    )  # of this week's parts: one's own, or all for who reads without editing
    taught: int = 0  # how many subjects are given there

    @property
    def reads_plan(self) -> bool:
        """Whether the person reads the plan. A tutor of some students of a group sees these, not
        its plan.
        """
        return bool(self.mine) or self.is_tutored or self.is_led

    @property
    def published(self) -> int:
        return self.states[PartState.PUBLISHED]

    @property
    def drafts(self) -> int:
        return self.states[PartState.DRAFT]

    @property
    def expected(self) -> int:
        """Number of parts that the week's plan would have: one's own, or everybody's."""
        return len(self.mine) or self.taught


def classes_for(person: Person, day: datetime.date) -> list[ClassRow]:
    """One's own first, then those one looks after, then the school's others.

    A fixed number of queries.
    """
    in_them = Count("memberships", filter=_holding("memberships", day), distinct=True)
    taught = Count("teachings", filter=_holding("teachings", day), distinct=True)
    found = (
        SchoolClass.objects.of_year(day)
        .visible_to(person)
        .exclude(pk__in=SchoolClass.objects.of_student(person, day))
    )
    classes = list(
        found.annotate(students=in_them, taught=taught)
        .select_related("school")
        .prefetch_related(
            Prefetch(
                "tutorships",
                Tutorship.objects.filter(holds_on(day)).select_related("teacher"),
                to_attr="looked_after",
            )
        )
    )
    mine = defaultdict(list)
    for teaching in Teaching.objects.open_to(person, day).select_related("subject"):
        mine[teaching.school_class_id].append(teaching)
    states = _states_this_week(classes, mine, day)
    led = person.places_as(Role.LEADER)
    rows = [
        _row(school_class, person, led, mine[school_class.pk], states[school_class.pk])
        for school_class in classes
    ]
    return sorted(rows, key=lambda row: (not row.mine, not row.is_tutored))


def _holding(relation: str, day: datetime.date) -> Q:
    return Q(**{f"{relation}__since__lte": day}) & (
        Q(**{f"{relation}__until__isnull": True}) | Q(**{f"{relation}__until__gt": day})
    )


def _states_this_week(
    classes: Iterable[SchoolClass], mine: dict[int, list[Teaching]], day: datetime.date
) -> dict[int, Counter]:
    parts = PlanPart.objects.filter(plan__school_class__in=classes, plan__monday=monday_of(day))
    own = {teaching.pk for teachings in mine.values() for teaching in teachings}
    states: dict[int, Counter] = defaultdict(Counter)
    for class_pk, teaching, state in parts.values_list("plan__school_class", "teaching", "state"):
        if teaching in own or not mine.get(class_pk):
            states[class_pk][state] += 1
    return states


def _row(
    school_class: SchoolClass,
    person: Person,
    led: list[Organisation],
    mine: list[Teaching],
    states: Counter,
) -> ClassRow:
    tutors = [tutorship.teacher for tutorship in school_class.looked_after]
    is_led = school_class.school in led
    return ClassRow(
        school_class,
        school_class.students,
        tutors,
        mine,
        person in tutors,
        is_led,
        states,
        school_class.taught,
    )


# Who is seen


def students_seen(
    person: Person, school_class: SchoolClass, day: datetime.date
) -> models.QuerySet[Person]:
    """Everybody in it for who teaches there or leads the school; for a class tutor their own
    students alone (case C1).
    """
    everybody = school_class.students_on(day)
    if (
        school_class.school in person.places_as(Role.LEADER)
        or Teaching.objects.open_to(person, day).filter(school_class=school_class).exists()
    ):
        return everybody
    return everybody.filter(
        pk__in=ClassMembership.objects.tutored_by(person, day).values("student")
    )


def students_visible_to(person: Person, day: datetime.date) -> models.QuerySet[Person]:
    """Students of one's classes, of the class one looks after, of the school one leads."""
    taught = (
        ClassMembership.objects.on(day)
        .filter(school_class__in=SchoolClass.objects.taught_by(person, day))
        .values("student")
    )
    tutored = ClassMembership.objects.tutored_by(person, day).values("student")
    return Person.objects.filter(Q(pk__in=taught) | Q(pk__in=tutored) | Q(pk__in=_led(person, day)))


def students_kept_by(person: Person, day: datetime.date) -> models.QuerySet[Person]:
    """Those whose leaves and exemptions a person enters: the class tutor's own, a leader's school."""
    tutored = ClassMembership.objects.tutored_by(person, day).values("student")
    return Person.objects.filter(Q(pk__in=tutored) | Q(pk__in=_led(person, day)))


def schools_keeping(
    student: Person, person: Person, day: datetime.date
) -> models.QuerySet[Organisation]:
    """Those through which the student is in `students_kept_by`: another school of the student, in
    which the person looks after nobody, isn't among them. One query.
    """
    tutored = ClassMembership.objects.tutored_by(person, day).filter(student=student)
    led = Membership.objects.on(day).filter(
        person=student, role=Role.STUDENT, organisation__in=person.places_as(Role.LEADER)
    )
    return Organisation.objects.filter(
        Q(pk__in=tutored.values("school_class__school")) | Q(pk__in=led.values("organisation"))
    ).order_by("name", "pk")


def students_led_by(person: Person, day: datetime.date) -> models.QuerySet[Person]:
    return Person.objects.filter(pk__in=_led(person, day))


def _led(person: Person, day: datetime.date) -> models.QuerySet:
    schools = person.places_as(Role.LEADER)
    return (
        Membership.objects.on(day)
        .filter(role=Role.STUDENT, organisation__in=schools)
        .values("person")
    )


def classes_open_to(student: Person, leader: Person) -> models.QuerySet[SchoolClass]:
    """This year's whole classes of the student's schools that the person leads."""
    there = student.memberships.current().filter(role=Role.STUDENT)
    return (
        SchoolClass.objects.of_year()
        .led_by(leader)
        .filter(kind=ClassKind.CLASS, school__in=there.values("organisation"))
        .select_related("school")
    )


def places_of(student: Person) -> models.QuerySet[ClassMembership]:
    """Classes, then groups and options, those of today and those before, the newest first."""
    return student.class_memberships.select_related("school_class__school").order_by(
        "school_class__kind", "-since", "-pk"
    )


def places_in(students: Iterable[Person], day: datetime.date) -> dict[int, str]:
    """The name of each one's class on that day, for lists of groups drawn from several.

    One query.
    """
    whole = ClassMembership.objects.on(day).filter(
        student__in=students, school_class__kind=ClassKind.CLASS
    )
    return dict(whole.values_list("student", "school_class__name"))


def school_of(
    student: Person, day: datetime.date, *, among: Iterable[Organisation] | None = None
) -> Organisation | None:
    """The student's school on that day, or None."""
    found = (
        Membership.objects.on(day)
        .filter(person=student, role=Role.STUDENT)
        .select_related("organisation")
    )
    if among is not None:
        found = found.filter(organisation__in=among)
    membership = found.first()
    return membership.organisation if membership else None


# Who teaches


def teachings_of(school_class: SchoolClass, day: datetime.date) -> list[Teaching]:
    """Given on that day or later, with who stands in from that day on. Two queries.

    `reaches_somebody`: what students write there does; a colleague who gives the same subject
    answers for who has left.
    """
    standing_in = StandIn.objects.from_day(day).select_related("teacher")
    given = (
        school_class.teachings.with_presence(day)
        .filter(Q(until__isnull=True) | Q(until__gt=day))
        .select_related("subject", "teacher")
    )
    found = given.prefetch_related(Prefetch("stand_ins", standing_in, to_attr="to_come"))
    here = [
        one
        for one in found
        if one.teacher_is_there or any(row.first_day <= day for row in one.to_come)
    ]
    reached = {one.subject_id for one in here if one.since <= day}
    for teaching in found:
        teaching.reaches_somebody = teaching.subject_id in reached
    return sorted(found, key=lambda teaching: (teaching.subject.title, teaching.pk))


def left_waiting(classes: models.QuerySet[SchoolClass], day: datetime.date) -> models.QuerySet:
    """Teachings in these classes whose subject nobody gives on that day: not ended, or with words
    of students that wait there.

    Without those whose subject somebody gives from a day within two weeks on: the leader has seen
    to it.
    """
    reaching_nobody = _reaching_nobody(classes, day)
    if not reaching_nobody:
        return Teaching.objects.none()
    handed_in = HandIn.objects.to_answer().filter(
        assignment__teaching=OuterRef("pk"), assignment__homework__deleted_at__isnull=True
    )
    asked = HelpRequest.objects.filter(teaching=OuterRef("pk"), answered_at__isnull=True)
    said = Reply.objects.filter(
        feedback__handin__assignment__teaching=OuterRef("pk"), read_at__isnull=True
    )
    said = said.filter(
        author=F("feedback__handin__student"),
        feedback__handin__assignment__homework__deleted_at__isnull=True,
    )
    is_open = Q(until__isnull=True) | Q(until__gt=day)
    found = Teaching.objects.filter(pk__in=reaching_nobody).annotate(
        has_words=Exists(handed_in) | Exists(asked) | Exists(said)
    )
    found = found.filter(is_open | Q(has_words=True)).select_related(
        "school_class", "subject", "teacher"
    )
    return found.order_by("school_class__kind", "school_class__name", "subject__title_fr", "pk")


def _reaching_nobody(classes: models.QuerySet[SchoolClass], day: datetime.date) -> list[int]:
    """Teachings of these classes, begun by that day, whose subject nobody gives on it, nor from a
    day within two weeks on. One query.
    """
    rows = (
        Teaching.objects.filter(school_class__in=classes, since__lte=day + SOON)
        .with_givers(day)
        .order_by()
        .values_list("pk", "school_class", "subject", "since", "until", "has_giver")
    )
    begun: dict[int, tuple[int, int]] = {}
    given = set()
    for pk, school_class, subject, since, until, has_giver in rows:
        if since <= day:
            begun[pk] = (school_class, subject)
        if since > day or (has_giver and holds(since, until, day)):
            given.add((school_class, subject))
    return [pk for pk, same in begun.items() if same not in given]


def standing_in(
    person: Person, first: datetime.date, last: datetime.date
) -> models.QuerySet[StandIn]:
    """Stand-ins of somebody on at least one day from `first` to `last`."""
    chosen = StandIn.objects.of_members(first).filter(
        teacher=person, first_day__lte=last, last_day__gte=first
    )
    return chosen.select_related("teaching__school_class", "teaching__subject", "teaching__teacher")


def teachers_of(school: Organisation, day: datetime.date) -> models.QuerySet[Person]:
    """Teachers of the school on that day."""
    held = Membership.objects.on(day).filter(
        person=OuterRef("pk"), organisation=school, role=Role.TEACHER
    )
    return Person.objects.filter(Exists(held)).order_by("family_name", "given_name", "pk")


def teachers_from(school: Organisation, day: datetime.date) -> models.QuerySet[Person]:
    """Teachers of the school on that day or later."""
    held = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day),
        person=OuterRef("pk"),
        organisation=school,
        role=Role.TEACHER,
    )
    return Person.objects.filter(Exists(held)).order_by("family_name", "given_name", "pk")


def subjects_of(student: Person, day: datetime.date) -> models.QuerySet[Subject]:
    """Subjects that the student is taught on that day, in all classes, groups and options."""
    taught = Teaching.objects.on(day).filter(
        school_class__in=SchoolClass.objects.of_student(student, day)
    )
    return Subject.objects.filter(pk__in=taught.values("subject"))

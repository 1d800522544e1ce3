"""A school's classes and their week: plain, valid, no surprises."""

import datetime

import factory
from factory.django import DjangoModelFactory

from continuity.enums import ExemptionKind, HandInState, ItemKind, PartState, Returns
from continuity.models import (
    Assignment,
    Exemption,
    HandIn,
    Homework,
    Lesson,
    PlanItem,
    PlanPart,
    plan_of,
)
from continuity.plans.services import plans
from courses.agenda.models import ClassHour
from courses.agenda.queries import monday_of
from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import ClassMembership, SchoolClass, Teaching, Tutorship
from courses.people.models.classes import school_year
from tests.factories.people import (
    OrganisationFactory,
    PersonFactory,
    SubjectFactory,
    TeacherFactory,
    _member,
)

LAST_SUMMER = datetime.date(2020, 9, 1)
# A week without holidays: Monday 30 November 2026.
MONDAY = datetime.date(2026, 11, 30)


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """That hour on a clock in Paris."""
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=PARIS)


class SchoolClassFactory(DjangoModelFactory):
    class Meta:
        model = SchoolClass

    school = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"2de {n}")
    level = "2de"
    school_year = school_year(MONDAY)


class StudentFactory(PersonFactory):
    """`in_class`: a class, or a list of classes; one of its own if not given. No email address."""

    email = None
    given_name = "Alix"

    @factory.post_generation
    def in_class(self, create, extracted, **kwargs):
        if create:
            classes = (
                extracted
                if isinstance(extracted, list | tuple)
                else [extracted or SchoolClassFactory()]
            )
            _member(self, classes[0].school, Role.STUDENT)
            for school_class in classes:
                ClassMembership.objects.create(
                    student=self, school_class=school_class, since=LAST_SUMMER
                )


class LeaderFactory(PersonFactory):
    given_name = "Maxime"

    @factory.post_generation
    def leads(self, create, extracted, **kwargs):
        if create:
            _member(self, extracted or OrganisationFactory(), Role.LEADER)


def teaching(
    school_class=None, *, teacher=None, subject=None, since=LAST_SUMMER, until=None
) -> Teaching:
    """A subject in a class by a teacher of its school."""
    school_class = school_class or SchoolClassFactory()
    return Teaching.objects.create(
        school_class=school_class,
        subject=subject or SubjectFactory(),
        teacher=teacher or TeacherFactory(works_at=school_class.school),
        since=since,
        until=until,
    )


def tutor_of(school_class, teacher=None):
    """The class's professeur principal."""
    teacher = teacher or TeacherFactory(works_at=school_class.school)
    Tutorship.objects.create(school_class=school_class, teacher=teacher, since=LAST_SUMMER)
    return teacher


def class_hour(
    of: Teaching,
    weekday: int = 1,
    begins: int = 9,
    *,
    minutes: int = 55,
    rhythm: str = "",
    place: str = "",
    since=LAST_SUMMER,
    until=None,
) -> ClassHour:
    start = datetime.datetime(2020, 1, 1, begins)
    end = start + datetime.timedelta(minutes=minutes)
    period = {"since": since, "until": until}
    return ClassHour.objects.create(
        teaching=of,
        weekday=weekday,
        begins=start.time(),
        ends=end.time(),
        rhythm=rhythm,
        place=place,
        **period,
    )


def part_of(of: Teaching, monday: datetime.date = MONDAY, *, published: bool = True) -> PlanPart:
    plan = plan_of(of.school_class, monday)
    state = PartState.PUBLISHED if published else PartState.DRAFT
    made, _made = PlanPart.objects.get_or_create(
        plan=plan,
        teaching=of,
        defaults={
            "state": state,
            "published_at": at(monday_of(monday), 7) if published else None,
            "saved_by": of.teacher,
        },
    )
    return made


def lesson_item(
    part: PlanPart,
    day: datetime.date | None = None,
    *,
    title: str = "Une leçon",
    body: str = "<p>Lire.</p>",
    minutes: int = 20,
) -> PlanItem:
    lesson = Lesson.objects.create(
        author=part.teaching.teacher,
        subject=part.teaching.subject,
        title=title,
        body=body,
        minutes=minutes,
    )
    return PlanItem.objects.create(
        part=part,
        kind=ItemKind.LESSON,
        day=day or part.plan.monday,
        title=title,
        minutes=minutes,
        lesson=lesson,
    )


def assignment(
    of: Teaching,
    due_at: datetime.datetime | None = None,
    *,
    homework: Homework | None = None,
    returns=Returns.PHOTOS,
    minutes: int = 30,
    **fields,
) -> Assignment:
    """A homework given to the class, due on Friday at 18:00 of our week, with no item in a plan."""
    homework = homework or Homework.objects.create(
        author=of.teacher,
        subject=of.subject,
        title=fields.pop("title", "Un travail"),
        body="<p>Faire.</p>",
        minutes=minutes,
        returns=returns,
    )
    return Assignment.objects.create(
        homework=homework,
        teaching=of,
        due_at=due_at or at(MONDAY + datetime.timedelta(days=4), 18),
        **fields,
    )


def homework_item(
    part: PlanPart, given: Assignment | None = None, day: datetime.date | None = None, **kwargs
) -> PlanItem:
    given = given or assignment(part.teaching, **kwargs)
    return PlanItem.objects.create(
        part=part,
        kind=ItemKind.HOMEWORK,
        day=day or part.plan.monday,
        title=given.homework.title,
        minutes=given.homework.minutes,
        assignment=given,
    )


def handed_in(
    given: Assignment, student, when: datetime.datetime | None = None, *, is_late: bool = False
):
    """A hand-in with its receipt and no content. `when` is a day before the due date by default."""
    when = when or given.due_at - datetime.timedelta(days=1)
    return HandIn.objects.create(
        assignment=given,
        student=student,
        state=HandInState.HANDED_IN,
        handed_in_at=when,
        receipt_number=f"T{given.pk}-{student.pk}",
        is_late=is_late,
    )


def exemption_of(
    student,
    *,
    school,
    entered_by,
    kind=ExemptionKind.EXEMPTION,
    subjects=(),
    first_day=MONDAY,
    **fields,
) -> Exemption:
    """From our week on, without end, for all subjects if none is said."""
    exemption = Exemption.objects.create(
        student=student,
        school=school,
        entered_by=entered_by,
        kind=kind,
        first_day=first_day,
        **fields,
    )
    exemption.subjects.set(subjects)
    return exemption


def note_item(
    part: PlanPart,
    day: datetime.date | None = None,
    *,
    title: str = "Une note",
    note: str = "À lire.",
) -> PlanItem:
    return plans.add_item(
        part=part,
        kind=ItemKind.NOTE,
        day=day or part.plan.monday,
        title=title,
        note=note,
        by=part.teaching.teacher,
    )

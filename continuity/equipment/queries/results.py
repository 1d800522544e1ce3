"""What classes answered, for their class tutors and the school's leaders."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from continuity.enums import Connection, Printer, QuietPlace, RunsOut
from continuity.equipment.queries.survey import classes_surveyed_by
from continuity.equipment.values import voices as answers_of
from continuity.equipment.values.questions import ORDER, QUESTIONS, Question
from continuity.models import SurveyAnswer, SurveyCampaign
from continuity.school.queries.classes import students_kept_by
from courses.people.enums import Role
from courses.people.models import ClassMembership, Organisation, Person, SchoolClass
from courses.people.models.classes import school_year_began
from courses.people.values import in_register_order


@dataclass(frozen=True)
class StudentAnswers:
    """One student's standing answers; `counted` is the one that counts."""

    student: int
    heard: list[SurveyAnswer]

    @property
    def counted(self) -> SurveyAnswer | None:
        return answers_of.counted(self.heard)

    @property
    def differing(self) -> list[Question]:
        return answers_of.differing(self.heard)

    @property
    def has_no_computer(self) -> bool:
        return self.counted is not None and self.counted.device in answers_of.NO_COMPUTER


@dataclass(frozen=True)
class ClassResult:
    """A class in one survey, in numbers of students."""

    school_class: SchoolClass
    campaign: SurveyCampaign | None
    students: int
    answered: int
    devices: Counter = field(default_factory=Counter)
    no_connection: int = 0
    runs_out: int = 0
    no_printer: int = 0
    no_place: int = 0
    differing: int = 0

    @property
    def missing(self) -> int:
        return self.students - self.answered

    @property
    def no_computer(self) -> int:
        return sum(self.devices[device] for device in answers_of.NO_COMPUTER)


def campaigns_of(schools: Iterable[Organisation], day: datetime.date) -> dict[int, SurveyCampaign]:
    """Each school's newest survey of this school year that has begun, by the school's pk."""
    begun = SurveyCampaign.objects.filter(
        school__in=schools, opens_on__lte=day, opens_on__gte=school_year_began(day)
    )
    return {campaign.school_id: campaign for campaign in begun.order_by("opens_on", "pk")}


def class_results(person: Person, day: datetime.date) -> list[ClassResult]:
    """Four queries."""
    classes = list(
        classes_surveyed_by(person, day).select_related("school").order_by("school", "name", "pk")
    )
    campaigns = campaigns_of({school_class.school for school_class in classes}, day)
    students = students_by_class(classes, day)
    everybody = [student for members in students.values() for student in members]
    heard = heard_of(campaigns.values(), everybody)
    return [
        class_result(
            school_class,
            campaigns.get(school_class.school_id),
            [
                StudentAnswers(student, heard.get((school_class.school_id, student), []))
                for student in students[school_class.pk]
            ],
        )
        for school_class in classes
    ]


def students_by_class(classes: Iterable[SchoolClass], day: datetime.date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = ClassMembership.objects.on(day).filter(school_class__in=classes)
    for school_class, student in rows.values_list("school_class", "student"):
        found[school_class].append(student)
    return found


def heard_of(
    campaigns: Iterable[SurveyCampaign], students: Iterable[int]
) -> dict[tuple[int, int], list[SurveyAnswer]]:
    """Standing answers by (school, student). One query."""
    schools = {campaign.pk: campaign.school_id for campaign in campaigns}
    given: dict[tuple[int, int], list[SurveyAnswer]] = defaultdict(list)
    wanted = set(students)
    # By campaign alone: a list of a thousand students is more than SQLite takes in one statement.
    for answer in SurveyAnswer.objects.filter(campaign__in=schools):
        if answer.student_id in wanted:
            given[schools[answer.campaign_id], answer.student_id].append(answer)
    return {key: answers_of.voices(answers) for key, answers in given.items()}


def counted_answers(
    person: Person, students: Collection[int], day: datetime.date
) -> dict[int, SurveyAnswer]:
    """In the newest survey, of those of the students whose answers the person reads by name: class
    tutors and leaders do. Two queries.
    """
    schools = {*person.places_as(Role.TEACHER), *person.places_as(Role.LEADER)}
    given: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for answer in SurveyAnswer.objects.filter(
        campaign__in=campaigns_of(schools, day).values(),
        student__in=students_kept_by(person, day).filter(pk__in=students).values("pk"),
    ):
        given[answer.student_id].append(answer)
    counted = {
        student: StudentAnswers(student, answers_of.voices(heard)).counted
        for student, heard in given.items()
    }
    return {student: answer for student, answer in counted.items() if answer is not None}


def class_result(
    school_class: SchoolClass, campaign: SurveyCampaign | None, students: list[StudentAnswers]
) -> ClassResult:
    counted = [one.counted for one in students if one.counted is not None]
    return ClassResult(
        school_class,
        campaign,
        len(students),
        len(counted),
        Counter(answer.device for answer in counted if answer.device),
        sum(answer.connection in (Connection.NONE, Connection.ELSEWHERE) for answer in counted),
        sum(answer.runs_out in (RunsOut.LATE, RunsOut.EARLY) for answer in counted),
        sum(answer.printer == Printer.NO for answer in counted),
        sum(answer.quiet_place == QuietPlace.NO for answer in counted),
        sum(bool(one.differing) for one in students),
    )


@dataclass(frozen=True)
class SurveyedStudent:
    person: Person
    answers: StudentAnswers


def surveyed_students(
    school_class: SchoolClass, campaign: SurveyCampaign | None, day: datetime.date
) -> list[SurveyedStudent]:
    """In the order of the register. Two queries."""
    people = sorted(school_class.students_on(day), key=in_register_order)
    heard = heard_of([campaign] if campaign else [], [person.pk for person in people])
    return [
        SurveyedStudent(
            person, StudentAnswers(person.pk, heard.get((school_class.school_id, person.pk), []))
        )
        for person in people
    ]


def in_words(answer: SurveyAnswer, question: Question) -> str:
    """Nothing where it was skipped."""
    words = QUESTIONS[question]
    if question != Question.HELP:
        value = getattr(answer, words.column)
        return "" if value in ("", None) else words.label_of(str(value))
    if answer.helps is None:
        return ""
    labels = [words.label_of(name) for name in answer.helps] or [str(words.options[-1].label)]
    return ", ".join(labels)


def summary(answer: SurveyAnswer | None) -> list[tuple[str, str]]:
    """The questions that were answered, each with its answer."""
    if answer is None:
        return []
    given = [(str(QUESTIONS[one].title), in_words(answer, one)) for one in ORDER]
    return [(title, words) for title, words in given if words]

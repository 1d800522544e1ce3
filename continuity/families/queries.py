"""What a guardian's pages show: the children on one screen, and of one child answers and absences."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language

from continuity.enums import Status
from continuity.equipment.queries.standing import still_to_sign
from continuity.equipment.queries.survey import with_surveys
from continuity.models import (
    AbsenceNotice,
    AbsenceNoticeQuerySet,
    Feedback,
    Loan,
    LoanAgreement,
    NoFamilyMails,
    RollCall,
    RollLine,
)
from continuity.week.queries.student_items import (
    Load,
    MyItem,
    from_the_database,
    items_for_each,
)
from continuity.week.queries.to_hand_in import ToHandIn, to_hand_in
from courses.agenda.queries import ONE_WEEK
from courses.mail.models import Letter
from courses.people.enums import GuardianQuality, Role
from courses.people.models import ClassMembership, ComingOfAge, Guardianship, Person

ABSENCES_WITHIN = 2 * ONE_WEEK
ANSWERS_WITHIN = 4 * ONE_WEEK
MOST_ANSWERS = 12
MOST_ABSENCES = 20
MISSED = (Status.ABSENT, Status.LATE, Status.LEFT_EARLY, Status.EXCUSED)


@dataclass(frozen=True)
class MissedHour:
    """What a closed roll says today, corrections included."""

    subject: str
    starts_at: datetime.datetime
    status: Status


@dataclass
class Child:
    """One child of a guardian, as the first page shows them."""

    guardianship: Guardianship
    classes: list[str]
    works: ToHandIn
    absences: list[MissedHour] = field(default_factory=list)  # newest first

    @property
    def student(self) -> Person:
        return self.guardianship.student

    @property
    def next(self) -> MyItem | None:
        return next(iter(self.works.following), None)


def guardianships_of(guardian: Person, today: datetime.date) -> list[Guardianship]:
    """Of a guardian, one for each child, by their first names, with surveys and lending. One query."""
    visible = Guardianship.objects.visible_to(guardian).select_related("student", "school")
    found = with_lending(with_surveys(visible, today), today)
    by_child = {one.student_id: one for one in found.order_by("-pk")}
    return sorted(by_child.values(), key=lambda one: (one.student.given_name.casefold(), one.pk))


def children_of(
    guardianships: Collection[Guardianship],
    now: datetime.datetime,
    today: datetime.date,
    *,
    load: Load = from_the_database,
) -> list[Child]:
    """Six queries, two of which `load` may have cached, and those of rare marks; whatever the
    number of children and works.
    """
    schools = {one.student: one.school for one in guardianships}
    if not schools:
        return []
    given = items_for_each(schools, now, load=load)
    absences = absences_of(guardianships, now)
    return [
        Child(
            one,
            given[one.student].classes_on(today),
            to_hand_in(given[one.student].items, now),
            absences.get(one.student_id, []),
        )
        for one in guardianships
    ]


def _in_a_school_that_shows(
    guardianships: Collection[Guardianship], student: str, school: str
) -> Exists:
    """The row is of a school through which these guardians may read this student today: another
    school of the student shows them nothing.
    """
    guardians = {one.guardian_id for one in guardianships}
    return Exists(
        Guardianship.objects.in_force().filter(
            guardian__in=guardians, student=OuterRef(student), school=OuterRef(school)
        )
    )


def absences_of(
    guardianships: Collection[Guardianship],
    now: datetime.datetime,
    *,
    within: datetime.timedelta | None = None,
) -> dict[int, list[MissedHour]]:
    """Of closed rolls, as they stand: what was missed lately, newest first. One query."""
    school = "roll_call__teaching__school_class__school"
    lines = (
        RollLine.objects.on_closed_rolls()
        .as_they_stand()
        .filter(
            _in_a_school_that_shows(guardianships, "student", school),
            student__in={one.student_id for one in guardianships},
            stands__in=MISSED,
            roll_call__starts_at__gte=now - (within or ABSENCES_WITHIN),
        )
    )
    found: dict[int, list[MissedHour]] = {}
    title = f"roll_call__teaching__subject__title_{'en' if get_language() == 'en' else 'fr'}"
    rows = lines.order_by("-roll_call__starts_at", "pk").values_list(
        "student", title, "roll_call__starts_at", "stands"
    )
    for student, subject, starts_at, stands in rows:
        missed = MissedHour(subject, starts_at, Status(stands))
        found.setdefault(student, []).append(missed)
    return {student: missed[:MOST_ABSENCES] for student, missed in found.items()}


def answers_to(guardianship: Guardianship, now: datetime.datetime) -> list[Feedback]:
    """What teachers returned lately, newest first; reading it here marks nothing. One query."""
    school = "handin__assignment__teaching__school_class__school"
    found = Feedback.objects.filter(
        _in_a_school_that_shows([guardianship], "handin__student", school),
        handin__student=guardianship.student_id,
        returned_at__gte=now - ANSWERS_WITHIN,
    ).select_related("handin__assignment__homework__subject", "handin__assignment__homework")
    return list(found.order_by("-returned_at", "-pk")[:MOST_ANSWERS])


# Notices of absence


def own_notices(guardianship: Guardianship, today: datetime.date) -> list[AbsenceNotice]:
    """The guardian's own that aren't over. One query."""
    found = AbsenceNotice.objects.standing().filter(guardianship=guardianship, last_day__gte=today)
    return list(found.order_by("first_day", "pk"))


def own_overlapping(notice: AbsenceNotice) -> bool:
    """True if another standing notice of the same guardian shares days with it. One query."""
    others = AbsenceNotice.objects.between(notice.first_day, notice.last_day)
    return others.filter(guardianship=notice.guardianship_id).exclude(pk=notice.pk).exists()


def notices_on(roll: RollCall, day: datetime.date) -> list[AbsenceNotice]:
    """Standing notices told to the roll's school about students on it.

    One short query for most rolls, of whose students nothing is told; one more, by whose right,
    where something is.
    """
    told = AbsenceNotice.objects.on_days(day, day).filter(
        guardianship__school=roll.teaching.school_class.school_id,
        guardianship__student__roll_lines__roll_call=roll,
    )
    if not (told_pks := set(told.order_by().values_list("pk", flat=True))):
        return []
    return list(_soonest_first(AbsenceNotice.objects.between(day, day).filter(pk__in=told_pks)))


def notices_kept_by(
    person: Person, first: datetime.date, last: datetime.date, today: datetime.date
) -> AbsenceNoticeQuerySet:
    """Standing notices on days from `first` to `last`, told to a school that the person leads, or
    in which they are today's class tutor of the student. One query.
    """
    tutored = ClassMembership.objects.tutored_by(person, today).filter(
        student=OuterRef("guardianship__student"),
        school_class__school=OuterRef("guardianship__school"),
    )
    led = Q(guardianship__school__in=person.places_as(Role.LEADER))
    return _soonest_first(AbsenceNotice.objects.between(first, last).filter(led | Exists(tutored)))


def _soonest_first(notices: AbsenceNoticeQuerySet) -> AbsenceNoticeQuerySet:
    related = ("guardianship__student", "guardianship__school")
    return notices.select_related(*related).order_by("first_day", "guardianship__student", "pk")


# The weekly email


def week_letter_key(guardian: Person, monday: datetime.date) -> str:
    return f"family-week:{guardian.pk}:{monday.isoformat()}"


def wants_no_mails(guardian: Person) -> bool:
    return NoFamilyMails.objects.filter(guardian=guardian).exists()


def guardians_to_write_to(monday: datetime.date) -> list[Person]:
    """With an address and a right in force, who want it and have no letter of that week yet."""
    followed = Guardianship.objects.in_force().order_by().values("guardian")
    found = Person.objects.filter(
        pk__in=followed, is_active=True, email__isnull=False, no_family_mails=None
    )
    keys = {week_letter_key(person, monday): person for person in found}
    written = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    return [person for key, person in keys.items() if key not in written]


# Lent


@dataclass
class Lending:
    """Of one child, in the school through which the guardian reads."""

    to_sign: list[LoanAgreement] = field(default_factory=list)  # that this guardian may sign
    late_since: datetime.date | None = None  # the first last day that has passed


def with_lending(
    guardianships: QuerySet[Guardianship], today: datetime.date
) -> QuerySet[Guardianship]:
    """`late_since`: the first last day of a loan of the child that has passed; `is_to_sign`: whether
    there is an agreement that this guardian may sign. Both in the school of the guardianship.
    """
    place = {"student": OuterRef("student"), "school": OuterRef("school")}
    open_here = Loan.objects.open().shown_in(OuterRef("school"))
    late = open_here.filter(student=OuterRef("student"), due_on__lt=today).order_by("due_on", "pk")
    of_age = ComingOfAge.objects.filter(student=OuterRef("student"))
    return guardianships.annotate(
        late_since=Subquery(late.values("due_on")[:1]),
        is_to_sign=Q(
            ~Exists(of_age),
            Exists(LoanAgreement.objects.to_sign(today).filter(**place)),
            quality=GuardianQuality.AUTHORITY,
        ),
    )


def lending_of(guardianships: Collection[Guardianship], today: datetime.date) -> dict[int, Lending]:
    """By the guardianship's pk. One query, none where they were read `with_lending`; three more where
    something is to be signed.
    """
    read = list(guardianships)
    if not all(hasattr(one, "late_since") for one in read):
        pks = [one.pk for one in read]
        read = list(with_lending(Guardianship.objects.filter(pk__in=pks), today))
    signing = [one for one in read if vars(one)["is_to_sign"]]
    to_sign = LoanAgreement.objects.to_sign(today)
    drawn = list(to_sign.filter(student__in=[one.student_id for one in signing])) if signing else []
    agreements = still_to_sign(drawn)
    found = {one.pk: Lending(late_since=vars(one)["late_since"]) for one in read}
    for kept in signing:
        place = (kept.student_id, kept.school_id)
        found[kept.pk].to_sign = [
            one for one in agreements if (one.student_id, one.school_id) == place
        ]
    return found

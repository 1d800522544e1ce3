"""Why not: names, memberships, classes. Pure; the database is asked by the callers."""

import datetime
import re
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import GRANTED_BY, HELD_IN, OrganisationKind, Role
from courses.people.exceptions import (
    AddressIsNotTheSchools,
    AddressOfSomebodyElse,
    AlreadyAnswered,
    AlreadyGuardian,
    AlreadyInClass,
    AlreadyMember,
    AlreadyStoodInFor,
    AlreadyTeaches,
    AnotherAddressStands,
    GuardianIsAStudent,
    GuardianIsTheStudent,
    GuardiansOff,
    InAnotherClass,
    LanguageIsTheGuardians,
    NameBeginsLikeAFormula,
    NameHasControls,
    NameHasMarkup,
    NameHasNoLetter,
    NameIsTheSchools,
    NotAStudentHere,
    NotAStudentThere,
    NotATeacherThere,
    NotInTheYearOfTheClass,
    OutsideTheTeaching,
    OwnAccount,
    OwnRole,
    PasswordHoldsName,
    PasswordOfTheSlip,
    PeriodEndsBeforeItBegins,
    RoleHeldElsewhere,
    RoleNotYoursToGive,
    StandInLeaves,
    StandsInForOneself,
    TooManyRequests,
)
from courses.people.models import (
    ClassMembership,
    CorrectionRequest,
    Guardianship,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    today,
)
from courses.people.models.classes import school_year
from courses.people.values import folded, has_controls
from courses.tables.values import FORMULA_SIGNS

SHORT_NAME = 3
MOST_REQUESTS = 5
NAME_FIELDS = {"given_name", "family_name", "usage_name"}


def why_not_a_name(name: str) -> Refusal | None:
    """The first thing in the way of printing this name, as `values.tidy_name` left it; an empty one
    is the field's affair.
    """
    if not name:
        return None
    if "<" in name or ">" in name:
        return NameHasMarkup()
    if has_controls(name):
        return NameHasControls()
    if name[0] in FORMULA_SIGNS:
        return NameBeginsLikeAFormula(sign=name[0])
    if not any(character.isalpha() for character in name):
        return NameHasNoLetter()
    return None


def _as_printed(password: str) -> str:
    """“RIVI 6649 duva” as it stands on a slip: “rivi-6649-duva”. What isn't of that form stays."""
    parts = re.fullmatch(r"([a-z]+)(\d+)([a-z]+)", re.sub(r"[\W_]", "", password.lower()))
    return "-".join(parts.groups()) if parts else password


def why_not_this_password(password: str, person: Person) -> Refusal | None:
    """“alix.renard1” is Alix Renard’s name, though Django's measure of likeness lets it pass.

    A short name, such as Lou, counts where it stands alone: it is part of many words. The password
    of a slip isn't chosen as one's own: who finds the slip would know it.
    """
    if person.paper_password_ends_at and any(
        person.check_password(one) for one in {password, _as_printed(password)}
    ):
        return PasswordOfTheSlip()
    typed = folded(password)
    alone = set(re.findall(r"[a-z]+", typed))
    mail = (person.email or "").partition("@")[0]
    for name in (person.login, mail, person.given_name, person.family_name, person.usage_name):
        for part in re.findall(r"[a-z]+", folded(name)):
            if (part in alone and len(part) >= SHORT_NAME) or (
                len(part) > SHORT_NAME and part in typed
            ):
                return PasswordHoldsName()
    return None


def why_not_grant(
    role: str, organisation: Organisation, *, by: Person, to: Person, held: Iterable[Membership]
) -> Refusal | None:
    """Why `by`, who holds these memberships today, doesn't give, change or end that role of `to`.

    A superuser, made on the server's command line, is the way to the first registrar.
    """
    if by.is_superuser:
        return None
    if by.pk == to.pk:
        return OwnRole()
    for membership in by_whom(role, held):
        if membership.role == Role.REGISTRAR or membership.organisation_id == organisation.pk:
            return None
    return RoleNotYoursToGive(role=Role(role).label)


def by_whom(role: str, held: Iterable[Membership]) -> list[Membership]:
    """The memberships that let somebody give that role."""
    return [membership for membership in held if role in GRANTED_BY.get(Role(membership.role), ())]


def why_not_change_account(
    fields: Iterable[str], *, by: Person, person: Person, is_adult: bool
) -> Refusal | None:
    """`fields`: those that would change.

    A registrar's own address goes the way of everybody's: through a link.
    """
    if by.pk == person.pk and not is_adult and NAME_FIELDS & set(fields):
        return NameIsTheSchools()
    if by.pk == person.pk and not by.is_superuser and {"email", "login", "is_active"} & set(fields):
        return OwnAccount()
    return None


def school_that_answers(
    held: Iterable[Membership], led_by_others: Iterable[int]
) -> Organisation | None:
    """Who answers for what is held of somebody: a school, or None for the registrars of the
    académie.

    `held`: the person's memberships, of today and of before; `led_by_others`: the keys of
    organisations with a leader other than the person. A student is the school's, whether it has a
    leader today or not, and after the last day, too.
    """
    latest = sorted(held, key=lambda m: (m.until or datetime.date.max, m.since), reverse=True)
    if latest and latest[0].role == Role.STUDENT:
        return latest[0].organisation
    led = set(led_by_others)
    return next(
        (
            m.organisation
            for m in latest
            if HELD_IN[Role(m.role)] == OrganisationKind.SCHOOL and m.organisation_id in led
        ),
        None,
    )


def why_not_ask_for_correction(*, waiting: int) -> Refusal | None:
    """`waiting`: the person's requests without an answer.

    Five are enough to say all that is wrong.
    """
    return TooManyRequests(number=waiting) if waiting >= MOST_REQUESTS else None


def why_not_answer(request: CorrectionRequest) -> Refusal | None:
    """An answer stays as it was given: the person may have read it."""
    if request.answered_at is None:
        return None
    return AlreadyAnswered(name=request.answered_by.display_name if request.answered_by else "")


def why_not_join(
    organisation: Organisation,
    role: str,
    since: datetime.date,
    until: datetime.date | None,
    *,
    others: Iterable[Membership],
) -> Refusal | None:
    """`others`: the person's other memberships, with the person."""
    label = Role(role).label
    if HELD_IN[Role(role)] != organisation.kind:
        return RoleHeldElsewhere(role=label, organisation=organisation.name)
    if until and until < since:
        return PeriodEndsBeforeItBegins(since=since, until=until)
    for other in others:
        same = other.organisation_id == organisation.pk and other.role == role
        if (
            same
            and since <= (other.until or datetime.date.max)
            and other.since <= (until or datetime.date.max)
        ):
            return AlreadyMember(
                person=other.person.display_name,
                role=label,
                organisation=organisation.name,
                since=other.since,
            )
    return None


# Classes. What is half-open ends on a day that doesn't count any more.


def overlap(
    since: datetime.date,
    until: datetime.date | None,
    other: Membership | ClassMembership | Teaching,
) -> bool:
    """Whether both half-open periods share a day; one that begins when the other ends doesn't."""
    return since < (other.until or datetime.date.max) and other.since < (until or datetime.date.max)


def is_there(
    role: str, school: Organisation, day: datetime.date, held: Iterable[Membership]
) -> bool:
    """`held`: a person's memberships."""
    return any(
        m.role == role
        and m.organisation_id == school.pk
        and m.since <= day <= (m.until or datetime.date.max)
        for m in held
    )


def last_day_there(
    role: str, school: Organisation, day: datetime.date, held: Iterable[Membership]
) -> datetime.date | None:
    """Return the last day of the membership that holds on that day, with those that follow it
    without a gap; None if its end isn't known. `day` is one on which the person `is_there`.
    """
    ends = [m.until for m in held if is_there(role, school, day, [m])]
    if not ends or None in ends:
        return None
    last = max(end for end in ends if end)
    next_day = last + datetime.timedelta(days=1)
    return (
        last_day_there(role, school, next_day, held)
        if is_there(role, school, next_day, held)
        else last
    )


def stays_there(
    role: str, school: Organisation, since: datetime.date, held: Iterable[Membership]
) -> bool:
    """Whether the person is there on that day and still: who has left meanwhile isn't brought back
    by a day of the past.
    """
    held = list(held)
    return all(is_there(role, school, day, held) for day in (since, max(since, today())))


def why_not_join_class(
    student: Person,
    school_class: SchoolClass,
    since: datetime.date,
    *,
    held: Iterable[Membership],
    others: Iterable[ClassMembership],
) -> Refusal | None:
    """`held`: the student's memberships of organisations; `others`: of classes, with the class.

    From `since`, without end.
    """
    if not stays_there(Role.STUDENT, school_class.school, since, held):
        return NotAStudentThere(
            student=student.display_name, school=school_class.school.name, day=since
        )
    if refusal := why_not_in_year(school_class, since):
        return refusal
    for other in others:
        if overlap(since, None, other):
            said = {
                "student": student.display_name,
                "school_class": other.school_class.name,
                "since": other.since,
            }
            if other.school_class_id == school_class.pk:
                return AlreadyInClass(**said)
            if school_class.is_a_whole_class and other.school_class.is_a_whole_class:
                return InAnotherClass(**said)
    return None


def why_not_in_year(school_class: SchoolClass, day: datetime.date) -> Refusal | None:
    """Allow days of the class's year: in August a year ends and the next has begun."""
    years = {school_year(day), school_year(day - datetime.timedelta(days=31))}
    if school_class.school_year in years:
        return None
    return NotInTheYearOfTheClass(day=day, school_class=school_class.name)


def why_not_teach(
    teacher: Person,
    subject: Subject,
    school_class: SchoolClass,
    since: datetime.date,
    until: datetime.date | None,
    *,
    held: Iterable[Membership],
    others: Iterable[Teaching],
) -> Refusal | None:
    """`others`: what is taught in that class otherwise."""
    if until and until <= since:
        return PeriodEndsBeforeItBegins(since=since, until=until)
    if not is_there(Role.TEACHER, school_class.school, since, held):
        return NotATeacherThere(
            teacher=teacher.display_name, school=school_class.school.name, day=since
        )
    for other in others:
        if (
            other.teacher_id == teacher.pk
            and other.subject_id == subject.pk
            and overlap(since, until, other)
        ):
            return AlreadyTeaches(
                teacher=teacher.display_name, subject=subject.title, school_class=school_class.name
            )
    return None


def why_not_stand_in(
    teaching: Teaching,
    teacher: Person,
    first_day: datetime.date,
    last_day: datetime.date,
    *,
    held: Iterable[Membership],
    others: Iterable[StandIn],
) -> Refusal | None:
    """Both days included. `others`: the stand-ins of that teaching, with their teachers."""
    held = list(held)
    school_class = teaching.school_class
    if last_day < first_day:
        return PeriodEndsBeforeItBegins(since=first_day, until=last_day)
    if teacher.pk == teaching.teacher_id:
        return StandsInForOneself(teacher=teacher.display_name)
    if first_day < teaching.since or (teaching.until and last_day >= teaching.until):
        return OutsideTheTeaching(subject=teaching.subject.title, school_class=school_class.name)
    if not is_there(Role.TEACHER, school_class.school, first_day, held):
        return NotATeacherThere(
            teacher=teacher.display_name, school=school_class.school.name, day=first_day
        )
    last_there = last_day_there(Role.TEACHER, school_class.school, first_day, held)
    if last_there and last_there < last_day:
        return StandInLeaves(
            teacher=teacher.display_name, school=school_class.school.name, day=last_there
        )
    for other in others:
        if first_day <= other.last_day and other.first_day <= last_day:
            return AlreadyStoodInFor(
                teacher=other.teacher.display_name, first=other.first_day, last=other.last_day
            )
    return None


# Guardians


def is_named(person: Person, given_name: str, family_name: str) -> bool:
    """Whether these are the person's names, whatever accents and capitals; either family name."""
    names = {folded(person.family_name), folded(person.usage_name)} - {""}
    return folded(given_name) == folded(person.given_name) and folded(family_name) in names


def why_not_this_account(person: Person, given_name: str, family_name: str) -> Refusal | None:
    """`person` has the address that was typed. Of another name nothing is told."""
    if is_named(person, given_name, family_name):
        return None
    return AddressOfSomebodyElse(address=person.email or "")


def why_not_guard(
    guardian: Person,
    student: Person,
    school: Organisation,
    *,
    student_held: Iterable[Membership],
    guardian_held: Iterable[Membership],
    running: Iterable[Guardianship],
) -> Refusal | None:
    """`…_held`: memberships; `running`: the student's guardianships in that school."""
    if not school.with_guardians:
        return GuardiansOff(school=school.name)
    if not is_there(Role.STUDENT, school, today(), student_held):
        return NotAStudentHere(student=student.display_name, school=school.name)
    if guardian.pk and guardian.pk == student.pk:
        return GuardianIsTheStudent()
    if any(m.role == Role.STUDENT and m.until is None for m in guardian_held):
        return GuardianIsAStudent()
    if guardian.pk and any(one.guardian_id == guardian.pk for one in running):
        return AlreadyGuardian(guardian=guardian.display_name, student=student.display_name)
    return None


def why_not_give_address(
    guardian: Person, address: str, school: Organisation, *, held: Iterable[Membership]
) -> Refusal | None:
    """`held`: the guardian's memberships. A leader gives a first address, and only to an account
    that is nothing but a guardian's of this school: whoever reads the address can log in with it.
    """
    if guardian.email and guardian.email.lower() != address.lower():
        return AnotherAddressStands(guardian=guardian.display_name)
    if not _is_but_a_guardian(held, school):
        return AddressIsNotTheSchools(guardian=guardian.display_name)
    return None


def why_not_set_language(
    guardian: Person, school: Organisation, *, held: Iterable[Membership]
) -> Refusal | None:
    """`held`: the guardian's memberships. Who logs in has chosen their language in their profile."""
    if guardian.last_login or not _is_but_a_guardian(held, school):
        return LanguageIsTheGuardians(guardian=guardian.display_name)
    return None


def _is_but_a_guardian(held: Iterable[Membership], school: Organisation) -> bool:
    return all(m.organisation_id == school.pk and m.role == Role.GUARDIAN for m in held)

"""Loans as the desk sees them: who has what, until when; and as their students see them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    StringAgg,
    Subquery,
    Value,
)

from continuity.enums import DueMoment
from continuity.equipment.queries.to_see_to import is_student_of
from continuity.models import (
    EquipmentItem,
    EquipmentNeed,
    Loan,
    LoanAgreement,
    LoanLine,
    LoanReport,
    SignatoryCorrection,
)
from courses.agenda.queries import ONE_WEEK
from courses.people.enums import ClassKind, GuardianQuality, Role
from courses.people.models import (
    ClassMembership,
    ComingOfAge,
    GuardianLink,
    Guardianship,
    Membership,
    Organisation,
    Person,
)
from courses.people.models.classes import holds_on
from courses.people.models.guardians import GuardianshipQuerySet
from courses.people.values import folded, in_register_order

MOST_FOUND = 20


def _with_lines(loans: QuerySet[Loan], *, reported: bool = False) -> QuerySet[Loan]:
    """Two queries; four with what families reported of each thing and nobody dealt with, and what was
    lent in its place.
    """
    lines = LoanLine.objects.select_related("thing", "returned_to")
    if reported:
        open_ones = LoanReport.objects.open().select_related("reported_by")
        handed_over = LoanAgreement.objects.filter(loan__isnull=False).select_related("loan")
        lines = lines.prefetch_related(
            Prefetch("reports", open_ones), Prefetch("replacements", handed_over)
        )
    first = ("agreement__replaces__thing", "agreement__replaces__loan", "agreement__signed_by")
    related = ("student__coming_of_age", "school", "goes_to", "lent_by", *first)
    return loans.select_related(*related).prefetch_related(Prefetch("lines", lines))


def open_loans(school: Organisation) -> QuerySet[Loan]:
    """The first to come back first, with `is_here` and `is_there`. Two queries."""
    found = _saying_where(Loan.objects.open().filter(school=school))
    return _with_lines(found).order_by("due_on", "pk")


def _saying_where(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    """`is_here`: the student is one of the lending school today; `is_there`: of the one to which the
    loan follows, which reads of it as long as that is so. No query more.
    """
    return loans.annotate(is_here=is_student_of("school"), is_there=is_student_of("goes_to"))


def loans_read_in(school: Organisation) -> QuerySet[Loan]:
    """As `open_loans`, and those that follow there, as long as the student is one of that school."""
    follows = Q(is_student_of("goes_to"), goes_to=school)
    found = _saying_where(Loan.objects.open().filter(Q(school=school) | follows))
    return _with_lines(found).order_by("due_on", "pk")


def loans_followed_to(school: Organisation) -> QuerySet[Loan]:
    """Those of other schools. Two queries."""
    return loans_read_in(school).exclude(school=school)


def schools_of(student: Person) -> list[Organisation]:
    """Of which the student is one today. One query."""
    here = Membership.objects.current().filter(person=student, role=Role.STUDENT)
    return [one.organisation for one in here.select_related("organisation")]


def loans_kept_by(person: Person) -> QuerySet[Loan]:
    """With `is_here` and `is_there`, whether the desk has corrected who signed, and whether the leaving has ended
    guardians of the student. Five queries.
    """
    corrected = Exists(SignatoryCorrection.objects.filter(agreement__loan=OuterRef("pk")))
    left_over = Guardianship.objects.left_over().filter(
        student=OuterRef("student"), school=OuterRef("school")
    )
    kept = Loan.objects.kept_by(person).annotate(
        is_signatory_corrected=corrected, has_left_over=Exists(left_over.order_by())
    )
    return _with_lines(_saying_where(kept), reported=True)


def loans_of(student: Person, school: Organisation | None = None) -> QuerySet[Loan]:
    """A student's own, in whatever school or in this one, the open ones first; with `is_there`."""
    newest_first = F("ended_at").desc(nulls_first=True), "-lent_at"
    of_student = Loan.objects.filter(student=student)
    found = of_student.shown_in(school) if school else of_student
    return _with_lines(_saying_where(found), reported=True).order_by(*newest_first)


def lent_since(school: Organisation, since: datetime.datetime) -> QuerySet[Loan]:
    """The newest first. Two queries."""
    return _with_lines(Loan.objects.filter(school=school, lent_at__gte=since))


def agreements_open_in(school: Organisation) -> QuerySet[LoanAgreement]:
    """To be signed, to be handed over, refused and to be called, or over (the tick takes those off);
    the newest first. One query.
    """
    return LoanAgreement.objects.open().filter(school=school).select_related("student")


def told_of(loan: Loan) -> list[Person]:
    """With an email address: the student, and who signed, as long as they may read of the student;
    of age, or as who signed, also once the student has left. Three queries at most.
    """
    guardian = _guardian_who_signed(loan)
    told = [
        loan.student if loan.student.is_active or _left_of_age(loan) else None,
        guardian if guardian and may_be_told(guardian, loan) else None,
    ]
    return [one for one in told if one and one.email]


def told_after_leaving(
    loans: Collection[Loan], student: Person, *, keeps_account: bool
) -> list[tuple[Loan, list[Person]]]:
    """With each of these loans of the student, those of `told_of` once the student has left its
    school; `keeps_account`: the student still logs in then. One query, if they are of `open_loans`.
    """
    is_told = keeps_account or any(_is_of_age(loan) for loan in loans)
    kept = _told_about(Guardianship.objects.filter(student=student))
    may_be_told = set(kept.values_list("guardian", "school")) if loans else set()
    found = []
    for loan in loans:
        guardian = _guardian_who_signed(loan)
        signs = guardian and any((guardian.pk, pk) in may_be_told for pk in loan.shown_in_pks)
        told = [student if is_told else None, guardian if signs else None]
        found.append((loan, [one for one in told if one and one.email]))
    return found


def _guardian_who_signed(loan: Loan) -> Person | None:
    agreement = getattr(loan, "agreement", None)
    signed_by = agreement.signed_by if agreement else None
    return signed_by if signed_by and signed_by.pk != loan.student_id else None


def _left_of_age(loan: Loan) -> bool:
    """True if the student's account is closed because they left. Two queries at most, none of a loan
    with `is_here`.
    """
    if not _is_of_age(loan):
        return False
    known = getattr(loan, "is_here", None)
    return loan.school not in schools_of(loan.student) if known is None else not known


def _is_of_age(loan: Loan) -> bool:
    """None or one query."""
    return hasattr(loan.student, "coming_of_age")


def may_read(guardian: Person, about: Loan | EquipmentNeed | LoanAgreement) -> bool:
    """True as long as the guardian may read of this student in this school, or in the one to which a
    loan follows. One query; two of an agreement whose loan isn't read yet.
    """
    return _guardianships(guardian, about).in_force().exists()


def may_be_told(guardian: Person, about: Loan | EquipmentNeed | LoanAgreement) -> bool:
    """As `may_read`; of what is lent, also once the student has left, if they could read until then.
    One query.
    """
    lent = about.loan if isinstance(about, LoanAgreement) else about
    if not isinstance(lent, Loan):
        return may_read(guardian, about)
    return _told_about(_guardianships(guardian, about)).exists()


def _told_about(kept: GuardianshipQuerySet) -> QuerySet[Guardianship]:
    """In force, or until the student left."""
    ways = (kept.in_force(), kept.in_force_until_leaving())
    now, until_leaving = (Q(pk__in=found.order_by().values("pk")) for found in ways)
    return kept.filter(now | until_leaving)


def _schools(about: Loan | EquipmentNeed | LoanAgreement) -> list[int]:
    """In which it is shown."""
    lent = about.loan if isinstance(about, LoanAgreement) else about
    return lent.shown_in_pks if isinstance(lent, Loan) else [about.school_id]


def _guardianships(
    guardian: Person, about: Loan | EquipmentNeed | LoanAgreement
) -> GuardianshipQuerySet:
    return Guardianship.objects.filter(
        guardian=guardian, student=about.student_id, school__in=_schools(about)
    )


def may_sign_still(agreement: LoanAgreement) -> bool:
    """True if who signed is the student, or holds parental authority here; of somebody whom the
    school hasn't entered, the desk has seen who it was. One query.
    """
    if agreement.signed_by_id in (None, agreement.student_id):
        return True
    return _with_authority(agreement).filter(guardian=agreement.signed_by_id).exists()


def _with_authority(agreement: LoanAgreement) -> QuerySet[Guardianship]:
    """In force today: these guardians may sign, as long as the student isn't of age."""
    return _entered(agreement.student_id, agreement.school_id)


def _entered(student_id: int, school_id: int) -> QuerySet[Guardianship]:
    return Guardianship.objects.in_force().filter(
        student=student_id, school=school_id, quality=GuardianQuality.AUTHORITY
    )


def guardians_who_sign(student: Person, school: Organisation) -> list[Person]:
    """Those with parental authority whom the school has entered, by name: the desk says which of them
    signs before its eyes. One query.
    """
    found = _entered(student.pk, school.pk).select_related("guardian")
    return sorted((one.guardian for one in found), key=in_register_order)


def guardians_who_signed(loan: Loan) -> list[Person]:
    """Of whom the desk can say afterwards that they signed: as `guardians_who_sign`; once the student
    has left, those who could until then. Two queries.
    """
    kept = Guardianship.objects.filter(
        student=loan.student_id, school=loan.school_id, quality=GuardianQuality.AUTHORITY
    )
    entered = kept.select_related("guardian")
    found = {*entered.in_force(), *entered.in_force_until_leaving()}
    return sorted({one.guardian for one in found}, key=in_register_order)


def signatory_corrections(loan: Loan) -> QuerySet[SignatoryCorrection]:
    """Whom the desk had named as signing, the oldest first; of a loan of `loans_kept_by`. One query,
    none if nothing was corrected.
    """
    found = SignatoryCorrection.objects.filter(agreement__loan=loan)
    is_corrected = getattr(loan, "is_signatory_corrected", False)
    return found.select_related("was", "corrected_by") if is_corrected else found.none()


def loans_due(moment: DueMoment, today: datetime.date) -> QuerySet[Loan]:
    """Open loans of which this moment has come, reminded of and not borrowed since. A week before
    or after that was missed is made up for within a week, the last day itself isn't.
    """
    found = Loan.objects.open().filter(is_reminded=True).select_related("student", "school")
    if moment == DueMoment.ON_IT:
        return found.filter(due_on=today)
    if moment == DueMoment.BEFORE:
        soon = found.filter(due_on__gt=today, due_on__lte=today + ONE_WEEK)
        return soon.filter(lent_at__date__lt=F("due_on") - ONE_WEEK)
    return found.filter(due_on__lte=today - ONE_WEEK, due_on__gt=today - 2 * ONE_WEEK)


def reports_open_in(school: Organisation) -> list[tuple[LoanLine, list[LoanReport]]]:
    """By thing, what its family said and nobody dealt with yet, the gravest first; the thing of which
    something was said first comes first. One query.
    """
    found = LoanReport.objects.open().filter(line__loan__school=school)
    by_line: dict[LoanLine, list[LoanReport]] = {}
    for one in found.select_related("line__thing", "line__loan__student", "reported_by"):
        by_line.setdefault(one.line, []).append(one)
    return sorted(by_line.items(), key=lambda row: min(one.reported_at for one in row[1]))


def who_signs(agreement: LoanAgreement) -> list[Person]:
    """With an email address: the student of age, or who holds parental authority and may sign today.
    Two queries at most.
    """
    if ComingOfAge.objects.filter(student=agreement.student_id).exists():
        people = Person.objects.filter(pk=agreement.student_id)
    else:
        kept = _with_authority(agreement).order_by()
        people = Person.objects.filter(pk__in=kept.values("guardian"))
    return list(people.filter(is_active=True, email__isnull=False).order_by("pk"))


def who_signs_from_home(agreement: LoanAgreement) -> list[Person]:
    """Who can sign by account or personal link: the student of age, or who holds parental
    authority and has a password, an address to which one is sent, or a link. Two queries at most.
    """
    if ComingOfAge.objects.filter(student=agreement.student_id).exists():
        return [agreement.student]
    links = GuardianLink.objects.open().filter(guardianship=OuterRef("pk"))
    kept = _with_authority(agreement).select_related("guardian")
    return [
        one.guardian
        for one in kept.annotate(has_link=Exists(links))
        if one.has_link or one.guardian.email or one.guardian.has_usable_password()
    ]


@dataclass(frozen=True)
class DeskStudent:
    """A student found at the desk, with the class that tells namesakes apart."""

    person: Person
    classes: str


def students_found(school: Organisation, words: str, day: datetime.date) -> list[DeskStudent]:
    """Students of the school whose names have all these words, accents or not. Two queries."""
    wanted = folded(words).split()
    if not wanted:
        return []
    here = Membership.objects.current().filter(organisation=school, role=Role.STUDENT)
    people = [
        one
        for one in Person.objects.filter(pk__in=here.values("person"), is_active=True)
        if all(word in folded(f"{one.display_name} {one.family_name}") for word in wanted)
    ]
    return _with_classes(sorted(people, key=in_register_order)[:MOST_FOUND], school, day)


def student_of(school: Organisation, public_id: str, day: datetime.date) -> DeskStudent | None:
    """One query."""
    here = Membership.objects.current().filter(organisation=school, role=Role.STUDENT)
    places = _places_in(school, day).filter(student=OuterRef("pk")).order_by().values("student")
    names = places.annotate(names=StringAgg("school_class__name", Value(", "))).values("names")
    people = Person.objects.select_related("coming_of_age")  # who signs
    found = people.filter(pk__in=here.values("person"), public_id=public_id)
    person = found.annotate(class_names=Subquery(names)).first()
    return DeskStudent(person, person.class_names or "") if person else None


def _places_in(school: Organisation, day: datetime.date) -> QuerySet[ClassMembership]:
    return ClassMembership.objects.filter(
        holds_on(day), school_class__school=school, school_class__kind=ClassKind.CLASS
    )


def _with_classes(
    people: list[Person], school: Organisation, day: datetime.date
) -> list[DeskStudent]:
    places = _places_in(school, day).filter(student__in=people).select_related("school_class")
    names: dict[int, list[str]] = {}
    for place in places:
        names.setdefault(place.student_id, []).append(place.school_class.name)
    return [DeskStudent(one, ", ".join(names.get(one.pk, []))) for one in people]


def things_for(school: Organisation, public_ids: list[str]) -> list[EquipmentItem]:
    """Things chosen at the desk, each followed by what goes with it and is free. Two queries."""
    chosen = {
        item.public_id: item
        for item in EquipmentItem.objects.filter(school=school, public_id__in=public_ids)
        .select_related("reserved_for")
        .prefetch_related(
            Prefetch(
                "accessories",
                EquipmentItem.objects.select_related("reserved_for").order_by("number"),
            )
        )
    }
    found: dict[int, EquipmentItem] = {}
    for public_id in public_ids:
        if item := chosen.get(public_id):
            for one in (item, *item.accessories.all()):
                found.setdefault(one.pk, one)
    return list(found.values())

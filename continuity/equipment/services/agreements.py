"""Agreements: drawn up, signed, refused, taken off the list."""

import contextlib
import datetime
import hashlib
import secrets
import uuid
from collections.abc import Collection

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from continuity.enums import AgreementWay, ItemState, Letters
from continuity.equipment import rules, tasks
from continuity.equipment.documents.agreement import terms_of
from continuity.equipment.exceptions import SentOtherwise
from continuity.equipment.queries import to_see_to
from continuity.equipment.queries.loans import who_signs
from continuity.equipment.queries.standing import promised_to_others, standing_on, things_gone
from continuity.equipment.rules.signatory import why_not_correct_signatory
from continuity.equipment.services import pool, returns
from continuity.equipment.values.terms import fingerprint
from continuity.models import EquipmentItem, Loan, LoanAgreement, LoanLine, SignatoryCorrection
from courses.documents import services as documents
from courses.documents.values import form_key
from courses.jobs import services as jobs
from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import ComingOfAge, Membership, Organisation, Person

SIGNED = [
    *("way", "signed_as", "signed_name", "signed_by", "signed_at"),
    *("signature", "signature_checksum"),
]
DRAWN_BY_NOW = datetime.timedelta(minutes=5)
WAITS_FOR_THE_COUNTER = datetime.timedelta(minutes=10)


def is_here(student: Person, school: Organisation) -> bool:
    here = Membership.objects.current().filter(organisation=school, role=Role.STUDENT)
    return here.filter(person=student).exists()


def is_of_age(student: Person) -> bool:
    return ComingOfAge.objects.filter(student=student).exists()


def draw_up(
    *,
    school: Organisation,
    student: Person,
    items: Collection[EquipmentItem],
    due_on: datetime.date,
    by: Person,
    key: uuid.UUID,
    replaces: LoanLine | None = None,
    came_back: str = "",
    now: datetime.datetime | None = None,
) -> LoanAgreement:
    """To be signed before these things are handed over; only a signature holds them. The same text
    for the same student is the same agreement; another text takes the unsigned one's place.
    `replaces`, `came_back`: as in `lend`; that thing is taken back now. Raises a `Refusal`, also if
    the key was sent with other things or another day.
    """
    now, key = now or timezone.now(), form_key(key, school.pk, student.pk)
    with transaction.atomic():
        wanted = {item.pk for item in items if item.school_id == school.pk}
        held_all = pool.hold(wanted | ({replaces.thing_id} if replaces else set()))
        held = [item for item in held_all if item.pk in wanted]
        if already := LoanAgreement.objects.filter(key=key).first():
            refuse_otherwise(already.named, already.due_on, held, due_on)
            return already
        instead_of = replaces.thing.number if replaces else ""
        terms = terms_of(school, student, held, due_on, instead_of).as_data
        standing = standing_on(school, held)
        own = [one for one in standing if one.student_id == student.pk]
        for one in own:
            if fingerprint(one.terms) == fingerprint(terms):
                return one
        if replaces:
            replaces = returns.replace(
                line=replaces, student=student, came_back=came_back, by=by, now=now
            )
        if refusal := rules.why_not_otherwise(own, student) or rules.why_not_lend(
            held,
            student=student,
            is_here=is_here(student, school),
            is_of_age=is_of_age(student),
            signed_as="",
            due_on=due_on,
            today=timezone.localdate(now),
            lacks_words=False,  # asked for when it is handed over
            promised=promised_to_others(standing, student.pk),
        ):
            raise refusal
        settle(own, now)
        made = LoanAgreement.objects.create(
            key=key,
            school=school,
            student=student,
            terms=terms,
            replaces=replaces,
            drawn_up_by=by,
            drawn_up_at=now,
        )
        draw(made)
        _tell_who_signs(made, now)
    return made


def refuse_otherwise(
    saved: Collection[str],
    saved_day: datetime.date,
    held: Collection[EquipmentItem],
    due_on: datetime.date,
) -> None:
    """A form that was changed and sent again isn't the one that was saved. Raises a `Refusal`."""
    if {item.public_id for item in held} == set(saved) and due_on == saved_day:
        return
    found = EquipmentItem.objects.filter(public_id__in=saved).values_list("number", flat=True)
    raise SentOtherwise(numbers=", ".join(found), day=saved_day)


def settle(standing: Collection[LoanAgreement], now: datetime.datetime) -> None:
    """Off the list: another agreement, or a loan, has taken their place."""
    pks = [one.pk for one in standing]
    waiting = LoanAgreement.objects.open().filter(pk__in=pks)
    waiting.update(taken_off_at=now)


def _tell_who_signs(agreement: LoanAgreement, now: datetime.datetime) -> None:
    """By email, unless it is signed at the counter meanwhile."""
    for one in who_signs(agreement):
        post(
            Letters.AGREEMENT_TO_SIGN,
            about=agreement,
            to=one,
            key=f"agreement:{agreement.pk}:sign:{one.pk}",
            not_before=now + WAITS_FOR_THE_COUNTER,
        )


def confirmed_on_paper(
    loan: Loan, items: list[EquipmentItem], replaces: LoanLine | None, signed_by: Person | None
) -> LoanAgreement:
    """That the desk has seen a sheet of the school's own, signed by `signed_by`, if it named somebody:
    no text of ours was signed, so it has none. In the caller's transaction.
    """
    made = LoanAgreement.objects.create(
        key=form_key(loan.key, loan.pk),
        school=loan.school,
        student=loan.student,
        terms=terms_of(loan.school, loan.student, items, loan.due_on, is_theirs=True).as_data,
        replaces=replaces,
        drawn_up_by=loan.lent_by,
        drawn_up_at=loan.lent_at,
        loan=loan,
        way=AgreementWay.PAPER,
        signed_as=loan.signed_as,
        signed_by=signed_by,
        signed_at=loan.lent_at,
    )
    draw(made)
    return made


def draw(agreement: LoanAgreement) -> None:
    tasks.draw_agreement.enqueue(agreement.pk)


def hold(agreement: LoanAgreement) -> LoanAgreement:
    found = LoanAgreement.objects.select_for_update().get(pk=agreement.pk)
    found.student, found.school = agreement.student, agreement.school
    return found


def sign(
    *,
    agreement: LoanAgreement,
    way: str,
    signed_as: str,
    name: str = "",
    drawn: bytes = b"",
    by: Person | None = None,
    now: datetime.datetime | None = None,
) -> LoanAgreement:
    """By whoever holds parental authority, or by the student of age: from now on its things are held
    for the student. `drawn`: a PNG, beside the name. `by`: whose account or link it is; at the counter
    and on paper, whom the desk named. Signed twice by the same is once. Holds the things, then the
    agreement, until commit. Raises a `Refusal`.
    """
    now, name = now or timezone.now(), " ".join(name.split())
    checksum = hashlib.sha256(drawn).hexdigest() if drawn else ""
    with contextlib.ExitStack() as kept, transaction.atomic():
        named = agreement.school.equipment.filter(public_id__in=agreement.named)
        pool.hold(named.values_list("pk", flat=True))
        found = hold(agreement)
        signed_by = by.pk if by else None
        before = (found.way, found.signed_as, found.signed_name, found.signed_by_id)
        is_the_same = before == (way, signed_as, name, signed_by)
        if found.signed_at and is_the_same and found.signature_checksum == checksum:
            return found
        if refusal := rules.why_not_sign(
            found,
            signed_as=signed_as,
            is_of_age=is_of_age(found.student),
            today=timezone.localdate(now),
            gone=things_gone([found]).get(found.pk, ()),
        ):
            raise refusal
        found.way, found.signed_as, found.signed_name = way, signed_as, name
        found.signed_by, found.signed_at, found.signature_checksum = by, now, checksum
        if drawn:
            found.signature.save(f"{secrets.token_hex(16)}.png", ContentFile(drawn), save=False)
            kept.enter_context(documents.kept_if_done(found.signature))
        found.save(update_fields=SIGNED)
        draw(found)
    return found


def correct_signatory(
    *, loan: Loan, signed_by: Person | None, by: Person, now: datetime.datetime | None = None
) -> LoanAgreement:
    """The desk had named somebody else as signing. None: an adult whom the school hasn't entered.

    The sheet is drawn anew, and goes by email to who is named now. The same one sent twice is once.
    Holds the loan, then the agreement, until commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        held_loan = Loan.objects.select_for_update().get(pk=loan.pk)
        found = LoanAgreement.objects.select_for_update().get(loan=held_loan)
        if found.signed_by_id == (signed_by.pk if signed_by else None):
            return found
        if refusal := why_not_correct_signatory(held_loan, found):
            raise refusal
        SignatoryCorrection.objects.create(
            agreement=found,
            was=found.signed_by,
            signed_by=signed_by,
            corrected_by=by,
            corrected_at=now or timezone.now(),
        )
        found.signed_by, found.drawn_as = signed_by, ""
        found.save(update_fields=["signed_by", "drawn_as"])
        draw(found)
    return found


def refuse(*, agreement: LoanAgreement, now: datetime.datetime | None = None) -> LoanAgreement:
    """What was reserved is free again; the school calls. Refused twice is once. Who refused isn't
    kept. Holds the things, then the agreement, until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        reserved = agreement.school.equipment.filter(
            public_id__in=agreement.named, reserved_for__student=agreement.student_id
        )
        held = pool.hold(reserved.values_list("pk", flat=True))
        found = hold(agreement)
        if found.refused_at:
            return found
        if refusal := rules.why_not_refuse(found):
            raise refusal
        found.refused_at = now
        found.save(update_fields=["refused_at"])
        for item in held:
            pool.put(item, ItemState.AVAILABLE, by=found.drawn_up_by, now=now)
    return found


def take_off(*, agreement: LoanAgreement, now: datetime.datetime | None = None) -> None:
    """The desk has called, or wants another agreement. Twice is once; not once it is handed over."""
    with transaction.atomic():
        found = hold(agreement)
        if found.loan_id is None and found.taken_off_at is None:
            found.taken_off_at = now or timezone.now()
            found.save(update_fields=["taken_off_at"])


def take_off_what_is_over(now: datetime.datetime) -> int:
    """Agreements of which nothing is handed over, and of which the last day is over or the student has
    left the school. Nobody waits for them any more.
    """
    is_over = Q(terms__due_on__lt=timezone.localdate(now).isoformat()) | ~to_see_to.is_student_of(
        "school"
    )
    return LoanAgreement.objects.open().filter(is_over).update(taken_off_at=now)


def pass_on(school_id: int, student_id: int, *, before_id: int, after_id: int) -> None:
    """Who signed has another account, and is told there. May run twice."""
    signed = LoanAgreement.objects.filter(school=school_id, student=student_id)
    signed.filter(signed_by=before_id).update(signed_by=after_id)
    corrected = SignatoryCorrection.objects.filter(agreement__in=signed)
    corrected.filter(was=before_id).update(was=after_id)
    corrected.filter(signed_by=before_id).update(signed_by=after_id)


def draw_what_is_missing(now: datetime.datetime) -> int:
    """The sweep behind the worker: sheets that a killed one left out."""
    late = LoanAgreement.objects.not_drawn().filter(drawn_up_at__lte=now - DRAWN_BY_NOW)
    return jobs.enqueue_missing(tasks.draw_agreement, late.values_list("pk"), now=now)

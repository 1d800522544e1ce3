"""Loans: things handed to a student."""

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from continuity.enums import AgreementWay, ItemState, NeedKind, NeedOrigin, NeedReason, NeedVerdict
from continuity.equipment import rules
from continuity.equipment.documents.agreement import lent_thing
from continuity.equipment.queries.loans import may_sign_still
from continuity.equipment.queries.needs import open_needs_for, order_of
from continuity.equipment.queries.standing import promised_to_others, standing_on
from continuity.equipment.services import agreements, needs, pool, returns
from continuity.equipment.values.terms import Terms
from continuity.models import EquipmentItem, EquipmentNeed, Loan, LoanAgreement, LoanLine
from courses.documents.values import form_key
from courses.people.models import Organisation, Person


def lend(
    *,
    school: Organisation,
    student: Person,
    items: Collection[EquipmentItem],
    due_on: datetime.date,
    signed_as: str,
    by: Person,
    key: uuid.UUID,
    words: str = "",
    agreement: LoanAgreement | None = None,
    replaces: LoanLine | None = None,
    came_back: str = "",
    signed_by: Person | None = None,
    now: datetime.datetime | None = None,
) -> Loan:
    """Hand these things to the student; their agreement is signed. All of them, or none.

    `words`: why before others who wait, if there are any; they are kept as a decision out of turn.
    `agreement`: the one signed before; None is a sheet of the school's own that the desk has seen,
    signed by `signed_by`.
    `replaces`: a thing that is broken or lost; it is taken back as `came_back`, if it is still out.
    Holds the items' rows, then the student's, until commit: of two desks with the same thing one is
    refused. The student's other agreements on these things are off the list. The same key is the same
    loan. Raises a `Refusal`, also if the key was sent with other things or another day.
    """
    now, key = now or timezone.now(), form_key(key, school.pk, student.pk)
    with transaction.atomic():
        wanted = {item.pk for item in items if item.school_id == school.pk}
        reserved = school.equipment.filter(reserved_for__student=student)
        replaced = {replaces.thing_id} if replaces else set()
        held_all = pool.hold(wanted | replaced | set(reserved.values_list("pk", flat=True)))
        # `no_key`: a decision beside this one posts its letter to the student.
        Person.objects.select_for_update(no_key=True).get(pk=student.pk)
        held = [item for item in held_all if item.pk in wanted]
        if already := Loan.objects.filter(key=key).first():
            lent = already.lines.values_list("thing__public_id", flat=True)
            agreements.refuse_otherwise(set(lent), already.due_on, held, due_on)
            return already
        standing = standing_on(school, held)
        if agreement is None and (refusal := rules.why_not_otherwise(standing, student)):
            raise refusal
        if replaces:
            replaces = returns.replace(
                line=replaces, student=student, came_back=came_back, by=by, now=now
            )
        before = kinds_before_others(school, student, held)
        if refusal := rules.why_not_lend(
            held,
            student=student,
            is_here=agreements.is_here(student, school),
            is_of_age=agreements.is_of_age(student),
            signed_as=signed_as,
            due_on=due_on,
            today=timezone.localdate(now),
            lacks_words=bool(before) and not words.strip(),
            promised=promised_to_others(standing, student.pk),
        ):
            raise refusal
        loan = Loan.objects.create(
            key=key,
            school=school,
            student=student,
            lent_by=by,
            lent_at=now,
            due_on=due_on,
            signed_as=signed_as,
        )
        LoanLine.objects.bulk_create(LoanLine(loan=loan, thing=item) for item in held)
        for item in held:
            pool.put(item, ItemState.LENT, by=by, now=now, loan=loan)
        _decide_at_the_desk(loan, rules.kinds_of(held), before, words)
        _serve(loan, held, [item for item in held_all if item.pk not in wanted])
        own = [one for one in standing if one.student_id == student.pk and one != agreement]
        agreements.settle(own, now)
        if agreement is None:
            agreements.confirmed_on_paper(loan, held, replaces, signed_by)
        else:
            agreement.loan = loan
            agreement.save(update_fields=["loan"])
            agreements.draw(agreement)
    return loan


def hand_over(
    *,
    agreement: LoanAgreement,
    by: Person,
    words: str = "",
    paper_of: str = "",
    signed_by: Person | None = None,
    now: datetime.datetime | None = None,
) -> Loan:
    """What was signed, all of it; `words` as in `lend`. `paper_of`, `signed_by`: as what, and
    who, signed the printed sheet that the desk has seen; it is signed and handed over, or neither.
    Handed over twice is once. Holds the things, then the agreement, until commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        named = agreement.named
        theirs = Q(public_id__in=named) | Q(reserved_for__student=agreement.student_id)
        theirs |= Q(lines=agreement.replaces_id) if agreement.replaces_id else Q()
        held = pool.hold(agreement.school.equipment.filter(theirs).values_list("pk", flat=True))
        found = agreements.hold(agreement)
        if found.loan:
            return found.loan
        if paper_of:
            way = AgreementWay.PAPER
            agreements.sign(agreement=found, way=way, signed_as=paper_of, by=signed_by, now=now)
            found = agreements.hold(agreement)
        is_here = agreements.is_here(found.student, found.school)  # if not, `lend` says so
        if refusal := rules.why_not_hand_over(
            found,
            _changed(found, held),
            may_sign_still=may_sign_still(found) or not is_here,
        ):
            raise refusal
        return lend(
            school=found.school,
            student=found.student,
            items=[item for item in held if item.public_id in named],
            due_on=found.due_on,
            signed_as=found.signed_as,
            by=by,
            key=found.key,
            agreement=found,
            replaces=found.replaces,
            words=words,
            now=now,
        )


def _changed(agreement: LoanAgreement, held: Collection[EquipmentItem]) -> list[str]:
    """Numbers, as they were signed, of what was corrected since."""
    now = {item.public_id: lent_thing(item) for item in held}
    signed = Terms.read(agreement.terms).things
    return [one.number for one in signed if now.get(one.public_id, one) != one]


def kinds_before_others(
    school: Organisation, student: Person, items: Collection[EquipmentItem]
) -> set[NeedKind]:
    """The kinds of need for which lending these things now passes somebody who waits."""
    kinds = rules.kinds_of(items)
    found = open_needs_for(school, kinds)
    order = order_of(school) if found else []
    return {
        kind
        for kind in kinds
        if rules.goes_before_others(student, [one for one in found if one.wants == kind], order)
    }


def _open_needs(loan: Loan, kinds: Collection[str]) -> list[EquipmentNeed]:
    found = EquipmentNeed.objects.open().filter(
        school=loan.school, student=loan.student, wants__in=kinds
    )
    return list(found.select_for_update().order_by("pk"))


def _decide_at_the_desk(
    loan: Loan, kinds: set[NeedKind], before: set[NeedKind], words: str
) -> None:
    """Who is served without a yes has got one by being served. Without a request of their own, and
    before others, one is entered: the decision stands in it.
    """
    found = _open_needs(loan, kinds)
    for kind in sorted(before - {one.wants for one in found}):
        made = EquipmentNeed.objects.create(
            school=loan.school,
            student=loan.student,
            wants=kind,
            asked_as=NeedOrigin.STAFF,
            asked_by=loan.lent_by,
            asked_at=loan.lent_at,
        )
        found.append(made)
    for need in found:
        if need.verdict != NeedVerdict.YES:
            passes = need.wants in before
            needs.decide(
                need=need,
                verdict=NeedVerdict.YES,
                reason=NeedReason.OUT_OF_TURN if passes else NeedReason.IN_TURN,
                words=words if passes else "",
                by=loan.lent_by,
                now=loan.lent_at,
            )


def _serve(loan: Loan, lent: list[EquipmentItem], others: list[EquipmentItem]) -> None:
    """The student's open needs of this kind are served; what was reserved for them besides is free
    again.
    """
    served = _open_needs(loan, rules.kinds_of(lent))
    for item in others:
        if item.reserved_for in served:
            pool.put(item, ItemState.AVAILABLE, by=loan.lent_by, now=loan.lent_at)
    for need in served:
        need.loan, need.closed_at = loan, loan.lent_at
        need.save(update_fields=["loan", "closed_at"])

"""While a thing is out: reminders of the last day, another last day, what a family reports."""

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from continuity.enums import DueMoment, Letters
from continuity.equipment import rules
from continuity.equipment.queries.loans import loans_due, schools_of, told_of
from continuity.equipment.rules.departure import why_not_follow
from continuity.models import Loan, LoanLine, LoanReport
from courses.mail.services import post
from courses.people.models import Organisation, Person


def post_reminders(now: datetime.datetime) -> int:
    """Once each: a week before the last day, on it, a week after. To the student and to who signed.
    May run twice. Return how many were due.
    """
    today, made = timezone.localdate(now), 0
    for moment in DueMoment:
        for loan in loans_due(moment, today):
            for one in told_of(loan):
                key = f"loan:{loan.pk}:{loan.due_on.isoformat()}:{moment}:{one.pk}"
                details = {"due_on": loan.due_on.isoformat()}
                post(Letters.LOAN_DUE, about=loan, to=one, key=key, details=details)
                made += 1
    return made


def remind(*, loan: Loan, on: bool) -> None:
    """Stopped by the desk, or on again."""
    with transaction.atomic():
        found = Loan.objects.select_for_update().get(pk=loan.pk)
        found.is_reminded = on
        found.save(update_fields=["is_reminded"])


def prolong(*, loan: Loan, due_on: datetime.date, now: datetime.datetime | None = None) -> Loan:
    """Another last day, told to the student and to who signed. The same day sent twice is once.
    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = Loan.objects.select_for_update().get(pk=loan.pk)
        if found.due_on == due_on:
            return found
        if refusal := rules.why_not_prolong(found, due_on, today=timezone.localdate(now)):
            raise refusal
        found.due_on = due_on
        found.save(update_fields=["due_on"])
        change = uuid.uuid4()  # under the loan's lock: each change is told once
        for one in told_of(found):
            key = f"loan:{found.pk}:until:{due_on.isoformat()}:{one.pk}:{change}"
            details = {"due_on": due_on.isoformat()}
            post(Letters.LOAN_PROLONGED, about=found, to=one, key=key, details=details)
    return found


def follow(
    *, loan: Loan, to: Organisation | None, by: Person, now: datetime.datetime | None = None
) -> Loan:
    """The student has gone to another school, and keeps the things until the last day: that school
    reads of it, the things stay the lender's. None: they are to come back after all.

    Told to the student and to who signed. Sent twice is once. Holds the loan until commit. Raises a
    `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = Loan.objects.select_for_update().get(pk=loan.pk)
        found.student, found.school = loan.student, loan.school
        schools = schools_of(found.student) if to else []
        if found.goes_to_id == (to.pk if to else None) and (to is None or to in schools):
            return found
        today = timezone.localdate(now)
        if to and (refusal := why_not_follow(found, to, schools=schools, today=today)):
            raise refusal
        found.goes_to = to
        found.goes_since = since = now if to else None
        found.let_go_by = by if to else None
        found.save(update_fields=["goes_to", "goes_since", "let_go_by"])
        change = uuid.uuid4()
        for one in told_of(found):
            key = f"loan:{found.pk}:to:{found.goes_to_id or 0}:{one.pk}:{change}"
            details = {"goes_to": found.goes_to_id, "since": since and since.isoformat()}
            post(Letters.LOAN_FOLLOWS, about=found, to=one, key=key, details=details)
    return found


def report(
    *, line: LoanLine, kind: str, by: Person, now: datetime.datetime | None = None
) -> LoanReport:
    """By the student or a guardian; the newest word of each of them holds. Nothing of the thing changes:
    the desk reads it. Holds the line until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        lines = LoanLine.objects.select_for_update(of=("self",)).select_related("thing")
        held = lines.get(pk=line.pk)
        if refusal := rules.why_not_take_back(held):
            raise refusal
        own = held.reports.open().filter(reported_by=by).first()
        if own and own.kind == kind:
            return own
        if own:
            settle(line=held, reports=[own], now=now)
        return LoanReport.objects.create(line=held, kind=kind, reported_by=by, reported_at=now)


def withdraw_report(*, line: LoanLine, by: Person) -> bool:
    """It was a mistake of who reported: what they had said before holds again. Return True if there
    was one of theirs that the desk hasn't dealt with. Holds the line until commit.
    """
    with transaction.atomic():
        held = LoanLine.objects.select_for_update().get(pk=line.pk)
        own = held.reports.open().filter(reported_by=by).first()
        if own is None:
            return False
        # as `report` settled it
        before = held.reports.filter(reported_by=by, settled_at=own.reported_at).first()
        own.delete()
        if before:
            LoanReport.objects.filter(pk=before.pk).update(settled_at=None)
    return True


def pass_on(school_id: int, student_id: int, *, before_id: int, after_id: int) -> None:
    """Who reported has another account; of what is open under both, the newer word holds. May run
    twice.
    """
    said = LoanReport.objects.filter(line__loan__school=school_id, line__loan__student=student_id)
    newer: dict[int, LoanReport] = {}
    both = said.filter(settled_at__isnull=True, reported_by__in=(before_id, after_id))
    for one in both.order_by("-reported_at", "-pk"):
        if one.line_id in newer:
            settle(line=one.line, reports=[one], now=newer[one.line_id].reported_at)
        else:
            newer[one.line_id] = one
    said.filter(reported_by=before_id).update(reported_by=after_id)


def settle(
    *,
    line: LoanLine,
    reports: Collection[LoanReport] | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """The desk has read it and dealt with it, or the thing is back. `reports`: what the desk has read,
    None for all; another word of the family stays open. What its author has replaced since is dealt
    with as well: it doesn't hold again.
    """
    of_line = LoanReport.objects.filter(line=line)
    found, ways = of_line, Q(settled_at__isnull=True)
    if reports is not None:
        found = of_line.filter(pk__in=[one.pk for one in reports])
        ways |= Q(settled_at__in=list(of_line.values_list("reported_at", flat=True)))
    found.filter(ways).update(settled_at=now or timezone.now())

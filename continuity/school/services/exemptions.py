"""Students' leaves and exemptions, entered by staff: dates, weeks, subjects, whether the student
attends, a motive.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from continuity.enums import Motive
from continuity.models import Exemption
from continuity.school.exceptions import NotAStudentOfTheSchool
from continuity.school.rules import why_not_exempt
from courses.people.enums import Role
from courses.people.models import Organisation, Person, Subject


def exempt(
    *,
    student: Person,
    school: Organisation,
    by: Person,
    kind: str,
    first_day: datetime.date,
    last_day: datetime.date | None = None,
    rhythm: str = "",
    subjects: Iterable[Subject] = (),
    attends: bool = False,
    keeps_working: bool = False,
    motive: str = Motive.AGREED,
    saw_a_document: bool = False,
) -> Exemption:
    """Enter a leave or an exemption. Both days included; no subject: all. Idempotent. Holds the
    student's row until commit. Raises a `Refusal`.

    A document is looked at and given back: the row says that `by` saw it today.
    """
    facts = {
        "kind": kind,
        "first_day": first_day,
        "last_day": last_day,
        "rhythm": rhythm,
        "attends": attends,
        "keeps_working": keeps_working,
        "motive": motive,
    }
    if refusal := why_not_exempt(
        kind=kind, first_day=first_day, last_day=last_day, keeps_working=keeps_working
    ):
        raise refusal
    wanted = {subject.pk for subject in subjects}
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        if (
            not student.memberships.on(first_day)
            .filter(organisation=school, role=Role.STUDENT)
            .exists()
        ):
            raise NotAStudentOfTheSchool(student=student.display_name, day=first_day)
        for already in Exemption.objects.standing().filter(student=student, school=school, **facts):
            if set(already.subjects.values_list("pk", flat=True)) == wanted:
                return already
        seen_on = timezone.localdate() if saw_a_document else None
        exemption = Exemption.objects.create(
            student=student, school=school, entered_by=by, document_seen_on=seen_on, **facts
        )
        exemption.subjects.set(wanted)
        log(instance=exemption, action="continuity.exempt", user=by)
    return exemption


def withdraw(*, exemption: Exemption, by: Person) -> None:
    """Withdraw a leave or an exemption, from its first day on: rolls keep what they took from it.

    Idempotent.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=exemption.student_id)
        if Exemption.objects.standing().filter(pk=exemption.pk).update(withdrawn_at=timezone.now()):
            log(instance=exemption, action="continuity.withdraw_exemption", user=by)


def end(*, exemption: Exemption, last_day: datetime.date, by: Person) -> Exemption:
    """It holds until that day, included; before its first day it is as if it had never been.

    Raises a `Refusal`.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=exemption.student_id)
        held = Exemption.objects.get(pk=exemption.pk)
        if refusal := why_not_exempt(
            kind=held.kind,
            first_day=held.first_day,
            last_day=last_day,
            keeps_working=held.keeps_working,
        ):
            raise refusal
        held.last_day = last_day
        held.save(update_fields=["last_day"])
        log(instance=held, action="continuity.end_exemption", user=by)
    return held

"""Somebody asks that something about them be corrected; who answers for it answers in words."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail import services as mail
from courses.people.enums import Letters, Role
from courses.people.exceptions import NobodyElseAnswers
from courses.people.models import CorrectionRequest, Membership, Person
from courses.people.rules.accounts import (
    school_that_answers,
    why_not_answer,
    why_not_ask_for_correction,
)


def ask(*, person: Person, text: str, now: datetime.datetime | None = None) -> CorrectionRequest:
    """Put the request before who answers for it. The same words while they wait are the same
    request.

    Holds the person's row until commit. Raises `TooManyRequests`, `NobodyElseAnswers`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        waiting = person.correction_requests.open()
        if already := waiting.filter(text=text).first():
            return already
        if refusal := why_not_ask_for_correction(waiting=waiting.count()):
            raise refusal
        held = list(
            person.memberships.filter(since__lte=timezone.localdate(now)).select_related(
                "organisation"
            )
        )
        led = Membership.objects.current().filter(
            role=Role.LEADER, organisation__in=[m.organisation_id for m in held]
        )
        school = school_that_answers(
            held, led.exclude(person=person).values_list("organisation", flat=True)
        )
        if school is None and list(_registrars().values_list("pk", flat=True)[:2]) == [person.pk]:
            raise NobodyElseAnswers(address=settings.DPO_ADDRESS)
        asked = CorrectionRequest.objects.create(
            person=person, school=school, text=text, asked_at=now
        )
        log(instance=person, action="people.ask_correction", user=person)
    return asked


def _registrars() -> QuerySet[Person]:
    return Person.objects.registrars() | Person.objects.filter(is_superuser=True, is_active=True)


def answer(
    *,
    request: CorrectionRequest,
    is_done: bool,
    words: str,
    by: Person,
    now: datetime.datetime | None = None,
) -> CorrectionRequest:
    """Answer once, in words; the person reads it on their page and, with an address, in a letter.

    Holds the request's row until commit. Raises `AlreadyAnswered`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        asked = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
        if refusal := why_not_answer(asked):
            raise refusal
        asked.is_done, asked.answer, asked.answered_at, asked.answered_by = is_done, words, now, by
        asked.save(update_fields=["is_done", "answer", "answered_at", "answered_by"])
        log(instance=asked.person, action="people.answer_correction", user=by)
        if asked.person.email:
            mail.post(
                Letters.CORRECTION_ANSWERED,
                about=asked,
                to=asked.person,
                key=f"correction:{asked.pk}",
            )
    return asked

"""Certificates: issued with a session's last sheet, revoked with a reason. Corrections have a module
of their own.

The worker draws them afterwards.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.documents import services as documents
from courses.documents.models import Paper
from courses.documents.services import next_number
from courses.jobs import services as jobs
from courses.mail.services import post
from courses.people.models import Person
from training import tasks
from training.documents.certificate import certificate_content
from training.documents.hours import HOURS_ON_PAPER
from training.enums import HOLD_A_SEAT, Letters, RequestState, SessionState, SheetState
from training.models import Certificate, Enrolment, MissedDate, Session, Sheet
from training.queries.attendance import tally
from training.queries.certificates import hours_of, is_complete
from training.queries.leading import everybody_who_led
from training.rules import why_not_revoke
from training.values import certificate_year, reaches

logger = logging.getLogger(__name__)

DRAWN_BY_NOW = timedelta(minutes=5)


def issue_if_complete(session: Session, *, now: datetime) -> list[Certificate]:
    """Issue once every meeting that isn't cancelled has its closed sheet, and no date is owed.

    Called under the session's lock.
    """
    return issue_for(session, now=now) if is_complete(session) else []


def issue_for(session: Session, now: datetime | None = None) -> list[Certificate]:
    """A certificate for each enrolment that reaches the threshold and has none yet; the session is
    closed with them.

    Number, code and content are frozen here, the drawing is enqueued, all in one transaction.
    Running twice gives none. Holds the session, and the counter last.
    """
    now = now or timezone.now()
    issued = []
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("training__resource", "provider")
            .get(pk=session.pk)
        )
        counted = tally(session)
        led_by = everybody_who_led(session, counted.meetings)
        enrolments = session.enrolments.filter(state__in=HOLD_A_SEAT, certificates__isnull=True)
        for enrolment in enrolments.select_related("teacher", "school").order_by(
            "teacher__family_name", "teacher__given_name", "pk"
        ):
            minutes = counted.followed.get(enrolment.pk, 0)
            if reaches(minutes, counted.real_minutes, session.threshold_percent):
                content = certificate_content(
                    enrolment, session, counted, minutes, led_by=led_by, issued_at=now
                )
                issued.append(_issue(enrolment, minutes, content, now))
        if session.state == SessionState.OPEN:
            session.state = SessionState.CLOSED
            session.save(update_fields=["state"])
    return issued


def _issue(enrolment: Enrolment, minutes: int, content: dict, now: datetime) -> Certificate:
    year = certificate_year(timezone.localdate(now))
    certificate = Certificate.objects.create(
        number=f"{year}-{next_number(f'certificate-{year}'):06d}",
        enrolment=enrolment,
        person=enrolment.teacher,
        minutes=minutes,
        content=content,
        issued_at=now,
    )
    tasks.draw_certificate.enqueue(certificate.pk)
    return certificate


def were_issued(session: Session) -> bool:
    return Certificate.objects.filter(enrolment__session=session).exists()


def issue_what_is_complete(now: datetime) -> None:
    """The sweep: open sessions whose last open meeting was cancelled after the other sheets were
    closed.
    """
    open_ones = (
        Meeting.objects.going_on()
        .filter(series=OuterRef("series"))
        .exclude(sheet__state=SheetState.CLOSED)
    )
    owed = MissedDate.objects.owed().filter(session=OuterRef("pk"))
    closed = Sheet.objects.filter(
        session=OuterRef("pk"), state=SheetState.CLOSED, meeting__occurrence__cancelled=False
    )
    for session in Session.objects.filter(
        ~Exists(open_ones), ~Exists(owed), Exists(closed), state=SessionState.OPEN
    ):
        try:
            with transaction.atomic():
                # Read anew under the lock: whoever held it may have added a date.
                issue_if_complete(Session.objects.select_for_update().get(pk=session.pk), now=now)
        except Exception:  # the sessions behind it get theirs all the same
            logger.exception(
                "the certificates of session %s could not be issued", session.public_id
            )


def draw_what_is_missing(now: datetime) -> None:
    """The sweep behind the worker: certificates that a killed worker, or a machine without Pango,
    left undrawn.
    """
    missing = Certificate.objects.current().filter(
        drawn_at__isnull=True, issued_at__lte=now - DRAWN_BY_NOW
    )
    jobs.enqueue_missing(tasks.draw_certificate, missing.values_list("pk"))


def ask_for_hours(*, person: Person, now: datetime | None = None) -> Paper:
    """The record of the person's certified hours as they stand, in the active language."""
    now = now or timezone.now()
    hours = hours_of(person, at=now)
    rows = [(one.number, one.minutes) for year in hours.years for one in year.certificates]
    return documents.ask_for_paper(
        kind=HOURS_ON_PAPER.key,
        about=str(person.pk),
        says=(person.printed_name, timezone.localdate(now), rows),
        language=translation.get_language(),
        owner=person,
        now=now,
    )


def record_hours_export(*, year: str, by: Person) -> None:
    """Who took the hours of all teachers away, and of which school year."""
    log(instance=by, action="training.export_hours", user=by, data={"year": year})


def show_name(*, certificate: Certificate, shows_name: bool) -> None:
    """The holder's own choice: whole name or initials on the public page."""
    Certificate.objects.filter(pk=certificate.pk).update(shows_name=shows_name)


def revoke(
    *, certificate: Certificate, reason: str, by: Person, now: datetime | None = None
) -> Certificate:
    """Not valid any more, for good; the number stays taken.

    The holder is told why, the public page isn't. An open request to correct it is answered with
    the same reason. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if refusal := why_not_revoke(certificate):
            raise refusal
        certificate.revoked_at, certificate.revoke_reason = now, reason.strip()
        certificate.save(update_fields=["revoked_at", "revoke_reason"])
        certificate.requests.open().update(
            state=RequestState.REFUSED,
            answer=certificate.revoke_reason,
            answered_at=now,
            answered_by=by,
        )
        post(
            Letters.CERTIFICATE_REVOKED,
            about=certificate,
            to=certificate.person,
            key=f"certificate:{certificate.pk}:revoked",
        )
        log(
            instance=certificate,
            action="training.revoke_certificate",
            user=by,
            data={"reason": certificate.revoke_reason},
        )
    return certificate

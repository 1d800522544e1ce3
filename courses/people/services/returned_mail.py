"""Emails that come back: noted on the letter, and on the person whose address it still is."""

import datetime

from django.db import transaction

from courses.mail import services as mail
from courses.mail.gateways import delivery_reports
from courses.mail.models import Letter
from courses.mail.values import DeliveryReport
from courses.people.models import Person

# Postfix tries for five days (maximal_queue_lifetime) and reports no delay unless it is told to. A
# letter that is six days old and hasn't come back has arrived; one that was delayed proves nothing.
ARRIVED_AFTER = datetime.timedelta(days=6)


def take_report(raw: bytes, *, now: datetime.datetime) -> Letter:
    """Take a mail server's report. A delivery that was given up marks the person's address, if the
    letter went to the one of today; the mark ends with a new address, or with a later letter that
    stays.

    The same report again changes nothing. Raises `NotADeliveryReport`, `NotSentYet`.
    """
    return note(delivery_reports.read(raw), now=now)


def note(report: DeliveryReport, *, now: datetime.datetime) -> Letter:
    """As `take_report`, of a report that is read already."""
    with transaction.atomic():
        letter = mail.note_return(report, now=now)
        person = Person.objects.select_for_update().get(pk=letter.to_id)
        is_theirs = (person.email or "").lower() == letter.address.lower()
        is_new = letter.returned_at == now
        if is_new and is_theirs and not person.returns_mail:
            person.returned_address, person.returned_since = letter.address, now
            person.save(update_fields=["returned_address", "returned_since"])
    return letter


def forget_marks(now: datetime.datetime) -> int:
    """Addresses that were changed, or at which a later letter stayed. Says how many.

    Run by the tick.
    """
    ended = 0
    marked = Person.objects.exclude(returned_address="").order_by("pk")
    for pk in list(marked.values_list("pk", flat=True)):
        with transaction.atomic():
            person = Person.objects.select_for_update().get(pk=pk)
            if person.returned_address and not (person.returns_mail and _still(person, now)):
                person.returned_address, person.returned_since = "", None
                person.save(update_fields=["returned_address", "returned_since"])
                ended += 1
    return ended


def _still(person: Person, now: datetime.datetime) -> bool:
    """No letter that went after the last one that came back is old enough to have arrived."""
    sent = Letter.objects.filter(to=person).to_address(person.returned_address)
    last = sent.exclude(returned_at=None).order_by("-returned_at").first()
    since = last.returned_at if last else person.returned_since
    arrived = sent.filter(
        sent_at__gt=since, sent_at__lte=now - ARRIVED_AFTER, returned_at=None, delays=0
    )
    return not arrived.exists()

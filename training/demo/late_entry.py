"""A series that has begun: somebody is enrolled for the dates to come, and an email to one of the
others came back.
"""

from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.mail.values import DeliveryReport
from courses.people.models import Person
from courses.people.services import returned_mail
from courses.required import required
from training.demo.stories import TEXTS
from training.models import Enrolment, Session
from training.services import adviser_enrolment


def enter(world, session: Session, *, by: Person, reason: str) -> Enrolment:
    """Somebody who may and has no seat yet, none of those whose logins are tried."""
    entitled = world.entitled(session.training.resource.slug, session.first_day, session.last_day)
    seated = set(session.enrolments.values_list("teacher", flat=True))
    teacher = next(
        one for one in entitled if one.pk not in seated and not one.login.startswith("prof.")
    )
    return adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=by, reason=reason, now=world.now
    )


def return_mail(session: Session) -> None:
    """The mail server of one who has had a seat from the start doesn't know the address."""
    seat = required(session.enrolments.holding_a_seat().order_by("pk").first())
    letter = required(
        Letter.objects.filter(about_model="training.Enrolment", about_pk=str(seat.pk)).first()
    )
    outbox.send(letter.pk, letter.attempts)
    # Written before the demo knows its own address: its links may lead nowhere.
    outbox.forget_texts(Letter.objects.filter(pk=letter.pk))
    report = DeliveryReport(letter.public_id, TEXTS["returned_mail"]["status"], is_permanent=True)
    returned_mail.note(report, now=timezone.now())

"""What a planner writes to the people of a session, and takes away: their list of names."""

from uuid import UUID

from django.db import transaction
from wagtail.log_actions import log

from courses.documents.values import keys_of_form
from courses.mail import services as mail
from courses.people.models import Person
from training.enums import Letters
from training.models import Session, SessionMessage
from training.queries import filling
from training.services.session_revisions import hold_session


def message(
    *, session: Session, by: Person, subject: str, body: str, key: UUID, also_waiting: bool = False
) -> SessionMessage:
    """Write to those who hold a seat, and to those who wait if wanted.

    The same key with the same words is the same message: it goes once to each, and if sent again
    also to readers who weren't among them the first time.
    """
    with transaction.atomic():
        session = hold_session(session)
        keys = keys_of_form(key, session.pk, by.pk, content=[subject, body])
        of_form = SessionMessage.objects.filter(session=session, by=by, key__in=keys)
        sent = of_form.filter(subject=subject, body=body).first()
        if sent is None:
            key = keys.changed if of_form.exists() else keys.own
            sent = SessionMessage.objects.create(
                key=key, session=session, subject=subject, body=body, by=by
            )
            log(instance=session, action="training.message", user=by, data={"subject": subject})
        for teacher in filling.readers_of_a_message(session, also_waiting=also_waiting):
            mail.post(
                Letters.MESSAGE, about=sent, to=teacher, key=f"message:{sent.pk}:{teacher.pk}"
            )
    return sent


def record_export(*, session: Session, by: Person) -> None:
    """Who took the list of names away, and when."""
    log(instance=session, action="training.export", user=by)

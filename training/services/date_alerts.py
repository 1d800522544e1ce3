"""New dates of a training, told to those who asked for it."""

from collections.abc import Iterable

from django.db import transaction

from courses.mail.services import post
from courses.people.models import Person
from training.enums import Letters
from training.models import DateAlert, Session, Training
from training.queries.rights import rights_of_all


def ask(*, training: Training, person: Person) -> DateAlert:
    """Ask to be told of new sessions of the training. Idempotent."""
    return DateAlert.objects.get_or_create(training=training, person=person)[0]


def take_back(*, training: Training, person: Person) -> None:
    DateAlert.objects.filter(training=training, person=person).delete()


def who_may_attend(session: Session) -> list[Person]:
    """Those who asked and may attend this session as it is now."""
    asked = Person.objects.filter(date_alerts__training=session.training_id, is_active=True)
    rights = rights_of_all(asked)
    return [person for person in asked.order_by("pk") if rights[person.pk].cover(session)]


def tell(session: Session, *, apart_from: Iterable[Person] = ()) -> int:
    """Write to those who asked and may attend this session, each once. Says to how many.

    Called when the session is opened, in that transaction; and when it is opened to more people,
    `apart_from` those who could attend it before.
    """
    told = [person for person in who_may_attend(session) if person not in set(apart_from)]
    with transaction.atomic():
        for person in told:
            key = f"new-date:{session.pk}:{person.pk}"
            post(Letters.NEW_DATE, about=session, to=person, key=key)
    return len(told)

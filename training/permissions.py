"""Who may: predicates on a person and a session."""

from courses.people.models import Person
from training.models import Session


def is_trainer_of(person: Person, session: Session) -> bool:
    return session.trainers.filter(pk=person.pk).exists()

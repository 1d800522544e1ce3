"""A second step of the login, as an app and a login page have it."""

import datetime

from django.utils import timezone

from courses.people.models import Person, SecondFactor
from courses.people.services import second_factor as services

STEP = datetime.timedelta(seconds=30)
CODE_PAGE = "/fr/login/second-step/"


def app_code(person: Person, *, steps: int = 0, now: datetime.datetime | None = None) -> str:
    """What the person's app shows, so many steps of 30 seconds from now."""
    seed = SecondFactor.objects.get(person=person).seed
    return services.app_of(seed).at((now or timezone.now()) + steps * STEP)


def switched_on(person: Person, *, keep: str | None = None) -> list[str]:
    """Switch the second step on, an hour ago; gives the recovery codes. `keep`: a session's key."""
    then, seed = timezone.now() - datetime.timedelta(hours=1), services.new_seed()
    code = services.app_of(seed).at(then)
    return services.switch_on(person=person, seed=seed, code=code, keep=keep, now=then)


def give_password(client, person: Person, *, to: str = "", **fields):
    given = {"username": person.login, "password": "password", "next": to, **fields}
    return client.post("/fr/login/", given)

"""The number of a first page is counted anew after what its reader did."""

import datetime

from django.core.cache import caches
from django.db import transaction

from continuity.contact.queries.counts import key_of_count
from courses.people.enums import Role
from courses.people.models import Person


def count_anew(person: Person, today: datetime.date) -> None:
    """Once this transaction commits: after a call, or a week handed over."""
    keys = [key_of_count(person, role, today) for role in (Role.TEACHER, Role.LEADER)]
    transaction.on_commit(lambda: caches["pages"].delete_many(keys))

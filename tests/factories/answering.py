"""A teacher's pages of answers."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.models import HandIn
from courses.people.models import StandIn
from tests.factories.people import TeacherFactory


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def at(name: str, handin: HandIn, query: str = "") -> str:
    return reverse(f"continuity:{name}", args=[handin.public_id]) + query


def colleague_of(maths):
    """Stands in today: both have the class open."""
    other = TeacherFactory(works_at=maths.school_class.school)
    StandIn.objects.create(
        teaching=maths, teacher=other, first_day=timezone.localdate(), last_day=timezone.localdate()
    )
    return other

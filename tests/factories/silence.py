"""A student of whom nothing was heard, and the pages that say so."""

import datetime

from django.test import Client
from django.urls import reverse

from tests.factories.continuity import (
    at,
)

D = datetime.date

TUESDAY = D(2026, 11, 17)  # five school days lie between it and Wednesday 25 November

TODAY = D(2026, 11, 25)

NOON = at(TODAY, 12)


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page(person, query: str = "") -> str:
    return signed_in(person).get(reverse("continuity:silent") + query).text


def names(text: str, *students) -> list:
    return [student for student in students if student.display_name in text]


def press(person, name: str, row, **data):
    """A button of the list."""
    address = reverse(f"continuity:{name}", args=[row.public_id])
    return signed_in(person).post(address, data, follow=True).text

"""The page of amounts as an officer's browser shows it, until it is sent."""

import html
import re
from decimal import Decimal
from urllib.parse import urljoin

from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.catalogue.models import Resource, ResourceCost
from tests.factories.kept_texts import HERE

FIELD = re.compile(r'<input type="(?:hidden|text)" name="((?:initial-)?resource-\d+)"([^>]*)>')
ACTION = re.compile(r'<form method="post" action="([^"]*)" class="sheet"')
VALUE = re.compile(r'value="([^"]*)"')


class CostsPage:
    def __init__(self, person, *, year: int | str | None = 2026):
        self.client = Client()
        self.client.force_login(person)
        with translation.override(person.language):
            query = {} if year is None else {"year": year}
            self.address = reverse("catalogue:costs", query=query)
        self.shows(self.client.get(self.address).text)

    def shows(self, page: str) -> None:
        self.text = page
        self.target = urljoin(self.address, ACTION.search(page)[1])
        self.fields = {
            name: html.unescape(value[1]) if (value := VALUE.search(more)) else ""
            for name, more in FIELD.findall(page)
        }

    def amount(self, resource: Resource) -> str:
        return self.fields[f"resource-{resource.pk}"]

    def keep(self, typed: dict[Resource, str]):
        """Press the button: every field is sent, and the ones that weren't typed in as they were shown."""
        fields = {f"resource-{resource.pk}": text for resource, text in typed.items()}
        answer = self.client.post(self.target, self.fields | fields, **HERE)
        if answer.status_code in (409, 422):
            self.shows(answer.text)
        return answer


def costs(year: int = 2026) -> dict[Resource, Decimal]:
    stored = ResourceCost.objects.filter(school_year=year).select_related("resource")
    return {one.resource: one.amount for one in stored}

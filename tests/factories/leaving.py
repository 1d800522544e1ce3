"""What the stories of somebody who leaves a school share."""

import datetime

from django.urls import reverse

from courses.people import services as people
from courses.people.models import Membership

YESTERDAY = datetime.date(2026, 11, 24)


def ask(client, **question):
    return client.post(reverse("continuity:help"), {"text": "Je bloque."} | question, follow=True)


def leave_school(person, school):
    membership = Membership.objects.get(person=person, organisation=school)
    people.leave(membership=membership, last_day=YESTERDAY)

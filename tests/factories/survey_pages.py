"""Pages and presses of the survey on equipment."""

import datetime

from django.urls import reverse

ONE_DAY = datetime.timedelta(days=1)


def as_person(client, person):
    client.force_login(person)
    return client


def page(client, name, *args) -> str:
    answer = client.get(reverse(f"continuity:{name}", args=args))
    assert answer.status_code == 200
    return answer.text


def send(client, name, *args, **data):
    return client.post(reverse(f"continuity:{name}", args=args), data)

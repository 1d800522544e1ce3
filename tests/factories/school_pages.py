"""GET and POST as a logged-in person, messages and people of the answer: for stories of a school."""

import datetime

from django.contrib.messages import get_messages
from django.urls import reverse

ONE_DAY = datetime.timedelta(days=1)


def get(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def send(client, person, name, *args, follow=True, **data):
    client.force_login(person)
    return client.post(reverse(name, args=args), data, follow=follow)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)] or [
        str(message) for message in response.context["messages"]
    ]


def named(people):
    return sorted(person.pk for person in people)

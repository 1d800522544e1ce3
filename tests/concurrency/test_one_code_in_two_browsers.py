"""A code on paper, and a link in an email, pressed in several browsers at once: one gets in."""

from functools import partial

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from courses.codes import services
from courses.codes.models import PaperCode
from courses.mail import services as outbox
from courses.people.models import LoginSession
from courses.people.services import login_links
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def press(address, data=None) -> int:
    return Client(raise_request_exception=False).post(address, data or {}).status_code


def test_a_code_lets_one_of_them_in():
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=school_class)
    leader = LeaderFactory(leads=school_class.school)
    [slip] = services.give(
        [student], school=school_class.school, by=leader, press="a press", now=timezone.now()
    )
    data = {"username": student.login, "password": slip.codes[0]}

    answers = all_at_once([partial(press, "/en/login/", data) for _one in range(AT_ONCE)])

    assert sorted(answers) == [200] * (AT_ONCE - 1) + [302]
    assert LoginSession.objects.filter(person=student).count() == 1


def test_of_colleagues_who_press_at_once_one_makes_the_slips():
    school_class = SchoolClassFactory()
    students = StudentFactory.create_batch(3, in_class=school_class)
    leader = LeaderFactory(leads=school_class.school)
    give = partial(
        services.give, students, school=school_class.school, by=leader, now=timezone.now()
    )

    made = all_at_once([partial(give, press=f"press {number}") for number in range(AT_ONCE)])

    assert sorted(len(slips) for slips in made) == [0] * (AT_ONCE - 1) + [len(students)]
    assert PaperCode.objects.count() == len(students) * services.ON_A_SLIP


def test_a_link_lets_one_of_them_in():
    person = PersonFactory(email="lise@example.org")
    letter = login_links.ask_for_link(person.email)
    outbox.send(letter.pk, letter.attempts)
    address = next(word for word in mail.outbox[-1].body.split() if "/login/link/" in word)
    address = "/" + address.split("/", 3)[3]

    answers = all_at_once([partial(press, address) for _one in range(AT_ONCE)])

    assert sorted(answers) == [302] + [403] * (AT_ONCE - 1)
    assert LoginSession.objects.filter(person=person).count() == 1

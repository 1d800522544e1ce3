"""Each guardian's email of Sunday: what it tells, when none goes, and how it is stopped."""

import datetime
import re

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse
from django.utils import translation

from continuity.families import services as families
from continuity.families.notifications import stop_path
from courses.agenda.models import Closure
from courses.mail import services as mails
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.services import guardians
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    StudentFactory,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows, linked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]


SUNDAY = at(datetime.date(2026, 12, 6), 18, 5)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


def sent(letter: Letter) -> Letter:
    mails.send(letter.pk, letter.attempts)
    letter.refresh_from_db()
    return letter


# The weekly email


def test_on_sunday_each_guardian_gets_one_email_that_names_the_child_inside(kept, school_class):
    given = homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    assert families.post_weekly(SUNDAY - datetime.timedelta(hours=1)) == 0

    assert families.post_weekly(SUNDAY) == 1
    assert families.post_weekly(SUNDAY + datetime.timedelta(minutes=10)) == 0
    with time_machine.travel(SUNDAY, tick=False):
        sent(Letter.objects.get())

    (written,) = outbox.outbox
    assert "Lilas" in written.body
    assert given.title in written.body
    assert "Lilas" not in written.subject
    assert written.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "over",
    [
        lambda kept: guardians.end(guardianship=kept, by=None),
        lambda kept: guardians.set_of_age(student=kept.student, is_of_age=True, by=LeaderFactory()),
        lambda kept: families.refuse_mails(kept.guardian),
    ],
    ids=["authority withdrawn", "of age", "stopped"],
)
def test_an_email_on_its_way_tells_nothing_once_the_right_is_over(kept, school_class, over):
    homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    families.post_weekly(SUNDAY)
    over(kept)

    with time_machine.travel(SUNDAY, tick=False):
        letter = sent(Letter.objects.get(kind="continuity.family_week"))

    assert letter.state == LetterState.WITHDRAWN
    assert outbox.outbox == []


def test_nothing_is_written_where_nothing_is_to_be_told(kept):
    families.post_weekly(SUNDAY)

    with time_machine.travel(SUNDAY, tick=False):
        assert sent(Letter.objects.get()).state == LetterState.WITHDRAWN


@pytest.mark.parametrize("due", [True, False], ids=["something due", "nothing due"])
def test_in_a_week_without_class_an_email_goes_only_when_something_is_due(kept, school_class, due):
    """C5: Monday 21 December 2026 begins the holidays."""
    holidays = datetime.date(2026, 12, 21)
    part = part_of(teaching(school_class), datetime.date(2026, 12, 14))
    january = homework_item(part, due_at=at(datetime.date(2027, 1, 6), 8))
    if due:
        homework_item(part, due_at=at(holidays, 8))
    sunday = at(datetime.date(2026, 12, 20), 18, 5)

    with time_machine.travel(sunday, tick=False):
        families.post_weekly(sunday)
        state = sent(Letter.objects.get()).state

    assert state == (LetterState.SENT if due else LetterState.WITHDRAWN)
    assert [january.title in written.body for written in outbox.outbox] == ([True] if due else [])


def test_a_week_in_which_the_school_is_closed_is_told_of_no_more(kept, school_class):
    homework_item(
        part_of(teaching(school_class), MONDAY), due_at=at(datetime.date(2026, 12, 16), 8)
    )
    Closure.objects.create(
        school=school_class.school,
        first_day=datetime.date(2026, 12, 7),
        last_day=datetime.date(2026, 12, 11),
        reason="Travaux",
    )

    with time_machine.travel(SUNDAY, tick=False):
        families.post_weekly(SUNDAY)
        assert sent(Letter.objects.get()).state == LetterState.WITHDRAWN


@pytest.mark.parametrize("way", ["account", "link", "neither"])
def test_the_email_names_the_way_in_that_this_guardian_has(client, kept, school_class, way):
    homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    if way != "account":
        kept.guardian.set_unusable_password()
        kept.guardian.save()
    if way == "link":
        linked(kept)

    with time_machine.travel(SUNDAY, tick=False):
        families.post_weekly(SUNDAY)
        sent(Letter.objects.get())
        (written,) = outbox.outbox
        links = set(re.findall(r"http://testserver(/\S+)", written.body))
        if way == "account":
            client.force_login(kept.guardian)
        answers = {path: client.get(path).status_code for path in links}

    assert set(answers.values()) == {200}
    with translation.override("en"):
        assert (reverse("continuity:children") in answers) == (way == "account")
        assert (reverse("people:forgotten") in answers) == (way == "neither")
    assert ("the school’s management makes you a new one" in written.body) == (way == "link")


def test_one_press_stops_the_emails(client, kept):
    client.post(stop_path(kept.guardian))

    assert families.post_weekly(SUNDAY) == 0
    client.post(stop_path(kept.guardian), {"wanted": "yes"})
    assert families.post_weekly(SUNDAY) == 1

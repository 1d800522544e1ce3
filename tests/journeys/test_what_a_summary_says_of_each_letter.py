"""The email of the day or week says of each letter what it is about, once, to whoever it still
concerns.
"""

import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.people.enums import Letters as PeopleLetters
from courses.people.enums import Role
from tests.factories.people import MembershipFactory, PersonFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.models import ResourceWish, Sheet
from training.services import attendance, material, wishes
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def session(licence):
    return SessionFactory(resource=licence.resource)


@pytest.fixture
def seat(session, licence):
    """Of a teacher who has emails that may wait once a day."""
    teacher = TeacherFactory(works_at=licence.school, language="en", mail_rhythm="daily")
    seat = enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    return seat


@pytest.fixture
def leader(licence):
    """Of a school where a teacher wishes for a resource, with one email a week."""
    leader = PersonFactory(language="en", mail_rhythm="weekly", email="head@lycee.example")
    MembershipFactory(person=leader, organisation=licence.school, role=Role.LEADER)
    ResourceWish.objects.create(
        resource=SessionFactory().resource,
        school=licence.school,
        person=TeacherFactory(works_at=licence.school),
        asked_at=timezone.now(),
        wanted_on=datetime.date(2028, 1, 10),
    )
    return leader


def leave(session, *titles):
    (trainer,) = session.trainers.all()
    for title in titles:
        address = f"https://exemple.fr/{title}"
        material.deposit(
            session=session, by=trainer, title=title, address=address, meeting=None, key=uuid4()
        )


def summary(mailoutbox, time_machine, *, after=5 * DAY) -> str:
    """The text of the one email that comes after so long; empty where none does."""
    mailoutbox.clear()
    time_machine.move_to(timezone.now() + after)
    outbox.sum_up(timezone.now())
    run_worker()
    return "".join(mail.body for mail in mailoutbox)


def test_files_that_were_left_one_after_the_other_are_one_item(
    mailoutbox, time_machine, session, seat
):
    time_machine.move_to(session.ends_at + HOUR)
    leave(session, "Fiche", "Corrigé")
    time_machine.move_to(timezone.now() + HOUR)
    leave(session, "Lien")

    text = summary(mailoutbox, time_machine)

    assert text.count("Material was added") == 2  # the subject, and its item
    assert "  Added: Fiche, Corrigé, Lien\n" in text
    assert f"  http://testserver{session.get_absolute_url()}\n" in text
    assert "Hello" not in text


def test_files_left_after_a_summary_are_told_in_the_next(mailoutbox, time_machine, session, seat):
    time_machine.move_to(session.ends_at + HOUR)
    leave(session, "Fiche")
    first = summary(mailoutbox, time_machine)
    leave(session, "Corrigé")
    second = summary(mailoutbox, time_machine)

    assert ("Added: Fiche\n" in first, "Added: Corrigé\n" in second) == (True, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The attendance sheet is prefilled from the room"),
        ("fr", "La feuille de présence est préremplie"),
    ],
)
def test_a_sheet_is_told_by_its_meeting_not_by_its_heading(
    mailoutbox, time_machine, session, seat, language, words
):
    (trainer,) = session.trainers.all()
    trainer.mail_rhythm, trainer.language = "daily", language
    trainer.save()
    time_machine.move_to(session.ends_at + HOUR)
    attendance.prefill(session.meetings[0].pk)
    outbox.post(Letters.SHEET_TO_CLOSE, about=Sheet.objects.get(), to=trainer, key="sheet")

    assert words in summary(mailoutbox, time_machine)


def test_wishes_are_told_as_numbers_to_who_leads_the_school(mailoutbox, time_machine, leader):
    wishes.tell_leaders(timezone.now())

    text = summary(mailoutbox, time_machine)

    assert "1 teacher of your school wishes for " in text
    assert "http://testserver/en/wishes/" in text


def test_who_leads_the_school_no_longer_reads_nothing_of_it(mailoutbox, time_machine, leader):
    wishes.tell_leaders(timezone.now())
    posted = Letter.objects.filter(kind=Letters.WISHES).count()
    leader.memberships.update(until=datetime.date(2026, 11, 26))

    assert posted == 1
    assert summary(mailoutbox, time_machine) == ""


@pytest.mark.parametrize("ends", [None, datetime.date(2026, 11, 26)])
def test_a_new_colleague_is_told_with_the_advice_and_without_a_link_to_nowhere(
    mailoutbox, time_machine, leader, ends
):
    details = {
        "by": "Marie",
        "role": Role.LEADER,
        "organisation": "Lycée",
        "since": "2026-11-25",
        "until": "",
        "event": "given",
    }
    outbox.post(
        PeopleLetters.NEW_COLLEAGUE, about=PersonFactory(), to=leader, key="role", details=details
    )
    leader.memberships.update(until=ends)

    text = summary(mailoutbox, time_machine)

    assert ("write to the contact of this site at once" in text) == (ends is None)
    assert "testserver/\n" not in text

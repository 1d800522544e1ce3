"""Who could not come to a date says so after its start, for fourteen days."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.factories.given_back import HOUR, seat, session, teacher
from tests.factories.people import PlannerFactory
from tests.factories.training import SessionFactory
from training.models import AdvanceQuestion, Participation
from training.services import attendance, one_date
from training.services import enrolment as seats

__all__ = ["seat", "session", "teacher"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


@pytest.mark.parametrize(
    ("after", "excuses_it", "asks"),
    [
        pytest.param(HOUR, True, True, id="just over"),
        pytest.param(datetime.timedelta(days=8), True, False, id="questions are over"),
        pytest.param(datetime.timedelta(days=15), False, False, id="apologies are over"),
    ],
)
def test_pages_of_a_session_that_is_over_offer_what_can_be_done(
    client, session, seat, teacher, time_machine, after, excuses_it, asks
):
    assert (
        "To give back the whole seat"
        in client.get(reverse("training:my_dates", args=[seat.public_id])).text
    )
    time_machine.move_to(session.ends_at + after)
    client.force_login(teacher)

    dates = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    presence = client.get(reverse("training:presence", args=[session.public_id])).text

    assert "give back that one alone" not in dates
    assert "To give back the whole seat" not in dates
    assert ("Say that you couldn’t come" in presence) is excuses_it
    assert ("Questions to the trainer" in presence) is asks
    assert ("Something to say?" in presence) is (excuses_it or asks)
    AdvanceQuestion.objects.create(enrolment=seat, text="Why?", key=uuid4())
    presence = client.get(reverse("training:presence", args=[session.public_id])).text
    assert "Questions to the trainer" in presence  # the answers are read there


def excuses(client, seat, meeting, **posted):
    address = reverse("training:excuse_date", args=[seat.public_id, meeting.public_id])
    return client.post(address, posted, follow=True).text


def test_who_could_not_come_says_so_after_the_start(client, session, seat, teacher, time_machine):
    first, second, _third = session.meetings
    assert "This date hasn’t begun" in excuses(client, seat, first)
    time_machine.move_to(first.ends_at + HOUR)
    sheet = attendance.prefill(first.pk)

    mine = excuses(client, seat, first, reason="The network was down.")
    later = excuses(client, seat, second)
    excuses(client, seat, first)  # the words stay

    assert "It changes nothing in your presence." in mine
    assert "You said that you couldn’t come" in mine
    assert "This date hasn’t begun" in later
    client.force_login(PlannerFactory(language="en"))
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    assert "Couldn’t come on Wed 2 Dec" in people
    assert "The network was down." in people
    trainer = session.trainers.get()
    trainer.language = "en"
    trainer.save()
    client.force_login(trainer)
    led = client.get(reverse("training:sheet", args=[sheet.public_id])).text
    assert "Said that they couldn’t come" in led
    assert "The network was down." not in led

    client.force_login(teacher)
    assert "You no longer say" in excuses(client, seat, first, take_back="1")
    row = Participation.objects.get(meeting=first)
    assert (row.excused_at, row.reason, row.is_withdrawn) == (None, "", False)


@pytest.mark.parametrize(
    ("after_the_end", "is_refused"),
    [
        (datetime.timedelta(days=14) - datetime.timedelta(minutes=1), False),
        (datetime.timedelta(days=14), True),
    ],
)
def test_an_apology_has_fourteen_days(
    client, session, seat, time_machine, after_the_end, is_refused
):
    first = session.meetings[0]
    time_machine.move_to(first.ends_at + after_the_end)

    page = excuses(client, seat, first)

    assert ("too late to say" in page) is is_refused
    assert Participation.objects.filter(excused_at__isnull=False).exists() is not is_refused


def test_a_date_given_back_needs_no_apology(client, session, seat, time_machine):
    first = session.meetings[0]
    one_date.give_back(enrolment=seat, meeting=first)
    time_machine.move_to(first.ends_at)

    assert "You gave this date back" in excuses(client, seat, first)


@pytest.mark.parametrize(("days", "is_there"), [(-1, False), (0, True), (13, True), (14, False)])
def test_the_page_of_a_session_that_is_over_leads_there(
    client, teacher, licence, time_machine, days, is_there
):
    session = SessionFactory(resource=licence.resource)
    seat = seats.enrol(session=session, teacher=teacher)
    time_machine.move_to(session.ends_at + datetime.timedelta(days=days))
    client.force_login(teacher)

    page = client.get(session.get_absolute_url()).text

    assert (reverse("training:my_dates", args=[seat.public_id]) in page) is is_there


@pytest.mark.parametrize("name", ["give_back_date", "excuse_date"])
def test_a_reason_that_is_too_long_is_refused_and_stays_in_its_field(
    client, session, seat, teacher, name
):
    second = session.meetings[1]
    address = reverse(f"training:{name}", args=[seat.public_id, second.public_id])
    words = "A school trip. " * 21
    begun = second.starts_at + HOUR / 2 if name == "excuse_date" else timezone.now()

    with time_machine.travel(begun, tick=False):
        client.force_login(teacher)
        refused = client.post(address, {"reason": words})
        in_the_other_language = client.get(address)

    assert refused.status_code == 422
    assert in_the_other_language.status_code == 302
    assert in_the_other_language.url == reverse("training:my_dates", args=[seat.public_id])
    assert "characters; at most 300." in refused.text
    assert words.strip() in refused.text
    assert f'href="#reason-{second.public_id}"' in refused.text
    kept = Participation.objects.get(meeting=second)
    assert (kept.is_withdrawn, kept.excused_at, kept.reason) == (False, None, "")

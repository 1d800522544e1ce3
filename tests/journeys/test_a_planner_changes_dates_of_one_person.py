"""A planner gives or takes single dates of a seat: with a reason, a letter, and what a certificate still
asks for.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.attendance import absent, held_session, seated, was_there, yesterday
from tests.factories.given_back import HOUR, calendars, press, seat, session, teacher
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.documents.enrolment import people_to_sign
from training.exceptions import DateIsTakenAway
from training.models import Participation
from training.rules import why_not_excuse
from training.services import attendance, one_date
from training.services.session_letters import tell_calendar

__all__ = ["seat", "session", "teacher"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

DAY = datetime.timedelta(days=1)


def changes(client, seat, expected, reason="Exam board."):
    address = reverse("training:dates_of_somebody", args=[seat.public_id])
    dates = [one.public_id for one in expected]
    read = client.get(address).context["form"]["read"].value()
    return client.post(address, {"dates": dates, "reason": reason, "read": read}, follow=True)


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def test_a_planner_changes_dates_of_one_person_in_a_running_series(
    client, session, seat, teacher, planner, time_machine
):
    first, second, _third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second)
    run_worker()
    mail.outbox.clear()
    time_machine.move_to(first.ends_at + HOUR)

    form = client.get(reverse("training:dates_of_somebody", args=[seat.public_id])).text
    page = changes(client, seat, [second]).text
    run_worker()

    assert "2 December" not in form  # it is over
    assert "9 December" in form
    assert "are changed: they are told by email" in page
    assert "Exam board." in page
    rows = Participation.objects.filter(enrolment=seat).order_by("meeting__occurrence__start")
    assert list(rows.values_list("is_withdrawn", "decided_by")) == [
        (False, None),
        (False, None),
        (True, planner.pk),
    ]
    passes = RoomPass.objects.filter(person=teacher, is_withdrawn=False)
    assert set(passes.values_list("room__meeting", flat=True)) == {first.pk, second.pk}
    assert sorted(str(one["METHOD"]) for one in calendars()) == ["CANCEL", "REQUEST"]
    off = next(one for one in mail.outbox if "no longer expected" in one.subject)
    assert "A training planner took you off this date of the session" in off.body
    assert "The reason: Exam board." in off.body

    mail.outbox.clear()
    assert "Nothing changed" in changes(client, seat, [second]).text
    run_worker()
    assert mail.outbox == []


def test_the_letter_of_a_date_added_by_a_planner_has_the_reason(client, session, seat, planner):
    _first, second, _third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second)
    run_worker()
    mail.outbox.clear()

    changes(client, seat, session.meetings, reason="The group work <needs> you.")
    run_worker()

    (letter,) = mail.outbox
    assert "You are expected on 1 more date" in letter.body
    assert "A training planner decided this. The reason: The group work <needs> you." in letter.body
    assert "The group work &lt;needs&gt; you." in letter.alternatives[0].content

    one_date.give_back(enrolment=seat, meeting=second)
    run_worker()
    one_date.take_again(enrolment=seat, meeting=second)
    run_worker()
    assert "A training planner" not in mail.outbox[-1].body


def test_dates_given_back_while_a_planner_changes_them_are_read_before_it_is_saved(
    client, session, seat, planner
):
    first, second, third = session.meetings
    address = reverse("training:dates_of_somebody", args=[seat.public_id])
    read = client.get(address).context["form"]["read"].value()
    one_date.give_back(enrolment=seat, meeting=second, reason="A school trip.")
    sent = {"dates": [first.public_id, second.public_id], "reason": "Exam board.", "read": read}

    refused = client.post(address, sent)

    assert refused.status_code == 422
    assert "Somebody saved this in the meantime." in refused.text
    assert "Exam board." in refused.text
    assert "given back, “A school trip.”" in refused.text
    assert [one.pk for one in session.meetings if was_given_back(one)] == [second.pk]
    again = sent | {"read": refused.context["form"]["read"].value()}
    for _pressed in range(2):
        assert client.post(address, again).status_code == 302
    assert [one.pk for one in session.meetings if was_given_back(one)] == [third.pk]


def was_given_back(meeting) -> bool:
    return Participation.objects.get(meeting=meeting).is_withdrawn


def test_what_a_planner_took_away_is_given_again_by_planners_alone(
    client, session, seat, teacher, planner
):
    first, second, third = session.meetings
    changes(client, seat, [first, third])
    client.force_login(teacher)

    dates = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    refused = press(client, "take_date_again", seat, second)

    again = reverse("training:take_date_again", args=[seat.public_id, second.public_id])
    assert again not in dates
    assert "A training planner took you off this date." in dates
    assert "A training planner took you off this date." in refused
    row = Participation.objects.get(meeting=second)
    assert (row.is_withdrawn, row.decided_by, row.reason) == (True, planner, "Exam board.")

    client.force_login(planner)
    changes(client, seat, session.meetings)
    client.force_login(teacher)
    press(client, "give_back_date", seat, second)
    press(client, "take_date_again", seat, second)
    assert not was_given_back(second)


def test_two_dates_taken_by_a_planner_are_one_letter(client, session, seat, planner):
    first, second, third = session.meetings
    changes(client, seat, [first])
    run_worker()

    (letter,) = mail.outbox
    assert letter.body.count("(Paris time)") == 2
    uids = {str(event["UID"]) for one in calendars() for event in one.walk("VEVENT")}
    assert uids == {second.calendar_uid, third.calendar_uid}


def test_a_planner_leaves_one_date_before_the_start_and_must_say_why(
    client, session, seat, planner, time_machine
):
    none = changes(client, seat, [])
    wordless = changes(client, seat, [session.meetings[0]], reason=" ")

    assert "No date would be left to this person." in none.text
    assert (none.status_code, wordless.status_code) == (422, 422)
    assert not Participation.objects.filter(is_withdrawn=True).exists()

    time_machine.move_to(session.meetings[0].ends_at)
    changes(client, seat, [])
    run_worker()
    (letter,) = mail.outbox
    assert "No other date is to come." in letter.body
    assert "Your seat stays" not in letter.body
    assert Participation.objects.filter(is_withdrawn=True).count() == 2


def test_what_a_planner_took_away_is_not_called_given_back(client, session, seat, planner):
    first, _second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=first, reason="A school trip.")
    run_worker()
    mail.outbox.clear()
    changes(client, seat, [third], reason="Exam board.")
    run_worker()

    form = client.get(reverse("training:dates_of_somebody", args=[seat.public_id])).text

    assert "given back, “A school trip.”" in form
    assert "taken away by a planner, “Exam board.”" in form
    assert "given back, “Exam board.”" not in form
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    assert people.count("Date given back:") == 1
    assert people.count("Date taken away:") == 1
    (letter,) = mail.outbox
    assert "You are no longer expected at this meeting" in letter.body
    assert "took you off this date of" in letter.body


def test_the_person_s_pages_and_the_paper_say_that_a_planner_took_the_date(
    client, session, seat, teacher, planner
):
    first, _second, third = session.meetings
    changes(client, seat, [first, third], reason="Exam board.")
    html = render_to_string(
        "training/documents/sign_in.html",
        {"people": people_to_sign(session), "parts": [list(session.meetings)], "session": session},
    )
    client.force_login(teacher)
    pages = [
        client.get(address).text
        for address in (
            session.get_absolute_url(),
            reverse("training:mine"),
            reverse("training:my_dates", args=[seat.public_id]),
        )
    ]

    for page in pages:
        assert "aken off by a training planner" in page
        assert "given back" not in page.lower()
    assert "not expected" in html
    assert "given back" not in html
    taken = seat.participations.select_related("meeting__occurrence").get(is_withdrawn=True)
    refusal = why_not_excuse(taken, now=taken.meeting.starts_at)
    assert isinstance(refusal, DateIsTakenAway)


def test_the_letter_of_several_dates_speaks_of_several(client, session, seat, planner):
    changes(client, seat, session.meetings[:1])
    run_worker()

    (letter,) = mail.outbox
    assert "You are no longer expected at these meetings" in letter.body
    assert "took you off these dates of" in letter.body


def test_a_date_that_begins_while_the_planner_s_form_is_open_is_said_in_words(
    client, session, seat, planner
):
    first, second, _third = session.meetings
    sent = {"dates": [first.public_id, second.public_id], "reason": "Exam board."}

    with time_machine.travel(first.starts_at, tick=False):
        client.force_login(planner)
        address = reverse("training:dates_of_somebody", args=[seat.public_id])
        refused = client.post(address, sent)

    assert refused.status_code == 422
    assert "A date that you ticked has begun or was cancelled meanwhile" in refused.text
    assert f"{first.public_id} is not" not in refused.text


def test_a_planner_reads_before_the_press_what_a_certificate_asks_for_and_the_letter_says_it(
    client, session, seat, planner
):
    form = client.get(reverse("training:dates_of_somebody", args=[seat.public_id])).text
    changes(client, seat, session.meetings[:1])
    run_worker()

    assert session.threshold_percent > 33
    assert f"A certificate is issued from {session.threshold_percent} %" in form
    assert "can reach 100 % at most" in form
    assert form.count("(33 %)") == 3
    (letter,) = mail.outbox
    for text in (letter.body, letter.alternatives[0].content):
        said = " ".join(text.split())
        assert "you can reach 33 % at most. That isn’t enough for a certificate." in said


def test_the_share_of_a_date_to_come_counts_what_was_held_as_what_is_in_reach_does(client, planner):
    hours = [Hours(yesterday() + n * DAY, yesterday() + n * DAY + HOUR) for n in (0, 4, 8, 12)]
    trainer = TrainerFactory()
    session = held_session(led_by=trainer, hours=hours)
    seat, first = seated(session, language="en"), session.meetings[0]
    was_there(first, trainer, (0, 45))
    sheet = attendance.prefill(first.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    client.force_login(planner)

    form = client.get(reverse("training:dates_of_somebody", args=[seat.public_id])).text

    assert form.count("(26 %)") == 3  # an hour of 225 minutes
    assert "can reach 80 % at most" in form


def test_what_is_in_reach_counts_the_minutes_attested_of_a_date_that_is_over(client, planner):
    first = yesterday()
    hours = [Hours(first + n * DAY, first + n * DAY + HOUR) for n in (0, 4, 8, 12)]
    trainer = TrainerFactory()
    session = held_session(led_by=trainer, hours=hours, threshold_percent=75)
    seat = seated(session, language="en")
    meetings = list(session.meetings)
    tell_calendar(seat.teacher, meetings)
    was_there(meetings[0], trainer, (0, 60))
    sheet = attendance.prefill(meetings[0].pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    run_worker()
    mail.outbox.clear()
    client.force_login(seat.teacher)
    address = reverse("training:my_dates", args=[seat.public_id])

    before = client.get(address).text
    after = press(client, "give_back_date", seat, meetings[3])
    run_worker()
    client.force_login(planner)
    form = client.get(reverse("training:dates_of_somebody", args=[seat.public_id])).text

    assert before.count("Without this date you can’t reach") == 3
    assert "you can reach 50 % at most" in after
    assert "That isn’t enough for a certificate." in after
    assert "can reach 50 % at most" in form
    letter = next(one for one in mail.outbox if seat.teacher.email in one.to[0])
    assert "you can reach 50 % at most" in " ".join(letter.body.split())

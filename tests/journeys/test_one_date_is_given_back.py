"""A teacher with a seat in a series gives back one date alone, and takes it again."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.models import Absence
from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.attendance import absent, held_session, seated, was_there, yesterday
from tests.factories.continuity import class_hour, teaching
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.documents.enrolment import people_to_sign
from training.exceptions import DateIsTakenAway
from training.models import AdvanceQuestion, Participation
from training.queries import filling
from training.queries.participants import expected_at
from training.rules import why_not_excuse
from training.services import attendance, one_date, session_dates
from training.services import enrolment as seats
from training.services.session_letters import tell_calendar

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

DAY = datetime.timedelta(days=1)
HOUR, WEEK = datetime.timedelta(hours=1), datetime.timedelta(weeks=1)


@pytest.fixture
def session(licence):
    first = in_a_week()
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(3)]
    return SessionFactory(resource=licence.resource, hours=hours)


@pytest.fixture
def teacher(licence, client):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    client.force_login(teacher)
    return teacher


@pytest.fixture
def seat(session, teacher):
    seat = seats.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return seat


def press(client, name, seat, meeting):
    address = reverse(f"training:{name}", args=[seat.public_id, meeting.public_id])
    return client.post(address, follow=True).text


def calendars() -> list:
    parts = [part for one in mail.outbox for part in one.message().walk()]
    return [
        Calendar.from_ical(part.get_payload(decode=True))
        for part in parts
        if part.get_content_type() == "text/calendar"
    ]


def test_one_date_given_back_leaves_the_seat_and_the_other_dates(client, session, seat, teacher):
    first, second, third = session.meetings
    page = press(client, "give_back_date", seat, second)
    run_worker()
    seat.refresh_from_db()
    mine = client.get(reverse("training:mine")).text
    expected = expected_at(filling.meetings_with_sheets(session))

    assert seat.is_confirmed
    assert "The date is given back" in page
    assert "Given back" in page
    (letter,) = mail.outbox
    assert "Your seat stays for the other dates." in letter.body
    assert "because you are enrolled in this session" in letter.body
    (calendar,) = calendars()
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["UID"])) == ("CANCEL", second.calendar_uid)
    passes = RoomPass.objects.filter(person=teacher, is_withdrawn=False)
    assert set(passes.values_list("room__meeting", flat=True)) == {first.pk, third.pk}
    assert [len(expected[one.pk]) for one in (first, second, third)] == [1, 0, 1]
    assert "given back" in mine


def test_a_date_given_back_before_the_whole_seat_is_not_said_to_leave_the_others(
    session, seat, teacher
):
    """Both before a letter is written: each takes its dates out of the calendar."""
    one_date.give_back(enrolment=seat, meeting=session.meetings[1])
    seats.cancel(enrolment=seat, by=teacher)
    run_worker()

    assert len(mail.outbox) == 2
    assert sum(len(one.walk("VEVENT")) for one in calendars()) == 3
    for one in mail.outbox:
        assert "Your seat stays" not in one.body


def test_a_date_is_taken_again_and_pressing_twice_is_once(client, session, seat, teacher):
    meeting = session.meetings[1]
    for _time in range(2):
        press(client, "give_back_date", seat, meeting)
    for _time in range(2):
        page = press(client, "take_date_again", seat, meeting)
    run_worker()

    assert "You are expected on this date again" in page
    assert not Participation.objects.filter(is_withdrawn=True).exists()
    # The first letter is no longer true when it would go: the invitation alone is sent.
    assert [str(one["METHOD"]) for one in calendars()] == ["REQUEST"]
    assert RoomPass.objects.filter(person=teacher, is_withdrawn=False).count() == 3


def test_the_page_says_what_the_dates_that_are_kept_are_worth(client, session, seat):
    first, second, _third = session.meetings
    before = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    assert before.count("Without this date you can’t reach") == 3
    assert before.index("Without this date") < before.index("I can’t come on this date")
    page = press(client, "give_back_date", seat, first)
    assert "Without this date you can’t reach" not in page
    assert "you can reach 66 % at most" in page
    assert "That isn’t enough for a certificate." in page

    session.threshold_percent = 60
    session.save()
    page = client.get(reverse("training:my_dates", args=[seat.public_id])).text
    assert "That isn’t enough" not in page
    assert "you can reach 33 % at most" in press(client, "give_back_date", seat, second)


def test_the_only_date_left_goes_with_the_seat(client, session, seat):
    first, second, third = session.meetings
    for meeting in (first, second):
        press(client, "give_back_date", seat, meeting)
    page = press(client, "give_back_date", seat, third)

    assert "This is your only date left in the session." in page
    assert Participation.objects.get(meeting=third).is_withdrawn is False


def test_a_date_that_has_begun_or_is_cancelled_is_refused(client, session, seat, time_machine):
    first, second, third = session.meetings
    session_dates.cancel_meeting(
        session=session, meeting=second, by=PlannerFactory(), reason="Grève"
    )
    assert "is cancelled" in press(client, "give_back_date", seat, second)
    time_machine.move_to(first.starts_at + HOUR / 2)
    client.force_login(seat.teacher)
    assert "has already begun" in press(client, "give_back_date", seat, first)
    assert "The date is given back" in press(client, "give_back_date", seat, third)


def test_a_class_at_the_hour_of_the_date_is_held_again(client, session, seat, teacher):
    given = teaching(teacher=teacher)
    meeting = session.meetings[0]
    class_hour(given, meeting.starts_at.isoweekday(), 17)
    one_date.give_back(enrolment=seat, meeting=session.meetings[1])
    kept = set(Absence.objects.standing().values_list("starts_at", flat=True))

    assert session.meetings[1].starts_at not in kept


def test_the_room_of_a_date_given_back_is_not_offered(client, session, seat, time_machine):
    first = session.meetings[0]
    press(client, "give_back_date", seat, first)
    time_machine.move_to(first.starts_at)
    client.force_login(seat.teacher)
    page = client.get(session.get_absolute_url()).text
    mine = client.get(reverse("training:mine")).text

    assert "Enter the room" not in page
    assert "Enter the room" not in mine


def test_the_whole_seat_after_one_date_takes_the_other_dates_out_of_the_calendar(session, seat):
    first, second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=first)
    run_worker()
    mail.outbox.clear()

    seats.cancel(enrolment=seat, by=seat.teacher)
    run_worker()

    assert len(mail.outbox) == 1
    events = [event for calendar in calendars() for event in calendar.walk("VEVENT")]
    assert [event.decoded("dtstart") for event in events] == [second.starts_at, third.starts_at]


def test_session_page_calendar_file_and_planner_s_papers_say_which_date_is_given_back(
    client, session, seat, teacher
):
    first, second, third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second)

    page = client.get(session.get_absolute_url()).text
    file = client.get(reverse("training:session_ics", args=[session.public_id])).content
    client.force_login(PlannerFactory(language="en"))
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    listed = client.get(reverse("training:export_people", args=[session.public_id])).text

    assert page.count("given back") == 1
    days = [event.decoded("dtstart") for event in Calendar.from_ical(file).walk("VEVENT")]
    assert days == [first.starts_at, third.starts_at]
    assert "Date given back: Wed 9 Dec" in people
    assert "09/12/2026" in listed
    ((_name, _school, away, _before),) = people_to_sign(session)
    assert away == [second.pk]
    html = render_to_string(
        "training/documents/sign_in.html",
        {"people": people_to_sign(session), "parts": [list(session.meetings)], "session": session},
    )
    assert html.count("<td>") == 3
    assert html.count("<td></td>") == 2


def test_somebody_else_s_dates_are_404(client, session, seat, licence):
    client.force_login(TeacherFactory(works_at=licence.school))
    address = reverse("training:my_dates", args=[seat.public_id])
    press_it = reverse(
        "training:give_back_date", args=[seat.public_id, session.meetings[0].public_id]
    )

    assert client.get(address).status_code == 404
    assert client.post(press_it).status_code == 404
    assert not Participation.objects.filter(is_withdrawn=True).exists()


def test_the_reason_of_one_date_is_read_by_planners_and_by_nobody_who_leads(client, session, seat):
    _first, second, _third = session.meetings
    address = reverse("training:give_back_date", args=[seat.public_id, second.public_id])
    mine = client.post(address, {"reason": "A school trip."}, follow=True).text
    client.force_login(PlannerFactory(language="en"))
    people = client.get(reverse("training:session_people", args=[session.public_id])).text
    client.force_login(session.trainers.get())
    led = client.get(reverse("training:my_session", args=[session.public_id])).text

    assert "Nothing on health or family." in mine
    assert "A school trip." in mine
    assert "A school trip." in people
    assert "A school trip." not in led

    one_date.take_again(enrolment=seat, meeting=second)
    assert Participation.objects.get(meeting=second).reason == ""


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
    assert "at most 300 characters" in refused.text
    assert words.strip() in refused.text
    assert f'href="#reason-{second.public_id}"' in refused.text
    kept = Participation.objects.get(meeting=second)
    assert (kept.is_withdrawn, kept.excused_at, kept.reason) == (False, None, "")


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

"""A planned session is changed: seats, dates, trainers, language; who is told."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.catalogue import LicenceFactory
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.session_forms import address
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, SessionState
from training.exceptions import ThresholdFrozen
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def adviser(client):
    adviser = PlannerFactory()
    client.force_login(adviser)
    return adviser


def fields_of(session, **changed):
    """What the edit form sends, as it was shown."""
    shown = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "open_to": session.open_to,
        "threshold_percent": session.threshold_percent,
        "note": session.note,
        "revision": session.revision,
    }
    return shown | changed


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_capacity_raised_by_three_with_five_waiting_promotes_three_in_order_with_letters_and_invitations(
    client, adviser
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(6, works_at=licence.school, language="en")
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()

    client.post(address("edit_session", session), fields_of(session, capacity=4))
    run_worker()

    states = dict(session.enrolments.values_list("teacher", "state"))
    confirmed, waiting = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
    assert [states[teacher.pk] for teacher in teachers] == [confirmed] * 4 + [waiting] * 2
    told = [
        message
        for message in mail.outbox
        if any(teacher.email in message.to[0] for teacher in teachers)
    ]
    assert [next(t for t in teachers if t.email in m.to[0]) for m in told] == teachers[1:4]
    assert all(
        any(p.get_content_type() == "text/calendar" for p in message.message().walk())
        for message in told
    )


def test_capacity_lowered_below_the_number_enrolled_is_refused_and_nobody_is_dropped(
    client, adviser
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=3)
    for teacher in TeacherFactory.create_batch(3, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)

    answer = client.post(address("edit_session", session), fields_of(session, capacity=2))

    assert (
        "3 people are enrolled, more than the number of seats asked for (2). Nobody was removed."
        in answer.content.decode()
    )
    session.refresh_from_db()
    assert (session.capacity, session.count_seats_taken()) == (3, 3)


def test_two_advisers_saving_one_session_the_second_sees_both_versions(client, adviser):
    session = SessionFactory(capacity=20, note="")
    first_shown = fields_of(session)
    sessions.edit(
        session=session,
        revision=0,
        by=adviser,
        capacity=30,
        trainers=list(session.trainers.all()),
        language=session.language,
        threshold_percent=75,
        note="Prévoir un casque.",
    )

    answer = client.post(address("edit_session", session), first_shown | {"capacity": 25})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this in the meantime" in text
    assert "Prévoir un casque." in text
    assert 'name="capacity" value="25"' in text
    session.refresh_from_db()
    assert (session.capacity, session.note) == (30, "Prévoir un casque.")

    client.post(
        address("edit_session", session),
        first_shown | {"capacity": 25, "revision": session.revision},
    )
    session.refresh_from_db()
    assert session.capacity == 25


def test_a_substitute_gets_the_room_and_the_invitation_and_who_leaves_loses_them(client, adviser):
    training = TrainingFactory()
    ill, substitute = TrainerFactory.create_batch(
        2, works_for=training.resource.provider, language="en"
    )
    start = in_a_week()
    session = sessions.plan(
        training=training,
        language="fr",
        capacity=5,
        hours=[Hours(start, start + HOUR)],
        trainers=[ill],
        by=adviser,
    )
    session = sessions.open_for_enrolment(session=session, by=adviser)
    run_worker()
    mail.outbox.clear()

    client.post(address("edit_session", session), fields_of(session, trainers=[substitute.pk]))
    run_worker()

    passes = dict(RoomPass.objects.values_list("person", "is_withdrawn"))
    assert passes == {ill.pk: True, substitute.pk: False}
    methods = {}
    for message in mail.outbox:
        (part,) = [
            part for part in message.message().walk() if part.get_content_type() == "text/calendar"
        ]
        methods[message.to[0]] = part.get_param("method")
    assert [
        methods[next(to for to in methods if person.email in to)] for person in (ill, substitute)
    ] == ["CANCEL", "REQUEST"]


def test_moving_on_the_page_shows_was_and_is_and_who_is_told_before_it_happens(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    meeting = session.meetings.get()
    later = timezone.localtime(meeting.starts_at) + datetime.timedelta(days=1)
    form = {
        "meetings-TOTAL_FORMS": 1,
        "meetings-INITIAL_FORMS": 1,
        "meetings-0-meeting": meeting.pk,
        "meetings-0-day": f"{later:%Y-%m-%d}",
        "meetings-0-hour": f"{later:%H:%M}",
        "meetings-0-minutes": 90,
        "reason": "Conseils de classe.",
        "revision": 0,
    }

    preview = client.post(
        address("move_session", session), {**form, "step": "preview"}
    ).content.decode()
    assert shows(preview, "2 calendars are brought up to date.")
    assert session.meetings.get().starts_at == meeting.starts_at
    moved = client.post(address("move_session", session), {**form, "step": "move"})

    assert moved.status_code == 302
    assert session.meetings.get().starts_at == later
    stale = client.post(
        address("move_session", session), {**form, "meetings-0-hour": "08:00", "step": "move"}
    )
    assert stale.status_code == 409
    assert 'value="08:00"' in stale.content.decode()
    assert session.meetings.get().starts_at == later


def edited(session, **changes):
    """The edit form as it stands, with these changes."""
    facts = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "open_to": session.open_to,
        "threshold_percent": session.threshold_percent,
        "note": session.note,
        "revision": session.revision,
    }
    return facts | changes


def test_what_a_certificate_needs_is_frozen_once_somebody_is_enrolled(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    facts = {"capacity": 20, "trainers": list(session.trainers.all()), "language": "fr", "note": ""}

    with pytest.raises(ThresholdFrozen):
        sessions.edit(session=session, revision=0, by=adviser, threshold_percent=99, **facts)
    client.post(
        reverse("training:edit_session", args=[session.public_id]),
        edited(session, threshold_percent=99, note="Bring a book"),
    )

    session.refresh_from_db()
    assert (session.threshold_percent, session.note) == (75, "Bring a book")


def test_another_language_is_told_by_letter_and_the_page_says_who_is_written_to(
    client, adviser, mailoutbox
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, waits = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    for teacher in (seated, waits):
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mailoutbox.clear()
    page = reverse("training:edit_session", args=[session.public_id])

    answer = client.post(page, edited(session, language="en", note="Bring a book"), follow=True)
    run_worker()

    told = {mail.to[0].rpartition("<")[2].rstrip(">") for mail in mailoutbox}
    assert told == {seated.email, waits.email, session.trainers.get().email}
    assert "will be held in English" in next(
        mail.body for mail in mailoutbox if seated.email in mail.to[0]
    )
    text = answer.content.decode()
    assert (
        "Everybody enrolled, those who wait and the trainers are told of the other language."
        in text
    )
    assert "nobody gets an email about it" in text


def test_a_save_that_concerns_nobody_says_that_nobody_is_told(client, adviser):
    session = SessionFactory()

    answer = client.post(
        reverse("training:edit_session", args=[session.public_id]),
        edited(session, capacity=30),
        follow=True,
    )

    assert "The session is saved.</" in answer.content.decode()


def test_who_loses_a_seat_reads_the_reason_alone_and_the_form_says_so(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolment = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    page = client.get(
        reverse("training:cancel_for_somebody", args=[enrolment.public_id])
    ).content.decode()

    assert "This person reads it in their email, and training planners" in page
    assert "Participants read it" not in page


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param(
            8 * 24 * HOUR, {"in order", "goes at once to the first person waiting"}, id="at once"
        ),
        pytest.param(
            3 * 24 * HOUR,
            {"in order", "the next person can take it until"},
            id="offered, with a deadline",
        ),
        pytest.param(HOUR * 1.25, {"It is too late for an offer"}, id="too late for an offer"),
        pytest.param(HOUR / 2, {"This is the last hour"}, id="the last hour"),
        pytest.param(
            -3 * HOUR,
            {"nobody is told of extra seats", "You can still enrol somebody"},
            id="begun, with a date to come",
        ),
        pytest.param(-8 * 24 * HOUR, {"nobody is told of extra seats"}, id="no date to come"),
    ],
)
def test_the_edit_page_says_where_extra_seats_go_now(client, adviser, before, said):
    """The rule of the waiting list, not a sentence of its own."""
    first = in_a_week() + datetime.timedelta(days=7)
    hours = [Hours(first + n * 24 * HOUR, first + (n * 24 + 1) * HOUR) for n in (0, 7)]
    session = SessionFactory(hours=hours)
    page = reverse("training:edit_session", args=[session.public_id])

    with time_machine.travel(session.starts_at - before, tick=False):
        client.force_login(adviser)
        text = client.get(page).text

    sentences = (
        "in order",
        "goes at once to the first person waiting",
        "the next person can take it until",
        "It is too late for an offer",
        "This is the last hour",
        "nobody is told of extra seats",
        "no seat is given any more",
        "You can still enrol somebody",
    )
    assert {one for one in sentences if one in text} == said


def test_the_edit_page_of_a_draft_speaks_of_no_waiting_list(client, adviser):
    draft = SessionFactory(state=SessionState.DRAFT)

    text = client.get(reverse("training:edit_session", args=[draft.public_id])).text

    assert "Extra seats" not in text
    assert "A new trainer is invited" in text

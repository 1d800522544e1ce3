"""A trainer has no membership with the provider for some days (issue 11): what planners and
participants do meanwhile is told on return, in one letter a session, with passes and calendar.
"""

import datetime
import uuid

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.values import PARIS, Hours
from courses.live.models import RoomPass
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.services.memberships import change_membership
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.queries.returning import question_not_told, who_has_come_back
from training.services import departures, questions, returns, session_dates, sessions, substitutes
from training.services import enrolment as enrolments
from training.services.reminders import remind
from training.wagtail_hooks import ticks

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def trainer(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en")


@pytest.fixture
def draft(licence, trainer):
    """Three dates of an hour: 2, 5 and 8 December."""
    first = in_a_week()
    hours = [Hours(first + n * DAY, first + n * DAY + HOUR) for n in (0, 3, 6)]
    return SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )


@pytest.fixture
def seat(licence, draft, planner):
    opened = sessions.open_for_enrolment(session=draft, by=planner)
    ada = TeacherFactory(works_at=licence.school, language="en", given_name="Ada")
    taken = enrolments.enrol(session=opened, teacher=ada)
    run_worker()
    mail.outbox.clear()
    return taken


@pytest.fixture
def session(seat):
    return seat.session


def at_noon(day):
    noon = datetime.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=datetime.UTC)
    return time_machine.travel(noon, tick=False)


def just_before_midnight(day):
    late = datetime.datetime.fromisoformat(f"{day}T23:57").replace(tzinfo=PARIS)
    return time_machine.travel(late, tick=False)


def is_away(person, session, *, last_day="2026-11-27", follows_from="2026-11-30"):
    read = datetime.date.fromisoformat
    held = person.memberships.get(role=Role.TRAINER)
    change_membership(membership=held, since=held.since, until=read(last_day))
    person.memberships.create(
        organisation=held.organisation, role=Role.TRAINER, since=read(follows_from), until=None
    )


def ticks_pass(*, times=1):
    for _ in range(times):
        departures.release_who_left(timezone.now())
        returns.tell_who_has_come_back(timezone.now())
        run_worker()


def hours_later(meeting, hours):
    later = datetime.timedelta(hours=hours)
    return Hours(meeting.starts_at + later, meeting.ends_at + later)


def letters_to(person):
    """Since the fixture's."""
    return [one for one in mail.outbox if any(person.email in to for to in one.to)]


def calendar_of(person, session):
    entries = CalendarEntry.objects.filter(person=person, meeting__series=session.series_id)
    return {one.meeting_id: (one.method, one.starts_at) for one in entries}


def test_what_planners_changed_in_a_gap_is_told_once_on_return_with_calendar_and_passes(
    client, session, trainer, planner
):
    first, second, third = session.meetings
    is_away(trainer, session)
    with at_noon("2026-11-29"):
        session_dates.move(
            session=session,
            moves={first.pk: hours_later(first, 2)},
            revision=session.revision,
            by=planner,
        )
        session.refresh_from_db()
        session_dates.cancel_meeting(session=session, meeting=second, by=planner, reason="Ill.")
        session.refresh_from_db()
        added = session_dates.add_meeting(
            session=session,
            hours=hours_later(third, 48),
            by=planner,
            revision=session.revision,
        )
        ticks_pass()
        in_the_gap = letters_to(trainer)

    with at_noon("2026-11-30"):
        ticks_pass(times=2)
        client.force_login(trainer)
        room = client.get(reverse("live:join", args=[added.public_id]))
    with at_noon("2026-12-01"):
        ticks_pass()

    assert in_the_gap == []
    [letter] = letters_to(trainer)
    assert letter.subject == f"Your dates as they are now: {session.title}"
    assert "You lead 3 dates:" in letter.body
    assert "Wednesday 2 December 2026, from 19:00" in letter.body
    assert "Thursday 10 December" in letter.body
    assert letter.body.index("One date doesn’t take place:") < letter.body.index("5 December")
    request, cancel = CalendarMethod.REQUEST, CalendarMethod.CANCEL
    first.occurrence.refresh_from_db()
    assert calendar_of(trainer, session) == {
        first.pk: (request, first.starts_at),
        second.pk: (cancel, second.starts_at),
        third.pk: (request, third.starts_at),
        added.pk: (request, added.starts_at),
    }
    assert RoomPass.objects.filter(person=trainer, room__meeting=added, is_withdrawn=False).exists()
    assert room.status_code == 200


def test_a_notice_posted_before_the_gap_and_written_in_it_is_made_good_on_return(
    session, trainer, planner
):
    first, second, _third = session.meetings
    is_away(trainer, session)
    with just_before_midnight("2026-11-27"):
        session_dates.move(
            session=session,
            moves={first.pk: hours_later(first, 2)},
            revision=session.revision,
            by=planner,
        )
        session.refresh_from_db()
        session_dates.cancel_meeting(session=session, meeting=second, by=planner, reason="Ill.")
    with at_noon("2026-11-28"):
        ticks_pass()
        in_the_gap = letters_to(trainer)

    with at_noon("2026-11-30"):
        ticks_pass(times=3)
    with at_noon("2026-12-01"):
        ticks_pass()

    assert in_the_gap == []
    [letter] = letters_to(trainer)
    assert letter.subject == f"Your dates as they are now: {session.title}"
    assert "Wednesday 2 December 2026, from 19:00" in letter.body
    assert letter.body.index("One date doesn’t take place:") < letter.body.index("5 December")


def test_a_cancellation_posted_before_the_gap_and_written_in_it_is_told_on_return(
    session, trainer, planner
):
    is_away(trainer, session)
    with just_before_midnight("2026-11-27"):
        sessions.cancel(session=session, by=planner, reason="Nobody is left.")
    with at_noon("2026-11-28"):
        ticks_pass()
        in_the_gap = letters_to(trainer)

    with at_noon("2026-11-30"):
        ticks_pass(times=3)

    assert in_the_gap == []
    [letter] = letters_to(trainer)
    assert "Nobody is left." in letter.body


def test_a_question_told_before_the_gap_and_written_in_it_is_told_on_return(session, seat, trainer):
    is_away(trainer, session, last_day="2026-12-02", follows_from="2026-12-05")
    with just_before_midnight("2026-12-02"):
        questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
    with at_noon("2026-12-03"):
        ticks_pass()
        in_the_gap = letters_to(trainer)

    with at_noon("2026-12-05"):
        ticks_pass(times=3)

    assert in_the_gap == []
    [letter] = letters_to(trainer)
    assert letter.subject == f"Questions from participants: {session.title}"


def test_a_notice_that_had_nothing_to_say_before_the_gap_is_no_letter_on_return(
    session, trainer, planner
):
    first = session.meetings[0]
    was = Hours(first.starts_at, first.ends_at)
    is_away(trainer, session)
    with at_noon("2026-11-26"):
        for hours in (hours_later(first, 2), was):
            session_dates.move(
                session=session, moves={first.pk: hours}, revision=session.revision, by=planner
            )
            session.refresh_from_db()
    with at_noon("2026-11-27"):
        run_worker()
    [notice] = Letter.objects.filter(to=trainer, kind=Letters.SESSION_MOVED)

    with at_noon("2026-11-30"):
        ticks_pass(times=2)

    assert notice.state == LetterState.WITHDRAWN
    assert letters_to(trainer) == []


def test_who_missed_nothing_has_no_letter(session, trainer):
    is_away(trainer, session)

    with at_noon("2026-11-30"):
        ticks_pass(times=2)

    assert letters_to(trainer) == []


def test_a_session_cancelled_in_a_gap_leaves_the_calendar_on_return(session, trainer, planner):
    is_away(trainer, session)
    with at_noon("2026-11-29"):
        sessions.cancel(session=session, by=planner, reason="Nobody is left.")
        ticks_pass()

    with at_noon("2026-11-30"):
        ticks_pass(times=2)

    [letter] = letters_to(trainer)
    assert "Nobody is left." in letter.body
    assert {method for method, _at in calendar_of(trainer, session).values()} == {
        CalendarMethod.CANCEL
    }


def test_a_draft_opens_in_the_gap_of_its_only_trainer_who_is_invited_on_return(
    client, draft, trainer, planner
):
    is_away(trainer, draft)

    with at_noon("2026-11-29"):
        client.force_login(planner)
        address = reverse("training:open_session", args=[draft.public_id])
        said = client.post(address, follow=True).text
        ticks_pass()
    with at_noon("2026-11-30"):
        ticks_pass(times=2)

    draft.refresh_from_db()
    assert draft.is_open
    assert "its trainers are invited" not in said
    assert f"{trainer.display_name} is no trainer of its provider today" in said
    [letter] = letters_to(trainer)
    assert "You lead 3 dates:" in letter.body
    assert len(calendar_of(trainer, draft)) == 3


@pytest.mark.parametrize(
    ("is_opened_in_the_gap", "words"),
    [(True, "1 trainer is told."), (False, "2 trainers are told.")],
)
def test_who_was_told_of_no_date_is_not_said_to_be_told_of_their_end(
    client, draft, trainer, planner, licence, is_opened_in_the_gap, words
):
    """Taken out in the gap: their calendar has dates only where they were invited before it."""
    camille = TrainerFactory(works_for=licence.resource.provider, language="en")
    if not is_opened_in_the_gap:
        sessions.open_for_enrolment(session=draft, by=planner)
    is_away(trainer, draft)
    with at_noon("2026-11-29"):
        if is_opened_in_the_gap:
            sessions.open_for_enrolment(session=draft, by=planner)
        client.force_login(planner)
        edit = reverse("training:edit_session", args=[draft.public_id])
        fields = client.get(edit).context["form"]
        sent = {one.html_name: one.value() for one in fields if one.value() not in (None, False)}
        sent |= {"trainers": [fields["trainers"].field.prepare_value(camille)]}
        said = client.post(edit, sent, follow=True).text

    assert list(draft.trainers.all()) == [camille]
    assert words in said


def test_a_substitute_reads_on_return_to_when_their_date_was_moved(
    session, trainer, planner, licence
):
    second = session.meetings[1]
    camille = TrainerFactory(works_for=licence.resource.provider, language="en")
    substitutes.name_substitute(
        session=session, meeting=second, substitute=camille, replaces=trainer, by=planner
    )
    run_worker()
    is_away(camille, session)
    mail.outbox.clear()
    with at_noon("2026-11-29"):
        session_dates.move(
            session=session,
            moves={second.pk: hours_later(second, 3)},
            revision=session.revision,
            by=planner,
        )
        ticks_pass()

    with at_noon("2026-11-30"):
        ticks_pass(times=2)

    [letter] = letters_to(camille)
    assert "You lead one date:" in letter.body
    second.occurrence.refresh_from_db()
    assert calendar_of(camille, session) == {second.pk: (CalendarMethod.REQUEST, second.starts_at)}


def instead_of(trainer, substitute, session, meeting):
    """The form's address, and what it sends."""
    sent = {"replaces": trainer.public_id, "substitute": substitute.public_id}
    names = [session.public_id, meeting.public_id]
    return reverse("training:name_substitute", args=names), sent


def test_in_a_gap_somebody_is_named_for_a_date_after_it_and_taken_back(
    client, session, trainer, planner, licence
):
    second = session.meetings[1]
    camille = TrainerFactory(works_for=licence.resource.provider, language="en")
    is_away(trainer, session)
    page, sent = instead_of(trainer, camille, session, second)
    client.force_login(planner)
    with at_noon("2026-11-29"):
        form = client.get(page).context["form"]
        named = client.post(page, sent, follow=True).text
        ticks_pass()
        read = [letter.subject for letter in letters_to(trainer)]
    told = calendar_of(trainer, session)[second.pk][0]
    with at_noon("2026-11-29"):
        address = reverse(
            "training:take_back_substitute", args=[session.public_id, second.public_id]
        )
        back = client.post(address, follow=True).text
    with at_noon("2026-11-30"):
        ticks_pass()

    assert form["replaces"].initial == trainer.public_id
    assert f"{camille.display_name} leads this date. Both are told by email." in named
    assert (told, len(read)) == (CalendarMethod.CANCEL, 1)
    assert "The date is led as the session is." in back
    assert "Nobody leads this date now" not in back
    assert calendar_of(trainer, session)[second.pk][0] == CalendarMethod.REQUEST


@pytest.mark.parametrize(
    ("follows_from", "is_named"),
    [
        pytest.param("2026-12-02", True, id="back on the date's own day"),
        pytest.param("2026-12-03", False, id="back on the day after"),
    ],
)
def test_somebody_is_named_in_place_of_who_works_there_on_that_day(
    client, session, trainer, planner, licence, follows_from, is_named
):
    first = session.meetings[0]
    camille = TrainerFactory(works_for=licence.resource.provider, language="en")
    is_away(trainer, session, follows_from=follows_from)
    page, sent = instead_of(trainer, camille, session, first)
    client.force_login(planner)
    with at_noon("2026-11-29"):
        answer = client.post(page, sent, follow=True)

    assert session.substitutions.exists() is is_named
    refusal = f"{trainer.display_name} doesn’t lead this date"
    assert (refusal in answer.text) is not is_named


def test_a_question_asked_in_the_gap_after_the_start_is_told_on_return(session, seat, trainer):
    is_away(trainer, session, last_day="2026-12-02", follows_from="2026-12-05")
    with at_noon("2026-12-03"):
        questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
        ticks_pass()
        in_the_gap = letters_to(trainer)

    with at_noon("2026-12-05"):
        ticks_pass(times=2)
    with at_noon("2026-12-06"):
        ticks_pass()

    assert in_the_gap == []
    [letter] = letters_to(trainer)
    assert letter.subject == f"Questions from participants: {session.title}"


@pytest.mark.parametrize(("reminders", "letters"), [("both", 0), ("none", 1)])
def test_a_question_asked_in_the_gap_before_the_start_is_told_once(
    session, seat, trainer, reminders, letters
):
    """By the reminder, or on return where none is to come; not again once the session has begun."""
    trainer.reminders = reminders
    trainer.save(update_fields=["reminders"])
    is_away(trainer, session)
    with at_noon("2026-11-29"):
        questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
        ticks_pass()
    with at_noon("2026-11-30"):
        ticks_pass(times=2)
        told_on_return = [one.subject for one in letters_to(trainer)]
    with time_machine.travel(session.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()
    with time_machine.travel(session.starts_at + HOUR, tick=False):
        ticks_pass(times=2)

    told = f"Questions from participants: {session.title}"
    assert told_on_return == [told] * letters
    assert [one.subject for one in letters_to(trainer)].count(told) == letters
    assert len(letters_to(trainer)) == 1


def test_what_a_letter_on_return_counted_is_not_told_once_more(session, seat, trainer):
    is_away(trainer, session, last_day="2026-12-02", follows_from="2026-12-05")
    with at_noon("2026-12-03"):
        questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
        ticks_pass()
    with at_noon("2026-12-05"):
        questions.ask(enrolment=seat, text="Which version?", key=uuid.uuid4())
        run_worker()
    with at_noon("2026-12-06"):
        ticks_pass(times=2)

    [letter] = letters_to(trainer)
    assert "2 questions from participants wait" in letter.body


def test_a_question_that_is_answered_by_then_is_not_told(session, seat, trainer, licence):
    colleague = TrainerFactory(works_for=licence.resource.provider, language="en")
    session.trainers.add(colleague)
    is_away(trainer, session, last_day="2026-12-02", follows_from="2026-12-05")
    with at_noon("2026-12-03"):
        asked = questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
        questions.answer(question=asked, text="No.", by=colleague)

    with at_noon("2026-12-05"):
        ticks_pass()

    assert not Letter.objects.filter(to=trainer, kind=Letters.QUESTION_ASKED).exists()


def test_the_tick_asks_for_it(session, trainer, planner):
    is_away(trainer, session)
    first = session.meetings[0]
    with at_noon("2026-11-29"):
        session_dates.move(
            session=session,
            moves={first.pk: hours_later(first, 2)},
            revision=session.revision,
            by=planner,
        )

    with at_noon("2026-11-30"):
        ticks.tell_who_has_come_back(timezone.now())

    assert Letter.objects.filter(to=trainer, kind=Letters.TRAINER_IS_BACK).count() == 1


def test_a_date_added_in_a_gap_and_moved_before_the_tick_has_its_pass_and_is_told(
    client, session, trainer, planner
):
    third = session.meetings[2]
    is_away(trainer, session)
    with at_noon("2026-11-29"):
        added = session_dates.add_meeting(
            session=session, hours=hours_later(third, 48), by=planner, revision=session.revision
        )
        ticks_pass()
    with at_noon("2026-11-30"):
        session.refresh_from_db()
        session_dates.move(
            session=session,
            moves={added.pk: hours_later(added, 2)},
            revision=session.revision,
            by=planner,
        )
        run_worker()
        assert trainer in {entry.person for entry in CalendarEntry.objects.filter(meeting=added)}
        ticks_pass(times=3)
        client.force_login(trainer)
        room = client.get(reverse("live:join", args=[added.public_id]))

    assert room.status_code == 200
    assert Letter.objects.filter(to=trainer, kind=Letters.TRAINER_IS_BACK).count() == 1


def test_the_tick_looks_for_two_weeks_at_who_has_come_back(session, trainer):
    """However many memberships were renewed before, and at nobody whose first one began."""
    with at_noon("2026-11-30"):
        assert who_has_come_back(timezone.now()) == set()
    is_away(trainer, session)
    found = []
    for day in ("2026-11-29", "2026-11-30", "2026-12-14", "2026-12-15"):
        with at_noon(day):
            found.append({person for _session, person in who_has_come_back(timezone.now())})
    trainer.memberships.filter(until__isnull=True).update(since="2026-11-28")  # without a gap
    with at_noon("2026-12-01"):
        found.append({person for _session, person in who_has_come_back(timezone.now())})

    trainer.memberships.filter(until__isnull=False).delete()  # the first one
    with at_noon("2026-12-01"):
        found.append({person for _session, person in who_has_come_back(timezone.now())})

    assert found == [set(), {trainer}, {trainer}, set(), set(), set()]


def test_many_questions_of_a_gap_cost_as_one(session, seat, trainer, django_assert_num_queries):
    is_away(trainer, session, last_day="2026-12-02", follows_from="2026-12-05")
    with at_noon("2026-12-03"):
        questions.ask(enrolment=seat, text="Must I bring a laptop?", key=uuid.uuid4())
    with at_noon("2026-12-05"), CaptureQueriesContext(connection) as of_one:
        question_not_told(session, trainer, now=timezone.now())
    with at_noon("2026-12-03"):
        for text in ("Which version?", "May I watch again?"):
            questions.ask(enrolment=seat, text=text, key=uuid.uuid4())
    with at_noon("2026-12-05"), django_assert_num_queries(len(of_one)):
        question_not_told(session, trainer, now=timezone.now())

"""A trainer whose membership with the provider has ended reads and leads nothing of its sessions any
more (issue 11, g): pages, files, the room, mail and the calendar's feed ask the same rule.
"""

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.live.models import RoomPass
from courses.mail.documents import absolute
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import today
from courses.people.services.memberships import change_membership, join, take_away
from tests.factories.attendance import held_session, seated
from tests.factories.departures import (
    DAY,
    HOUR,
    colleague,
    leaves,
    letters_to,
    opens,
    session,
    trainer,
)
from tests.factories.people import PlannerFactory, ProviderFactory, TeacherFactory, TrainerFactory
from tests.factories.training import MaterialFactory, SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.exceptions import NoTrainer
from training.models import CalendarFeed, Session, Substitution
from training.queries.leading import leaders_of, leads
from training.services import attendance, departures, session_dates, sessions
from training.services.reminders import remind

__all__ = ["colleague", "session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_who_works_for_another_provider_now_reads_nothing_of_the_old_sessions(
    client, session, trainer, planner
):
    held = held_session(led_by=trainer, resource=session.training.resource)
    seated(held, TeacherFactory(given_name="Grace"))
    sheet = attendance.prefill(held.meetings[0].pk)
    material = MaterialFactory(session=session, by=trainer)
    draft = SessionFactory(
        resource=session.training.resource, led_by=trainer, state=SessionState.DRAFT
    )
    first = session.meetings[0].public_id
    pages = [
        ("training:my_session", session.public_id),
        ("training:my_session", held.public_id),
        ("training:asked_questions", session.public_id),
        ("training:session_material", session.public_id),
        ("training:material_file", material.public_id),
        ("training:session_rooms", session.public_id),
        ("training:set_room", session.public_id),
        ("training:set_date_room", session.public_id, first),
        ("training:name_substitute", session.public_id, first),
        ("training:message_people", session.public_id),
        ("training:evaluation_results", held.public_id),
        ("training:sheet", sheet.public_id),
        ("training:session_short", draft.public_id),
    ]
    before = [opens(client, trainer, *page, follow=True) for page in pages]

    leaves(trainer, session)

    assert before == [200] * len(pages)
    assert [opens(client, trainer, *page) for page in pages] == [404] * len(pages)
    own = client.get(reverse("training:my_sessions")).text
    assert session.title not in own
    assert f"/{held.public_id}/" not in own
    assert sheet.public_id not in client.get(reverse("training:sheets")).text
    assert session.title not in client.get(reverse("today:home"), follow=True).text


def test_who_works_nowhere_any_more_has_none_of_the_pages(client, session, trainer):
    leaves(trainer, session, works_elsewhere=False)

    assert opens(client, trainer, "training:my_session", session.public_id) == 403
    assert opens(client, trainer, "training:my_sessions") == 403


def test_a_planner_who_led_it_for_the_provider_leaves_no_material_any_more(
    client, session, trainer
):
    planner = PlannerFactory()
    session.trainers.add(planner)
    join(person=planner, organisation=session.training.resource.provider, role=Role.TRAINER)
    address = reverse("training:session_material", args=[session.public_id])
    client.force_login(planner)
    had_a_form = b'type="file"' in client.get(address).content

    leaves_today = planner.memberships.get(role=Role.TRAINER)
    take_away(membership=leaves_today)

    assert had_a_form
    assert b'type="file"' not in client.get(address).content


@pytest.mark.parametrize("works_elsewhere", [True, False])
def test_the_room_is_closed_to_who_left_from_that_day_on(client, session, trainer, works_elsewhere):
    first = session.meetings[0]
    with time_machine.travel(first.starts_at, tick=False):
        before = opens(client, trainer, "live:join", first.public_id)
        leaves(trainer, session, works_elsewhere=works_elsewhere)

        after = opens(client, trainer, "live:join", first.public_id)

    assert (before, after) == (302, 403)


def test_the_calendar_s_feed_has_their_dates_no_more(client, session, trainer):
    feed = CalendarFeed.objects.create(person=trainer, secret="a" * 40)
    address = reverse("training_open:feed", args=[feed.secret])
    before = client.get(address).content.count(b"BEGIN:VEVENT")

    leaves(trainer, session)

    assert before == 2
    assert client.get(address).content.count(b"BEGIN:VEVENT") == 0


def test_letters_of_the_session_do_not_reach_who_left(session, trainer, planner):
    """Whether they were posted before that day and wait still, or after."""
    first, second = session.meetings
    teacher = session.enrolments.get().teacher
    with time_machine.travel(first.starts_at - HOUR):
        remind(timezone.now())
        sessions.edit(
            session=session,
            revision=session.revision,
            by=planner,
            capacity=20,
            trainers=[trainer],
            language="en",
            threshold_percent=75,
            note="",
        )
        posted = Letter.objects.filter(to=trainer, state=LetterState.WAITING)
        kinds = set(posted.values_list("kind", flat=True))
        leaves(trainer, session)
        session_dates.cancel_meeting(session=session, meeting=second, by=planner, reason="Férié")
        sessions.cancel(session=session, by=planner, reason="Souffrante")
        run_worker()

    assert kinds == {Letters.REMINDER, Letters.SESSION_LANGUAGE}
    assert [address for one in mail.outbox for address in one.to if trainer.email in address] == []
    assert [address for one in mail.outbox for address in one.to if teacher.email in address]


def test_a_sheet_to_close_is_not_asked_of_who_left(licence, trainer):
    held = held_session(led_by=trainer, resource=licence.resource)
    attendance.prefill(held.meetings[0].pk)
    attendance.remind(timezone.now() + DAY)
    leaves(trainer, held)
    run_worker()

    asked = letters_to(trainer, Letters.SHEET_TO_CLOSE).get()
    assert asked.state == LetterState.WITHDRAWN


def test_passes_and_calendars_are_taken_back_and_planners_look_for_somebody_else(
    client, session, trainer, colleague, planner
):
    leaves(trainer, session)

    departures.release_who_left(timezone.now())
    departures.release_who_left(timezone.now())
    run_worker()

    assert list(session.trainers.all()) == []
    assert set(RoomPass.objects.filter(person=trainer).values_list("is_withdrawn", flat=True)) == {
        True
    }
    entries = CalendarEntry.objects.filter(person=trainer)
    assert {one.method for one in entries} == {CalendarMethod.CANCEL}
    sent = [one for one in mail.outbox if trainer.email in "".join(one.to)]
    assert [one.subject for one in sent] == [f"You no longer lead this session: {session.title}"]
    assert f"See the session\n{absolute(session.get_absolute_url())}" in sent[0].body
    assert "because you led this session" in sent[0].body
    methods = {
        str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"])
        for part in sent[0].message().walk()
        if part.get_content_type() == "text/calendar"
    }
    assert methods == {"CANCEL"}
    client.force_login(planner)
    assert "One session without a trainer" in client.get(reverse("today:home"), follow=True).text
    rows = client.get(reverse("training:planning"), {"when": "unled"})
    assert [row.session for row in rows.context["rows"]] == [session]
    assert "Nobody yet" in rows.text
    assert client.get(session.get_absolute_url()).status_code == 200

    fresh = Session.objects.get(pk=session.pk)
    sessions.edit(
        session=fresh,
        revision=fresh.revision,
        by=planner,
        capacity=20,
        trainers=[colleague],
        language=fresh.language,
        threshold_percent=75,
        note="",
    )

    assert "without a trainer" not in client.get(reverse("today:home"), follow=True).text
    assert letters_to(colleague, Letters.TRAINER_INVITATION).count() == 1
    assert leads(colleague, session.meetings[0])


def test_planners_read_of_it_before_the_tick(client, session, trainer, planner):
    leaves(trainer, session)
    client.force_login(planner)

    assert "One session without a trainer" in client.get(reverse("today:home"), follow=True).text


def test_the_tick_asks_for_it(session, trainer):
    from training.wagtail_hooks.ticks import release_trainers_who_left

    leaves(trainer, session)
    release_trainers_who_left(timezone.now())

    assert list(session.trainers.all()) == []


def test_a_membership_that_is_corrected_at_once_changes_nothing(session, trainer, licence):
    provider = licence.resource.provider
    held = trainer.memberships.get(organisation=provider)
    take_away(membership=held)
    join(person=trainer, organisation=provider, role=Role.TRAINER)
    departures.release_who_left(timezone.now())

    renewed = trainer.memberships.get(organisation=provider)
    change_membership(membership=renewed, since=renewed.since, until=today())
    departures.release_who_left(timezone.now())

    assert list(session.trainers.all()) == [trainer]
    assert RoomPass.objects.filter(person=trainer, is_withdrawn=False).count() == 2


def test_an_account_that_is_closed_leads_nothing(session, trainer):
    trainer.is_active = False
    trainer.save(update_fields=["is_active"])
    departures.release_who_left(timezone.now())

    assert list(session.trainers.all()) == []


def test_a_draft_is_not_opened_without_anybody_to_lead_it(licence, trainer, planner):
    draft = SessionFactory(resource=licence.resource, led_by=trainer, state=SessionState.DRAFT)
    leaves(trainer, draft)

    with pytest.raises(NoTrainer):
        sessions.open_for_enrolment(session=draft, by=planner)

    departures.release_who_left(timezone.now())
    assert list(draft.trainers.all()) == []
    assert not Letter.objects.filter(to=trainer).exists()


@pytest.mark.parametrize(
    ("who", "days", "is_active"),
    [
        pytest.param("provider", (-10, None), True, id="works for the provider"),
        pytest.param("provider", (-10, 0), True, id="until today"),
        pytest.param("provider", (-10, -1), True, id="until yesterday"),
        pytest.param("provider", (0, None), True, id="from today on"),
        pytest.param("provider", (1, None), True, id="from tomorrow on"),
        pytest.param("another", (-10, None), True, id="for another provider"),
        pytest.param("provider", (-10, None), False, id="the account is closed"),
        pytest.param("", None, True, id="nowhere"),
    ],
)
@pytest.mark.parametrize("instead", [False, True], ids=["trainer", "substitute"])
def test_the_rule_of_a_person_and_of_rows_are_the_same(who, days, is_active, instead):
    """`models.leading.works_for` and `working`."""
    session = SessionFactory()
    meeting, regular = session.meetings[0], session.trainers.get()
    person = TrainerFactory(is_active=is_active)
    person.memberships.all().delete()
    if days:
        provider = session.training.resource.provider if who == "provider" else ProviderFactory()
        first, last = (day if day is None else today() + day * DAY for day in days)
        person.memberships.create(organisation=provider, role=Role.TRAINER, since=first, until=last)
    if instead:
        Substitution.objects.create(
            session=session, meeting=meeting, replaces=regular, substitute=person, by=regular
        )
    else:
        session.trainers.set([person])

    listed = person in leaders_of(session, [meeting])[meeting.pk]

    assert leads(person, meeting) is listed
    is_named = Session.objects.with_dates_of(person).filter(pk=session.pk).exists()
    assert is_named is listed
    assert listed is (who == "provider" and days != (-10, -1) and days != (1, None) and is_active)


def test_a_session_that_fails_in_the_tick_holds_back_no_other(
    session, trainer, licence, caplog, monkeypatch
):
    other = SessionFactory(resource=licence.resource, led_by=trainer)
    leaves(trainer, session)
    released = departures._release

    def fails_for_the_first(one, now):
        if one == session:
            raise RuntimeError("out of order")
        released(one, now)

    monkeypatch.setattr(departures, "_release", fails_for_the_first)
    departures.release_who_left(timezone.now())

    assert list(session.trainers.all()) == [trainer]
    assert list(other.trainers.all()) == []
    assert session.public_id in caplog.text

    monkeypatch.undo()
    departures.release_who_left(timezone.now())
    assert list(session.trainers.all()) == []

"""A trainer whose membership with the provider has ended reads and leads nothing of its sessions any
more (issue 11, g): pages, files, the room, mail and the calendar's feed ask the same rule.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.dates import day_without_year
from courses.live.models import RoomPass
from courses.mail.documents import absolute
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import today
from courses.people.services.memberships import change_membership, join, leave, take_away
from tests.factories.attendance import absent, held_session, seated
from tests.factories.people import PlannerFactory, ProviderFactory, TeacherFactory, TrainerFactory
from tests.factories.training import MaterialFactory, SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.exceptions import NoTrainer
from training.models import CalendarFeed, Session, Substitution
from training.queries.ending_memberships import ending_memberships
from training.queries.hours_led import dates_led
from training.queries.leading import everybody_who_led, leaders_of, leads, without_trainer
from training.services import attendance, departures, session_dates, sessions, substitutes
from training.services import enrolment as enrolments
from training.services.reminders import remind

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def trainer(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en")


@pytest.fixture
def colleague(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en", given_name="Camille")


@pytest.fixture
def session(licence, trainer, planner):
    """Two dates of an hour, in a week and three days later; opened, with one seat taken."""
    first = in_a_week()
    hours = [Hours(first + n * DAY, first + n * DAY + HOUR) for n in (0, 3)]
    made = SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )
    opened = sessions.open_for_enrolment(session=made, by=planner)
    teacher = TeacherFactory(works_at=licence.school, language="en", given_name="Ada")
    enrolments.enrol(session=opened, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return opened


def leaves(trainer, session, *, works_elsewhere=True):
    """Yesterday was the last day with the provider of the session."""
    provider = session.training.resource.provider
    held = trainer.memberships.get(organisation=provider, role=Role.TRAINER)
    leave(membership=held, last_day=today() - DAY)
    if works_elsewhere:
        join(person=trainer, organisation=ProviderFactory(), role=Role.TRAINER)


def opens(client, person, name, *args, follow=False) -> int:
    client.force_login(person)
    return client.get(reverse(name, args=args), follow=follow).status_code


def letters_to(person, kind):
    return Letter.objects.filter(to=person, kind=kind)


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


def test_hours_that_were_led_stay_and_certificates_name_who_led(licence, trainer, client):
    held = held_session(led_by=trainer, resource=licence.resource)
    meeting = held.meetings[0]
    seated(held, TeacherFactory(works_at=licence.school))
    sheet = attendance.prefill(meeting.pk)
    leaves(trainer, held)
    departures.release_who_left(timezone.now())

    assert everybody_who_led(held, [meeting]) == [trainer]
    attendance.close(
        sheet=sheet,
        by=PlannerFactory(),
        revision=sheet.revision,
        decisions=absent(sheet),
        now=timezone.now() + 4 * DAY,
    )
    assert [one.person for one in dates_led(trainer)] == [trainer]
    client.force_login(PlannerFactory())
    assert trainer.display_name in client.get(reverse("training:hours_led")).text
    assert opens(client, trainer, "training:my_hours_led") == 200

    take_away(membership=trainer.memberships.get(until=None))
    join(person=trainer, organisation=licence.school, role=Role.TEACHER)
    assert opens(client, trainer, "training:my_hours_led") == 403


def test_dates_of_a_running_session_stay_with_who_led_them(session, trainer, planner):
    first, second = session.meetings
    with time_machine.travel(first.ends_at + DAY, tick=False):
        leaves(trainer, session)
        departures.release_who_left(timezone.now())

        assert everybody_who_led(session, [first, second]) == [trainer]
        assert leaders_of(session, [first, second]) == {first.pk: [], second.pk: []}
    assert {
        entry.meeting_id: entry.method for entry in CalendarEntry.objects.filter(person=trainer)
    } == {first.pk: CalendarMethod.REQUEST, second.pk: CalendarMethod.CANCEL}


def named(session, meeting, trainer, colleague, planner):
    return substitutes.name_substitute(
        session=session, meeting=meeting, substitute=colleague, replaces=trainer, by=planner
    )


def test_a_date_whose_substitute_left_is_led_by_who_was_replaced(
    client, session, trainer, colleague, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    leaves(colleague, session)
    at_once = opens(client, colleague, "training:my_session", session.public_id)
    with_a_pass = RoomPass.objects.get(person=colleague)

    departures.release_who_left(timezone.now())
    run_worker()

    assert at_once == 404
    assert not Substitution.objects.exists()
    with_a_pass.refresh_from_db()
    assert with_a_pass.is_withdrawn
    assert leads(trainer, second)
    told = {
        person.pk: CalendarEntry.objects.get(person=person, meeting=second).method
        for person in (trainer, colleague)
    }
    assert told == {trainer.pk: CalendarMethod.REQUEST, colleague.pk: CalendarMethod.CANCEL}
    assert not RoomPass.objects.get(person=trainer, room__meeting=second).is_withdrawn


def test_a_substitute_keeps_the_date_when_who_is_replaced_leaves(
    session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())

    assert leaders_of(session, [first, second]) == {first.pk: [], second.pk: [colleague]}
    assert leads(colleague, second)

    mail.outbox.clear()
    substitutes.take_back(session=session, meeting=second, by=planner)
    run_worker()

    assert leaders_of(session, [second]) == {second.pk: []}
    entry = CalendarEntry.objects.get(person=trainer, meeting=second)
    assert entry.method == CalendarMethod.CANCEL
    assert RoomPass.objects.get(person=trainer, room__meeting=second).is_withdrawn


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


def edited(session, planner, *trainers):
    fresh = Session.objects.get(pk=session.pk)
    return sessions.edit(
        session=fresh,
        revision=fresh.revision,
        by=planner,
        capacity=20,
        trainers=trainers,
        language=fresh.language,
        threshold_percent=75,
        note="",
    )


def test_a_trainer_named_after_the_replaced_one_left_leads_every_date_alone(
    session, trainer, colleague, planner, licence
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    third = TrainerFactory(works_for=licence.resource.provider)

    edited(session, planner, third)

    assert leaders_of(session, [first, second]) == {first.pk: [third], second.pk: [third]}
    assert not Substitution.objects.exists()
    told = CalendarEntry.objects.get(person=colleague, meeting=second)
    assert told.method == CalendarMethod.CANCEL
    assert RoomPass.objects.get(person=colleague, room__meeting=second).is_withdrawn


def test_a_substitute_who_is_named_for_the_session_is_in_nobody_s_place(
    session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())

    edited(session, planner, colleague)

    assert leaders_of(session, [first, second]) == {first.pk: [colleague], second.pk: [colleague]}
    assert not Substitution.objects.exists()
    entries = CalendarEntry.objects.filter(person=colleague)
    assert {one.method for one in entries} == {CalendarMethod.REQUEST}
    assert not RoomPass.objects.filter(person=colleague, is_withdrawn=True).exists()


def test_nobody_stands_in_for_who_left_beside_another_trainer(
    session, trainer, colleague, planner, licence
):
    first, second = session.meetings
    other = TrainerFactory(works_for=licence.resource.provider)
    edited(session, planner, trainer, other)
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)

    departures.release_who_left(timezone.now())

    assert leaders_of(session, [first, second]) == {first.pk: [other], second.pk: [other]}
    assert not Substitution.objects.exists()


def test_a_session_whose_dates_all_have_a_substitute_is_not_without_a_trainer(
    client, session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, first, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    client.force_login(planner)
    people = reverse("training:session_people", args=[session.public_id])
    half = "One session without a trainer" in client.get(reverse("today:home"), follow=True).text
    half &= "Nobody yet" in client.get(people).text

    Substitution.objects.create(
        session=session, meeting=second, replaces=trainer, substitute=colleague, by=planner
    )

    assert half
    assert "without a trainer" not in client.get(reverse("today:home"), follow=True).text
    assert not client.get(reverse("training:planning"), {"when": "unled"}).context["rows"]
    for address in (people, reverse("training:planning")):
        page = client.get(address).text
        assert "Nobody yet" not in page
        assert "A substitute on each date" in page


def test_taking_a_substitute_back_says_when_nobody_leads_the_date(
    client, session, trainer, colleague, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    client.force_login(planner)

    page = client.post(
        reverse("training:take_back_substitute", args=[session.public_id, second.public_id]),
        follow=True,
    )

    assert "Nobody leads this date now: name a trainer of the session." in page.text
    assert letters_to(colleague, Letters.SUBSTITUTION).count() == 2
    told = CalendarEntry.objects.get(person=colleague, meeting=second)
    assert told.method == CalendarMethod.CANCEL


def test_a_resource_taken_over_leaves_its_sessions_to_who_leads_them(
    client, session, trainer, planner, licence
):
    held = held_session(led_by=trainer, resource=licence.resource)
    seated(held, TeacherFactory(given_name="Grace"))
    sheet = attendance.prefill(held.meetings[0].pk)
    old, new = licence.resource.provider, ProviderFactory()
    licence.resource.provider = new
    licence.resource.save(update_fields=["provider"])
    newcomer = TrainerFactory(works_for=new)

    departures.release_who_left(timezone.now())

    for one in (session, held):
        assert opens(client, trainer, "training:my_session", one.public_id) == 200
    assert opens(client, trainer, "training:sheet", sheet.public_id) == 200
    assert opens(client, newcomer, "training:my_session", session.public_id) == 404
    first = session.meetings[0]
    assert leaders_of(session, [first]) == {first.pk: [trainer]}

    fresh = Session.objects.get(pk=session.pk)
    edited(fresh, planner, newcomer)
    assert leaders_of(fresh, [first]) == {first.pk: [newcomer]}
    assert opens(client, trainer, "training:my_session", session.public_id) == 404

    leave(membership=trainer.memberships.get(organisation=old), last_day=today() - DAY)
    join(person=trainer, organisation=ProviderFactory(), role=Role.TRAINER)
    assert opens(client, trainer, "training:sheet", sheet.public_id) == 404


def test_hours_led_stay_those_of_the_provider_for_whom_they_were(licence, trainer):
    held = held_session(led_by=trainer, resource=licence.resource)
    seated(held, TeacherFactory())
    sheet = attendance.prefill(held.meetings[0].pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    was = licence.resource.provider
    licence.resource.provider = ProviderFactory()
    licence.resource.save(update_fields=["provider"])

    assert [one.provider for one in dates_led(trainer)] == [was]


def ends_on(trainer, session, last_day, *, follows_from=None):
    provider = session.training.resource.provider
    held = trainer.memberships.get(organisation=provider, role=Role.TRAINER)
    change_membership(membership=held, since=held.since, until=last_day)
    if follows_from:
        trainer.memberships.create(
            organisation=provider, role=Role.TRAINER, since=follows_from, until=None
        )


def test_planners_read_that_a_membership_ends_before_the_last_date(
    client, session, trainer, planner
):
    _first, second = session.meetings
    between = timezone.localdate(second.starts_at) - DAY
    ends_on(trainer, session, between)
    client.force_login(planner)

    home = client.get(reverse("today:home"), follow=True).text
    rows = client.get(reverse("training:planning"), {"when": "ending"})
    people = client.get(reverse("training:session_people", args=[session.public_id])).text

    assert "1 session ends after the membership of who leads it" in home
    words = f"{trainer.display_name} leads until {{}}, the membership ends on {{}}"
    assert words.format("Saturday 5 December", "Friday 4 December") in home
    assert [row.session for row in rows.context["rows"]] == [session]
    for page in (rows.text, people):
        assert words.format("Sat 5 Dec", "Fri 4 Dec") in page


def test_the_last_day_said_is_that_of_the_membership_that_joins_up(session, trainer):
    first = datetime.date(2026, 12, 1)
    ends_on(trainer, session, first, follows_from=first + DAY)
    joined = trainer.memberships.filter(role=Role.TRAINER).order_by("since").last()
    change_membership(membership=joined, since=joined.since, until=datetime.date(2026, 12, 3))

    [one] = ending_memberships(timezone.now())

    assert (one.ends_on, one.leads_until) == (
        datetime.date(2026, 12, 3),
        datetime.date(2026, 12, 5),
    )


def test_a_trainer_of_three_sessions_is_named_once(client, session, trainer, planner):
    for days in (7, 14):
        later = SessionFactory(
            resource=session.training.resource,
            starts_at=session.starts_at + days * DAY,
            led_by=trainer,
        )
    ends_on(trainer, session, datetime.date(2026, 12, 1))
    client.force_login(planner)

    home = client.get(reverse("today:home"), follow=True).text

    assert "3 sessions end after the membership of who leads them" in home
    assert home.count(f"{trainer.display_name} leads until") == 1
    assert day_without_year(timezone.localdate(later.starts_at)) in home


@pytest.mark.parametrize(
    ("last_day", "follows_from", "is_said"),
    [
        pytest.param("2026-12-05", None, False, id="until the last date's own day"),
        pytest.param("2026-12-04", None, True, id="until the day before the last date"),
        pytest.param("2026-12-01", None, True, id="before both dates"),
        pytest.param("2026-11-27", "2026-11-28", False, id="another follows at once"),
        pytest.param("2026-11-27", "2026-12-03", True, id="another follows after the first date"),
    ],
)
def test_a_membership_ending_is_said_for_the_days_of_dates(
    session, trainer, last_day, follows_from, is_said
):
    read = datetime.date.fromisoformat
    assert [f"{timezone.localdate(one.starts_at)}" for one in session.meetings] == [
        "2026-12-02",
        "2026-12-05",
    ]

    ends_on(trainer, session, read(last_day), follows_from=follows_from and read(follows_from))

    assert [one.session_id for one in ending_memberships(timezone.now())] == (
        [session.pk] if is_said else []
    )


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-02", True, id="from the first date's own day"),
        pytest.param("2026-12-03", False, id="after the first date"),
    ],
)
def test_a_gap_before_a_membership_that_is_entered_takes_nobody_out(
    session, trainer, follows_from, stays
):
    follows = datetime.date.fromisoformat(follows_from)
    ends_on(trainer, session, datetime.date(2026, 11, 27), follows_from=follows)
    run_worker()
    mail.outbox.clear()

    assert bool(ending_memberships(timezone.now())) is not stays
    with time_machine.travel(datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC), tick=False):
        unled = list(without_trainer(timezone.now()))
        departures.release_who_left(timezone.now())
        run_worker()

    assert (unled == []) is stays
    assert list(session.trainers.all()) == ([trainer] if stays else [])
    assert bool(mail.outbox) is not stays


def travel_to(day):
    noon = datetime.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=datetime.UTC)
    return time_machine.travel(noon, tick=False)


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-05", True, id="from the date's own day"),
        pytest.param("2026-12-06", False, id="after the date"),
        pytest.param(None, False, id="none follows"),
    ],
)
def test_a_substitute_with_a_gap_stays_if_they_are_back_on_that_day_else_planners_read_it(
    session, trainer, colleague, planner, follows_from, stays
):
    _first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    follows = follows_from and datetime.date.fromisoformat(follows_from)
    ends_on(colleague, session, datetime.date(2026, 11, 27), follows_from=follows)
    run_worker()
    mail.outbox.clear()

    told = [(one.trainer, one.leads_until) for one in ending_memberships(timezone.now())]
    with travel_to("2026-11-29"):
        departures.release_who_left(timezone.now())
        run_worker()

    assert told == ([] if stays else [(colleague, datetime.date(2026, 12, 5))])
    assert session.substitutions.exists() is stays
    assert bool(mail.outbox) is not stays


def test_planners_read_of_a_trainer_and_of_a_substitute_whose_memberships_end(
    session, trainer, colleague, planner, django_assert_num_queries
):
    _first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    for person in (trainer, colleague):
        ends_on(person, session, datetime.date(2026, 11, 27))

    with django_assert_num_queries(2):
        told = ending_memberships(timezone.now(), among=[session])

    assert {(one.trainer, f"{one.leads_until}") for one in told} == {
        (trainer, "2026-12-02"),
        (colleague, "2026-12-05"),
    }


@pytest.mark.parametrize(
    ("follows_from", "stays"),
    [
        pytest.param("2026-12-05", True, id="by the last date"),
        pytest.param("2026-12-06", False, id="after all dates"),
    ],
)
def test_a_trainer_with_a_gap_whose_dates_all_have_a_substitute_stays_if_back_by_one_of_them(
    session, trainer, colleague, planner, follows_from, stays
):
    for meeting in session.meetings.all():
        named(session, meeting, trainer, colleague, planner)
    follows = datetime.date.fromisoformat(follows_from)
    ends_on(trainer, session, datetime.date(2026, 11, 27), follows_from=follows)

    with travel_to("2026-11-29"):
        departures.release_who_left(timezone.now())

    assert list(session.trainers.all()) == ([trainer] if stays else [])


def test_a_date_that_somebody_else_leads_needs_no_membership(session, trainer, colleague, planner):
    _first, second = session.meetings
    ends_on(trainer, session, timezone.localdate(second.starts_at) - DAY)
    before = len(ending_memberships(timezone.now()))

    named(session, second, trainer, colleague, planner)

    assert before == 1
    assert ending_memberships(timezone.now()) == []


def test_a_date_that_is_cancelled_needs_no_membership(session, trainer, planner):
    _first, second = session.meetings
    ends_on(trainer, session, timezone.localdate(second.starts_at) - DAY)

    session_dates.cancel_meeting(
        session=session, meeting=second, by=planner, reason="Ill.", revision=session.revision
    )

    assert ending_memberships(timezone.now()) == []

"""What pages say of moved dates is what the letter says: from the first hours to the last."""

import datetime
import re
from importlib import import_module
from uuid import uuid4

import pytest
import time_machine as clock
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.agenda.values import PARIS, Hours
from tests.factories.other_dates import letters_to
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import SessionState
from training.models import Session
from training.services import enrolment as seats
from training.services import one_date, session_dates, session_messages, sessions
from training.wagtail_hooks import ticks

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
FIRST = datetime.datetime(2026, 12, 2, 17, tzinfo=PARIS)
CHANGED = "The dates have changed"
IN_THE_CALENDAR = "Your calendar is updated by the email that you got."
EMAIL_FOLLOWS = "An email with the change for your calendar follows."


@pytest.fixture
def session(licence):
    return SessionFactory(resource=licence.resource, hours=[Hours(FIRST, FIRST + HOUR)])


@pytest.fixture
def teacher(licence):
    return TeacherFactory(works_at=licence.school, language="en")


@pytest.fixture
def seat(session, teacher):
    taken = seats.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return taken


def move(session, days, meeting=0):
    session.refresh_from_db()
    meeting = session.meetings[meeting]
    by = days * DAY
    hours = Hours(meeting.starts_at + by, meeting.ends_at + by)
    session_dates.move(
        session=session, moves={meeting.pk: hours}, revision=session.revision, by=PlannerFactory()
    )


def minutes_later(number):
    return clock.travel(timezone.now() + number * MINUTE, tick=True)


def pages(client, session, person=None) -> list[str]:
    """The session's page, the catalogue and, for somebody signed in, *My trainings*."""
    addresses = [session.get_absolute_url(), reverse("training:catalogue")]
    if person:
        client.force_login(person)
        addresses.append(reverse("training:mine"))
    else:
        client.logout()
    return [read(client.get(address).content.decode()) for address in addresses]


def led_page(client, session, trainer) -> str:
    """The session's page among those that the trainer leads."""
    client.force_login(trainer)
    return read(client.get(reverse("training:my_session", args=[session.public_id])).text)


def read(page: str) -> str:
    """What is written on the page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_moved_twice_the_pages_say_from_the_first_hours_to_the_last(client, session, seat, teacher):
    move(session, 1)
    with minutes_later(5):
        move(session, 2)
        for page in pages(client, session, teacher):
            assert "Was: Wednesday 2 December" in page
            assert "Was: Thursday 3 December" not in page
            assert "Now: Saturday 5 December" in page
        shown = pages(client, session, teacher)[0]
        assert EMAIL_FOLLOWS in shown
        assert IN_THE_CALENDAR not in shown
    run_worker_after_the_pause()

    (letter,) = letters_to(teacher)
    assert "Was: Wednesday 2 December" in letter.body
    shown = pages(client, session, teacher)[0]
    assert IN_THE_CALENDAR in shown
    assert EMAIL_FOLLOWS not in shown
    for page in pages(client, session):
        assert "Was: Wednesday 2 December" in page
        assert "Was: Thursday 3 December" not in page


def test_moved_and_back_before_anybody_was_told_no_page_speaks_of_it(
    client, session, seat, teacher, licence
):
    move(session, 1)
    with minutes_later(3):
        move(session, -1)
    late = TeacherFactory(works_at=licence.school, language="en")
    run_worker_after_the_pause()
    assert letters_to(teacher) == []
    seats.enrol(session=session, teacher=late)

    for reader in (teacher, late, None):
        for page in pages(client, session, reader):
            assert "Was:" not in page
            assert CHANGED not in page


def test_who_enrols_after_a_move_reads_nothing_of_it(client, session, licence):
    move(session, 1)
    run_worker_after_the_pause()
    late = TeacherFactory(works_at=licence.school, language="en")
    before = pages(client, session, late)[0]
    seats.enrol(session=session, teacher=late)

    assert CHANGED in before
    for page in pages(client, session, late):
        assert "Was:" not in page
        assert CHANGED not in page


def test_moved_back_after_the_letter_pages_say_what_the_second_letter_says(
    client, session, seat, teacher
):
    move(session, 1)
    run_worker_after_the_pause()
    with minutes_later(30):
        move(session, -1)
        run_worker_after_the_pause()

        _first, second = letters_to(teacher)
        assert "Was: Thursday 3 December" in second.body
        for page in pages(client, session, teacher):
            assert "Was: Thursday 3 December" in page
            assert "Now: Wednesday 2 December" in page


def of_two_dates(licence, teacher):
    """A session with a seat of the teacher's, whose letter has gone."""
    hours = [Hours(FIRST + n * 7 * DAY, FIRST + n * 7 * DAY + HOUR) for n in range(2)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    seats.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return session


def test_of_several_dates_one_given_back_that_moved_is_not_spoken_of(client, licence, teacher):
    hours = [Hours(FIRST + n * 7 * DAY, FIRST + n * 7 * DAY + HOUR) for n in range(2)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    taken = seats.enrol(session=session, teacher=teacher)
    one_date.give_back(enrolment=taken, meeting=session.meetings[1])
    run_worker()
    mail.outbox.clear()
    move(session, 1, meeting=1)
    run_worker_after_the_pause()

    assert letters_to(teacher) == []
    assert all(CHANGED not in page for page in pages(client, session, teacher))


def test_who_waits_reads_the_move_and_nothing_of_a_calendar(client, licence, teacher):
    session = SessionFactory(
        resource=licence.resource, hours=[Hours(FIRST, FIRST + HOUR)], capacity=1
    )
    seats.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    seats.enrol(session=session, teacher=teacher)
    run_worker()
    move(session, 1)
    run_worker_after_the_pause()

    shown = pages(client, session, teacher)[0]
    assert CHANGED in shown
    assert IN_THE_CALENDAR not in shown
    assert EMAIL_FOLLOWS not in shown


@pytest.mark.parametrize("number", [1, 4])
def test_moved_sessions_cost_two_statements_however_many(
    client, licence, teacher, number, django_assert_max_num_queries
):
    for n in range(number):
        start = FIRST + n * 2 * DAY
        one = SessionFactory(resource=licence.resource, hours=[Hours(start, start + HOUR)])
        seats.enrol(session=one, teacher=teacher)
        move(one, 20)
    client.force_login(teacher)
    client.get(reverse("training:mine"))

    with django_assert_max_num_queries(22) as asked:
        page = client.get(reverse("training:mine")).content.decode()
    tables = [query["sql"] for query in asked.captured_queries]
    assert page.count('class="was"') == number
    assert sum('FROM "training_sessionchange"' in sql for sql in tables) == 1
    assert sum('FROM "courses_letter"' in sql for sql in tables) == 1


def a_reminder_comes(session):
    ticks.remind_of_meetings(timezone.now())
    run_worker()


def a_planner_writes(session):
    session_messages.message(
        session=session, by=PlannerFactory(), subject="Hello", body="See you soon.", key=uuid4()
    )
    run_worker()


@pytest.mark.parametrize(
    ("later", "when"),
    [(a_reminder_comes, FIRST - DAY + MINUTE), (a_planner_writes, FIRST - 3 * DAY)],
)
def test_moved_and_back_no_later_letter_makes_it_news(client, session, seat, teacher, later, when):
    move(session, 1)
    with minutes_later(3):
        move(session, -1)
    run_worker_after_the_pause()
    with clock.travel(when, tick=True):
        later(session)

        (letter,) = letters_to(teacher)
        assert "Thursday 3 December" not in letter.body
        for page in pages(client, session, teacher):
            assert "Was:" not in page
            assert CHANGED not in page


@pytest.mark.parametrize("with_reminder", [False, True])
def test_of_two_dates_moved_one_is_back_and_stays_unsaid(client, licence, teacher, with_reminder):
    session = of_two_dates(licence, teacher)
    move(session, 1, meeting=0)
    with minutes_later(2):
        move(session, 1, meeting=1)
    with minutes_later(4):
        move(session, -1, meeting=0)
        before = pages(client, session, teacher)[0]
    run_worker_after_the_pause()
    (letter,) = letters_to(teacher)
    with clock.travel(FIRST - DAY + MINUTE, tick=True):
        if with_reminder:
            a_reminder_comes(session)
        after = pages(client, session, teacher)[0]

    for said in (letter.body, before, after):
        assert said.count("Was:") == 1
        assert "Was: Wednesday 9 December" in said
    assert IN_THE_CALENDAR in after


def test_who_was_written_to_between_two_moves_reads_on_pages_what_the_notice_says(
    client, licence, teacher
):
    """Seated from the waiting list, by a letter that named the hours in between."""
    session = SessionFactory(
        resource=licence.resource, hours=[Hours(FIRST, FIRST + HOUR)], capacity=1
    )
    holder, late = TeacherFactory(works_at=licence.school), teacher
    held = seats.enrol(session=session, teacher=holder)
    seats.enrol(session=session, teacher=late)
    move(session, 1)
    with minutes_later(2):
        seats.cancel(enrolment=held, by=holder)
        run_worker()
        mail.outbox.clear()
    with minutes_later(4):
        move(session, -1)
        before = pages(client, session, late)
    run_worker_after_the_pause()
    (letter,) = letters_to(late)
    with clock.travel(FIRST - DAY + MINUTE, tick=True):
        a_reminder_comes(session)
        after = pages(client, session, late)

    for said in (letter.body, *before, *after):
        assert "Was: Thursday 3 December" in said
        assert "Now: Wednesday 2 December" in said


def test_who_left_and_came_back_reads_nothing_told_before(client, session, seat, teacher):
    move(session, 1)
    run_worker_after_the_pause()
    with minutes_later(30):
        seats.cancel(enrolment=seat, by=teacher)
    with minutes_later(60):
        move(session, 1)
    with minutes_later(120):
        seats.enrol(session=session, teacher=teacher)
        run_worker()
        mail.outbox.clear()
        back = pages(client, session, teacher)
        move(session, 1)
        moved = pages(client, session, teacher)
        run_worker_after_the_pause()
        told = pages(client, session, teacher)

    assert all("Was:" not in page and CHANGED not in page for page in back)
    (letter,) = letters_to(teacher)
    for said in (letter.body, *moved, *told):
        assert said.count("Was:") == 1
        assert "Was: Friday 4 December" in said


def test_who_left_and_came_back_before_the_notice_reads_what_it_says(
    client, session, seat, teacher
):
    move(session, 1)
    with minutes_later(2):
        seats.cancel(enrolment=seat, by=teacher)
    with minutes_later(4):
        seats.enrol(session=session, teacher=teacher)
        run_worker()
        mail.outbox.clear()
        before = pages(client, session, teacher)
    run_worker_after_the_pause()
    (letter,) = letters_to(teacher)

    for said in (letter.body, *before, *pages(client, session, teacher)):
        assert "Was: Wednesday 2 December" in said
        assert "Now: Thursday 3 December" in said


def test_what_was_changed_in_a_draft_is_told_to_nobody(client, licence, teacher):
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    draft = SessionFactory(
        resource=licence.resource,
        hours=[Hours(FIRST, FIRST + HOUR)],
        led_by=trainer,
        state=SessionState.DRAFT,
    )
    move(draft, 1)
    draft.refresh_from_db()
    read_by_others = [led_page(client, draft, trainer)]
    client.force_login(PlannerFactory(language="en"))
    read_by_others.append(read(client.get(draft.get_absolute_url()).text))
    with minutes_later(60):
        opened = sessions.open_for_enrolment(session=draft, by=PlannerFactory())
        run_worker()
    with minutes_later(90):
        read_by_others += [*pages(client, opened, teacher), *pages(client, opened)]
        read_by_others.append(led_page(client, opened, trainer))
        move(opened, 1)
        moved = [*pages(client, opened, teacher)[:2], *pages(client, opened)]
        moved.append(led_page(client, opened, trainer))

    assert all("Thursday 3 December" in page for page in read_by_others[:2])
    assert all("Was:" not in page and CHANGED not in page for page in read_by_others)
    assert all("Was: Thursday 3 December" in page for page in moved)


def test_a_draft_s_move_stays_unsaid_once_the_log_has_lost_its_opening(client, licence):
    far = FIRST + 500 * DAY
    draft = SessionFactory(
        resource=licence.resource,
        hours=[Hours(far, far + HOUR)],
        led_by=TrainerFactory(works_for=licence.resource.provider),
        state=SessionState.DRAFT,
    )
    move(draft, 1)
    draft.refresh_from_db()
    with minutes_later(60):
        sessions.open_for_enrolment(session=draft, by=PlannerFactory())
    kept = ModelLogEntry.objects.filter(action="training.open")
    assert kept.count() == 1

    with clock.travel(timezone.now() + 366 * DAY, tick=True):
        kept.filter(timestamp__lt=timezone.now() - 365 * DAY).delete()
        read_then = pages(client, draft)
        move(draft, 1)
        moved_since = pages(client, draft)

    assert not kept.exists()
    assert all("Was:" not in page for page in read_then)
    assert all("Was:" in page for page in moved_since)


def in_english(session):
    """Everybody is written to about it."""
    session.refresh_from_db()
    sessions.edit(
        session=session,
        revision=session.revision,
        by=PlannerFactory(),
        capacity=session.capacity,
        trainers=session.trainers.all(),
        language="en",
        threshold_percent=session.threshold_percent,
        note="",
    )


def trained(licence):
    """A session with its trainer."""
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    return SessionFactory(
        resource=licence.resource, hours=[Hours(FIRST, FIRST + HOUR)], led_by=trainer
    ), trainer


def test_a_trainer_reads_on_the_page_what_the_notice_says(client, licence):
    """The worker was late: the second move is in the notice of the first one."""
    session, trainer = trained(licence)
    move(session, 1)
    with minutes_later(15):
        move(session, 1)
        before = led_page(client, session, trainer)
        run_worker()
    with minutes_later(30):
        run_worker()
        after = led_page(client, session, trainer)

    (letter,) = letters_to(trainer)
    for said in (letter.body, before, after):
        assert "Was: Wednesday 2 December" in said
        assert "Now: Friday 4 December" in said
        assert "Was: Thursday 3 December" not in said


def test_a_trainer_written_to_between_two_moves_reads_so_on_the_page(client, licence):
    session, trainer = trained(licence)
    move(session, 1)
    with minutes_later(2):
        in_english(session)
        run_worker()
    with minutes_later(4):
        move(session, -1)
    run_worker_after_the_pause()
    with minutes_later(30):
        said = [letters_to(trainer)[-1].body, led_page(client, session, trainer)]

    for one in said:
        assert "Was: Thursday 3 December" in one


def test_who_leads_since_a_move_reads_nothing_of_it(client, licence):
    session, _trainer = trained(licence)
    move(session, 1)
    run_worker_after_the_pause()
    later = TrainerFactory(works_for=licence.resource.provider, language="en")
    session.trainers.add(later)
    with minutes_later(30):
        page = led_page(client, session, later)

    assert "Thursday 3 December" in page
    assert "Was:" not in page
    assert CHANGED not in page


def test_a_move_after_an_opening_that_was_entered_later_is_told(client, licence, teacher):
    """The moment of the opening is kept, not the clock's: as in the demo."""
    draft = SessionFactory(
        resource=licence.resource,
        hours=[Hours(FIRST, FIRST + HOUR)],
        led_by=TrainerFactory(works_for=licence.resource.provider),
        state=SessionState.DRAFT,
    )
    opened_at = timezone.now()
    with minutes_later(60):
        opened = sessions.open_for_enrolment(session=draft, by=PlannerFactory(), now=opened_at)
    with minutes_later(30):
        move(opened, 1)
    with minutes_later(90):
        read_by_others = pages(client, opened)

    assert all("Was: Wednesday 2 December" in page for page in read_by_others)


def test_what_was_opened_before_an_upgrade_keeps_its_moment_without_the_log(
    client, licence, teacher, django_assert_max_num_queries
):
    """The upgrade takes it from the log; later no page reads there, and the log may be erased."""
    draft = SessionFactory(
        resource=licence.resource,
        hours=[Hours(FIRST, FIRST + HOUR)],
        led_by=TrainerFactory(works_for=licence.resource.provider),
        state=SessionState.DRAFT,
    )
    never_opened = SessionFactory(resource=licence.resource, state=SessionState.DRAFT)
    move(draft, 1)
    with minutes_later(60):
        opened = sessions.open_for_enrolment(session=draft, by=PlannerFactory())
    kept = opened.opened_at
    Session.objects.update(opened_at=None)
    import_module("training.migrations.0047_opened_at").take_from_the_log(apps, None)
    ModelLogEntry.objects.all().delete()

    opened.refresh_from_db()
    never_opened.refresh_from_db()
    assert opened.opened_at == kept
    assert never_opened.opened_at is None
    with minutes_later(90), django_assert_max_num_queries(80) as asked:
        shown = [*pages(client, opened, teacher), *pages(client, opened)]
    assert all("Was:" not in page for page in shown)
    assert not any("modellogentry" in one["sql"] for one in asked.captured_queries)


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("address", ["training:mine", "training:catalogue"])
def test_sessions_back_at_their_hours_cost_as_one(
    client, licence, teacher, number, address, django_assert_max_num_queries
):
    for n in range(number):
        start = FIRST + n * 2 * DAY
        one = SessionFactory(resource=licence.resource, hours=[Hours(start, start + HOUR)])
        seats.enrol(session=one, teacher=teacher)
        move(one, 20)
        move(one, -20)
    run_worker()
    client.force_login(teacher)
    client.get(reverse(address))

    with django_assert_max_num_queries(40) as asked:
        page = client.get(reverse(address)).content.decode()
    tables = [query["sql"] for query in asked.captured_queries]
    assert page.count('class="was"') == number
    assert sum('FROM "training_sessionchange"' in sql for sql in tables) == 1
    assert sum('FROM "courses_letter"' in sql for sql in tables) == 2
    assert sum('FROM "training_seatoffer"' in sql for sql in tables) <= 2

"""Two workers share the letters; a killed one's work is done by the next. On both databases."""

import datetime
import os
import signal
import threading
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connections
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.management import worker_names
from continuity.models import HandIn
from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.values import PARIS, Hours
from courses.jobs import services as jobs
from courses.mail import services as outbox
from courses.mail import tasks
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from tests.concurrency.threads import at_once
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(settings) -> list:
    """What the mail server accepted, in order."""
    accepted: list = []
    settings.MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
    settings.PRETEND_MAIL_FAILS = lambda message: accepted.append(message.subject)
    return accepted


def test_two_workers_send_each_letter_once(sent):
    teacher = TeacherFactory()
    for n in range(40):
        outbox.post(NOTE, to=teacher, key=f"reason:{n}", details={"subject": f"Note {n}"})

    at_once(lambda: run_worker("one"), lambda: run_worker("two"))

    assert sorted(sent) == sorted(f"Note {n}" for n in range(40))
    assert set(Letter.objects.values_list("state", "attempts")) == {(LetterState.SENT, 1)}


def test_a_letter_with_many_tasks_goes_once(sent):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    for _n in range(10):
        tasks.deliver.enqueue(letter.pk, 0)

    at_once(*[lambda n=n: run_worker(f"worker {n}") for n in range(3)])

    assert sent == ["Note"]


def test_the_same_reason_from_many_sides_is_one_letter(sent):
    teacher = TeacherFactory()

    at_once(*[lambda: outbox.post(NOTE, to=teacher, key="reason") for _n in range(8)])
    run_worker()

    assert (Letter.objects.count(), DBTaskResult.objects.count(), sent) == (1, 1, ["Note"])


def test_send_again_from_many_sides_is_one_more_letter(sent):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    run_worker()

    at_once(*[lambda: outbox.send_again(letter) for _n in range(6)])
    run_worker()

    assert len(sent) == 2


def test_a_calendar_told_from_many_sides_has_one_entry_and_one_step():
    teacher = TeacherFactory()
    start = datetime.datetime(2027, 1, 13, 17, tzinfo=PARIS)
    hours = Hours(start, start + datetime.timedelta(hours=1))
    meeting = agenda.plan_series(title="Chercher", hours=[hours]).meetings.get()

    at_once(
        *[
            lambda: agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST)
            for _n in range(8)
        ]
    )
    assert list(CalendarEntry.objects.values_list("sequence", "method")) == [
        (0, CalendarMethod.REQUEST)
    ]

    at_once(
        *[
            lambda: agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.CANCEL)
            for _n in range(8)
        ]
    )
    assert list(CalendarEntry.objects.values_list("sequence", "method")) == [
        (1, CalendarMethod.CANCEL)
    ]


def test_dates_added_at_once_get_numbers_without_a_gap():
    start = datetime.datetime(2027, 1, 13, 17, tzinfo=PARIS)
    hours = Hours(start, start + datetime.timedelta(hours=1))
    series = agenda.plan_series(title="Chercher", hours=[hours])

    at_once(*[lambda: agenda.add_meeting(series=series, hours=hours) for _n in range(6)])

    assert list(series.meetings.order_by("ordinal").values_list("ordinal", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def in_a_process_of_its_own(work: Callable[[], object]) -> int:
    """Return how it ended, as `os.waitpid` says it."""
    connections.close_all()
    if (child := os.fork()) == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_worker_killed_while_it_sends_loses_nothing(settings, sent):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    others = [outbox.post(NOTE, to=TeacherFactory(), key=f"reason:{n}") for n in range(3)]

    def is_killed() -> None:
        settings.PRETEND_MAIL_FAILS = lambda message: os.kill(os.getpid(), signal.SIGKILL)
        run_worker("killed")

    status = in_a_process_of_its_own(is_killed)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert DBTaskResult.objects.running().count() == 1
    run_worker("next")
    assert len(sent) == 3
    later = timezone.now() + datetime.timedelta(minutes=20)
    Letter.objects.waiting().update(
        not_before=timezone.now() - datetime.timedelta(minutes=10)
    )  # the lease has run out
    assert (jobs.sweep_tasks(later), outbox.sweep_letters(timezone.now())) == (1, 1)
    run_worker("next")

    assert len(sent) == 4
    assert set(
        Letter.objects.filter(pk__in=[letter.pk, *[o.pk for o in others]]).values_list(
            "state", flat=True
        )
    ) == {LetterState.SENT}
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {
        TaskResultStatus.SUCCESSFUL
    }


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_pdf_whose_worker_was_killed_is_bound_by_the_next_worker_of_that_name(monkeypatch):
    monkeypatch.setattr(worker_names, "STALE_AFTER", 1)
    given = homework_item(part_of(teaching())).assignment
    handins.handed_in(given, StudentFactory(in_class=given.teaching.school_class))
    pdfs = HandIn._meta.get_field("pdf").storage

    def works(name: str, *, ends_by: signal.Signals) -> Callable[[], object]:
        """The command, sent the signal when a PDF goes to the storage, or else after three seconds."""

        def work() -> None:
            save = pdfs.save
            pdfs.save = lambda *args, **more: os.kill(os.getpid(), ends_by) or save(*args, **more)
            threading.Timer(3, os.kill, [os.getpid(), signal.SIGTERM]).start()
            call_command("worker", "--queue", "papers", "--name", name, interval=0.1)

        return work

    killed = in_a_process_of_its_own(works("one", ends_by=signal.SIGKILL))
    in_a_process_of_its_own(works("two", ends_by=signal.SIGTERM))
    is_bound_by_another = bool(HandIn.objects.get().pdf)
    in_a_process_of_its_own(works("one", ends_by=signal.SIGTERM))

    assert (os.WTERMSIG(killed), is_bound_by_another) == (signal.SIGKILL, False)
    assert HandIn.objects.get().pdf
    assert list(DBTaskResult.objects.values_list("status", "worker_ids")) == [
        (TaskResultStatus.SUCCESSFUL, ["one", "one"])
    ]


def test_a_letter_whose_worker_died_after_the_mail_servers_yes_goes_again_as_the_same_mail(
    settings,
):
    ids = []
    settings.MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
    settings.PRETEND_MAIL_FAILS = lambda message: ids.append(message.message()["Message-ID"])
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    run_worker()
    # As the row was before the commit that never came.
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.WAITING,
        sent_at=None,
        not_before=timezone.now() - datetime.timedelta(minutes=3),
    )

    outbox.sweep_letters(timezone.now())
    run_worker()

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert len(ids) == 2
    assert len(set(ids)) == 1

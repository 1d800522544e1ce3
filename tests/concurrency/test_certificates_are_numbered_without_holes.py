"""Many sheets are closed at once, a worker dies in the middle of a PDF: numbers have no hole, each
paper is drawn once.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.utils import timezone

from courses.documents.models import Counter
from courses.documents.services import next_number
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.certificates import certificate_of
from tests.factories.worker import run_worker
from training import tasks
from training.models import Certificate
from training.services import attendance, certificates
from training.values import certificate_year

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, items):
    def alone(item):
        try:
            return work(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(alone, items))


def test_sessions_closed_at_once_share_one_row_of_numbers():
    sheets = []
    for _session in range(8):
        session = held_session()
        meeting, trainer = session.meetings[0], session.trainers.get()
        was_there(meeting, trainer, (0, 90))
        for _teacher in range(3):
            was_there(meeting, seated(session).teacher, (0, 90))
        sheets.append((attendance.prefill(meeting.pk), trainer))

    at_once(lambda one: attendance.close(sheet=one[0], by=one[1], revision=one[0].revision), sheets)

    year = certificate_year(timezone.localdate())
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [
        f"{year}-{n:06d}" for n in range(1, 25)
    ]


def test_a_transaction_that_fails_gives_its_number_back():
    class Stop(Exception):
        pass

    def take(n):
        try:
            with transaction.atomic():
                number = next_number("test")
                if n % 3 == 0:
                    raise Stop
                return number
        except Stop:
            return None

    numbers = at_once(take, range(24))

    assert sorted(filter(None, numbers)) == list(range(1, 17))
    assert Counter.objects.get(name="test").last == 16


def test_the_same_sheet_closed_from_two_screens_closes_once():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, seated(session).teacher, (0, 90))
    sheet = attendance.prefill(meeting.pk)

    at_once(lambda _n: attendance.close(sheet=sheet, by=trainer, revision=sheet.revision), range(6))

    assert Certificate.objects.count() == 1


def test_a_worker_killed_in_the_middle_of_a_pdf_leaves_nothing_undone(monkeypatch, mailoutbox):
    class Killed(BaseException):
        """As a SIGKILL: nothing catches it."""

    def killed(_certificate):
        raise Killed

    certificate = certificate_of()
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "certificate_pdf", killed)
        with pytest.raises(Killed):
            tasks.draw_certificate.call(certificate.pk)

    certificates.draw_what_is_missing(timezone.now() + certificates.DRAWN_BY_NOW)
    certificates.draw_what_is_missing(timezone.now() + certificates.DRAWN_BY_NOW)
    run_worker()

    certificate.refresh_from_db()
    assert (bool(certificate.sha256), len(mailoutbox)) == (True, 1)

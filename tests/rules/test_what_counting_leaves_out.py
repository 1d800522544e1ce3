"""Borders of counting: whom nobody asked, previews, a full memory, a forked process, October's repeated hour,
and the demo's weeks.
"""

import datetime
import os
from collections import Counter

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from cms.indicators.enums import Place, ReaderDevice
from cms.indicators.middleware import CountingMiddleware
from cms.indicators.models import HourCount, HourPeople, PageTally
from cms.indicators.queries.weeks import counted_week, schools_of_today
from cms.indicators.services import flushing, memory
from cms.indicators.services.memory import MEMORY, flush
from cms.indicators.services.retention import forget_fine_counts
from tests.factories.guidance import guidance_page

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LAST_SUNDAY_OF_OCTOBER = datetime.datetime(2026, 10, 25, tzinfo=datetime.UTC)
TWO_O_CLOCK = [LAST_SUNDAY_OF_OCTOBER.replace(hour=hour) for hour in (0, 1)]  # twice, in Paris
ONE_DAY = datetime.timedelta(days=1)


def view(person: int) -> flushing.View:
    return flushing.View(990_000, person, ReaderDevice.COMPUTER)


def answered(**cookies) -> None:
    """A page of which no view has looked at who reads it."""
    request = RequestFactory(headers={"User-Agent": FIREFOX}).get("/fr/")
    request.COOKIES.update(cookies)
    CountingMiddleware(lambda request: HttpResponse())(request)


def test_who_has_a_session_and_was_not_asked_for_is_not_counted_as_a_visitor():
    answered(**{settings.SESSION_COOKIE_NAME: "somebody’s, who may object"})
    assert not MEMORY.views

    answered(csrftoken="no session")

    assert MEMORY.views.total() == 1


@pytest.mark.django_db
def test_a_draft_that_its_author_looks_at_is_not_counted():
    page = guidance_page()
    admin = RequestFactory(headers={"User-Agent": FIREFOX}).get("/admin/")

    draft = page.make_preview_request(admin)

    assert draft.status_code == 200
    assert page.title in draft.render().text
    assert not MEMORY.views


@pytest.mark.django_db
@pytest.mark.parametrize(("waiting", "left"), [(2, 3), (3, 1)], ids=["room for all", "no room"])
def test_a_memory_that_is_full_drops_what_the_database_did_not_take(
    monkeypatch, caplog, waiting, left
):
    """One page more is read while the flush fails."""
    monkeypatch.setattr(memory, "MOST_ENTRIES", 3)

    def away():
        MEMORY.add(view(99))
        raise OperationalError("away")

    for person in range(waiting):
        MEMORY.add(view(person))
    with monkeypatch.context() as broken:
        broken.setattr(connection, "ensure_connection", away)
        assert flush() == 0

    assert len(MEMORY.views) == left
    assert ("page views dropped" in caplog.text) == (left == 1)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_begins_with_no_page_and_waits_for_no_lock():
    """Else each worker would write its parent's pages once more."""
    MEMORY.add(view(1))
    with MEMORY.lock:
        if (child := os.fork()) == 0:
            is_anew = not MEMORY.views and MEMORY.thread is None and not MEMORY.lock.locked()
            os._exit(0 if is_anew else 1)
        _pid, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert MEMORY.views.total() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [(6, 2), (2, 6), (3, 3)])
def test_behind_the_hour_that_october_repeats_are_as_many_people_as_in_the_fuller_of_both(
    first, second
):
    """Not their sum: the same people may have read in both."""
    for hour, people in zip(TWO_O_CLOCK, (first, second), strict=True):
        HourPeople.objects.create(hour=hour, people=people)
        HourCount.objects.create(
            hour=hour, device=ReaderDevice.PHONE, place=Place.WEEKEND, pages=people
        )

    counted = counted_week(datetime.date(2026, 10, 19), schools_of_today())

    assert counted.people_by_hour == {(6, 2): max(first, second)}
    assert counted.pages_by_hour == Counter({(6, 2): first + second})


@pytest.mark.django_db
@pytest.mark.parametrize("days", [29, 30])
def test_hours_go_a_month_after_their_week_closed_or_not(days):
    over = datetime.datetime(2026, 10, 26, 4, tzinfo=datetime.UTC)
    for model in (HourCount, PageTally):  # added up, or not yet
        model.objects.create(
            hour=TWO_O_CLOCK[0], device=ReaderDevice.PHONE, place=Place.WEEKEND, pages=7
        )

    forget_fine_counts(over + days * ONE_DAY)

    left = [model.objects.exists() for model in (HourCount, PageTally)]
    assert left == [days < 30] * 2

"""Series, moves and cancelled dates."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.agenda import services as agenda
from courses.agenda.enums import WeeksBetween
from courses.agenda.exceptions import MeetingCancelled
from courses.agenda.models import Meeting
from courses.agenda.queries import starts_every
from courses.agenda.values import PARIS, Hours

pytestmark = pytest.mark.django_db

AN_HOUR = datetime.timedelta(hours=1)


def hours_of(*starts) -> list[Hours]:
    return [Hours(start, start + AN_HOUR) for start in starts]


@pytest.fixture
def series():
    return agenda.plan_series(
        title="Chercher",
        hours=hours_of(
            *starts_every(datetime.datetime(2027, 3, 17, 18, tzinfo=PARIS), WeeksBetween.WEEK, 4)
        ),
    )


def test_each_date_of_a_series_is_a_row_at_the_same_local_hour(series):
    meetings = list(series.meetings.in_time_order())

    assert [m.ordinal for m in meetings] == [1, 2, 3, 4]
    assert [timezone.localtime(m.starts_at, PARIS).hour for m in meetings] == [18, 18, 18, 18]
    assert (series.start, series.end) == (meetings[0].starts_at, meetings[-1].ends_at)


def test_dates_are_numbered_in_time_order_whatever_order_they_came_in():
    late, early = (
        datetime.datetime(2027, 1, 2, 9, tzinfo=PARIS),
        datetime.datetime(2027, 1, 1, 9, tzinfo=PARIS),
    )

    series = agenda.plan_series(title="Citer", hours=hours_of(late, early))

    assert [m.starts_at for m in series.meetings.order_by("ordinal")] == [early, late]


def test_two_meetings_on_one_day_are_two():
    morning, evening = (
        datetime.datetime(2027, 1, 1, 9, tzinfo=PARIS),
        datetime.datetime(2027, 1, 1, 18, tzinfo=PARIS),
    )

    series = agenda.plan_series(title="Citer", hours=hours_of(morning, evening))

    assert series.meetings.count() == 2


def test_a_moved_meeting_keeps_everything_but_its_hours(series):
    meeting = series.meetings.in_time_order().last()
    before = (
        meeting.pk,
        meeting.uuid,
        meeting.public_id,
        meeting.ordinal,
        meeting.occurrence_id,
        meeting.calendar_uid,
    )
    (hours,) = hours_of(datetime.datetime(2027, 3, 1, 9, tzinfo=PARIS))

    agenda.move(meeting=meeting, hours=hours)

    again = Meeting.objects.in_time_order().get(pk=meeting.pk)
    assert (
        again.pk,
        again.uuid,
        again.public_id,
        again.ordinal,
        again.occurrence_id,
        again.calendar_uid,
    ) == before
    assert (
        (again.starts_at, again.ends_at)
        == (meeting.starts_at, meeting.ends_at)
        == (hours.starts_at, hours.ends_at)
    )
    series.refresh_from_db()
    assert series.start == hours.starts_at


def test_a_cancelled_meeting_stays_with_its_first_reason_and_cannot_move(series):
    meeting = series.meetings.in_time_order().first()

    agenda.cancel(meeting=meeting, reason="The trainer is ill.")
    agenda.cancel(meeting=meeting, reason="Another reason.")

    again = Meeting.objects.select_related("occurrence").get(pk=meeting.pk)
    assert (again.is_cancelled, again.cancel_reason) == (True, "The trainer is ill.")
    assert meeting.is_cancelled
    assert series.meetings.going_on().count() == 3
    with pytest.raises(MeetingCancelled, match="17 March 2027"):
        agenda.move(
            meeting=meeting, hours=hours_of(datetime.datetime(2027, 5, 1, 9, tzinfo=PARIS))[0]
        )


def test_an_added_date_gets_the_next_number_even_after_a_cancelled_one(series):
    agenda.cancel(meeting=series.meetings.in_time_order().last(), reason="No trainer.")

    meeting = agenda.add_meeting(
        series=series, hours=hours_of(datetime.datetime(2027, 5, 1, 9, tzinfo=PARIS))[0]
    )

    assert meeting.ordinal == 5
    series.refresh_from_db()
    assert series.end == meeting.ends_at


def test_the_database_keeps_a_number_once_in_a_series(series):
    first, second = series.meetings.order_by("ordinal")[:2]

    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=second.pk).update(ordinal=first.ordinal)


def test_a_week_of_many_series_is_read_in_one_query(django_assert_num_queries):
    start = datetime.datetime(2027, 1, 4, 9, tzinfo=PARIS)
    for n in range(30):
        agenda.plan_series(
            title=f"Series {n}", hours=hours_of(*starts_every(start, WeeksBetween.WEEK, 3))
        )

    with django_assert_num_queries(1):
        meetings = list(
            Meeting.objects.in_time_order().filter(
                occurrence__start__lt=start + datetime.timedelta(days=7)
            )
        )
        assert {m.starts_at for m in meetings} == {start}
    assert len(meetings) == 30

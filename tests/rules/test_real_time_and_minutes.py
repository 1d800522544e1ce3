"""The real time of a meeting, and each person's minutes within it."""

import datetime
import random

import pytest

from tests.factories.attendance import came_as_guest, held_session, seated, was_there
from training.enums import AttendanceVerdict, Attested, HoursSource
from training.models import SheetLine
from training.services import attendance
from training.values import (
    certificate_year,
    is_measured_too_short,
    needed_minutes,
    reaches,
    real_time,
    share_percent,
    verdict,
    whole_minutes,
    within,
)

START = datetime.datetime(2026, 11, 19, 13, 30, tzinfo=datetime.UTC)


def at(minute: float) -> datetime.datetime:
    return START + datetime.timedelta(minutes=minute)


def spans(*minutes):
    return [(at(begin), at(end)) for begin, end in minutes]


@pytest.mark.parametrize(
    ("trainers", "measure", "held"),
    [
        pytest.param([(0, 90)], HoursSource.TRAINERS, [(0, 90)], id="as planned"),
        pytest.param(
            [(15, 80)], HoursSource.TRAINERS, [(15, 80)], id="starts 15 min late and ends early"
        ),
        pytest.param(
            [(-40, 150)],
            HoursSource.TRAINERS,
            [(0, 90)],
            id="never before the planned hours, nor after them",
        ),
        pytest.param(
            [(-15, 0.2)],
            HoursSource.PLANNED,
            [(0, 90)],
            id="a trainer who left as the meeting began",
        ),
        pytest.param(
            [(0, 50), (40, 90)],
            HoursSource.TRAINERS,
            [(0, 90)],
            id="two trainers one after the other",
        ),
        pytest.param(
            [(0, 30), (35, 90)], HoursSource.TRAINERS, [(0, 30), (35, 90)], id="a line that dropped"
        ),
        pytest.param(
            [], HoursSource.PLANNED, [(0, 90)], id="no trainer was seen: the planned time"
        ),
        pytest.param(
            [(-60, -20)], HoursSource.PLANNED, [(0, 90)], id="a trainer who only looked in early"
        ),
        pytest.param(
            [(10, 10.2)], HoursSource.PLANNED, [(0, 90)], id="a trainer who came for some seconds"
        ),
    ],
)
def test_the_real_time_is_what_the_trainers_stays_cover(trainers, measure, held):
    found = real_time(spans(*trainers), planned=(at(0), at(90)))

    assert (found.measure, found.intervals) == (measure, spans(*held))


def test_whoever_came_for_the_whole_planned_time_is_never_under_the_threshold():
    random_minutes = random.Random(7)
    for _n in range(500):
        edges = sorted(random_minutes.uniform(-30, 130) for _edge in range(4))
        real = real_time([*spans(edges[:2]), *spans(edges[2:])], planned=(at(0), at(90)))

        minutes = whole_minutes(within(spans((0, 90)), real.intervals))

        assert minutes == real.minutes <= 90
        assert verdict(minutes, real.minutes, 100) == AttendanceVerdict.PRESENT


@pytest.mark.parametrize(
    ("measure", "real", "too_short"),
    [
        pytest.param(HoursSource.TRAINERS, 5, True, id="the room broke down after five minutes"),
        pytest.param(HoursSource.TRAINERS, 29, True, id="just below a half"),
        pytest.param(HoursSource.TRAINERS, 30, False, id="half of it"),
        pytest.param(HoursSource.STATED, 5, False, id="somebody says so"),
        pytest.param(HoursSource.PLANNED, 60, False, id="nobody was seen"),
    ],
)
def test_a_measure_below_half_of_the_planned_time_is_too_short(measure, real, too_short):
    assert is_measured_too_short(measure, real, 60) is too_short


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        pytest.param([29], 0, id="less than half a minute"),
        pytest.param([30], 1, id="half a minute"),
        pytest.param([60, 60, 45], 3, id="added before they are rounded"),
    ],
)
def test_minutes_are_whole_once_all_stays_are_added(seconds, minutes):
    stays = [
        (START + datetime.timedelta(hours=n), START + datetime.timedelta(hours=n, seconds=s))
        for n, s in enumerate(seconds)
    ]

    assert whole_minutes(stays) == minutes


@pytest.mark.parametrize(
    ("minutes", "real", "threshold", "word"),
    [
        pytest.param(83, 83, 75, AttendanceVerdict.PRESENT, id="all of it"),
        pytest.param(
            63, 83, 75, AttendanceVerdict.PRESENT, id="the least that reaches the threshold"
        ),
        pytest.param(62, 83, 75, AttendanceVerdict.PARTIAL, id="one minute less"),
        pytest.param(60, 80, 75, AttendanceVerdict.PRESENT, id="exactly the threshold"),
        pytest.param(1, 83, 75, AttendanceVerdict.PARTIAL, id="a minute"),
        pytest.param(0, 83, 75, AttendanceVerdict.ABSENT, id="nothing"),
        pytest.param(0, 0, 75, AttendanceVerdict.ABSENT, id="a meeting without length"),
    ],
)
def test_present_partial_absent_are_only_words_for_minutes(minutes, real, threshold, word):
    assert verdict(minutes, real, threshold) == word


def test_what_is_needed_is_the_least_that_reaches():
    for real in range(1, 200):
        least = needed_minutes(real, 75)

        assert reaches(least, real, 75)
        assert not reaches(least - 1, real, 75)


def test_a_share_below_the_threshold_is_never_shown_as_the_threshold():
    assert (share_percent(749, 1000), reaches(749, 1000, 75)) == (74, False)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        pytest.param(datetime.date(2026, 8, 31), 2025, id="the last day of summer"),
        pytest.param(datetime.date(2026, 9, 1), 2026, id="the first of September"),
        pytest.param(datetime.date(2027, 6, 30), 2026, id="the summer after"),
    ],
)
def test_certificates_are_numbered_by_school_year(day, year):
    assert certificate_year(day) == year


# Over rows


def lines_of(sheet):
    return {
        line.shown_name.partition(",")[0]: (line.measured_minutes, len(line.stays))
        for line in sheet.lines.all()
    }


@pytest.mark.django_db
def test_a_connection_that_drops_three_times_is_added_up():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    was_there(
        meeting, seated(session, given_name="Bruno").teacher, (0, 21), (26, 55), (59, 75), (80, 90)
    )

    sheet = attendance.prefill(meeting.pk)

    assert lines_of(sheet) == {"Bruno": (76, 4)}
    assert verdict(76, sheet.real_minutes, 75) == AttendanceVerdict.PRESENT


@pytest.mark.django_db
def test_a_phone_and_a_laptop_at_once_count_once():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    teacher = seated(session, given_name="Chloé").teacher
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, teacher, (0, 60))
    was_there(meeting, teacher, (40, 70), device="phone")

    sheet = attendance.prefill(meeting.pk)

    assert lines_of(sheet) == {"Chloé": (70, 1)}


@pytest.mark.django_db
def test_the_threshold_is_taken_on_the_real_length():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (15, 75))
    was_there(meeting, seated(session, given_name="Anne").teacher, (0, 62))

    sheet = attendance.prefill(meeting.pk)

    assert (sheet.measure, sheet.real_minutes, lines_of(sheet)) == (
        HoursSource.TRAINERS,
        60,
        {"Anne": (47, 1)},
    )
    assert (
        verdict(47, sheet.real_minutes, 75) == AttendanceVerdict.PRESENT
    )  # of the planned 90 it would be half


@pytest.mark.django_db
def test_a_guest_is_listed_apart_and_never_matched_by_name():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    enrolled = seated(session, given_name="Farid")
    came_as_guest(meeting, "Farid", (0, 90))

    sheet = attendance.prefill(meeting.pk)

    assert list(
        sheet.lines.order_by("measured_minutes").values_list(
            "participation__enrolment", "shown_name", "measured_minutes"
        )
    ) == [
        (enrolled.pk, sheet.lines.participants().get().shown_name, 0),
        (None, "Farid", 90),
    ]


@pytest.mark.django_db
def test_measuring_again_changes_nothing_and_keeps_what_was_chosen():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    teacher = seated(session).teacher
    was_there(meeting, teacher, (0, 30))
    sheet = attendance.prefill(meeting.pk)
    SheetLine.objects.update(choice=Attested.WHOLE, reason="Somebody else’s screen")

    again = attendance.prefill(meeting.pk)
    was_there(meeting, teacher, (30, 60), device="phone")
    later = attendance.prefill(meeting.pk)

    assert (again.revision, later.revision) == (sheet.revision, sheet.revision + 1)
    assert list(later.lines.values_list("measured_minutes", "choice", "reason")) == [
        (60, Attested.WHOLE, "Somebody else’s screen")
    ]

"""What the room measured is a proposal: a trainer says when the meeting really took place, with a
reason.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.agenda.values import Hours
from courses.exceptions import StaleSheet
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory
from training.enums import Attested, HoursSource
from training.exceptions import (
    HoursBeyondReason,
    HoursStatedTooLate,
    MeasuredTooShort,
    ReasonMissing,
)
from training.models import Certificate
from training.services import attendance
from training.values import Decision

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def broken_down():
    """The room broke down after five minutes; Anne was there for four of them, and Bruno for the
    rest by telephone.
    """
    session = held_session(minutes=60)
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (-10, 5))
    was_there(meeting, seated(session, given_name="Anne").teacher, (1, 5))
    seated(session, given_name="Bruno")
    return session


def hours(meeting, begin, end):
    return Hours(meeting.starts_at + begin * MINUTE, meeting.starts_at + end * MINUTE)


def line(sheet, given_name):
    return sheet.lines.get(shown_name__startswith=f"{given_name},")


def test_a_trainer_who_is_early_and_stays_late_takes_the_certificate_from_nobody():
    session = held_session(minutes=60)
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (-15, 30), (30, 90))
    was_there(meeting, seated(session).teacher, (0, 60))
    sheet = attendance.prefill(meeting.pk)

    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)

    content = Certificate.objects.get().content["fr"]
    assert (sheet.real_minutes, content["followed"], content["planned"]) == (60, "1\xa0h", "1\xa0h")


def test_four_minutes_of_a_room_that_broke_down_earn_no_certificate_by_accident(broken_down):
    trainer = broken_down.trainers.get()
    sheet = attendance.prefill(broken_down.meetings[0].pk)

    with pytest.raises(MeasuredTooShort):
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)

    assert not Certificate.objects.exists()


def test_who_states_the_hours_can_attest_them_and_the_sheet_says_who_and_why(broken_down, client):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    stated = {
        "sheet": sheet,
        "hours": hours(meeting, 0, 60),
        "reason": "By telephone from 14:35 on",
        "by": trainer,
    }

    sheet = attendance.state_hours(**stated, revision=sheet.revision)
    attendance.prefill(meeting.pk)  # a late event of the room changes nothing of it
    decisions = {
        line(sheet, "Bruno").public_id: Decision(Attested.WHOLE, reason="On the telephone")
    }
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)
    client.force_login(trainer)
    page = client.get(reverse("training:sheet", args=[sheet.public_id])).content.decode()

    assert {
        one.shown_name.partition(",")[0]: one.attested_minutes for one in sheet.lines.all()
    } == {"Anne": 4, "Bruno": 60}
    assert list(Certificate.objects.values_list("person__given_name", "content__en__followed")) == [
        ("Bruno", "1\xa0h")
    ]
    assert ModelLogEntry.objects.get(action="training.state_hours").data == {
        "reason": "By telephone from 14:35 on",
        "minutes": 60,
    }
    assert trainer.display_name in page
    assert "By telephone from 14:35 on" in page


def test_a_meeting_that_went_on_longer_is_measured_in_the_stated_hours_and_the_paper_says_how_long_it_was():
    session = held_session(minutes=60)
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 80))
    was_there(meeting, seated(session).teacher, (0, 80))
    sheet = attendance.prefill(meeting.pk)

    sheet = attendance.state_hours(
        sheet=sheet,
        hours=hours(meeting, 0, 75),
        reason="More questions",
        by=trainer,
        revision=sheet.revision,
    )
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)

    english = Certificate.objects.get().content["en"]
    assert (english["followed"], english["planned"]) == (
        "1\xa0h\xa015\xa0min",
        "1\xa0h (held: 1\xa0h\xa015\xa0min)",
    )


def test_taken_back_the_measure_counts_again(broken_down):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    sheet = attendance.state_hours(
        sheet=sheet,
        hours=hours(meeting, 0, 60),
        reason="By telephone",
        by=trainer,
        revision=sheet.revision,
    )

    sheet = attendance.state_hours(sheet=sheet, hours=None, by=trainer, revision=sheet.revision)

    assert (sheet.measure, sheet.real_minutes, sheet.hours_reason, sheet.hours_by) == (
        HoursSource.TRAINERS,
        5,
        "",
        None,
    )


@pytest.mark.parametrize(
    ("begin", "end", "reason", "refusal"),
    [
        pytest.param(0, 60, " ", ReasonMissing, id="without a reason"),
        pytest.param(-1440, -1380, "Why", HoursBeyondReason, id="another day"),
        pytest.param(0, 121, "Why", HoursBeyondReason, id="more than twice what was planned"),
    ],
)
def test_stated_hours_stay_within_reason(broken_down, begin, end, reason, refusal):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)

    with pytest.raises(refusal):
        attendance.state_hours(
            sheet=sheet,
            hours=hours(meeting, begin, end),
            reason=reason,
            by=trainer,
            revision=sheet.revision,
        )


def test_hours_that_are_not_over_are_not_stated(broken_down):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    now = meeting.starts_at + 61 * MINUTE

    with pytest.raises(HoursBeyondReason):
        attendance.state_hours(
            sheet=sheet,
            hours=hours(meeting, 0, 75),
            reason="Why",
            by=trainer,
            revision=sheet.revision,
            now=now,
        )


def test_hours_are_stated_while_the_room_can_be_measured_and_never_over_an_older_page(broken_down):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    stated = {
        "sheet": sheet,
        "hours": hours(meeting, 0, 60),
        "reason": "By telephone",
        "by": trainer,
    }

    with pytest.raises(StaleSheet):
        attendance.state_hours(**stated, revision=sheet.revision - 1)
    with pytest.raises(HoursStatedTooLate):
        attendance.state_hours(
            **stated, revision=sheet.revision, now=timezone.now() + datetime.timedelta(days=31)
        )


def test_on_the_page_hours_are_stated_and_what_was_typed_stays_when_it_is_refused(
    broken_down, client
):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    page = reverse("training:state_hours", args=[sheet.public_id])
    client.force_login(trainer)

    refused = client.post(
        page,
        {"begun": "15:30", "ended": "14:30", "reason": "By telephone", "revision": sheet.revision},
    )
    stated = client.post(
        page,
        {"begun": "14:30", "ended": "15:30", "reason": "By telephone", "revision": sheet.revision},
    )

    sheet.refresh_from_db()
    assert (refused.status_code, "By telephone" in refused.content.decode()) == (422, True)
    assert (stated.status_code, sheet.measure, sheet.real_minutes) == (302, HoursSource.STATED, 60)


def test_nobody_but_the_trainers_and_advisers_states_hours(broken_down, client):
    sheet = attendance.prefill(broken_down.meetings[0].pk)
    client.force_login(TeacherFactory())

    assert client.get(reverse("training:state_hours", args=[sheet.public_id])).status_code in (
        403,
        404,
    )


def test_a_correction_beyond_the_meeting_is_refused_beside_its_field_and_keeps_the_typed_reason(
    client,
):
    session = held_session(minutes=60)
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 60))
    seated(session, given_name="Anne")
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    client.force_login(trainer)

    answer = client.post(
        reverse("training:correct_line", args=[line(sheet, "Anne").public_id]),
        {"minutes": 200, "reason": "By telephone"},
    )

    assert answer.status_code == 422
    assert "By telephone" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"minutes"}


def test_the_ends_of_the_bars_are_the_hours_that_stand_above_them(broken_down, client):
    trainer, meeting = broken_down.trainers.get(), broken_down.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    attendance.state_hours(
        sheet=sheet,
        hours=hours(meeting, -10, 70),
        reason="Begun early",
        by=trainer,
        revision=sheet.revision,
    )
    client.force_login(trainer)

    answer = client.get(reverse("training:sheet", args=[sheet.public_id]))

    assert answer.context["axis"] == (
        meeting.starts_at - 10 * MINUTE,
        meeting.starts_at + 70 * MINUTE,
    )
    assert shows(answer.content.decode(), "<span>14:20</span>")

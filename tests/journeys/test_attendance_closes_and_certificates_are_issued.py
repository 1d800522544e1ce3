"""A session was held: its sheet is closed, certificates are issued, drawn, mailed."""

import datetime
import hashlib

import pytest
from django.core import mail

from courses.exceptions import StaleSheet
from courses.mail.models import Letter
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.people import PlannerFactory
from tests.factories.worker import run_worker
from training.enums import Attested, Letters, SessionState
from training.exceptions import ReasonMissingFor, SheetClosed, TrainersCloseFirst
from training.models import Certificate
from training.services import attendance
from training.values import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    """Anne was there for all of it, Chloé for 59 of 83 minutes, Farid didn't come."""
    session = held_session(
        training__title_fr="Prendre en main Educ’Arte",
        training__title_en="Getting started with Educ’Arte",
    )
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (7, 90))
    was_there(meeting, seated(session, given_name="Anne").teacher, (5, 95))
    was_there(meeting, seated(session, given_name="Chloé").teacher, (31, 95))
    seated(session, given_name="Farid")
    return session


def named(sheet, given_name):
    return sheet.lines.get(shown_name__startswith=f"{given_name},")


def test_with_the_last_sheet_closed_those_who_reach_the_threshold_hold_a_certificate(session):
    trainer = session.trainers.get()
    sheet = attendance.prefill(session.meetings[0].pk)

    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    run_worker()

    session.refresh_from_db()
    certificate = Certificate.objects.get()
    french = certificate.content["fr"]
    assert session.state == SessionState.CLOSED
    assert certificate.person.given_name == "Anne"
    assert certificate.number.endswith("-000001")
    assert (french["title"], french["followed"], french["planned"]) == (
        "Prendre en main Educ’Arte",
        "1\xa0h\xa023",
        "1\xa0h\xa030",
    )
    assert certificate.content["en"]["way"] == "live online, in French"
    assert certificate.sha256 == hashlib.sha256(certificate.file.read()).hexdigest()
    letter = Letter.objects.get(kind=Letters.CERTIFICATE_ISSUED)
    assert (letter.to, letter.state) == (certificate.person, "sent")
    assert [(name, kind) for name, content, kind in mail.outbox[-1].attachments] == [
        (f"attestation-{certificate.number}.pdf", "application/pdf")
    ]


def test_a_trainer_attests_other_minutes_with_a_reason_and_never_without(session):
    trainer = session.trainers.get()
    sheet = attendance.prefill(session.meetings[0].pk)
    late, absent = named(sheet, "Chloé"), named(sheet, "Farid")

    with pytest.raises(ReasonMissingFor):
        attendance.close(
            sheet=sheet,
            by=trainer,
            revision=sheet.revision,
            decisions={late.public_id: Decision(Attested.WHOLE)},
        )
    decisions = {
        late.public_id: Decision(Attested.WHOLE, reason="Came in by telephone"),
        absent.public_id: Decision(Attested.NUMBER, 20, "Sat beside a colleague"),
    }
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)

    assert {
        line.shown_name.partition(",")[0]: line.attested_minutes for line in sheet.lines.all()
    } == {
        "Anne": 83,
        "Chloé": 83,
        "Farid": 20,
    }
    assert sorted(Certificate.objects.values_list("person__given_name", flat=True)) == [
        "Anne",
        "Chloé",
    ]


def test_a_closed_sheet_is_frozen_and_later_corrections_are_new_entries(session):
    trainer = session.trainers.get()
    meeting = session.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    sheet = attendance.close(
        sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet)
    )
    late = named(sheet, "Chloé")

    was_there(meeting, late.participation.enrolment.teacher, (0, 90), device="phone")
    attendance.prefill(meeting.pk)
    with pytest.raises(SheetClosed):
        attendance.save(sheet=sheet, decisions={}, revision=sheet.revision, by=trainer)
    attendance.correct(line=late, minutes=70, reason="Two devices", by=trainer)
    attendance.correct(line=late, minutes=70, reason="Two devices", by=trainer)

    late.refresh_from_db()
    assert (late.measured_minutes, late.attested_minutes) == (59, 59)
    assert list(late.corrections.values_list("minutes", "reason")) == [(70, "Two devices")]
    assert sorted(
        Certificate.objects.values_list("person__given_name", "content__en__followed")
    ) == [
        ("Anne", "1\xa0h\xa023\xa0min"),
        ("Chloé", "1\xa0h\xa010\xa0min"),
    ]


def test_closing_twice_closes_once_and_an_old_form_is_refused(session):
    trainer = session.trainers.get()
    sheet = attendance.prefill(session.meetings[0].pk)
    decisions = absent(sheet) | {
        named(sheet, "Chloé").public_id: Decision(Attested.NONE, reason="Not her")
    }

    with pytest.raises(StaleSheet):
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision - 1, decisions=decisions)
    first = attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)
    again = attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)
    with pytest.raises(SheetClosed):
        attendance.close(
            sheet=sheet, by=PlannerFactory(), revision=sheet.revision, decisions=decisions
        )

    assert (first.closed_at, Certificate.objects.count()) == (again.closed_at, 1)


def test_trainers_are_reminded_after_a_day_and_after_three_an_adviser_may_close(session):
    adviser, sheet = PlannerFactory(), attendance.prefill(session.meetings[0].pk)
    day = datetime.timedelta(days=1)

    for waited in (day - datetime.timedelta(minutes=1), day, day * 2):
        attendance.remind(session.ends_at + waited)
    with pytest.raises(TrainersCloseFirst):
        attendance.close(
            sheet=sheet, by=adviser, revision=sheet.revision, now=session.ends_at + day * 2
        )
    attendance.close(
        sheet=sheet,
        by=adviser,
        revision=sheet.revision,
        decisions=absent(sheet),
        now=session.ends_at + day * 3,
    )

    assert list(
        Letter.objects.filter(kind=Letters.SHEET_TO_CLOSE).values_list("to", flat=True)
    ) == [session.trainers.get().pk]
    assert Certificate.objects.get().content["fr"]["attested_by"] == adviser.display_name

"""A sheet is corrected after certificates were issued: those that state other minutes are replaced."""

import datetime

import pytest
from django.core.cache import cache

from courses.agenda.values import Hours
from tests.factories.attendance import came_as_guest, held_session, seated, was_there, yesterday
from tests.factories.certificates import certificate_of
from tests.factories.corrections import asked_for
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.enums import RequestState
from training.models import Certificate, SheetLine
from training.services import attendance, guests
from training.services import certificate_corrections as corrections

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _fresh_count():
    cache.clear()


@pytest.fixture
def certificate():
    made = certificate_of(given_name="Camille", family_name="Moreau")
    run_worker()
    made.refresh_from_db()
    return made


@pytest.fixture
def planner():
    return PlannerFactory(given_name="Paule", family_name="Hamel")


def test_a_corrected_sheet_replaces_the_certificate_that_states_other_minutes(
    certificate, planner, mailoutbox
):
    asked = asked_for(certificate, name="Camille Lefèvre")
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)

    attendance.correct(line=line, minutes=85, reason="By telephone for five minutes.", by=planner)
    run_worker()

    certificate.refresh_from_db()
    corrected = certificate.replaced_by
    asked.refresh_from_db()
    assert (certificate.minutes, corrected.minutes, corrected.version) == (80, 85, 2)
    assert corrected.content["en"]["followed"].replace("\xa0", " ") == "1 h 25 min"
    assert asked.certificate == corrected  # it waits for its answer still
    assert [m.subject.split(",")[0] for m in mailoutbox if corrected.number in m.subject] == [
        "Votre attestation corrigée"
    ]


def test_a_sheet_corrected_below_the_threshold_takes_no_certificate_back(certificate, planner):
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)

    attendance.correct(line=line, minutes=3, reason="It was somebody else.", by=planner)

    assert list(Certificate.objects.values_list("minutes", "revoked_at")) == [(80, None)]


def test_a_corrected_sheet_answers_the_request_about_the_time(certificate, planner):
    asked = asked_for(certificate, minutes=88)
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)

    attendance.correct(line=line, minutes=88, reason="Seen by the trainer.", by=planner)

    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (RequestState.REPLACED, "Seen by the trainer.")
    assert Certificate.objects.current().get().minutes == 88


def test_minutes_that_a_planner_attested_stay_when_a_sheet_is_corrected_later(certificate, planner):
    asked = asked_for(certificate, minutes=88)
    corrections.replace(request=asked, by=planner, minutes=88, reason="By telephone.")
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)

    attendance.correct(line=line, minutes=82, reason="Two minutes more.", by=planner)

    assert Certificate.objects.current().get().minutes == 88


def test_a_sheet_corrected_by_a_slip_and_put_right_replaces_the_certificate(certificate, planner):
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)

    for minutes, reason in ((8, "A slip."), (88, "Put right.")):
        attendance.correct(line=line, minutes=minutes, reason=reason, by=planner)

    assert Certificate.objects.current().get().minutes == 88


def test_another_name_keeps_the_minutes_in_step_with_the_sheets(certificate, planner):
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)
    attendance.correct(line=line, minutes=8, reason="A slip.", by=planner)
    corrections.replace(request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner)

    attendance.correct(line=line, minutes=88, reason="Put right.", by=planner)

    current = Certificate.objects.current().get()
    assert (current.minutes, current.version) == (88, 3)
    assert current.content["fr"]["name"] == "Camille LEFÈVRE"


def test_a_guest_named_on_a_closed_sheet_replaces_the_certificate(planner):
    """Two dates: 50 minutes of the second under the own name, 40 from another device."""
    ends = yesterday()
    hours = [Hours(start, start + 90 * MINUTE) for start in (ends - 24 * 60 * MINUTE, ends)]
    session, teacher = held_session(hours=hours), TeacherFactory()
    trainer = session.trainers.get()
    seated(session, teacher)
    for meeting, until in zip(session.meetings, (90, 50), strict=True):
        was_there(meeting, trainer, (0, 90))
        was_there(meeting, teacher, (0, until))
    came_as_guest(meeting, "Telephone", (50, 90))
    for meeting in session.meetings:
        sheet = attendance.prefill(meeting.pk)
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    assert Certificate.objects.get(person=teacher).minutes == 140

    guest = SheetLine.objects.get(participation=None)
    guests.regularise(line=guest, teacher=teacher, reason="By telephone.", by=planner)

    assert Certificate.objects.current().get(person=teacher).minutes == 180

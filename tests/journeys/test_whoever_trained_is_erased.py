"""Accounts are erased whatever their training has left: contests, answers, requests, offers."""

import datetime

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.register.services import accounts
from courses.agenda.values import Hours
from courses.people.models import Person
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.catalogue import LicenceFactory
from tests.factories.certificates import certificate_of
from tests.factories.offers import an_offer
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import ContestReason, OfferState
from training.models import (
    CertificateRequest,
    Participation,
    PresenceContest,
    SeatOffer,
    SheetLine,
)
from training.services import attendance, certificate_corrections, contests, enrolment, one_date
from training.values import CertificateChange, Claim

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def planner():
    return PlannerFactory()


def a_contest() -> PresenceContest:
    """Open, in words; of 50 min of 90."""
    session, teacher = held_session(), TeacherFactory()
    meeting, trainer = session.meetings[0], session.trainers.get()
    seated(session, teacher)
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, teacher, (0, 50))
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    line = SheetLine.objects.get(participation__enrolment__teacher=teacher)
    claim = Claim(ContestReason.OTHER, 80, "I sat beside Ondine.")
    return contests.contest(line=line, claim=claim, by=teacher)


def of(contest: PresenceContest) -> Person:
    return contest.line.participation.enrolment.teacher


def test_accounts_are_erased_with_every_kind_of_row(planner):
    waits, kept, changed = a_contest(), a_contest(), a_contest()
    contests.answer(contest=kept, minutes=None, words="Nobody saw you.", by=planner)
    contests.answer(contest=changed, minutes=80, words="Seen.", by=planner)
    open_request, answered_request = certificate_of(), certificate_of()
    for one in (open_request, answered_request):
        asked = certificate_corrections.ask(
            certificate=one, change=CertificateChange(minutes=88), reason="By telephone."
        )
    certificate_corrections.replace(request=asked, by=planner, minutes=88, reason="Seen.")
    _session, offer, (offered, waiting) = an_offer(waiting=2)
    people = [of(waits), of(kept), of(changed), open_request.person, answered_request.person]
    people += [offered.teacher, waiting.teacher, planner]

    for person in people:
        accounts.erase_account(person=person)

    assert not Person.objects.filter(
        pk__in=[one.pk for one in people], erased_at__isnull=True
    ).exists()
    assert list(PresenceContest.objects.values_list("pk", "words", "answer_words")) == [
        (kept.pk, "", "-"),
        (changed.pk, "", "-"),
    ]
    assert not CertificateRequest.objects.exists()
    assert SeatOffer.objects.get(pk=offer.pk).state == OfferState.OPEN
    run_worker()  # letters about what is gone


def test_a_planner_who_answered_is_erased_and_the_answer_stays(planner):
    contest = a_contest()
    contests.answer(contest=contest, minutes=None, words="Nobody saw you.", by=planner)

    accounts.erase_account(person=planner)

    contest.refresh_from_db()
    assert (contest.answer_words, contest.answered_by) == ("Nobody saw you.", planner)


def test_reasons_about_single_dates_are_erased_and_no_planner_reads_them(
    client, planner, time_machine
):
    licence, first = LicenceFactory(), in_a_week()
    days = [first + n * datetime.timedelta(weeks=1) for n in range(3)]
    hours = [Hours(day, day + datetime.timedelta(hours=1)) for day in days]
    session = SessionFactory(resource=licence.resource, hours=hours)
    seat = enrolment.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    one, two, _three = session.meetings
    one_date.give_back(enrolment=seat, meeting=two, reason="Own words.")
    one_date.change_for_somebody(enrolment=seat, expected=[one], by=planner, reason="Their words.")
    time_machine.move_to(one.ends_at)
    one_date.excuse(enrolment=seat, meeting=one, reason="Sorry words.")
    people = reverse("training:session_people", args=[session.public_id])
    client.force_login(planner)
    assert "Their words." in client.get(people).text

    accounts.erase_account(person=seat.teacher)

    assert set(Participation.objects.values_list("reason", flat=True)) == {""}
    assert Participation.objects.filter(is_withdrawn=True).count() == 2
    assert "words." not in client.get(people).text
    logged = [str(one.data) for one in ModelLogEntry.objects.filter(action="training.change_dates")]
    assert len(logged) == 1
    assert "words." not in logged[0]

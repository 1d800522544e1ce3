"""Two planners answer one request at the same instant, or its holder withdraws it: one of them
counts.
"""

import pytest
from wagtail.models import ModelLogEntry

from courses.exceptions import Refusal
from courses.mail.models import Letter
from tests.concurrency.threads import all_at_once
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory
from training.enums import Letters, RequestState
from training.exceptions import (
    CorrectionAlreadyAnswered,
    CorrectionAlreadyAsked,
    CorrectionWithdrawn,
)
from training.models import Certificate, SheetLine
from training.services import attendance
from training.services import certificate_corrections as corrections
from training.values import CertificateChange

pytestmark = pytest.mark.django_db(transaction=True)


def asking(certificate, name):
    return lambda: (
        corrections.ask(
            certificate=certificate, change=CertificateChange(name=name), reason="Another name"
        ).wanted_name
    )


def test_of_two_planners_who_replace_one_certificate_one_does():
    asked = corrections.ask(
        certificate=certificate_of(),
        change=CertificateChange(name="Ada KING"),
        reason="Another name",
    )
    planners = PlannerFactory.create_batch(4)

    answers = all_at_once(
        [
            lambda planner=planner: corrections.replace(request=asked, by=planner).number
            for planner in planners
        ]
    )

    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [
        CorrectionAlreadyAnswered
    ] * 3
    assert Certificate.objects.filter(replaces=asked.certificate).count() == 1


def test_of_two_planners_who_disagree_one_answers():
    asked = corrections.ask(
        certificate=certificate_of(),
        change=CertificateChange(name="Ada KING"),
        reason="Another name",
    )
    first, second = PlannerFactory.create_batch(2)

    answers = all_at_once(
        [
            lambda: corrections.replace(request=asked, by=first).number,
            lambda: corrections.refuse(request=asked, reason="No name", by=second).answer,
        ]
    )

    asked.refresh_from_db()
    was_replaced = asked.state == RequestState.REPLACED
    assert [isinstance(answer, Refusal) for answer in answers] == [not was_replaced, was_replaced]
    assert Certificate.objects.filter(replaces=asked.certificate).exists() == was_replaced
    told = Letter.objects.filter(kind=Letters.CERTIFICATE_NOT_CORRECTED).exists()
    assert told != was_replaced


def test_a_sheet_and_a_name_corrected_at_once_are_both_on_the_newest_version():
    certificate = certificate_of()
    asked = corrections.ask(
        certificate=certificate, change=CertificateChange(name="Ada KING"), reason="Another name"
    )
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)
    first, second = PlannerFactory.create_batch(2)

    answers = all_at_once(
        [
            lambda: corrections.replace(request=asked, by=first).number,
            lambda: attendance.correct(line=line, minutes=88, reason="Seen", by=second).minutes,
        ]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    current = Certificate.objects.current().get()
    assert (current.minutes, current.content["fr"]["name"], current.version) == (88, "Ada KING", 3)


def test_a_request_sent_from_two_devices_is_one():
    certificate = certificate_of()

    same = all_at_once([asking(certificate, "Ada KING")] * 4)
    other = all_at_once([asking(certificate, "Ada BYRON")] * 2)

    assert same == ["Ada KING"] * 4
    assert [type(answer) for answer in other] == [CorrectionAlreadyAsked] * 2
    assert certificate.requests.count() == 1


def test_of_a_planner_who_replaces_and_a_holder_who_withdraws_one_is_first():
    asked = corrections.ask(
        certificate=certificate_of(),
        change=CertificateChange(name="Ada KING"),
        reason="Another name",
    )
    planner = PlannerFactory()

    replaced, withdrawn = all_at_once(
        [
            lambda: corrections.replace(request=asked, by=planner).number,
            lambda: corrections.withdraw(request=asked).state,
        ]
    )

    asked.refresh_from_db()
    is_withdrawn = asked.state == RequestState.WITHDRAWN
    assert isinstance(replaced, CorrectionWithdrawn) == is_withdrawn
    assert isinstance(withdrawn, CorrectionAlreadyAnswered) != is_withdrawn
    assert Certificate.objects.filter(replaces=asked.certificate).exists() != is_withdrawn


def test_of_a_planner_who_refuses_and_a_holder_who_withdraws_one_is_first():
    asked = corrections.ask(
        certificate=certificate_of(),
        change=CertificateChange(name="Ada KING"),
        reason="Another name",
    )
    planner = PlannerFactory()

    refused, withdrawn = all_at_once(
        [
            lambda: corrections.refuse(request=asked, reason="No name", by=planner).state,
            lambda: corrections.withdraw(request=asked).state,
        ]
    )

    asked.refresh_from_db()
    is_withdrawn = asked.state == RequestState.WITHDRAWN
    assert isinstance(refused, CorrectionWithdrawn) == is_withdrawn
    assert isinstance(withdrawn, CorrectionAlreadyAnswered) != is_withdrawn
    told = Letter.objects.filter(kind=Letters.CERTIFICATE_NOT_CORRECTED).exists()
    assert told != is_withdrawn


def test_a_request_withdrawn_from_two_devices_is_withdrawn_once():
    asked = corrections.ask(
        certificate=certificate_of(),
        change=CertificateChange(name="Ada KING"),
        reason="Another name",
    )

    states = all_at_once([lambda: corrections.withdraw(request=asked).state] * 3)

    assert states == [RequestState.WITHDRAWN] * 3
    logged = ModelLogEntry.objects.filter(action="training.withdraw_certificate_correction")
    assert logged.count() == 1

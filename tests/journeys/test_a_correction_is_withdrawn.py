"""Whoever asked for a correction of a certificate withdraws the request while nobody has answered."""

import pytest
from django.urls import reverse

from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from training.enums import RequestState
from training.models import CertificateRequest
from training.services import certificate_corrections as corrections
from training.values import CertificateChange

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

MINE = "training:certificates"


@pytest.fixture
def teacher(client):
    teacher = TeacherFactory(given_name="Camille", family_name="Moreau", language="en")
    client.force_login(teacher)
    return teacher


@pytest.fixture
def asked(teacher) -> CertificateRequest:
    return corrections.ask(
        certificate=certificate_of(teacher=teacher),
        change=CertificateChange(minutes=90),
        reason="I followed the rest by telephone.",
    )


def withdraws(client, asked):
    return client.post(reverse("training:withdraw_correction", args=[asked.public_id]), follow=True)


def test_one_press_withdraws_it_and_planners_see_it_no_more(client, teacher, asked):
    number = asked.certificate.number
    before = client.get(reverse(MINE)).content.decode()

    after = withdraws(client, asked).content.decode()

    asked.refresh_from_db()
    client.force_login(PlannerFactory(language="en"))
    listed = client.get(reverse("training:certificate_requests")).content.decode()
    assert asked.state == RequestState.WITHDRAWN
    assert "Withdraw the request" in before
    assert "You can ask again" in after
    assert "Ask for a correction" in after
    assert "Withdraw the request" not in after
    assert number not in listed


def test_a_planner_whose_page_was_open_reads_that_it_was_withdrawn(client, teacher, asked):
    withdraws(client, asked)
    client.force_login(PlannerFactory(language="en"))
    address = reverse("training:certificate_request", args=[asked.public_id])

    page = client.get(address)
    sent = client.post(address, {"step": "refuse", "reason": "No"})

    assert "has withdrawn the request" in page.content.decode()
    assert "Leave it as it is" not in page.content.decode()
    assert (sent.status_code, "has withdrawn the request" in sent.content.decode()) == (422, True)


def test_whoever_asks_again_finds_their_words(client, teacher, asked):
    withdraws(client, asked)
    address = reverse("training:ask_for_correction", args=[asked.certificate.code])

    page = client.get(f"{address}?change=hours").content.decode()
    client.post(f"{address}?change=hours", {"minutes": "85", "reason": "By telephone."})

    assert "I followed the rest by telephone." in page
    assert 'value="90"' in page
    assert [one.state for one in asked.certificate.requests.order_by("pk")] == [
        RequestState.WITHDRAWN,
        RequestState.OPEN,
    ]


def test_an_answered_request_stays(client, teacher, asked):
    corrections.refuse(request=asked, reason="The sheets say 80.", by=PlannerFactory())

    page = withdraws(client, asked).content.decode()

    asked.refresh_from_db()
    assert asked.state == RequestState.REFUSED
    assert "was answered on" in page


def test_an_earlier_answer_is_read_again_once_a_later_request_is_withdrawn(client, teacher, asked):
    corrections.refuse(request=asked, reason="The sheets say 80.", by=PlannerFactory())
    again = corrections.ask(
        certificate=asked.certificate, change=CertificateChange(minutes=88), reason="Please"
    )

    page = withdraws(client, again).content.decode()

    assert "The sheets say 80." in page


def test_nobody_withdraws_anothers(client, teacher, asked):
    client.force_login(TeacherFactory())

    assert withdraws(client, asked).status_code == 404
    asked.refresh_from_db()
    assert asked.state == RequestState.OPEN

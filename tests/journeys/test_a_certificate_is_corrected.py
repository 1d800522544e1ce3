"""A holder asks for a correction, a planner answers: the new version replaces the earlier one, whose
address leads to it.
"""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.mail.models import Letter
from courses.people.models import Person
from tests.factories.certificates import certificate_of
from tests.factories.corrections import asked_for, public_page, shown
from tests.factories.people import PlannerFactory
from tests.factories.worker import run_worker
from training.enums import Letters, RequestedChange, RequestState
from training.exceptions import CorrectionAlreadyAnswered, CorrectionAlreadyAsked, OwnCertificate
from training.models import Certificate, CertificateRequest
from training.services import certificate_corrections as corrections

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

OTHER_NAME = {
    "given_name": "Camille",
    "last_name": "Lefèvre",
    "reason": "I use this name since July.",
}


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


def asks(client, certificate, *, change=RequestedChange.NAME, **typed):
    client.force_login(certificate.person)
    address = reverse("training:ask_for_correction", args=[certificate.code])
    return client.post(f"{address}?change={change}", typed)


def answers(client, planner, asked, **typed):
    client.force_login(planner)
    return client.post(reverse("training:certificate_request", args=[asked.public_id]), typed)


def test_a_changed_name_makes_a_second_version_and_the_old_address_leads_to_it(
    client, certificate, planner
):
    asks(client, certificate, **OTHER_NAME)
    asked = certificate.requests.get()
    answers(client, planner, asked, step="replace")
    run_worker()

    corrected = Certificate.objects.get(replaces=certificate)
    old, new = public_page(client, certificate), public_page(client, corrected)

    assert (corrected.number, corrected.person) == (f"{certificate.number}-2", certificate.person)
    assert [corrected.content[language]["name"] for language in ("fr", "en")] == [
        "Camille LEFÈVRE"
    ] * 2
    assert f"Replaced on 25 November 2026 by no. {corrected.number}" in old
    assert f'href="/verify/{corrected.code}/"' in old
    assert ("This certificate is valid" in new, "C. L…" in new) == (True, True)
    for former in ("MOREAU", "Moreau", "C. M…", certificate.sha256):
        assert former not in old
        assert former not in new


def test_the_holder_gets_the_new_file_by_email_and_the_old_one_no_more(
    client, certificate, planner, mailoutbox
):
    corrected = corrections.replace(
        request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner
    )
    run_worker()

    client.force_login(certificate.person)
    old = client.get(reverse("training:certificate_file", args=[certificate.code]))
    new = client.get(reverse("training:certificate_file", args=[corrected.code]))
    mine = shown(client, reverse("training:certificates"))

    assert (old.status_code, new.status_code) == (302, 200)
    assert [one.filename for one in mailoutbox[-1].attachments] == [
        f"attestation-{corrected.number}.pdf"
    ]
    assert Letter.objects.filter(kind=Letters.CERTIFICATE_CORRECTED).count() == 1
    assert Letter.objects.filter(kind=Letters.CERTIFICATE_ISSUED).count() == 1
    assert f"Replaces no. {certificate.number}" in mine
    assert reverse("training:certificate_file", args=[certificate.code]) not in mine


def test_corrected_minutes_are_those_that_the_planner_attests(client, certificate, planner):
    asks(client, certificate, change="hours", minutes=90, reason="I stayed by telephone.")
    asked = certificate.requests.get()

    silent = answers(client, planner, asked, step="replace", minutes=85)
    written = answers(
        client, planner, asked, step="replace", minutes=85, reason="The trainer confirms it."
    )

    corrected = Certificate.objects.get(replaces=certificate)
    assert (silent.status_code, written.status_code) == (422, 302)
    assert "The attendance sheets state 80 min" in silent.content.decode()
    assert (corrected.minutes, corrected.content["en"]["followed"]) == (85, "1\xa0h\xa025\xa0min")
    assert corrected.content["fr"]["attested_by"].endswith("Paule Hamel")
    assert corrected.content["fr"]["name"] == "Camille MOREAU"
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == (
        RequestState.REPLACED,
        "The trainer confirms it.",
        planner,
    )


def test_a_request_waits_is_refused_in_words_and_may_be_asked_again(
    client, certificate, planner, mailoutbox
):
    asks(client, certificate, change="hours", minutes=90, reason="I was there.")
    waiting = shown(client, reverse("training:certificates"))
    again = shown(client, reverse("training:ask_for_correction", args=[certificate.code]))
    asked = certificate.requests.get()
    silent = answers(client, planner, asked, step="refuse")
    answers(client, planner, asked, step="refuse", reason="The room saw 80 minutes.")
    run_worker()

    client.force_login(certificate.person)
    refused = shown(client, reverse("training:certificates"))

    assert "Correction asked for on 25 November 2026: it waits for an answer." in waiting
    assert "<form" not in again.split("<main")[1].split("</main")[0]
    assert silent.status_code == 422
    assert "Not corrected, answered on 25 November 2026" in refused
    assert "The room saw 80 minutes." in refused
    assert "The room saw 80 minutes." in mailoutbox[-1].body
    assert asks(client, certificate, **OTHER_NAME).status_code == 302
    assert certificate.requests.count() == 2


def test_a_double_tap_asks_once_and_answers_once(certificate, planner):
    first, second = (asked_for(certificate, name="Camille LEFÈVRE") for _tap in range(2))

    one, other = (corrections.replace(request=first, by=planner) for _tap in range(2))

    assert (first, one) == (second, other)
    assert certificate.requests.count() == 1
    with pytest.raises(CorrectionAlreadyAnswered):
        corrections.replace(request=first, by=PlannerFactory())
    with pytest.raises(CorrectionAlreadyAnswered):
        corrections.refuse(request=first, reason="Too late", by=planner)


def test_a_refusal_pressed_twice_is_one(certificate, planner):
    asked = asked_for(certificate, name="Camille LEFÈVRE")

    for _tap in range(2):
        corrections.refuse(request=asked, reason="It isn’t yours.", by=planner)

    assert Letter.objects.filter(kind=Letters.CERTIFICATE_NOT_CORRECTED).count() == 1


def test_another_correction_waits_until_the_first_is_answered(certificate):
    asked_for(certificate, name="Camille LEFÈVRE")

    with pytest.raises(CorrectionAlreadyAsked):
        asked_for(certificate, minutes=85)


def test_the_database_holds_one_open_request_and_one_wish_in_each(certificate):
    asked = asked_for(certificate, name="Camille LEFÈVRE")

    for wrong in (
        {"change": "name", "wanted_name": "Twice"},
        {"change": "name", "wanted_name": "Both", "wanted_minutes": 3, "state": "replaced"},
        {"change": "hours", "state": "replaced"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CertificateRequest.objects.create(certificate=certificate, reason="x", **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateRequest.objects.filter(pk=asked.pk).update(
            state="refused", answered_at=timezone.now(), answered_by=certificate.person
        )


def test_a_name_that_is_none_is_refused_with_its_reason_and_what_was_typed_stays(
    client, certificate
):
    answer = asks(client, certificate, given_name="<b>", last_name="Lefèvre", reason="Because")

    assert (answer.status_code, certificate.requests.count()) == (422, 0)
    assert 'value="Lefèvre"' in answer.content.decode()


def test_the_form_is_filled_in_from_the_account(client, certificate):
    Person.objects.filter(pk=certificate.person_id).update(usage_name="Lefèvre")
    client.force_login(certificate.person)

    page = shown(client, reverse("training:ask_for_correction", args=[certificate.code]))

    assert 'value="Camille"' in page
    assert 'value="Lefèvre"' in page


def test_planners_are_told_on_their_first_page_and_never_answer_their_own(
    client, certificate, planner
):
    asked = asked_for(certificate, name="Camille LEFÈVRE")
    client.force_login(planner)
    home = shown(client, "/en/today/", **{"accept-language": "en"})
    listed = shown(client, reverse("training:certificate_requests"))
    Certificate.objects.filter(pk=certificate.pk).update(person=planner)

    own = client.get(reverse("training:certificate_request", args=[asked.public_id]))

    assert "1 certificate to correct" in home
    assert asked.public_id in listed
    assert own.status_code == 404
    assert asked.public_id not in shown(client, reverse("training:certificate_requests"))


def test_who_asked_and_who_answered_is_logged(certificate, planner):
    corrections.replace(request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner)

    logged = ModelLogEntry.objects.filter(action__contains="certificate").order_by("pk")
    assert list(logged.values_list("action", "user")) == [
        ("training.ask_certificate_correction", certificate.person_id),
        ("training.replace_certificate", planner.pk),
    ]


def test_no_planner_decides_on_their_own_certificate(certificate):
    own = certificate.person
    request = asked_for(certificate, minutes=certificate.minutes + 1)

    with pytest.raises(OwnCertificate):
        corrections.replace(request=request, by=own, minutes=certificate.minutes)
    with pytest.raises(OwnCertificate):
        corrections.refuse(request=request, by=own, reason="The sheet is right.")

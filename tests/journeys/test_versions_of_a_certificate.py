"""Versions of a corrected certificate: addresses, files, names, revoking, how long each is kept."""

import datetime
import hashlib
import shutil
import subprocess

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cms.register.services import accounts
from cms.register.services.erasing import erase_what_is_over
from courses.documents.services import papers
from courses.people.models import Person
from tests.factories.certificates import certificate_of
from tests.factories.corrections import asked_for, public_page, shown
from tests.factories.people import PlannerFactory
from tests.factories.worker import run_worker
from training.enums import RequestState
from training.exceptions import CertificateIsReplaced
from training.models import Certificate, CertificateRequest, SheetLine
from training.services import attendance, certificates
from training.services import certificate_corrections as corrections
from training.tasks import draw_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


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


def text_of(certificate) -> str:
    drawn = subprocess.run(
        ["pdftotext", "-", "-"], input=certificate.file.read(), check=True, capture_output=True
    )
    return " ".join(drawn.stdout.decode().replace("\xa0", " ").split())


def test_the_old_page_shows_no_name_though_its_holder_chose_to_show_it(
    client, certificate, planner
):
    certificates.show_name(certificate=certificate, shows_name=True)
    asked = asked_for(certificate, name="Camille LEFÈVRE")

    corrected = corrections.replace(request=asked, by=planner)

    assert "MOREAU" not in public_page(client, certificate)
    assert "Camille LEFÈVRE" in public_page(client, corrected)


def test_the_first_file_stays_as_it_is_and_the_new_one_says_what_it_replaces(certificate, planner):
    name, digest, content = certificate.file.name, certificate.sha256, certificate.content
    corrected = corrections.replace(
        request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner
    )
    run_worker()

    certificate.refresh_from_db()
    corrected.refresh_from_db()
    assert (certificate.file.name, certificate.sha256, certificate.content) == (
        name,
        digest,
        content,
    )
    assert hashlib.sha256(certificate.file.read()).hexdigest() == digest
    words = text_of(corrected)
    for expected in (
        "Camille LEFÈVRE",
        corrected.number,
        f"Remplace le n° {certificate.number} du 25 novembre 2026",
        f"Replaces no. {certificate.number} of 25 November 2026",
    ):
        assert expected in words
    assert "MOREAU" not in words


def test_another_logo_is_on_new_certificates_and_not_on_old_ones(
    certificate, tmp_path, monkeypatch, request
):
    run_worker()
    certificate.refresh_from_db()
    before, digest = certificate.file.read(), certificate.sha256
    certificate.file.close()
    assets = tmp_path / "assets"
    shutil.copytree(papers.ASSETS, assets)
    (assets / "brand" / "wordmark.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 181 39">'
        '<text x="0" y="30" font-size="30">NEUF</text></svg>'
    )
    monkeypatch.setattr(papers, "ASSETS", assets)
    request.addfinalizer(papers._css.cache_clear)  # it names files of the copy
    papers._css.cache_clear()

    newer = certificate_of(given_name="Nour", family_name="Petit")
    draw_certificate.call(certificate.pk)
    certificates.draw_what_is_missing(timezone.now() + datetime.timedelta(days=1))
    run_worker()

    certificate.refresh_from_db()
    newer.refresh_from_db()
    assert (certificate.file.read(), certificate.sha256) == (before, digest)
    certificate.file.seek(0)
    assert ["NEUF" in text_of(one) for one in (certificate, newer)] == [False, True]


def test_a_third_version_replaces_the_second_and_the_chain_leads_to_it(
    client, certificate, planner
):
    second = corrections.replace(request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner)
    third = corrections.replace(
        request=asked_for(second, minutes=85),
        by=planner,
        minutes=85,
        reason="Seen by telephone.",
    )

    assert third.number == f"{certificate.number}-3"
    assert f"/verify/{second.code}/" in public_page(client, certificate)
    assert f"/verify/{third.code}/" in public_page(client, second)
    with pytest.raises(CertificateIsReplaced):
        asked_for(certificate, name="Anne ONYME")


def test_revoking_answers_the_open_request_and_a_replaced_one_is_not_revoked(
    client, certificate, planner
):
    asked = asked_for(certificate, name="Camille LEFÈVRE")

    certificates.revoke(certificate=certificate, reason="Wrong person", by=planner)

    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (RequestState.REFUSED, "Wrong person")
    assert "Revoked on 25 November 2026" in public_page(client, certificate)


def test_a_replaced_version_offers_no_revoking(client, certificate, planner):
    corrected = corrections.replace(
        request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner
    )
    client.force_login(planner)

    old = shown(client, f"/verify/{certificate.code}/")
    address = reverse("training:revoke_certificate", args=[certificate.code])
    client.post(address, {"reason": "No"})

    assert address not in old
    assert reverse("training:revoke_certificate", args=[corrected.code]) in shown(
        client, f"/verify/{corrected.code}/"
    )
    certificate.refresh_from_db()
    assert not certificate.is_revoked


def test_an_earlier_version_that_was_never_drawn_is_not_drawn_any_more(planner, mailoutbox):
    undrawn = certificate_of(given_name="Camille", family_name="Moreau")

    corrections.replace(request=asked_for(undrawn, name="Camille LEFÈVRE"), by=planner)
    run_worker()

    undrawn.refresh_from_db()
    assert (undrawn.drawn_at, len(mailoutbox)) == (None, 1)


def test_a_corrected_certificate_of_an_erased_account_verifies_without_a_name(
    client, certificate, planner
):
    corrected = corrections.replace(
        request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner
    )
    Person.objects.filter(pk=certificate.person_id).update(erased_at=timezone.now())

    old, new = public_page(client, certificate), public_page(client, corrected)

    assert ("This certificate is valid" in new, "1 h 20 min" in new) == (True, True)
    assert corrected.content["en"]["title"] in new
    assert not [page for page in (old, new) if "C. L…" in page or "C. M…" in page]


def test_each_version_is_kept_for_ten_years_from_its_own_date(client, certificate, planner):
    corrected = corrections.replace(
        request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner
    )
    Certificate.objects.filter(pk=certificate.pk).update(
        issued_at=certificate.issued_at - datetime.timedelta(days=30)
    )
    file = certificate.file

    erase_what_is_over(corrected.issued_at + datetime.timedelta(days=10 * 365))

    corrected.refresh_from_db()
    assert list(Certificate.objects.all()) == [corrected]
    assert (corrected.replaces, CertificateRequest.objects.count()) == (None, 0)
    assert "This certificate is valid" in public_page(client, corrected)
    assert file.name != corrected.file.name


def test_requests_go_with_the_account_and_certificates_stay(certificate, planner):
    asked_for(certificate, name="Camille LEFÈVRE")

    accounts.erase_account(person=certificate.person)

    assert (CertificateRequest.objects.count(), Certificate.objects.count()) == (0, 1)


def meanwhile(monkeypatch, act):
    """`act` is done by somebody else before the first certificate is locked."""
    locked = corrections._locked

    def after(pk):
        monkeypatch.setattr(corrections, "_locked", locked)
        act()
        return locked(pk)

    monkeypatch.setattr(corrections, "_locked", after)


def test_a_certificate_revoked_meanwhile_gets_no_new_version(certificate, planner, monkeypatch):
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)
    meanwhile(
        monkeypatch,
        lambda: certificates.revoke(certificate=certificate, reason="Not them.", by=planner),
    )

    attendance.correct(line=line, minutes=88, reason="Seen.", by=planner)

    assert Certificate.objects.get().is_revoked


def test_a_certificate_replaced_meanwhile_is_followed_by_the_next_version(
    certificate, planner, monkeypatch
):
    asked = asked_for(certificate, name="Camille LEFÈVRE")
    line = SheetLine.objects.get(participation__enrolment=certificate.enrolment)
    meanwhile(monkeypatch, lambda: corrections.replace(request=asked, by=planner))

    attendance.correct(line=line, minutes=88, reason="Seen.", by=planner)

    current = Certificate.objects.current().get()
    assert (current.minutes, current.content["fr"]["name"]) == (88, "Camille LEFÈVRE")
    assert list(Certificate.objects.order_by("version").values_list("version", flat=True)) == [
        1,
        2,
        3,
    ]

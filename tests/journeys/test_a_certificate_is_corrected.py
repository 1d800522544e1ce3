"""A holder asks for a correction, a planner answers: the new version replaces the earlier one, whose
address leads to it.
"""

import datetime
import hashlib
import shutil
import subprocess

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.register.services import accounts
from cms.register.services.erasing import erase_what_is_over
from courses.agenda.values import Hours
from courses.documents.services import papers
from courses.mail.models import Letter
from courses.people.models import Person
from tests.factories.attendance import came_as_guest, held_session, seated, was_there, yesterday
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.enums import Letters, RequestedChange, RequestState
from training.exceptions import (
    CertificateIsReplaced,
    CorrectionAlreadyAnswered,
    CorrectionAlreadyAsked,
)
from training.models import Certificate, CertificateRequest, SheetLine
from training.services import attendance, certificates, guests
from training.services import certificate_corrections as corrections
from training.tasks import draw_certificate
from training.values import CertificateChange

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

MINUTE = datetime.timedelta(minutes=1)
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


def asked_for(certificate, **change) -> CertificateRequest:
    return corrections.ask(
        certificate=certificate,
        change=CertificateChange(**change),
        reason="I use this name since July.",
    )


def shown(client, address, **headers) -> str:
    answer = client.get(address, headers={"accept-language": "en", **headers})
    return answer.content.decode().replace("\xa0", " ")


def public_page(client, certificate) -> str:
    client.logout()
    return shown(client, f"/verify/{certificate.code}/")


def text_of(certificate) -> str:
    drawn = subprocess.run(
        ["pdftotext", "-", "-"], input=certificate.file.read(), check=True, capture_output=True
    )
    return " ".join(drawn.stdout.decode().replace("\xa0", " ").split())


def test_t41_a_changed_name_makes_a_second_version_and_the_old_address_leads_to_it(
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


def test_the_old_page_shows_no_name_though_its_holder_chose_to_show_it(
    client, certificate, planner
):
    certificates.show_name(certificate=certificate, shows_name=True)
    asked = asked_for(certificate, name="Camille LEFÈVRE")

    corrected = corrections.replace(request=asked, by=planner)

    assert "MOREAU" not in public_page(client, certificate)
    assert "Camille LEFÈVRE" in public_page(client, corrected)


def test_t44_the_first_file_stays_as_it_is_and_the_new_one_says_what_it_replaces(
    certificate, planner
):
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


def test_t44_another_logo_is_on_new_certificates_and_not_on_old_ones(
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


def test_who_asked_and_who_answered_is_logged(certificate, planner):
    corrections.replace(request=asked_for(certificate, name="Camille LEFÈVRE"), by=planner)

    logged = ModelLogEntry.objects.filter(action__contains="certificate").order_by("pk")
    assert list(logged.values_list("action", "user")) == [
        ("training.ask_certificate_correction", certificate.person_id),
        ("training.replace_certificate", planner.pk),
    ]


def test_t43_a_corrected_certificate_of_an_erased_account_verifies_without_a_name(
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

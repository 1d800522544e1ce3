"""The public page behind the QR code; mine and their files; revoking."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from courses.mail.models import Letter
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.models import Certificate
from training.values import initials
from training.views.certificate import CHECKS_A_MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_count():
    cache.clear()


@pytest.fixture
def certificate():
    return certificate_of(given_name="Camille", family_name="Moreau")


def check(client, code, **headers):
    return client.get(f"/verify/{code}/", headers={"accept-language": "en", **headers})


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def test_it_says_valid_what_the_paper_says_and_only_initials(client, certificate):
    run_worker()
    certificate.refresh_from_db()

    response = check(client, certificate.code)

    shown = text_of(response)
    assert (response.status_code, response["X-Robots-Tag"], 'content="noindex"' in shown) == (
        200,
        "noindex",
        True,
    )
    for expected in (
        "This certificate is valid",
        certificate.number,
        certificate.sha256,
        "C. M…",
        "1 h 20 min",
        certificate.content["fr"]["title"],
    ):
        assert expected in shown
    assert 'lang="fr"' in shown
    assert "Moreau" not in shown
    assert "MOREAU" not in shown


def test_it_speaks_the_reader_s_language(client, certificate):
    french = text_of(check(client, certificate.code, **{"accept-language": "fr"}))
    chosen = text_of(
        client.get(f"/verify/{certificate.code}/?lang=en", headers={"accept-language": "fr"})
    )

    assert ('<html lang="fr"' in french, '<html lang="en"' in chosen) == (True, True)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(lambda code: code.lower(), id="small letters"),
        pytest.param(lambda code: code.replace("-", " "), id="spaces"),
        pytest.param(lambda code: code.replace("-", ""), id="no hyphens"),
        pytest.param(
            lambda code: code.replace("0", "O").replace("1", "l"),
            id="letters that look like figures",
        ),
    ],
)
def test_a_code_is_read_as_people_type_it(client, certificate, typed):
    Certificate.objects.update(code="0A1B-0C1D-0E1F-0G1H")

    response = client.get("/verify/", {"code": typed("0A1B-0C1D-0E1F-0G1H")}, follow=True)

    assert response.redirect_chain[-1][0] == "/verify/0A1B-0C1D-0E1F-0G1H/"
    assert certificate.number in text_of(response)


@pytest.mark.parametrize("code", ["7F3K-0219-ABCD-EFGH", "nothing", "%F0%9F%98%80"])
def test_an_unknown_code_is_said_to_be_unknown_and_the_form_stays(client, certificate, code):
    response = client.get(f"/verify/{code}/", follow=True, headers={"accept-language": "en"})

    assert "No certificate has this code." in text_of(response)
    assert 'name="code"' in text_of(response)


def test_codes_cannot_be_tried_out(client, certificate):
    answers = [check(client, certificate.code).status_code for _n in range(CHECKS_A_MINUTE + 1)]
    other = client.get(f"/verify/{certificate.code}/", REMOTE_ADDR="192.0.2.7")

    assert answers == [200] * CHECKS_A_MINUTE + [429]
    assert other.status_code == 200


def test_the_holder_chooses_whether_the_whole_name_is_shown(client, certificate):
    client.force_login(certificate.person)
    address = reverse("training:certificate_name", args=[certificate.code])

    client.post(address, {"shows_name": "yes"})
    whole = text_of(check(client, certificate.code))
    client.post(address, {"shows_name": "no"})
    masked = text_of(check(client, certificate.code))

    assert ("Camille MOREAU" in whole, "Camille MOREAU" in masked) == (True, False)


@pytest.mark.at("2026-11-25T12:00")
def test_after_the_account_is_erased_it_still_verifies_without_a_name(client, certificate):
    certificate.person.erased_at = timezone.now()
    certificate.person.save()

    shown = text_of(check(client, certificate.code))

    content, held_on = certificate.content["fr"], "24 November 2026"
    assert ("This certificate is valid" in shown, "C. M…" in shown) == (True, False)
    assert [said for said in (content["title"], held_on, "1 h 20 min") if said not in shown] == []


def test_an_adviser_revokes_with_a_reason_that_only_the_holder_reads(client, certificate):
    adviser = PlannerFactory()
    client.force_login(adviser)
    address = reverse("training:revoke_certificate", args=[certificate.code])

    silent = client.post(address, {"reason": ""})
    for _twice in range(2):
        client.post(address, {"reason": "Issued to the wrong person"})
    client.logout()
    public = text_of(check(client, certificate.code))
    client.force_login(certificate.person)
    mine = text_of(client.get(reverse("training:certificates")))

    assert silent.status_code == 422
    assert ("This certificate is revoked" in public, "wrong person" in public) == (True, False)
    assert "Issued to the wrong person" in mine
    assert (
        Letter.objects.filter(kind=Letters.CERTIFICATE_REVOKED, to=certificate.person).count() == 1
    )


def test_the_file_is_for_its_holder_alone(client, certificate):
    address = reverse("training:certificate_file", args=[certificate.code])
    client.force_login(certificate.person)
    early = client.get(address)
    run_worker()

    mine = client.get(address)
    client.force_login(TeacherFactory())
    other = client.get(address)
    client.logout()
    visitor = client.get(address)

    assert [early.status_code, mine.status_code, other.status_code, visitor.status_code] == [
        302,
        200,
        404,
        302,
    ]
    assert b"".join(mine.streaming_content).startswith(b"%PDF")
    assert (
        mine["Content-Disposition"]
        == f'attachment; filename="attestation-{certificate.number}.pdf"'
    )
    assert (mine["Cache-Control"], mine["X-Content-Type-Options"]) == (
        "private, no-store",
        "nosniff",
    )


def test_revoking_is_for_advisers(client, certificate):
    client.force_login(certificate.person)

    assert (
        client.post(
            reverse("training:revoke_certificate", args=[certificate.code]), {"reason": "x"}
        ).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Camille MARTIN", "C.\xa0M…"),
        ("Jean de la TOUR", "J.\xa0T…"),
        ("Madonna", "M."),
        ("", ""),
        ("<b> 12", ""),
    ],
)
def test_a_masked_name_is_two_letters(name, masked):
    assert initials(name) == masked

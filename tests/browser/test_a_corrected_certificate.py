"""A wrong name on a certificate, put right: the code on the earlier paper leads to the new version."""

import pytest
from django.core import mail
from django.core.cache import cache

from tests.browser.reader import Reader, qr_code_of, text_of
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.models import Certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_the_code_on_the_earlier_paper_leads_to_the_corrected_certificate(
    live_server, browser, settings, tmp_path, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    cache.clear()
    teacher = TeacherFactory(given_name="Camille", family_name="Moreau", language=language)
    certificate = certificate_of(teacher=teacher)
    run_worker()

    def download(reader, name):
        with reader.page.expect_download() as downloaded:
            reader.page.click("a[href$='/file/']")
        downloaded.value.save_as(tmp_path / name)
        return tmp_path / name

    # The holder has the paper, and asks that it bear another name: first without a reason.
    holder = Reader(browser, live_server.url, teacher, width=width).log_in_by_cookie()
    holder.visit("training:certificates")
    earlier = download(holder, "earlier.pdf")
    assert "Camille MOREAU" in text_of(earlier)
    holder.press("a[href$='/correct/']")
    holder.page.fill("input[name=last_name]", "Lefèvre")
    holder.page.fill("textarea[name=reason]", "Je porte ce nom depuis juillet.")
    holder.press("form.part button.button--main")
    holder.reads("Your request is with the training planners: the answer comes by email.")
    holder.visit("training:ask_for_correction", certificate.code)
    holder.visit("training:certificates")

    # A planner finds it on the first page, and issues the corrected version.
    planner = PlannerFactory(language=language)
    office = Reader(browser, live_server.url, planner, width=width).log_in_by_cookie()
    office.cuts = ("422",)  # a form that is refused, below
    office.visit("today:home").press("main a[href$='/certificates/requests/']")
    office.press("a.button[href*='/certificates/requests/']")
    office.shows("Camille LEFÈVRE")
    office.press("button[value=refuse]")  # in silence: the page says that words are missing
    office.press("button[value=replace]")
    run_worker()
    corrected = Certificate.objects.get(replaces=certificate)
    assert teacher.email in mail.outbox[-1].to[0]
    office.press("a[href*='/certificates/requests/']:not([href$='/requests/'])")

    # The new paper says what it replaces; its own code says valid.
    holder.visit("training:certificates")
    new = download(holder, "new.pdf")
    words = " ".join(text_of(new).replace("\xa0", " ").split())
    for expected in (
        "Camille LEFÈVRE",
        f"Remplace le n° {certificate.number}",
        f"Replaces no. {certificate.number}",
    ):
        assert expected in words
    anyone = Reader(browser, live_server.url, teacher, width=width)
    anyone.open(qr_code_of(new))
    anyone.reads("This certificate is valid")

    # Whoever scans the earlier paper reads that it was replaced, without a name, and is led on.
    anyone.open(qr_code_of(earlier))
    anyone.reads("This certificate was replaced")
    body = anyone.page.inner_text("body")
    assert not [name for name in ("MOREAU", "Moreau", "C. M…", "LEFÈVRE") if name in body]
    anyone.press(f"a[href='/verify/{corrected.code}/']")
    anyone.reads("This certificate is valid")
    anyone.shows(corrected.number)

"""A training planner downloads the certificates of a list: the waiting page looks by itself, without
JavaScript.
"""

import zipfile

import pytest

from tests.browser.reader import Reader
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_list_of_certificates_becomes_one_file(live_server, browser, tmp_path, language, width):
    certificate = certificate_of(given_name="Camille", family_name="Moreau")
    certificate_of(given_name="Ada", family_name="Byron")
    run_worker()
    planner = PlannerFactory(language=language)

    office = Reader(browser, live_server.url, planner, width=width).log_in_by_cookie()
    office.visit("training:issued_certificates")
    office.page.fill("input[name=q]", "moreau")
    office.press("form[role=search] button")
    office.press("form[action*='/zip/'] button")
    assert office.page.locator("[aria-busy=true]").count() == 1
    run_worker()
    office.page.wait_for_selector(".next.is-done")  # by itself

    with office.page.expect_download() as downloaded:
        office.page.click(".next a.button--main")
    downloaded.value.save_as(tmp_path / "certificates.zip")
    assert downloaded.value.suggested_filename.endswith(".zip")
    assert zipfile.ZipFile(tmp_path / "certificates.zip").namelist() == [
        f"Camille-MOREAU_{certificate.number}.pdf",
        "index.csv",
    ]

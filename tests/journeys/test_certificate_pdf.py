"""The paper: one tagged sheet in two languages, its fonts inside, its code leading to the page that checks it."""

import re
import subprocess

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from courses.documents.exceptions import PdfUnavailable
from courses.documents.services import papers as documents
from tests.factories.attendance import held_session
from tests.factories.certificates import certificate_of
from tests.factories.worker import run_worker
from training.documents import certificate_pdf, verify_address
from training.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(tmp_path):
    """Draw a certificate into a file and give its path."""

    def draw(certificate):
        path = tmp_path / "attestation.pdf"
        path.write_bytes(certificate_pdf(certificate))
        return path

    return draw


def said_by(command, *arguments) -> str:
    return subprocess.run([command, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def words_of(path) -> str:
    return " ".join(said_by("pdftotext", path, "-").replace("\xa0", " ").split())


def test_it_is_one_tagged_sheet_with_its_title_and_its_fonts_inside(drawn):
    certificate = certificate_of(given_name="Amélie", family_name="Martin-Łukasz")

    path = drawn(certificate)

    facts = dict(line.split(":", 1) for line in said_by("pdfinfo", path).splitlines() if ":" in line)
    fonts = [line.split() for line in said_by("pdffonts", path).splitlines()[2:]]
    assert {name: facts[name].strip() for name in ("Tagged", "Pages", "Title")} == {
        "Tagged": "yes",
        "Pages": "1",
        "Title": f"Attestation de formation {certificate.number}",
    }
    assert "841.89 x 595.276 pts (A4)" in facts["Page size"]
    assert all("Atkinson" in font[0] and font[-5] == "yes" for font in fonts), fonts


def test_it_says_in_french_and_in_english_who_followed_what_and_never_certifies(drawn):
    session = held_session(training__title_fr="Chercher et citer", training__title_en="Searching and quoting")
    certificate = certificate_of(session=session, given_name="Amélie", family_name="Martin-Łukasz")

    words = words_of(drawn(certificate))

    for expected in (
        "Attestation de formation",
        "Certificate of training",
        "Amélie MARTIN-ŁUKASZ",
        "Chercher et citer",
        "Searching and quoting",
        "1 h 20",
        "1 h 20 min",
        "en visioconférence synchrone, en français",
        "live online, in French",
        certificate.number,
        certificate.code,
    ):
        assert expected in words
    assert not re.search("certification|diplôme", words, re.IGNORECASE)


def test_its_code_is_read_by_a_telephone_and_leads_to_the_page_that_checks_it(drawn, tmp_path):
    certificate = certificate_of()

    subprocess.run(["pdftoppm", "-r", "110", "-png", drawn(certificate), tmp_path / "sheet"], check=True)

    (page,) = tmp_path.glob("sheet*.png")
    (code,) = decode(Image.open(page))
    assert code.data.decode() == verify_address(certificate)
    assert abs(code.rect.width / 110 * 25.4 - 29) < 4  # millimetres


def test_names_with_markup_and_marks_of_direction_are_only_names(drawn):
    certificate = certificate_of(given_name="<img src=x>\u202eAda", family_name="O’Neill & Co")

    assert "<img src=x>Ada O’NEILL & CO" in words_of(drawn(certificate))


def test_a_long_name_and_title_still_fit_on_one_sheet(drawn):
    session = held_session(training__title_fr="Enseigner avec " * 8, training__title_en="Teaching with " * 8)
    certificate = certificate_of(session=session, given_name="Marie-Charlotte " * 4, family_name="de la Motte-Saint-Pierre " * 2)

    assert re.search(r"Pages:\s+1\n", said_by("pdfinfo", drawn(certificate)))


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://example.org/x.png", id="another host"),
        pytest.param("file:///etc/hostname", id="a file of the machine"),
    ],
)
def test_a_document_reads_nothing_but_its_own_files(address, monkeypatch):
    monkeypatch.setattr(documents, "render_to_string", lambda *_args: f'<title>x</title><img src="{address}" alt="x" width="1" height="1">')

    with pytest.raises(PdfUnavailable, match="refused"):
        documents.pdf("any.html", {}, stylesheet="documents.css")


def test_without_pango_everything_but_the_drawing_works_and_heals_later(monkeypatch, caplog):
    def missing():
        raise PdfUnavailable("PDFs can't be drawn here: install libpango-1.0-0")

    certificate = certificate_of()
    with monkeypatch.context() as patched:
        patched.setattr(documents, "_printer", missing)
        run_worker()

    certificate.refresh_from_db()
    assert (certificate.drawn_at, "install libpango-1.0-0" in caplog.text) == (None, True)


def test_drawing_twice_draws_once(mailoutbox):
    from training.tasks import draw_certificate

    certificate = certificate_of()
    run_worker()
    first = Certificate.objects.get().file.name

    draw_certificate.enqueue(certificate.pk)
    run_worker()

    assert (Certificate.objects.get().file.name, len(mailoutbox)) == (first, 1)

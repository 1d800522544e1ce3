"""The paper: one tagged sheet in two languages, its fonts inside, its code leading to the page that
checks it.
"""

import datetime
import re
import subprocess

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from courses.agenda.values import Hours
from courses.documents.exceptions import PdfUnavailable
from courses.documents.services import papers as documents
from tests.factories.attendance import held_session, seated, was_there, yesterday
from tests.factories.catalogue import ResourceFactory
from tests.factories.certificates import certificate_of
from tests.factories.people import TrainerFactory
from tests.factories.worker import run_worker
from training.documents.certificate import certificate_pdf, verify_address
from training.models import Certificate
from training.services import attendance

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def drawn(tmp_path):
    """Draw a certificate into a file and give its path."""

    def draw(certificate):
        path = tmp_path / "attestation.pdf"
        path.write_bytes(certificate_pdf(certificate))
        return path

    return draw


def said_by(command, *arguments) -> str:
    return subprocess.run(
        [command, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout


def words_of(path) -> str:
    return " ".join(said_by("pdftotext", path, "-").replace("\xa0", " ").split())


def test_it_is_one_tagged_sheet_with_its_title_and_its_fonts_inside(drawn):
    certificate = certificate_of(given_name="Amélie", family_name="Martin-Łukasz")

    path = drawn(certificate)

    facts = dict(
        line.split(":", 1) for line in said_by("pdfinfo", path).splitlines() if ":" in line
    )
    fonts = [line.split() for line in said_by("pdffonts", path).splitlines()[2:]]
    assert {name: facts[name].strip() for name in ("Tagged", "Pages", "Title")} == {
        "Tagged": "yes",
        "Pages": "1",
        "Title": f"Attestation de formation {certificate.number}",
    }
    assert "841.89 x 595.276 pts (A4)" in facts["Page size"]
    assert all("Atkinson" in font[0] and font[-5] == "yes" for font in fonts), fonts


def test_it_says_in_french_and_in_english_who_followed_what_and_never_certifies(drawn):
    session = held_session(
        training__title_fr="Chercher et citer", training__title_en="Searching and quoting"
    )
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
        "à distance, en direct, en français",
        "live online, in French",
        certificate.number,
        certificate.code,
    ):
        assert expected in words
    assert not re.search("certification|diplôme", words, re.IGNORECASE)


def test_its_code_is_read_by_a_telephone_and_leads_to_the_page_that_checks_it(drawn, tmp_path):
    certificate = certificate_of()

    subprocess.run(
        ["pdftoppm", "-r", "110", "-png", drawn(certificate), tmp_path / "sheet"], check=True
    )

    (page,) = tmp_path.glob("sheet*.png")
    (code,) = decode(Image.open(page))
    assert code.data.decode() == verify_address(certificate)
    assert abs(code.rect.width / 110 * 25.4 - 29) < 4  # millimetres


def test_names_with_markup_and_marks_of_direction_are_only_names(drawn):
    certificate = certificate_of(given_name="<img src=x>\u202eAda", family_name="O’Neill & Co")

    assert "<img src=x>Ada O’NEILL & CO" in words_of(drawn(certificate))


def test_a_long_name_and_title_still_fit_on_one_sheet(drawn):
    session = held_session(
        training__title_fr="Enseigner avec " * 8, training__title_en="Teaching with " * 8
    )
    certificate = certificate_of(
        session=session,
        given_name="Marie-Charlotte " * 4,
        family_name="de la Motte-Saint-Pierre " * 2,
    )

    assert re.search(r"Pages:\s+1\n", said_by("pdfinfo", drawn(certificate)))


def test_the_longest_series_with_several_trainers_who_attest_fits_on_one_sheet(drawn):
    """What a series of three dates with two trainers put on a second page: code, address and
    signature.
    """
    resource = ResourceFactory()
    trainers = [
        TrainerFactory(works_for=resource.provider, given_name=given, family_name=family)
        for given, family in (
            ("Anouk", "Prévost-Lemarchand"),
            ("Christelle", "Hervé"),
            ("Marie-Charlotte", "de la Motte-Saint-Pierre"),
        )
    ]
    start = yesterday()
    hours = [Hours(start - n * 7 * DAY, start - n * 7 * DAY + DAY / 24) for n in (2, 1, 0)]
    session = held_session(
        led_by=trainers[0],
        resource=resource,
        hours=hours,
        training__title_fr=(
            "Éducation aux médias et à l’information : vérifier une source, citer, publier un"
            " journal"
        ),
        training__title_en=(
            "Media and information literacy: check a source, quote it, publish a school magazine"
            " with a class"
        ),
    )
    session.trainers.set(trainers)
    teacher = seated(
        session, given_name="Marie-Charlotte", family_name="Prévost de la Motte-Saint-Pierre"
    ).teacher
    for meeting, trainer in zip(session.meetings, trainers, strict=True):
        was_there(meeting, teacher, (0, 60))
        sheet = attendance.prefill(meeting.pk)
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    certificate = Certificate.objects.get(person=teacher)

    path = drawn(certificate)

    assert re.search(r"Pages:\s+1\n", said_by("pdfinfo", path))
    assert "de la Motte-Saint-Pierre" in words_of(path)


def test_a_vietnamese_name_is_set_in_one_font_that_has_all_its_letters(drawn):
    certificate = certificate_of(given_name="Thị Ánh Tuyết", family_name="N’Guyễn")

    shown = said_by("pdftohtml", "-xml", "-stdout", "-i", drawn(certificate))

    fonts = set(re.findall(r'font="(\d+)">[^\n]*(?:Thị|Tuyết|NGUY)', shown))
    assert len(fonts) == 1
    assert re.search(rf'<fontspec id="{fonts.pop()}"[^>]*Noto-Sans', shown)


def test_no_year_stands_alone_on_a_line(drawn):
    certificate = certificate_of(given_name="Anne", family_name="Martin")

    lines = said_by("pdftotext", "-layout", drawn(certificate), "-").splitlines()

    assert not [line for line in lines if re.fullmatch(r"\s*\d{4}\s*", line)]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://example.org/x.png", id="another host"),
        pytest.param("file:///etc/hostname", id="a file of the machine"),
    ],
)
def test_a_document_reads_nothing_but_its_own_files(address, monkeypatch):
    monkeypatch.setattr(
        documents,
        "render_to_string",
        lambda *_args: f'<title>x</title><img src="{address}" alt="x" width="1" height="1">',
    )

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


def test_several_meetings_stand_under_dates(drawn):
    one, many = certificate_of(), certificate_of()
    many.content["fr"]["dates"] = "du 2 novembre 2026 au 14 décembre 2026 (6 séances)"
    many.content["en"]["dates"] = "from 2 November 2026 to 14 December 2026 (6 meetings)"

    single = said_by("pdftotext", "-layout", drawn(one), "-")
    raw = said_by("pdftotext", "-layout", drawn(many), "-")
    assert re.search(r"^ *Date +Durée suivie", single, re.MULTILINE)
    assert re.search(r"^ *Dates +Durée suivie", raw, re.MULTILINE)
    assert all(day in raw.replace("\xa0", " ") for day in ("2 novembre 2026", "14 décembre 2026"))
    assert all(day in raw.replace("\xa0", " ") for day in ("2 November 2026", "14 December 2026"))

"""The PDF of a page: tagged, in the page's language, drawn again only when the text changes,
deleted with the page.
"""

import io
import re
import subprocess

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from cms.guidance import services, tasks
from cms.guidance.models import GuidancePage, PagePdf
from cms.guidance.services.papers import keep_pdf
from cms.guidance.values.block_values import table_value
from courses.documents.exceptions import PdfUnavailable
from tests.factories.guidance import (
    block,
    guidance_page,
    home,
    in_english,
    pair_of,
    paragraph,
    rewrite,
    topic,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

ID = "1a2b3c4d-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def private(monkeypatch, tmp_path):
    """A private storage of this test's own."""
    storage = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr(PagePdf._meta.get_field("file"), "storage", storage)
    return storage


@pytest.fixture
def french():
    return guidance_page(
        title="Une semaine supportable",
        lead="Compter les minutes ensemble.",
        audience="Équipes pédagogiques",
        body=[
            block("heading", "La règle"),
            paragraph("La moitié de l’horaire, devoirs compris.", ID),
            block(
                "table", table_value("Minutes par jour", ["Jour", "Durée"], [["Lundi", "20 min"]])
            ),
            block(
                "callout",
                {
                    "tone": "closed",
                    "what": "Gardez vos créneaux",
                    "text": '<p><a href="/fr/aide/">Les mêmes</a>.</p>',
                },
            ),
            block("live", {"subject": "resource:educarte", "most": 3}),
        ],
    )


def paper(client, page, language="fr") -> bytes:
    response = client.get(
        reverse("guidance:pdf", args=[pair_of(page).public_id]).replace("/en/", f"/{language}/")
    )
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def said_by(command: str, content: bytes, *arguments: str) -> str:
    return subprocess.run(
        [command, *arguments], check=True, capture_output=True, input=content
    ).stdout.decode()


def language_of(content: bytes) -> str:
    """The document's own, from its catalogue (ISO 32000-1, 7.7.2)."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return str(pdf.Root.Lang)


def kept() -> list[str]:
    """The files that are there."""
    storage = PagePdf._meta.get_field("file").storage
    return storage.listdir("pages")[1] if storage.exists("pages") else []


def test_a_published_page_is_drawn_tagged_with_its_title_and_its_language(client, french):
    run_worker()

    content = paper(client, french)

    facts = dict(
        line.split(":", 1) for line in said_by("pdfinfo", content, "-").splitlines() if ":" in line
    )
    assert (facts["Tagged"].strip(), facts["Title"].strip(), language_of(content)) == (
        "yes",
        "Une semaine supportable",
        "fr",
    )
    assert "841.89 pts (A4)" in facts["Page size"]


def test_it_says_what_the_page_says_with_its_address_and_its_date_and_leaves_out_what_changes_by_itself(
    client, french
):
    run_worker()

    words = " ".join(said_by("pdftotext", paper(client, french), "-layout", "-", "-").split())

    for expected in (
        "Pour qui : Équipes pédagogiques",
        "La moitié de l’horaire, devoirs compris.",
        "Minutes par jour",
        "Quand le lycée est fermé",
        "Les prochaines sessions changent de jour en jour",
        "état au",
        "1/1",
    ):
        assert expected in words
    # Kerning may put a space between two letters of a random id.
    assert f"testserver/fr/pages/{pair_of(french).public_id}/" in words.replace(" ", "")


def test_links_on_paper_lead_to_the_site(client, french):
    run_worker()

    links = {
        line.split()[2]
        for line in said_by("pdfinfo", paper(client, french), "-url", "-").splitlines()[1:]
    }

    assert "http://testserver/fr/aide/" in links
    assert all(link.startswith("http://testserver/") for link in links)


def test_the_page_names_its_paper_with_its_size_once_it_is_drawn(client, french):
    before = client.get(french.url).text

    run_worker()

    after = client.get(french.url).text
    said = re.search(r"À imprimer\s: PDF, (\d+)\sko", after)
    assert "PDF, " not in before
    assert said
    assert int(said[1]) == round(PagePdf.objects.get().size / 1000)


def test_publishing_again_unchanged_draws_nothing_and_a_word_draws_anew(client, french):
    run_worker()
    first = PagePdf.objects.get().file.name

    rewrite(french)
    run_worker()
    same = PagePdf.objects.get().file.name
    rewrite(french, (ID, "Un tiers de l’horaire."))
    run_worker()

    assert same == first
    assert PagePdf.objects.get().file.name != first
    assert "Un tiers de l’horaire." in said_by("pdftotext", paper(client, french), "-", "-")


def test_the_file_that_was_replaced_is_kept_no_more(french, django_capture_on_commit_callbacks):
    run_worker()

    with django_capture_on_commit_callbacks(execute=True):
        rewrite(french, (ID, "Un tiers de l’horaire."))
        run_worker()

    assert kept() == [PagePdf.objects.get().file.name.partition("/")[2]]


@pytest.mark.parametrize(
    "away", [GuidancePage.unpublish, GuidancePage.delete], ids=["taken down", "deleted"]
)
def test_a_page_that_goes_takes_its_paper_with_it(
    client, french, away, django_capture_on_commit_callbacks
):
    run_worker()
    assert len(kept()) == 1
    address = reverse("guidance:pdf", args=[pair_of(french).public_id])

    with django_capture_on_commit_callbacks(execute=True):
        away(GuidancePage.objects.get(pk=french.pk))
        at_once = client.get(address).status_code
        services.draw_what_is_missing()

    assert (PagePdf.objects.count(), kept(), at_once) == (0, [], 404)


def test_a_page_taken_down_while_it_is_drawn_leaves_no_paper(french):
    digest, page = "x" * 64, GuidancePage.objects.get(pk=french.pk)
    french.unpublish()

    keep_pdf(page, digest, b"%PDF")

    assert (PagePdf.objects.count(), kept()) == (0, [])


def test_each_language_has_its_paper_and_a_missing_one_is_given_in_the_other(client):
    french = guidance_page()
    run_worker()
    alone = paper(client, french, "en")
    in_english(french)
    run_worker()

    assert (language_of(alone), language_of(paper(client, french, "en"))) == ("fr", "en")


def test_before_it_is_drawn_its_address_leads_to_the_page(client, french):
    response = client.get(reverse("guidance:pdf", args=[pair_of(french).public_id]), follow=True)

    assert response.redirect_chain[0][0].endswith(f"/pages/{pair_of(french).public_id}/")
    assert response.status_code == 200


def test_what_a_worker_lost_is_drawn_by_the_sweep_and_what_is_there_is_left_alone(french):
    DBTaskResult.objects.all().delete()

    services.draw_what_is_missing()
    run_worker()
    services.draw_what_is_missing()

    assert PagePdf.objects.count() == 1
    assert DBTaskResult.objects.ready().count() == 0


def test_a_paper_that_missed_a_publication_is_drawn_anew_by_the_sweep(client, french):
    run_worker()
    rewrite(french, (ID, "Un tiers de l’horaire."))
    DBTaskResult.objects.all().delete()

    services.draw_what_is_missing()
    run_worker()

    assert "Un tiers de l’horaire." in said_by("pdftotext", paper(client, french), "-", "-")


def test_without_pango_the_page_is_still_shown(client, french, monkeypatch, caplog):
    def missing(*args):
        raise PdfUnavailable("PDFs can't be drawn here")

    monkeypatch.setattr(tasks, "page_pdf", missing)
    run_worker()

    assert "can't be drawn here" in caplog.text
    assert client.get(french.url).status_code == 200


def test_only_pages_of_guidance_are_put_on_paper():
    home("en")
    topic()
    run_worker()

    assert PagePdf.objects.count() == 0

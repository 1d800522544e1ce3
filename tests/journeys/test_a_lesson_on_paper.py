"""A lesson as a PDF: drawn once by the worker, with its pictures and formulas, read by whoever
reads the lesson.
"""

import datetime
import io
import subprocess

import pikepdf
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from continuity.plans.documents import lesson_pdf
from continuity.plans.services.lessons import ask_for_paper
from courses.documents.models import Paper
from courses.documents.services import sweep_papers
from tests.factories.continuity import StudentFactory, lesson_item, part_of, teaching
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
BODY = (
    r"<h3>But</h3><p>Si \( \frac{a}{b} = x^2 \), lire <strong>tout</strong>.</p><p>[image"
    r" 1]</p><p>\( \frac{1 \)</p>"
    r'<ul><li>un</li></ul><p><a href="https://site.example/a">article</a></p>'
)


@pytest.fixture
def item():
    item = lesson_item(part_of(teaching()), title="Les puissances", body=BODY, minutes=35)
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(out, "JPEG")
    picture = item.lesson.attachments.create(
        owner=item.lesson.author, name="a.jpg", media_type="image/jpeg", size_bytes=1,
        is_picture=True, number=1, alt="Un cratère bleu",
        file=ContentFile(out.getvalue(), name="a"),
    )  # fmt: skip
    assert picture.file.size
    return item


def test_a_student_asks_for_it_and_reads_it_once_it_is_drawn(client, item):
    client.force_login(StudentFactory(in_class=item.part.teaching.school_class))
    asked = [
        client.post(reverse("continuity:ask_for_lesson_paper", args=[item.lesson.public_id])).url
        for _twice in range(2)
    ]
    waiting = client.get(asked[0])
    assert DBTaskResult.objects.count() == 1  # asked for twice, drawn once

    run_worker()

    there = client.get(asked[0])
    file = client.get(reverse("people:paper_file", args=[Paper.objects.get().public_id]))
    assert len(set(asked)) == 1
    assert (waiting["Refresh"], "Refresh" in there, "The PDF is there" in there.text) == (
        "2",
        False,
        True,
    )
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="les-puissances.pdf"',
    )
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_it_says_all_that_the_page_says(item):
    drawn = lesson_pdf(item.lesson, Paper(language="fr"))

    words = subprocess.run(
        ["pdftotext", "-", "-"], input=drawn, capture_output=True, check=True
    ).stdout.decode()
    for said in (
        "Les puissances",
        "But",
        "a",
        "b",
        "x",
        "2",
        "lire tout",
        r"\( \frac{1 \)",
        "un",
        "article",
        "https://site.example/a",
    ):
        assert said in words
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert len(pdf.pages) == 1
        assert [(image.Width, image.Height) for image in pdf.pages[0].get_images().values()] == [
            (900, 600)
        ]
        assert pdf.docinfo["/Title"] == "Les puissances"
    assert "Un cratère bleu" in alternatives(drawn)


def alternatives(drawn: bytes) -> list[str]:
    """What readers aloud say in the place of pictures."""
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        return [
            str(thing["/Alt"])
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]


def test_a_change_makes_another_paper_and_old_ones_go(item, django_capture_on_commit_callbacks):
    first = ask_for_paper(lesson=item.lesson)
    run_worker()
    item.lesson.title = "Les racines"
    item.lesson.save()
    second = ask_for_paper(lesson=item.lesson)
    first.refresh_from_db()
    stored, name = first.file.storage, first.file.name

    with django_capture_on_commit_callbacks(execute=True):  # files go after the commit
        sweep_papers(timezone.now() + datetime.timedelta(days=15))

    assert first.pk != second.pk
    assert (Paper.objects.count(), stored.exists(name)) == (0, False)


def test_a_storage_that_is_away_is_said_and_asked_for_again(client, item, monkeypatch):
    paper = ask_for_paper(lesson=item.lesson)
    picture = item.lesson.attachments.get()
    picture.file.storage.delete(picture.file.name)

    run_worker()

    paper.refresh_from_db()
    client.force_login(item.part.teaching.teacher)
    assert paper.failed == "FileNotFoundError"
    assert (
        "The PDF could not be drawn"
        in client.get(reverse("people:paper", args=[paper.public_id])).text
    )
    assert ask_for_paper(lesson=item.lesson).pk == paper.pk
    paper.refresh_from_db()
    assert paper.failed == ""


def test_it_is_not_there_for_who_does_not_read_the_lesson_and_gone_with_it(client, item):
    paper = ask_for_paper(lesson=item.lesson)
    client.force_login(StudentFactory(in_class=teaching().school_class))

    assert client.get(reverse("people:paper", args=[paper.public_id])).status_code == 404
    assert client.get(reverse("people:paper_file", args=[paper.public_id])).status_code == 404
    item.lesson.attachments.all().delete()
    item.delete()
    item.lesson.delete()
    run_worker()
    assert not Paper.objects.exists()


def test_what_the_storage_has_lost_can_be_asked_for_again_and_a_late_worker_is_said(client, item):
    client.force_login(item.part.teaching.teacher)
    paper = ask_for_paper(lesson=item.lesson)
    page = reverse("people:paper", args=[paper.public_id])
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        late = client.get(page)
    run_worker()
    paper.refresh_from_db()
    paper.file.storage.delete(paper.file.name)
    lost = client.get(page).text
    ask_for_paper(lesson=item.lesson)
    run_worker()

    assert "Refresh" not in late
    assert "isn’t ready yet" in late.text
    assert "could not be drawn" in lost
    assert "The PDF is there" in client.get(page).text


def test_a_storage_that_fails_while_the_paper_is_kept_is_said(client, item, monkeypatch):
    paper = ask_for_paper(lesson=item.lesson)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(paper.file.storage), "_save", full)
        run_worker()

    client.force_login(item.part.teaching.teacher)
    assert "could not be drawn" in client.get(reverse("people:paper", args=[paper.public_id])).text

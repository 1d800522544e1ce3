"""Pins, pictures and pages of a PDF: what a teacher answers stands on the pages that were handed in."""

import datetime
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from continuity.enums import PartKind
from continuity.handins import tasks
from continuity.handins.services import sweeps
from continuity.models import Feedback, HandInPage, Pin
from courses.documents import services as documents
from courses.documents.exceptions import PdfBroken
from tests.factories.answering import at, colleague_of, signed_in
from tests.factories.answers import form, page_of, waiting
from tests.factories.continuity import StudentFactory, assignment, handed_in, teaching
from tests.factories.pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def maths():
    return teaching()


@pytest.fixture
def student(maths):
    return StudentFactory(in_class=maths.school_class)


def test_pins_are_offered_only_where_there_is_a_page(maths, student):
    given = assignment(maths, timezone.now() + datetime.timedelta(days=1))
    of_text = handed_in(given, student, timezone.now())
    teacher = signed_in(maths.teacher)
    without_a_page = teacher.get(at("write_answer", of_text)).text
    page_of(of_text, kind=PartKind.SOUND, pages=0)
    with_a_sound = teacher.get(at("write_answer", of_text)).text
    page_of(of_text, position=2)
    with_a_photo = teacher.get(at("write_answer", of_text)).text

    assert [
        "Press a place on a page" in page for page in (without_a_page, with_a_sound, with_a_photo)
    ] == [False, False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        ("", 2, 10, 10, "Page 2 sur 1."),
        ("", 1, 101, 10, "Hors page."),
        ("", 1, "NaN", 10, "Nulle part."),
        ("", 1, 10, 10, "a" * 501),
    ],
    ids=["a page that isn't there", "beside the page", "no number", "too long"],
)
def test_a_pin_in_the_wrong_place_is_said_and_kept_on_the_page(maths, student, wrong):
    handin = waiting(maths, student)

    refused = signed_in(maths.teacher).post(
        at("write_answer", handin), form(0, "Bien.", pins=[wrong])
    )

    assert refused.status_code == 422
    assert wrong[4] in refused.content.decode()
    assert not Feedback.objects.exists()


def test_a_pin_goes_on_the_page_without_a_script(maths, student):
    handin = waiting(maths, student)

    signed_in(maths.teacher).post(
        at("write_answer", handin),
        form(0, "", new_text="En bas à droite.", new_page=1, new_place="833-833"),
    )

    assert Pin.objects.values_list("page", "x", "y", "text").get() == (
        1,
        833,
        833,
        "En bas à droite.",
    )


def test_a_pin_is_moved_reworded_and_removed_and_an_unwritten_one_is_left_out(maths, student):
    handin = waiting(maths, student)
    teacher = signed_in(maths.teacher)
    teacher.post(
        at("write_answer", handin),
        form(0, "", pins=[("", 1, 10, 10, "Un."), ("", 1, 20, 20, "Deux.")]),
    )
    one, two = Pin.objects.order_by("pk")

    changed = form(
        1,
        "",
        pins=[
            (one.public_id, 1, 15, 10, "Un, mieux."),
            (two.public_id, 1, 20, 20, "Deux."),
            ("", 1, 50, 50, " "),
        ],
    )
    teacher.post(at("write_answer", handin), changed | {"p1-gone": "on"})

    assert list(Pin.objects.values_list("pk", "x", "text")) == [(one.pk, 150, "Un, mieux.")]


def test_a_picture_is_shown_to_its_student_and_to_who_answers(maths, student):
    handin = handed_in(assignment(maths), student)
    part = page_of(handin)
    address = reverse("continuity:page_picture", args=[part.public_id])
    classmate = StudentFactory(in_class=maths.school_class)

    answers = [
        signed_in(person).get(address).status_code
        for person in (student, maths.teacher, colleague_of(maths), classmate)
    ]

    assert answers == [200, 200, 200, 404]


def test_a_browser_takes_the_page_in_the_width_that_it_shows(maths, student):
    handin = handed_in(assignment(maths), student)
    part = page_of(handin, content=photo(1414, 2000))
    part.width, part.height = 1414, 2000
    part.save()
    address = reverse("continuity:page_picture", args=[part.public_id])

    teacher = signed_in(maths.teacher)
    page = teacher.get(at("write_answer", handin)).content.decode()
    whole = b"".join(teacher.get(address).streaming_content)
    phone = teacher.get(f"{address}?width=720").content
    other = b"".join(teacher.get(f"{address}?width=721").streaming_content)
    classmate = signed_in(StudentFactory(in_class=maths.school_class))

    assert f'srcset="{address}?width=720 720w, {address}?width=1200 1200w, {address} 1414w"' in page
    assert Image.open(io.BytesIO(phone)).size == (720, 1018)
    assert len(phone) < len(whole) / 2
    assert other == whole
    assert classmate.get(f"{address}?width=720").status_code == 404


def pdf_of(*sizes) -> bytes:
    pdf = pikepdf.new()
    for size in sizes:
        pdf.add_blank_page(page_size=size)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_pages_of_a_pdf_are_drawn_once_upright_and_pins_stand_on_them(maths, student):
    handin = handed_in(assignment(maths), student)
    part = page_of(handin, kind=PartKind.PDF, pages=2, content=pdf_of((595, 842), (842, 595)))
    part.turned = 90
    part.save()
    before = signed_in(maths.teacher).get(at("write_answer", handin)).content.decode()

    for _run in range(2):
        tasks.draw_pages.func(handin.pk)
    page = signed_in(maths.teacher).get(at("write_answer", handin)).content.decode()
    picture = signed_in(maths.teacher).get(
        reverse("continuity:drawn_page", args=[part.public_id, 2])
    )

    assert [(one.number, one.width > one.height) for one in HandInPage.objects.all()] == [
        (1, True),
        (2, False),
    ]
    assert "Open the PDF (2 pages)" in before
    assert page.count("data-pins") == 2
    assert b"".join(picture.streaming_content)[:2] == b"\xff\xd8"


def test_a_pdf_whose_pages_break_holds_the_worker_for_three_of_them_only(
    maths, student, monkeypatch
):
    handin = handed_in(assignment(maths), student, timezone.now() - datetime.timedelta(hours=1))
    page_of(handin, kind=PartKind.PDF, pages=20, content=b"%PDF-1.7 no page at all")
    tried = []

    def breaks(_content, number, **_more):
        tried.append(number)
        raise PdfBroken

    monkeypatch.setattr(documents, "picture_of_page", breaks)
    tasks.draw_pages.func(handin.pk)

    assert tried == [1, 2, 3]
    assert HandInPage.objects.filter(file="").count() == 20
    assert sweeps.draw_what_is_missing(timezone.now()) == 0


def test_a_page_that_cant_be_drawn_stays_a_link_and_isnt_tried_for_ever(maths, student):
    handin = handed_in(assignment(maths), student, timezone.now() - datetime.timedelta(hours=1))
    page_of(handin, kind=PartKind.PDF, pages=1, content=b"%PDF-1.7 no page at all")

    tasks.draw_pages.func(handin.pk)

    assert HandInPage.objects.values_list("number", "file").get() == (1, "")
    assert sweeps.draw_what_is_missing(timezone.now()) == 0
    assert (
        "Open the PDF" in signed_in(maths.teacher).get(at("write_answer", handin)).content.decode()
    )


def test_pictures_that_a_killed_worker_left_out_are_asked_for_again(maths, student):
    handin = handed_in(assignment(maths), student, timezone.now() - datetime.timedelta(hours=1))
    page_of(handin, kind=PartKind.PDF, pages=1, content=pdf_of((595, 842)))

    assert sweeps.draw_what_is_missing(timezone.now()) == 1

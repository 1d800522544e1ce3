"""A student hands in photos, a file or a text, with one form and no script; has a receipt; replaces
it; says who reads it.
"""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from continuity.enums import HandInState, Returns
from continuity.models import HandIn, Homework
from courses.people.models import StandIn
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.hand_in_forms import HOUR, address, files, give, send, versions
from tests.factories.hostile_pdfs import pdf
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(time_machine):
    given = give(teaching())
    time_machine.move_to(given.due_at - 9 * HOUR)
    return given


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class)
    client.force_login(student)
    return student


def test_one_form_sends_all_photos_and_answers_with_a_receipt(given, student, client):
    key = client.get(address(given)).context["form"]["receipt_key"].value()

    response = send(
        client, given, handins.a_photo(1), handins.a_photo(2), text="Voilà.", receipt_key=key
    )

    handin = HandIn.objects.get()
    assert (response.status_code, response.url) == (
        302,
        reverse("continuity:receipt", args=[handin.public_id]),
    )
    assert (handin.state, handin.pages, handin.text, handin.is_late) == (
        HandInState.HANDED_IN,
        2,
        "Voilà.",
        False,
    )
    receipt = client.get(response.url).content.decode()
    assert handin.receipt_number == "2026-27/000001"
    assert [
        said in receipt
        for said in ("2026-27/000001", "Handed in, on time", handin.checksum[:4], "Voilà.")
    ] == [True] * 4


def test_without_a_script_one_more_photo_comes_to_those_handed_in(given, student, client):
    """Back, the same word, one more photo, and the same form again."""
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un mot.")

    answer = send(client, given, handins.a_photo(2), receipt_key=key, text="Un mot.")

    assert answer.url == address(given)
    assert versions() == [("handed_in", "Un mot.", 1), ("collecting", "Un mot.", 2)]


def test_a_text_that_is_no_longer_asked_for_is_shown(given, student, client):
    Homework.objects.update(returns=Returns.NOTHING)

    page = send(client, given, text="Une heure de travail.")

    assert page.status_code == 422
    assert "Nothing is to be handed in for this homework." in page.text
    assert "Une heure de travail." in page.text


@pytest.mark.parametrize("name", ["turn_page", "move_page", "remove_page", "retake_page"])
def test_a_classmate_turns_moves_and_removes_no_page_of_mine(given, student, client, name):
    """The classmate has the same homework: for them the page is gone."""
    handin = handins.put_together(given, student, photos=2)
    pages = [(part.pk, part.position, part.turned, part.checksum) for part in handin.parts.all()]
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    answer = client.post(
        address(given, name, handin.parts.last().public_id), {"photo": files(handins.a_photo(9))}
    )

    assert [
        (part.pk, part.position, part.turned, part.checksum) for part in handin.parts.all()
    ] == pages
    assert answer.status_code == 302


def test_photos_are_added_first_and_handed_in_later(given, student, client):
    send(client, given, handins.a_photo(1), handins.a_photo(2), add="1", text="Pas fini.")

    page = client.get(address(given)).content.decode()
    assert (HandIn.objects.get().state, "2 pages have arrived" in page, "Pas fini." in page) == (
        HandInState.COLLECTING,
        True,
        True,
    )


def test_pages_are_turned_moved_taken_again_and_removed_without_a_script(given, student, client):
    one, two, three = (handins.add(given, student, handins.a_photo(n)) for n in (1, 2, 3))

    client.post(address(given, "turn_page", one.public_id))
    client.post(address(given, "move_page", three.public_id))
    client.post(address(given, "remove_page", two.public_id))
    client.post(
        address(given, "retake_page", three.public_id), {"photo": files(handins.a_photo(4))[0]}
    )

    parts = list(HandIn.objects.get().parts.all())
    assert [part.turned for part in parts] == [90, 0]
    assert parts[0] == one
    assert parts[1] not in (two, three)
    gone = client.post(address(given, "remove_page", two.public_id), follow=True)
    assert "no longer there" in gone.content.decode()


def test_files_that_were_removed_are_gone_from_the_disk(
    given, student, client, django_capture_on_commit_callbacks
):
    part = handins.add(given, student)
    file = part.file

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(given, "remove_page", part.public_id))

    assert not file.storage.exists(file.name)


def test_a_text_is_handed_in_and_missing_it_is_said(time_machine, client):
    given = give(teaching(), returns=Returns.TEXT)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    empty = send(client, given)
    full = send(client, given, text="Mon texte.")

    assert (empty.status_code, "asks for a text" in empty.content.decode()) == (422, True)
    assert (full.status_code, HandIn.objects.get().text, HandIn.objects.get().pages) == (
        302,
        "Mon texte.",
        0,
    )


def test_a_pdf_is_handed_in_where_a_file_is_asked(time_machine, client):
    given = give(teaching(), returns=Returns.FILE)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    send(client, given, pdf(pages=3))

    assert HandIn.objects.get().pages == 3


def test_nothing_is_handed_in_where_nothing_is_asked(time_machine, client):
    given = give(teaching(), returns=Returns.NOTHING)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    assert "Nothing is to be handed in" in client.get(address(given)).content.decode()
    assert send(client, given, text="x").status_code == 422


def test_limits_are_told_before_and_what_passes_them_is_refused_with_another_way(
    given, student, client
):
    """C11: a 40-page PDF, a film."""
    before = client.get(address(given)).content.decode()
    long = send(client, given, pdf(pages=40), text="Tout est là.")
    film = send(
        client, given, b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(64)
    )

    assert [
        "25 MB" in before,
        "20 pages at most" in before,
        "take a photo of the pages" in before,
    ] == [True] * 3
    said = long.content.decode()
    assert (
        long.status_code,
        "40 pages" in said,
        "Send only the pages" in said,
        "Tout est là." in said,
    ) == (422, True, True, True)
    assert "Take a photo of each page" in film.content.decode()
    assert HandIn.objects.exclude(state=HandInState.COLLECTING).count() == 0


@pytest.mark.parametrize("button", [{}, {"add": "1"}], ids=["hand in", "go on later"])
def test_of_several_files_those_refused_are_named_and_the_others_arrive(
    given, student, client, button
):
    sent = [
        SimpleUploadedFile("big.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(38_000_000)),
        SimpleUploadedFile("p0.jpg", handins.a_photo(1)),
        SimpleUploadedFile("bad.jpg", handins.a_photo(2)[:4000]),
        SimpleUploadedFile("p1.jpg", handins.a_photo(3)),
    ]
    form = {"receipt_key": uuid.uuid4(), "photos": sent, "text": "Voilà.", **button}

    refused = client.post(address(given), form)

    said = " ".join(strip_tags(refused.text.partition("data-refusal>")[2]).split())
    assert refused.status_code == 422
    assert "2 files weren’t taken: what is below isn’t handed in yet." in said
    assert "big.jpg: This file is too heavy: 39 MB." in said
    assert "bad.jpg: This photo is cut off or broken." in said
    assert "there to be handed in: p0.jpg, p1.jpg" in said
    assert "2 pages have arrived" in said
    assert versions() == [("collecting", "Voilà.", 2)]
    send(client, given, text="Voilà.")
    assert versions() == [("handed_in", "Voilà.", 2)]


def test_a_page_that_is_chosen_again_is_the_same_part_and_two_equal_ones_stay_two(
    given, student, client
):
    key, pages = uuid.uuid4(), [handins.a_photo(1), handins.a_photo(2), handins.a_photo(2)]

    first = send(client, given, b"no photo", *pages, receipt_key=key, text="Voilà.")
    again = send(client, given, *reversed(pages), receipt_key=key, text="Voilà.")

    assert (first.status_code, again.status_code) == (422, 302)
    assert versions() == [("handed_in", "Voilà.", 3)]


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41", "a film"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "too heavy: 26 MB"),
        (b"ID3\x04\x00\x00", "neither a photo nor a PDF"),  # a recording that nobody asked for
    ],
)
def test_what_is_far_too_heavy_is_refused_by_its_beginning(given, student, client, beginning, said):
    refused = send(client, given, beginning + bytes(25_500_000))

    assert (refused.status_code, said in refused.content.decode()) == (422, True)


def test_no_more_than_twenty_pages_are_put_together(given, student, client):
    handins.add(given, student, pdf(pages=19))

    refused = send(client, given, pdf(pages=2))

    assert "more than 20 pages" in refused.content.decode()


def test_the_student_is_told_who_can_read_it(given, student, client):
    deputy = TeacherFactory(
        given_name="Odile", family_name="Remplace", works_at=given.teaching.school_class.school
    )
    today = datetime.date(2026, 12, 4)
    StandIn.objects.create(teaching=given.teaching, teacher=deputy, first_day=today, last_day=today)

    page = client.get(address(given)).content.decode()

    assert f"{given.teaching.teacher.display_name} and Odile Remplace can read it" in page


@pytest.mark.parametrize("photos", [1, 15])
def test_the_page_asks_as_often_for_one_photo_as_for_fifteen(
    given, student, client, photos, django_assert_num_queries
):
    handins.put_together(given, student, photos=photos)
    client.get(address(given))

    with django_assert_num_queries(10):
        client.get(address(given))


def test_a_homework_of_another_class_is_not_there_rather_than_withdrawn(student, client):
    other = homework_item(part_of(teaching())).assignment

    assert client.get(address(other)).status_code == 404
    assert client.post(address(other), {"text": "Voilà."}).status_code == 404


def test_whoever_deletes_a_homework_reads_that_somebody_has_begun(given, student, client):
    handins.put_together(given, student, photos=1)
    client.force_login(given.teaching.teacher)

    page = client.get(reverse("continuity:delete_homework", args=[given.homework.public_id])).text

    assert "1 student has begun to hand in and can’t go on after that." in page


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "1 page est arrivée"), ("en", "One page has arrived")]
)
def test_a_photo_is_answered_in_the_language_of_its_page(given, student, client, language, words):
    sent = {"key": str(uuid.uuid4()), "photo": files(handins.a_photo(1))[0], "language": language}

    answer = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        sent,
        headers={"Accept-Language": "en"},
    )

    assert words in answer.json()["pages"]

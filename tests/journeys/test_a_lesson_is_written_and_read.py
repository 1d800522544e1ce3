"""A lesson: written from the planner, with pictures and files, changed by two, read by its class
during the week and after it.
"""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from continuity.models import Attachment, ItemChange, Lesson
from continuity.storage import private
from continuity.writing import services as attachments
from tests.factories.continuity import (
    MONDAY,
    lesson_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db


GPS, ORIENTATION = 0x8825, 0x0112


@pytest.fixture
def part():
    return part_of(teaching(), published=False)


def photo(width=4032, height=3024, name="IMG_2041.JPG") -> SimpleUploadedFile:
    """Taken with a phone held upright: it lies on its side, and says where it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (49.4, 0.0, 0.0)}
    Image.effect_noise((width // 8, height // 8), 60).resize((width, height)).convert("RGB").save(
        out, "JPEG", exif=exif, quality=80
    )
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def typed(**fields) -> dict:
    return {
        "title": "Les volcans",
        "minutes": "25",
        "body": "Lire la page 12.",
        "day": MONDAY.isoformat(),
        "key": "abcde12345",
    } | fields


def new(part) -> str:
    return reverse("continuity:new_lesson", args=[part.public_id])


def test_a_lesson_is_written_from_the_planner_and_stands_on_its_day(client, part):
    client.force_login(part.teaching.teacher)
    shown = client.get(new(part), {"day": "2026-12-02"})

    answer = client.post(
        new(part), typed(day="2026-12-02", body="# But\n\nLire **tout** :\n\n- un\n- deux")
    )

    lesson = Lesson.objects.get()
    item = lesson.items.get()
    assert 'value="2026-12-02" selected' in shown.text
    assert (answer.status_code, answer.url.split("#")[1]) == (302, f"item-{item.public_id}")
    assert (lesson.title, lesson.minutes, item.title, item.minutes, str(item.day)) == (
        "Les volcans",
        25,
        "Les volcans",
        25,
        "2026-12-02",
    )
    assert (
        lesson.body
        == "<h3>But</h3><p>Lire <strong>tout</strong> :</p><ul><li>un</li><li>deux</li></ul>"
    )
    assert (lesson.author, lesson.subject, item.part) == (
        part.teaching.teacher,
        part.teaching.subject,
        part,
    )


def test_a_form_that_is_sent_twice_makes_one_lesson(client, part):
    client.force_login(part.teaching.teacher)

    for _twice in range(2):
        client.post(new(part), typed())

    assert Lesson.objects.count() == 1
    assert part.items.count() == 1


def test_a_form_that_goes_on_after_it_was_saved_unseen_changes_that_lesson(client, part):
    """The line was cut after the server had saved: the same form comes again with more words."""
    client.force_login(part.teaching.teacher)
    client.post(new(part), typed(body="Lire."))
    client.post(new(part), typed(body="Lire la suite."))
    lesson = Lesson.objects.get()
    assert "Lire la suite." in lesson.body

    client.post(new(part), typed(body="Tout autre chose."))
    bodies = list(Lesson.objects.order_by("pk").values_list("body", flat=True))
    assert ["suite" in bodies[0], "autre" in bodies[1]] == [True, True]  # nothing is thrown away


def test_a_picture_chosen_when_the_form_is_sent_again_is_taken(client, part):
    client.force_login(part.teaching.teacher)
    first, second = (photo(640, 480, name) for name in ("un.jpg", "deux.jpg"))
    for pictures in ([], [first], [second], [first, second]):
        for picture in pictures:
            picture.seek(0)
        client.post(new(part), typed(uploads=pictures))

    names = Lesson.objects.get().attachments.values_list("name", flat=True)
    assert list(names) == ["un.jpg", "deux.jpg"]


def test_a_picture_that_is_sent_again_with_its_description_is_described(client, part):
    client.force_login(part.teaching.teacher)
    picture = photo(640, 480)
    for alt in ("", "Un cratère", ""):
        picture.seek(0)
        client.post(new(part), typed(uploads=[picture], new_alt=alt))

    assert Lesson.objects.get().attachments.get().alt == "Un cratère"


def test_a_lesson_sent_again_on_another_day_stands_once_on_each(client, part):
    client.force_login(part.teaching.teacher)
    for day in ("2026-11-30", "2026-12-01", "2026-12-01", "2026-11-30", "2026-12-01"):
        client.post(new(part), typed(day=day))

    days = [str(day) for day in part.items.order_by("day").values_list("day", flat=True)]
    assert days == ["2026-11-30", "2026-12-01"]


def test_changes_of_a_lesson_that_are_sent_twice_with_a_file_are_saved_once(client, part):
    client.force_login(part.teaching.teacher)
    client.post(new(part), typed())
    address = reverse("continuity:edit_lesson", args=[Lesson.objects.get().public_id])
    for _twice in range(2):
        file = SimpleUploadedFile("un.txt", b"Lire deux fois.\n")
        answer = client.post(address, typed(title="Les séismes", revision=1, uploads=[file]))
        assert answer.status_code == 302

    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.revision, lesson.attachments.count()) == ("Les séismes", 2, 1)


def test_what_the_editor_sends_is_cleaned_and_what_a_plain_box_sends_is_words(client, part):
    client.force_login(part.teaching.teacher)
    client.post(
        new(part),
        typed(**{"body-html": '<div onclick="x()">Un<br><br>deux <script>x()</script></div>'}),
    )
    client.post(new(part), typed(key="zzzzz12345", body="<b>pas gras</b> & 2 < 3"))

    assert list(Lesson.objects.order_by("pk").values_list("body", flat=True)) == [
        "<p>Un</p><p>deux</p>",
        "<p>&lt;b&gt;pas gras&lt;/b&gt; &amp; 2 &lt; 3</p>",
    ]


def test_a_photo_comes_out_small_upright_and_without_its_place(client, part):
    client.force_login(part.teaching.teacher)

    client.post(new(part), typed(uploads=[photo()], new_alt="Un cratère"))

    kept = Attachment.objects.get()
    with kept.file.open() as file, Image.open(file) as picture:
        traces, size = picture.getexif(), picture.size
    assert (size, (kept.width, kept.height), kept.name, kept.alt, kept.number) == (
        (1200, 1600), (1200, 1600), "IMG_2041.jpg", "Un cratère", 1,
    )  # fmt: skip
    assert dict(traces) == {}
    assert kept.size_bytes == kept.file.size < 500_000


def test_each_of_several_pictures_is_described_and_stands_where_the_text_says(client, part):
    client.force_login(part.teaching.teacher)
    pictures = [photo(640, 480, f"{n}.jpg") for n in (1, 2, 3)]
    client.post(
        new(part),
        typed(
            body="Avant\n[image 2]\nAprès, voir [image 3].",
            uploads=pictures,
            new_alt=["Un", "Deux", "Trois"],
        ),
    )

    shown = client.get(reverse("continuity:lesson", args=[Lesson.objects.get().public_id])).text

    article = re.search(r"<article.*?</article>", shown, re.S)[0]
    assert re.findall(r'alt="([^"]*)"|<p>(.*?)</p>', article) == [
        ("", "Avant"), ("Deux", ""), ("", 'Après, voir <a href="#picture-3">picture 3</a>.'), ("Un", ""), ("Trois", ""),
    ]  # fmt: skip
    assert article.count(">Enlarge<") == 3


def test_a_picture_that_nobody_described_is_asked_about_once_it_is_saved(client, part):
    client.force_login(part.teaching.teacher)

    answer = client.post(new(part), typed(uploads=[photo(640, 480)]), follow=True)

    lesson = Lesson.objects.get()
    assert answer.redirect_chain[-1][0] == reverse(
        "continuity:edit_lesson", args=[lesson.public_id]
    )
    assert (
        "Say in some words what each picture shows, for those who can’t see it. Missing: 1."
        in answer.text
    )
    field = f"alt-{lesson.attachments.get().public_id}"
    client.post(answer.redirect_chain[-1][0], typed(revision=1, **{field: "Un cratère"}))
    assert lesson.attachments.get().alt == "Un cratère"


def test_a_file_that_is_not_taken_keeps_nothing_else_from_being_saved(client, part):
    client.force_login(part.teaching.teacher)
    program = SimpleUploadedFile("devoir.pdf", b"MZ\x90\x00" + b"\x00" * 200, "application/pdf")
    text = SimpleUploadedFile("../../consignes .TXT", "À lire".encode(), "text/plain")

    answer = client.post(new(part), typed(uploads=[program, text]), follow=True)

    assert (
        "“devoir.pdf” wasn’t taken. This kind of file isn’t taken. Save it as a PDF, which every"
        " phone opens." in answer.text
    )
    assert [
        (one.name, one.media_type, one.is_picture) for one in Lesson.objects.get().attachments.all()
    ] == [("consignes.txt", "text/plain", False)]


def test_a_refused_form_keeps_what_was_typed(client, part):
    client.force_login(part.teaching.teacher)

    answer = client.post(
        new(part),
        typed(title="", body="Une heure de travail, avec **soin**.", uploads=[photo(640, 480)]),
    )

    assert answer.status_code == 422
    assert "Files can’t be kept: choose them again afterwards." in answer.text
    assert "Une heure de travail, avec **soin**.</textarea>" in answer.text.replace(
        "\u2060", ""
    )  # parts signs from words
    assert (
        'value="&lt;p&gt;Une heure de travail, avec &lt;strong&gt;soin&lt;/strong&gt;.&lt;/p&gt;"'
        in answer.text
    )


def test_two_who_change_a_lesson_see_each_others_text_and_lose_none(client):
    item = lesson_item(part_of(teaching()), title="Les volcans", body="<p>Lire.</p>")
    edit = reverse("continuity:edit_lesson", args=[item.lesson.public_id])
    client.force_login(item.part.teaching.teacher)
    client.post(edit, typed(revision=1, body="La première version."))

    refused = client.post(edit, typed(revision=1, body="La seconde version."))
    again = client.post(edit, typed(revision=2, body="La seconde version."))

    assert refused.status_code == 409
    assert "<p>La première version.</p>" in refused.text
    assert "La seconde version.</textarea>" in refused.text
    assert 'name="revision" value="2"' in refused.text
    assert again.status_code == 302
    item.lesson.refresh_from_db()
    assert (item.lesson.body, item.lesson.revision) == ("<p>La seconde version.</p>", 3)


def test_a_login_that_expires_keeps_the_text(client, part):
    answer = client.post(new(part), typed(body="Une heure de travail."))

    assert answer.status_code == 403
    assert '<input type="hidden" name="body" value="Une heure de travail.">' in answer.text
    assert not Lesson.objects.exists()


def test_a_change_after_publication_is_shown_as_was_and_is(client):
    item = lesson_item(part_of(teaching()), title="Les volcans", minutes=20)
    version = item.part.plan.version
    client.force_login(item.part.teaching.teacher)

    client.post(
        reverse("continuity:edit_lesson", args=[item.lesson.public_id]),
        typed(revision=1, title="Les séismes", minutes="40", body="Relire."),
    )

    assert set(ItemChange.objects.values_list("field", "was", "now")) == {
        ("title", "Les volcans", "Les séismes"), ("minutes", "20", "40"), ("text", "", ""),
    }  # fmt: skip
    item.refresh_from_db()
    item.part.plan.refresh_from_db()
    assert (item.title, item.minutes) == ("Les séismes", 40)
    assert item.part.plan.version > version


def test_a_file_goes_with_the_last_lesson_that_shows_it(
    client, part, django_capture_on_commit_callbacks
):
    client.force_login(part.teaching.teacher)
    client.post(new(part), typed(uploads=[photo(640, 480)], new_alt="Un"))
    lesson = Lesson.objects.get()
    kept = lesson.attachments.get()
    copy = Attachment.objects.create(
        owner=kept.owner, file=kept.file.name, name="copie", media_type="image/jpeg", size_bytes=1
    )
    edit = reverse("continuity:edit_lesson", args=[lesson.public_id])

    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, typed(revision=1, **{f"drop-{kept.public_id}": "on"}))
    still_there = private().exists(copy.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(copy)

    assert not lesson.attachments.exists()
    assert (still_there, private().exists(copy.file.name)) == (True, False)

"""The same week on paper and in a calendar program: what page, sheets and feed say comes from one
list.
"""

import datetime
import io
import subprocess

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar
from PIL import Image, ImageChops

from continuity.homework.services import extensions
from continuity.models import FeedKey
from continuity.plans.services import items
from continuity.video import services as video
from continuity.week.documents.paper import paper_context
from continuity.week.queries.week import week_of
from continuity.week.services import week as weeks
from courses.agenda.services import calendar_feed as feeds
from courses.agenda.values import Hours
from courses.documents.models import Paper
from courses.documents.services import sweep_papers
from courses.documents.tasks import draw_paper
from courses.people.models import Membership
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

SUNDAY, TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (-1, 1, 2, 4))


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel(at(MONDAY, 8, 5), tick=False):
        yield


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(
        in_class=part.teaching.school_class, given_name="Élodie", family_name="Abeille"
    )
    client.force_login(student)
    return student


@pytest.fixture
def full(part):
    """A lesson, a homework, a note, a video class that moved, and a lesson that was taken out."""
    hours = Hours(at(TUESDAY, 9), at(TUESDAY, 10))
    planned = video.plan(
        teaching=part.teaching, title="La cellule", hours=[hours], by=part.teaching.teacher
    )
    video.move(
        meeting=planned.meetings.get(),
        hours=Hours(at(TUESDAY, 11), at(TUESDAY, 12)),
        reason="",
        by=part.teaching.teacher,
    )
    gone = lesson_item(part, FRIDAY, title="Retirée")
    items.remove(item=gone, by=part.teaching.teacher)
    return [
        lesson_item(part, MONDAY, title="Lire la page 42"),
        homework_item(part, day=WEDNESDAY, due_at=at(FRIDAY, 20), title="Exercices 3 et 4"),
        note_item(part, FRIDAY, title="Calculatrice", note="Apportez la calculatrice."),
    ]


# Paper


def ask(client, language="fr") -> Paper:
    with translation.override(language):
        response = client.post(reverse("continuity:ask_week_paper", args=[MONDAY.isoformat()]))
        assert response.status_code == 302
    return Paper.objects.latest("pk")


def on_disk(paper, tmp_path):
    path = tmp_path / "semaine.pdf"
    path.write_bytes(paper.file.read())
    return path


def said_by(command, *arguments) -> str:
    return subprocess.run(
        [command, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout


def words_of(path) -> str:
    return " ".join(
        said_by("pdftotext", "-layout", path, "-")
        .replace("\xa0", " ")
        .replace("\u202f", " ")
        .split()
    ).replace(" / ", "/")


def test_the_sheet_says_the_week_in_time_order(client, student, full, tmp_path):
    paper = ask(client)
    run_worker()
    paper.refresh_from_db()

    words = words_of(on_disk(paper, tmp_path))

    for expected in (
        "Semaine du 30 novembre au 4 décembre 2026",
        "Élodie Abeille, 2de 4",
        "50 min de travail",
        "1/1",
    ):
        assert expected in words
    places = [
        words.index(word)
        for word in ("Lire la page 42", "La cellule", "Exercices 3 et 4", "Calculatrice", "Retirée")
    ]
    assert places == sorted(places)
    for expected in (
        "vendredi 4 décembre, 20 h 00",
        "Prévu : 9 h 00. Désormais : 11 h 00.",
        "Apportez la calculatrice.",
        "11 h 00",
    ):
        assert expected in words


def test_the_sheet_is_a4_tagged_and_black_and_white(client, student, full, tmp_path):
    paper = ask(client)
    run_worker()
    paper.refresh_from_db()
    path = on_disk(paper, tmp_path)

    facts = dict(
        line.split(":", 1) for line in said_by("pdfinfo", path).splitlines() if ":" in line
    )
    drawn = subprocess.run(
        ["pdftoppm", "-r", "60", "-png", path], check=True, capture_output=True
    ).stdout
    red, green, blue = Image.open(io.BytesIO(drawn)).convert("RGB").split()

    assert facts["Tagged"].strip() == "yes"
    assert "(A4)" in facts["Page size"]
    assert (
        max(
            ImageChops.difference(red, green).getextrema()[1],
            ImageChops.difference(green, blue).getextrema()[1],
        )
        == 0
    )


def test_each_thing_to_do_has_a_box_and_what_is_done_a_full_one(student, part, full):
    weeks.tick(item=full[0], student=student)
    now = at(MONDAY, 8, 5)
    paper = Paper(owner=student, language="fr", asked_at=now)

    with translation.override("fr"):
        html = render_to_string(
            "continuity/week/documents/week.html",
            paper_context(paper, week_of(student, MONDAY, now)),
        )

    assert (
        html.count('class="plan__box') == 3
    )  # the lesson, the homework and the video class; no note, nothing taken out
    assert html.count("plan__box--done") == 1


def test_the_sheet_names_the_classes_of_its_own_days(student, part):
    """A class that was left in the week before isn't one of them, one that is left midweek is."""
    there = student.class_memberships.get()
    new = SchoolClassFactory(name="2de 5", school=part.teaching.school_class.school)
    paper = Paper(owner=student, language="fr", asked_at=at(SUNDAY, 10))

    def named(left_on: datetime.date) -> str:
        student.class_memberships.exclude(pk=there.pk).delete()
        student.class_memberships.filter(pk=there.pk).update(until=left_on)
        student.class_memberships.create(school_class=new, since=left_on)
        return paper_context(paper, week_of(student, MONDAY, paper.asked_at))["classes"]

    assert [named(SUNDAY - datetime.timedelta(days=3)), named(MONDAY)] == ["2de 5", "2de 5"]
    assert [named(TUESDAY), named(FRIDAY)] == ["2de 4, 2de 5", "2de 4, 2de 5"]
    assert named(FRIDAY + datetime.timedelta(days=1)) == "2de 4"


def test_a_long_week_counts_its_pages(client, student, part, tmp_path):
    for number in range(70):
        lesson_item(part, MONDAY + datetime.timedelta(days=number % 5), title=f"Leçon {number}")
    paper = ask(client)
    run_worker()
    paper.refresh_from_db()

    words = words_of(on_disk(paper, tmp_path))

    pages = int(said_by("pdfinfo", tmp_path / "semaine.pdf").partition("Pages:")[2].split()[0])
    assert pages > 1
    assert all(f"{number}/{pages}" in words for number in range(1, pages + 1))


def test_nothing_is_drawn_in_a_request_and_the_page_waits(client, student, full):
    paper = ask(client)
    waiting = client.get(reverse("people:paper", args=[paper.public_id]))
    assert (paper.file.name, waiting.headers["Refresh"]) == ("", "2")

    run_worker()

    there = client.get(reverse("people:paper", args=[paper.public_id]))
    file = client.get(reverse("people:paper_file", args=[paper.public_id]))
    assert "Refresh" not in there.headers
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/pdf")
    assert b"".join(file.streaming_content).startswith(b"%PDF")


def test_the_same_week_is_drawn_once_and_a_changed_one_anew(client, student, part, full):
    first, again = ask(client), ask(client)
    weeks.tick(item=full[0], student=student)
    changed = ask(client)

    assert first == again
    assert changed != first
    assert Paper.objects.count() == 2


def test_a_task_that_runs_twice_keeps_one_file(client, student, full):
    paper = ask(client)

    draw_paper.func(paper.pk)
    paper.refresh_from_db()
    name = paper.file.name
    draw_paper.func(paper.pk)
    paper.refresh_from_db()

    assert paper.file.name == name


def test_nobody_else_reads_my_sheet(client, student, part, full):
    paper = ask(client)
    run_worker()
    classmate = Client()
    classmate.force_login(StudentFactory(in_class=part.teaching.school_class))

    for name in ("paper", "paper_file"):
        assert classmate.get(reverse(f"people:{name}", args=[paper.public_id])).status_code == 404


def test_old_sheets_go_with_their_files_and_lost_ones_are_drawn(
    client, student, full, django_capture_on_commit_callbacks
):
    paper = ask(client)
    run_worker()
    paper.refresh_from_db()
    storage, name = paper.file.storage, paper.file.name
    lost = Paper.objects.create(
        kind="continuity.week",
        about=f"{student.pk} {MONDAY}",
        owner=student,
        language="en",
        fingerprint="lost",
    )

    sweep_papers(at(MONDAY, 8, 30))
    run_worker()
    lost.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):  # files go after the commit
        sweep_papers(at(MONDAY, 8) + datetime.timedelta(days=15))

    assert lost.file.name
    assert not Paper.objects.exists()
    assert not storage.exists(name)


# Calendar


def events_of(student) -> dict[str, dict]:
    secret = feeds.open_feed(FeedKey.objects, student=student).secret
    response = Client().get(reverse("continuity_open:week_feed", args=[secret]))
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )
    return {
        str(event["summary"]): event
        for event in Calendar.from_ical(response.content).walk("VEVENT")
    }


def test_the_feed_has_what_the_week_has(student, part, full):
    events = events_of(student)

    assert sorted(events) == [
        "Français : Calculatrice",
        "Français : Exercices 3 et 4",
        "Français : La cellule",
        "Français : Lire la page 42",
    ]
    assert events["Français : La cellule"].decoded("dtstart") == at(TUESDAY, 11)
    assert events["Français : La cellule"].decoded("dtend") == at(TUESDAY, 12)
    assert events["Français : Exercices 3 et 4"].decoded("dtstart") == at(FRIDAY, 20)
    assert events["Français : Lire la page 42"].decoded("dtstart") == MONDAY


def test_the_feed_names_nobody(student, part, full):
    secret = feeds.open_feed(FeedKey.objects, student=student).secret

    told = (
        Client().get(reverse("continuity_open:week_feed", args=[secret])).text.replace("\r\n ", "")
    )

    for name in (
        student.family_name,
        student.given_name,
        part.teaching.teacher.family_name,
        student.login,
        student.public_id,
    ):
        assert name not in told


def test_the_feed_is_a_subscription_and_no_message_between_calendars(student, part, full):
    """RFC 5546, 3.2.1: METHOD:PUBLISH would want an ORGANIZER in each event."""
    secret = feeds.open_feed(FeedKey.objects, student=student).secret

    told = Client().get(reverse("continuity_open:week_feed", args=[secret])).text

    assert "BEGIN:VEVENT" in told
    assert "METHOD" not in told


def test_the_feed_follows_personal_dates_and_cancellations(student, part, full):
    extensions.extend(
        assignment=full[1].assignment,
        student=student,
        due_at=at(FRIDAY, 23),
        by=part.teaching.teacher,
    )
    meeting = part.items.get(kind="video").meeting
    video.cancel(meeting=meeting, reason="en formation")

    events = events_of(student)

    assert events["Français : Exercices 3 et 4"].decoded("dtstart") == at(FRIDAY, 23)
    assert str(events["Français : La cellule"]["status"]) == "CANCELLED"
    assert (
        str(events["Français : La cellule"]["description"])
        == "Annulée\N{NO-BREAK SPACE}: en formation"
    )


def test_a_feed_unchanged_is_a_304(student, full):
    address = reverse(
        "continuity_open:week_feed", args=[feeds.open_feed(FeedKey.objects, student=student).secret]
    )
    first = Client().get(address)

    assert (
        Client().get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    )
    weeks.tick(item=full[0], student=student)
    assert (
        Client().get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 200
    )


def test_a_feed_in_another_language_is_no_304(student, full):
    address = reverse(
        "continuity_open:week_feed", args=[feeds.open_feed(FeedKey.objects, student=student).secret]
    )
    tag = Client().get(address).headers["ETag"]
    student.language = "fr" if student.language == "en" else "en"
    student.save()

    assert Client().get(address, headers={"if-none-match": tag}).status_code == 200


def test_a_new_address_makes_the_old_one_worthless_and_none_is_none(client, student, full):
    client.post(reverse("continuity:open_feed"))
    old = FeedKey.objects.get().secret
    client.post(reverse("continuity:renew_feed"))
    new = FeedKey.objects.get().secret
    page = client.get(reverse("continuity:feed")).text

    assert old != new
    assert [
        Client().get(reverse("continuity_open:week_feed", args=[secret])).status_code
        for secret in (old, new)
    ] == [404, 200]
    assert f"webcal://testserver/feeds/week/{new}.ics" in page
    client.post(reverse("continuity:close_feed"))
    assert Client().get(reverse("continuity_open:week_feed", args=[new])).status_code == 404


def test_who_has_left_the_school_reads_nothing_any_more(student, full):
    secret = feeds.open_feed(FeedKey.objects, student=student).secret
    Membership.objects.filter(person=student).update(until=MONDAY - datetime.timedelta(days=1))

    assert Client().get(reverse("continuity_open:week_feed", args=[secret])).status_code == 404

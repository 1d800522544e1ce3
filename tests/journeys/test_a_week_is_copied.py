"""A week is copied into another, and things of the library are used again: over closures, holidays
and other timetables.
"""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import Attachment, Homework, Lesson, PlanItem
from continuity.plans.queries.library import next_lesson_for
from continuity.plans.services import copies, library, plans
from courses.agenda.models import Closure
from courses.catalogue.models import Licence
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    at,
    class_hour,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
)
from tests.factories.markup import shows

pytestmark = pytest.mark.django_db

ONE_DAY, ONE_WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)
AFTER = MONDAY + ONE_WEEK
# Holidays of zone B begin on Saturday 19 December 2026; this is the week before them.
LAST_BEFORE_HOLIDAYS = datetime.date(2026, 12, 14)


@pytest.fixture
def french():
    """On Monday, Wednesday and Friday."""
    french = teaching()
    for weekday in (1, 3, 5):
        class_hour(french, weekday)
    return french


def copy(source, of, monday=AFTER):
    target = plans.part_for(teaching=of, day=monday, by=of.teacher)
    return target, copies.copy_week(source=source, target=target, by=of.teacher)


def stands(part) -> list[tuple]:
    return list(part.items.in_order().values_list("title", "day"))


def left(fates) -> list[str]:
    return [f"{fate.item.title}: {type(fate.why_not).__name__}" for fate in fates if fate.why_not]


def test_the_same_class_keeps_its_days_and_due_dates_move_along(french):
    source = part_of(french)
    lesson_item(source, MONDAY, title="Leçon")
    homework_item(
        source, day=MONDAY + 2 * ONE_DAY, title="Travail", due_at=at(MONDAY + 4 * ONE_DAY, 18)
    )

    target, fates = copy(source, french)

    assert stands(target) == [("Leçon", AFTER), ("Travail", AFTER + 2 * ONE_DAY)]
    assert target.items.get(kind=ItemKind.HOMEWORK).assignment.due_at == at(AFTER + 4 * ONE_DAY, 18)
    assert left(fates) == []
    assert not target.is_published


def test_a_closed_day_shifts_what_follows_and_what_finds_no_day_is_told(french):
    """C6: the closure is the school's own."""
    source = part_of(french)
    for number in (0, 2, 4):
        lesson_item(source, MONDAY + number * ONE_DAY, title=f"Leçon {number}")
    Closure.objects.create(
        school=french.school_class.school, first_day=AFTER, last_day=AFTER, reason="Neige"
    )

    target, fates = copy(source, french)

    assert stands(target) == [("Leçon 0", AFTER + 2 * ONE_DAY), ("Leçon 2", AFTER + 4 * ONE_DAY)]
    assert left(fates) == ["Leçon 4: NoDayLeft"]


def test_another_class_has_it_on_its_own_days(french):
    other = teaching(
        SchoolClassFactory(school=french.school_class.school),
        teacher=french.teacher,
        subject=french.subject,
    )
    for weekday in (2, 4):
        class_hour(other, weekday)
    source = part_of(french)
    lesson_item(source, MONDAY, title="Première")
    lesson_item(source, MONDAY + 2 * ONE_DAY, title="Deuxième")
    note_item(source, MONDAY + ONE_DAY, title="Un jour sans cours")

    target, _fates = copy(source, other, MONDAY)

    assert stands(target) == [
        ("Première", MONDAY + ONE_DAY),
        ("Un jour sans cours", MONDAY + ONE_DAY),
        ("Deuxième", MONDAY + 3 * ONE_DAY),
    ]


def test_no_due_date_falls_into_holidays_and_the_hour_stays_over_the_change_of_clocks(french):
    """C5 and C60: two weeks of holidays lie between, in which nothing is due."""
    source = part_of(french)
    homework_item(
        source, day=MONDAY + 4 * ONE_DAY, title="Travail", due_at=at(MONDAY + 8 * ONE_DAY, 23, 59)
    )

    target, _fates = copy(source, french, LAST_BEFORE_HOLIDAYS)

    due_at = timezone.localtime(target.items.get().assignment.due_at)
    assert (due_at.date(), due_at.hour, due_at.minute) == (datetime.date(2027, 1, 4), 23, 59)


def test_a_week_of_holidays_takes_nothing(french):
    source = part_of(french)
    lesson_item(source, MONDAY, title="Leçon")

    target, fates = copy(source, french, datetime.date(2026, 12, 21))

    assert (stands(target), left(fates)) == ([], ["Leçon: NoDayLeft"])


def test_copying_twice_is_once(french):
    source = part_of(french)
    lesson_item(source), homework_item(source), note_item(source)
    target, _first = copy(source, french)

    _target, second = copy(source, french)

    assert target.items.count() == 3
    assert [type(fate.why_not).__name__ for fate in second] == ["CopiedAlready"] * 3


def test_a_copy_has_its_own_text_and_files(french):
    source = part_of(french)
    lesson = lesson_item(source, title="Leçon", body="<p>Ancien</p>").lesson
    attachment = Attachment(
        lesson=lesson,
        owner=french.teacher,
        name="carte.pdf",
        media_type="application/pdf",
        size_bytes=3,
    )
    attachment.file.save("carte.pdf", ContentFile(b"pdf"))

    target, _fates = copy(source, french)
    copied = target.items.get().lesson
    Lesson.objects.filter(pk=copied.pk).update(body="<p>Nouveau</p>")
    own = copied.attachments.get()

    lesson.refresh_from_db()
    assert (lesson.body, copied.copied_from) == ("<p>Ancien</p>", lesson)
    assert own.pk != attachment.pk
    assert own.file.read() == b"pdf"


def test_a_resource_goes_along_only_where_the_school_has_it(french):
    licence = LicenceFactory(school=french.school_class.school)
    source = part_of(french)
    plans.add_item(
        part=source, kind=ItemKind.RESOURCE, day=MONDAY, title="Film", resource=licence.resource
    )
    Licence.objects.filter(pk=licence.pk).update(until=MONDAY + 4 * ONE_DAY)

    target, fates = copy(source, french)

    assert (stands(target), left(fates)) == ([], ["Film: NotInTheBouquet"])


@pytest.mark.at("2026-11-25T12:00")
def test_the_page_shows_what_would_become_of_it_before_and_tells_what_stayed_after(client, french):
    client.force_login(french.teacher)
    lesson_item(part_of(french), MONDAY, title="Le sonnet")
    lesson_item(part_of(french), MONDAY + 4 * ONE_DAY, title="La rime")
    Closure.objects.create(
        school=french.school_class.school, first_day=AFTER, last_day=AFTER, reason="Neige"
    )
    address = (
        reverse("continuity:copy_week", args=[french.school_class.public_id, AFTER.isoformat()])
        + f"?teaching={french.public_id}"
    )

    page = client.get(address).content.decode()
    assert "From Mon 30 Nov to Wed 9 Dec" in page
    assert "Not copied" in page
    assert not PlanItem.objects.filter(part__plan__monday=AFTER).exists()
    told = client.post(address, {"from": part_of(french).public_id}, follow=True).content.decode()

    assert "1 thing is copied." in told
    assert (
        "“La rime” isn’t copied: What is planned on Friday 4 December 2026 finds no day with class"
        " in this week." in told
    )
    assert list(
        PlanItem.objects.filter(part__plan__monday=AFTER).values_list("title", flat=True)
    ) == ["Le sonnet"]


def test_the_day_of_each_thing_is_chosen_before_copying_and_one_is_left_out(client, french):
    source = part_of(french)
    lesson_item(source, MONDAY, title="Leçon")
    left_out = lesson_item(source, MONDAY + 2 * ONE_DAY, title="Laissée")
    homework = homework_item(
        source, day=MONDAY + 4 * ONE_DAY, title="Travail", due_at=at(MONDAY + 4 * ONE_DAY, 18)
    )
    Closure.objects.create(
        school=french.school_class.school,
        first_day=AFTER + 4 * ONE_DAY,
        last_day=AFTER + 4 * ONE_DAY,
        reason="Pont",
    )
    client.force_login(french.teacher)
    address = (
        reverse("continuity:copy_week", args=[french.school_class.public_id, AFTER.isoformat()])
        + f"?teaching={french.public_id}"
    )

    shown = client.get(address).text
    wednesday = AFTER + 2 * ONE_DAY
    chosen = {
        "from": source.public_id,
        f"day-{left_out.public_id}": "",
        f"day-{homework.public_id}": wednesday.isoformat(),
    }
    client.post(address, chosen)

    assert "finds no day with class in this week" in shown
    assert not shows(shown, f'<option value="{(AFTER + 4 * ONE_DAY).isoformat()}"')
    assert stands(part_of(french, AFTER, published=False)) == [
        ("Leçon", AFTER),
        ("Travail", wednesday),
    ]


def test_nobody_copies_a_week_of_somebody_else(client, french):
    theirs = part_of(teaching(french.school_class))
    lesson_item(theirs)
    client.force_login(french.teacher)
    address = (
        reverse("continuity:copy_week", args=[french.school_class.public_id, AFTER.isoformat()])
        + f"?teaching={french.public_id}"
    )

    assert client.post(address, {"from": theirs.public_id}).status_code == 404


def test_what_is_kept_is_found_and_used_as_a_copy_once(client, french):
    client.force_login(french.teacher)
    item = lesson_item(part_of(french), title="Le sonnet", body="<p>Quatorze vers.</p>")
    client.post(reverse("continuity:keep_item", args=[item.public_id]))
    where = {"teaching": french.public_id, "day": AFTER.isoformat()}

    page = client.get(reverse("continuity:library"), where | {"q": "quatorze"}).content.decode()
    assert "Le sonnet" in page
    assert (
        "Nothing found in your library"
        in client.get(reverse("continuity:library"), {"q": "roman"}).content.decode()
    )
    used = {"kind": "lesson", "content": item.lesson.public_id, "day": AFTER.isoformat()}
    for _twice in range(2):
        client.post(reverse("continuity:use_from_library", args=[french.public_id]), used)

    copied = PlanItem.objects.get(part__plan__monday=AFTER)
    assert (copied.title, copied.day, copied.lesson.copied_from, copied.lesson.in_library) == (
        "Le sonnet",
        AFTER,
        item.lesson,
        False,
    )
    client.post(reverse("continuity:take_out_of_library", args=["lesson", item.lesson.public_id]))
    assert "Your library is empty" in client.get(reverse("continuity:library")).content.decode()


def test_a_homework_of_the_library_needs_its_due_date(client, french):
    client.force_login(french.teacher)
    homework = library.keep(
        content=homework_item(part_of(french)).assignment.homework, by=french.teacher
    )
    used = {"kind": "homework", "content": homework.public_id, "day": AFTER.isoformat()}
    address = reverse("continuity:use_from_library", args=[french.public_id])

    client.post(address, used)
    assert not PlanItem.objects.filter(part__plan__monday=AFTER).exists()
    client.post(address, used | {"due_on": (AFTER + 3 * ONE_DAY).isoformat(), "due_time": "18:00"})

    given = PlanItem.objects.get(part__plan__monday=AFTER).assignment
    assert (given.due_at, given.homework.copied_from) == (at(AFTER + 3 * ONE_DAY, 18), homework)


def test_what_a_colleague_wrote_is_kept_as_ones_own_copy(french):
    colleague = teaching().teacher
    lesson = lesson_item(part_of(french)).lesson

    first, second = (library.keep(content=lesson, by=colleague) for _twice in range(2))

    assert first == second != lesson
    assert (first.author, first.copied_from) == (colleague, lesson)
    lesson.refresh_from_db()
    assert not lesson.in_library


def test_an_absence_is_filled_with_the_oldest_lesson_that_the_class_has_not_had(french):
    part = part_of(french)
    older, newer = (lesson_item(part, title=title).lesson for title in ("Ancienne", "Récente"))
    Lesson.objects.filter(pk=older.pk).update(saved_at=at(MONDAY, 8), in_library=True)
    Lesson.objects.filter(pk=newer.pk).update(saved_at=at(MONDAY, 9), in_library=True)

    assert next_lesson_for(french, french.teacher) == older
    library.use(content=older, part=part, day=MONDAY, by=french.teacher)
    assert next_lesson_for(french, french.teacher) == newer


def test_a_deleted_homework_is_neither_copied_nor_kept_in_sight(french):
    source = part_of(french)
    item = homework_item(source)
    Homework.objects.filter(pk=item.assignment.homework_id).update(
        deleted_at=at(MONDAY, 9), deleted_by=french.teacher
    )
    note_item(source, title="Reste")

    target, fates = copy(source, french)

    assert [title for title, _day in stands(target)] == ["Reste"]
    assert len(fates) == 1

"""After it was given: the text changes, a date moves, one student gets more time, it is deleted by
mistake and comes back.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.homework.queries.writers import writer_of
from continuity.homework.services import homework as homeworks
from continuity.homework.values import DueDate
from continuity.models import Homework, ItemChange, PlanItem
from courses.people.models import StandIn, Teaching
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.homework import DAY, FRIDAY, MONDAY, given_to_a_class, page_of, text_of
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db


NOW = at(MONDAY, 7)


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


# The text


def test_who_handed_in_is_told_what_changed_and_what_they_handed_in_stays(client):
    """Case C14."""
    given = given_to_a_class()
    Homework.objects.update(body="<p>Faire les exercices 1 à 4 page 38.</p>")
    done, not_yet = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    handin = handed_in(given, done, NOW - DAY)
    given.homework.refresh_from_db()

    client.force_login(given.teaching.teacher)
    row = f"class-{given.teaching.public_id}"
    answer = client.post(
        reverse("continuity:edit_homework", args=[given.homework.public_id]),
        {
            "title": "Un travail", "body": "Faire les exercices 1 à 3 page 38.", "minutes": 30, "returns": "photos", "revision": 1,
            "step": "save", f"{row}-due_on": FRIDAY, f"{row}-due_hour": "18:00",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    told, fresh = page_of(client, given, done), page_of(client, given, not_yet)
    assert "The text has changed since you handed in" in told
    assert shows(told, '<del><span class="unseen">Before: </span>4</del>')
    assert '<ins><span class="unseen">now: </span>3</ins>' in told
    assert "What you handed in is still valid" in told
    assert "The text has changed" not in fresh
    handin.refresh_from_db()
    assert (handin.state, handin.is_late) == ("handed_in", False)


def test_of_two_teachers_classes_the_author_changes_the_text_and_each_may_take_it_away(client):
    given = given_to_a_class()
    other = assignment(
        teaching(SchoolClassFactory(school=given.teaching.school_class.school)),
        homework=given.homework,
    )
    address = reverse("continuity:edit_homework", args=[given.homework.public_id])
    client.force_login(given.homework.author)
    of_author = client.get(address).text
    client.force_login(other.teaching.teacher)
    of_other = client.get(address).text
    files = reverse("continuity:correction_files", args=[given.homework.public_id])
    refused = client.post(files, {}, follow=True)
    row = f"class-{other.teaching.public_id}"
    client.post(address, {"revision": 1, "step": "save", f"{row}-due_on": FRIDAY})

    assert f"{given.homework.author.display_name} changes it and its files." in refused.text
    assert 'name="title"' in of_author
    assert 'name="title"' not in of_other
    assert f"The text is changed by {given.homework.author.display_name}." in of_other
    assert f'name="{row}-given"' in of_other
    assert list(given.homework.assignments.all()) == [given]


def test_who_stands_in_for_the_author_changes_the_text_and_is_named(client):
    given = given_to_a_class()
    homework, school = given.homework, given.teaching.school_class.school
    other = assignment(teaching(SchoolClassFactory(school=school)), homework=homework)
    stand_in = TeacherFactory(works_at=school)
    StandIn.objects.create(
        teaching=given.teaching, teacher=stand_in, first_day=MONDAY, last_day=MONDAY
    )
    address = reverse("continuity:edit_homework", args=[homework.public_id])
    client.force_login(other.teaching.teacher)
    of_other = client.get(address).text
    client.force_login(stand_in)
    files = client.get(reverse("continuity:correction_files", args=[homework.public_id]))
    row = f"class-{given.teaching.public_id}"
    client.post(
        address,
        {
            "title": "Un travail", "body": "Lire.", "minutes": 30, "returns": "photos", "correction": "Voici.",
            "revision": 1, "step": "save", f"{row}-given": "on", f"{row}-due_on": FRIDAY, f"{row}-due_hour": "18:00",
        },
    )  # fmt: skip

    homework.refresh_from_db()
    assert f"The text is changed by {stand_in.display_name}." in of_other
    assert files.status_code == 200
    assert "Voici." in homework.correction


@pytest.mark.parametrize(
    ("taken", "stays", "writes"),
    [
        (["first", "second"], True, "stand-in"),
        (["first"], True, "author"),
        (["first"], False, "stand-in"),
        ([], True, "author"),
        ([], False, "other"),
    ],
)
def test_a_text_is_changed_by_somebody_who_is_there(taken, stays, writes):
    """The author has two classes, another teacher one; the author stays in the school or not."""
    given = given_to_a_class()
    homework, author = given.homework, given.homework.author
    school = given.teaching.school_class.school
    second = teaching(SchoolClassFactory(school=school), teacher=author)
    theirs = {"first": given.teaching, "second": second}
    other = teaching(SchoolClassFactory(school=school))
    for one in (second, other):
        assignment(one, homework=homework)
    stand_in = TeacherFactory(works_at=school)
    for name in taken:
        StandIn.objects.create(
            teaching=theirs[name], teacher=stand_in, first_day=MONDAY, last_day=MONDAY
        )
    if not stays:
        author.memberships.update(until=MONDAY - DAY)
    people = {"author": author, "stand-in": stand_in, "other": other.teacher}

    assert writer_of(homework, people[writes]) == people[writes]
    assert writer_of(homework, TeacherFactory(works_at=school)) == people[writes]


def test_a_text_that_was_handed_over_isnt_rewritten_by_its_forms_key():
    given = given_to_a_class()
    homework, author = given.homework, given.homework.author
    Teaching.objects.filter(pk=given.teaching.pk).update(teacher=TeacherFactory())
    elsewhere = teaching(
        SchoolClassFactory(school=given.teaching.school_class.school), teacher=author
    )

    homeworks.give(
        by=author,
        subject=homework.subject,
        text=text_of(homework, title="Autre"),
        classes={elsewhere: DueDate(given.due_at)},
        key=homework.public_id,
        now=NOW,
    )

    homework.refresh_from_db()
    assert homework.title == "Un travail"
    assert list(homework.assignments.all()) == [given]


@pytest.mark.parametrize(
    ("body", "is_news"),
    [
        ("<p>Lire la page&nbsp;38.<br></p>", False),
        ("<div>Lire la <strong>page 38</strong>.</div>", False),
        ("<p>Lire la page 39.</p>", True),
        ('<p>Lire la <a href="https://example.org/">page 38</a>.</p>', True),
        ("<p>Lire la page 3<sup>8</sup>.</p>", True),
    ],
    ids=["the editor’s own markup", "bold", "another word", "a link", "an exponent"],
)
def test_a_new_date_or_other_markup_is_no_change_of_the_text(body, is_news):
    given = given_to_a_class()
    Homework.objects.update(body="<p>Lire la page 38.</p>")
    given.homework.refresh_from_db()
    done = StudentFactory(in_class=given.teaching.school_class)
    handed_in(given, done, NOW - DAY)

    homeworks.edit(
        homework=given.homework,
        revision=given.homework.revision,
        text=text_of(given.homework, body=body),
        classes={given.teaching: DueDate(given.due_at + DAY)},
        by=given.teaching.teacher,
        now=NOW,
    )

    assert set(ItemChange.objects.values_list("field", flat=True)) == (
        {"due", "text"} if is_news else {"due"}
    )
    assert given.homework.edits.exists() == is_news


def test_the_week_says_what_a_published_homework_was_and_is():
    """Case C14: the same lines that the planner keeps."""
    given = given_to_a_class()
    homework, by = given.homework, given.teaching.teacher

    homeworks.edit(
        homework=homework, revision=1, by=by, text=text_of(homework, title="Un autre", minutes=45, body="<p>Autre.</p>"),
        classes={given.teaching: DueDate(at(FRIDAY + 3 * DAY, 8))}, now=NOW,
    )  # fmt: skip

    changes = {
        change.field: (change.was_value, change.now_value) for change in ItemChange.objects.all()
    }
    assert changes.keys() == {"title", "minutes", "text", "due"}
    assert (changes["title"], changes["minutes"]) == (("Un travail", "Un autre"), (30, 45))
    assert changes["due"] == (at(FRIDAY, 18), at(FRIDAY + 3 * DAY, 8))
    assert PlanItem.objects.values_list("title", "minutes").get() == ("Un autre", 45)


def test_before_anybody_handed_in_and_in_a_draft_a_change_is_nobodys_news():
    of = teaching()
    given = homework_item(part_of(of, MONDAY, published=False), due_at=at(FRIDAY, 18)).assignment

    homeworks.edit(
        homework=given.homework,
        revision=1,
        by=of.teacher,
        text=text_of(given.homework, body="<p>Autre.</p>"),
        now=NOW,
    )

    assert not given.homework.edits.exists()
    assert not ItemChange.objects.exists()


def test_two_at_one_text_the_second_sees_the_firsts_and_loses_nothing(client):
    given = given_to_a_class()
    homework = given.homework
    homeworks.edit(
        homework=homework,
        revision=1,
        by=given.teaching.teacher,
        text=text_of(homework, title="Le premier"),
        now=NOW,
    )
    row = f"class-{given.teaching.public_id}"
    typed = {
        "title": "Le second", "body": "Tapé longtemps.", "minutes": 30, "returns": "photos", "revision": 1, "step": "save",
        f"{row}-due_on": FRIDAY, f"{row}-due_hour": "18:00",
    }  # fmt: skip

    client.force_login(given.teaching.teacher)
    address = reverse("continuity:edit_homework", args=[homework.public_id])
    refused = client.post(address, typed)
    again = client.post(address, typed | {"revision": 2})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert all(words in page for words in ("Le premier", "Le second", "Tapé longtemps."))
    assert again.status_code == 302
    homework.refresh_from_db()
    assert (homework.title, homework.revision) == ("Le second", 3)

"""After it was given: the text changes, a date moves, one student gets more time, it is deleted by
mistake and comes back.
"""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from continuity.enums import ExemptionKind, Motive, Returns
from continuity.homework.exceptions import LateAtOnce, StaleHomework
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.homework import standing_of
from continuity.homework.rules import why_not_restore
from continuity.homework.services import extensions
from continuity.homework.services import homework as homeworks
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import (
    Assignment,
    Attachment,
    Exemption,
    Extension,
    HandIn,
    Homework,
    ItemChange,
    PlanItem,
)
from continuity.week.queries.student_items import items_for
from courses.people.models import ClassMembership, StandIn
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.markup import shows
from tests.factories.people import SubjectFactory, TeacherFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2026, 11, 30)
NOW = at(MONDAY, 7)
FRIDAY = MONDAY + 4 * DAY


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def given_to_a_class(**kwargs) -> Assignment:
    """Published, due on Friday at 18:00."""
    of = kwargs.pop("of", None) or teaching()
    return homework_item(
        part_of(of, MONDAY), due_at=kwargs.pop("due_at", at(FRIDAY, 18)), **kwargs
    ).assignment


def text_of(homework: Homework, **changes) -> HomeworkText:
    names = ("title", "body", "minutes", "returns", "correction", "in_library")
    return HomeworkText(**{name: getattr(homework, name) for name in names} | changes)


def page_of(client, given: Assignment, reader) -> str:
    client.force_login(reader)
    return client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()


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


# Dates


def test_an_earlier_date_is_refused_for_those_whom_it_would_make_late():
    given = given_to_a_class()
    on_time, _missing = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    handed_in(given, on_time, at(MONDAY + DAY, 20))
    wednesday = at(MONDAY + 2 * DAY, 7)

    def move(due_at):
        dates = {given.teaching: DueDate(due_at)}
        return homeworks.edit(
            homework=given.homework,
            revision=given.homework.revision,
            by=given.teaching.teacher,
            classes=dates,
            now=wednesday,
        )

    with pytest.raises(LateAtOnce) as refused:
        move(at(MONDAY + DAY, 18))
    assert refused.value.values["students"] == 2  # who handed in after it, and who hasn't

    with pytest.raises(LateAtOnce) as refused:
        move(at(MONDAY + DAY, 22))
    assert refused.value.values["students"] == 1

    move(at(MONDAY + 2 * DAY, 18))  # earlier, and still to come
    given.refresh_from_db()
    assert given.due_at == at(MONDAY + 2 * DAY, 18)


def test_a_refused_date_is_said_on_the_page_and_the_text_stays(client, monkeypatch):
    given = given_to_a_class()
    StudentFactory(in_class=given.teaching.school_class)
    monkeypatch.setattr(timezone, "now", lambda: at(MONDAY + 2 * DAY, 7))
    client.force_login(given.teaching.teacher)
    row = f"class-{given.teaching.public_id}"

    answer = client.post(
        reverse("continuity:edit_homework", args=[given.homework.public_id]),
        {
            "title": "Un autre titre", "body": "Autre.", "minutes": 30, "returns": "photos", "revision": 1, "step": "save",
            f"{row}-due_on": MONDAY, f"{row}-due_hour": "18:00",
        },
    )  # fmt: skip

    page = answer.content.decode()
    assert "would be late at once" in page
    assert "Un autre titre" in page
    given.homework.refresh_from_db()
    assert given.homework.title == "Un travail"


def test_a_later_date_takes_late_marks_away():
    given = given_to_a_class(due_at=at(MONDAY, 6))
    student = StudentFactory(in_class=given.teaching.school_class)
    late = handed_in(given, student, at(MONDAY, 6, 30), is_late=True)

    homeworks.edit(
        homework=given.homework,
        revision=1,
        by=given.teaching.teacher,
        classes={given.teaching: DueDate(at(FRIDAY, 18))},
        now=NOW,
    )

    late.refresh_from_db()
    assert late.is_late is False


def test_a_class_that_is_unticked_loses_it_alone_and_can_have_it_back():
    """The other class keeps the text; what was handed in goes and comes with its class."""
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    given = given_to_a_class(of=of)
    second = homework_item(
        part_of(other, MONDAY), assignment(other, homework=given.homework)
    ).assignment
    handin = handed_in(second, StudentFactory(in_class=other.school_class))

    homeworks.edit(
        homework=given.homework,
        revision=1,
        by=of.teacher,
        classes={of: DueDate(given.due_at)},
        now=NOW,
    )

    assert list(Assignment.objects.standing()) == [given]
    gone = Homework.objects.deleted(NOW + DAY).get()
    homeworks.restore(homework=gone, by=of.teacher, now=NOW + DAY)
    back = Assignment.objects.standing().get(teaching=other)
    assert (list(back.handins.all()), back.homework.body) == ([handin], given.homework.body)


def test_a_stand_in_changes_the_date_of_their_class_and_not_the_text_of_all(client):
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    given = given_to_a_class(of=of)
    second = homework_item(
        part_of(other, MONDAY), assignment(other, homework=given.homework)
    ).assignment
    stand_in = TeacherFactory(works_at=of.school_class.school)
    StandIn.objects.create(teaching=other, teacher=stand_in, first_day=MONDAY, last_day=MONDAY)
    client.force_login(stand_in)
    row = f"class-{other.public_id}"

    answer = client.post(
        reverse("continuity:edit_homework", args=[given.homework.public_id]),
        {
            "title": "Pas à moi",
            "revision": 1,
            "step": "save",
            f"{row}-given": "on",
            f"{row}-due_on": FRIDAY + DAY,
            f"{row}-due_hour": "12:00",
        },
    )

    assert answer.status_code == 302
    for one in (given, second):
        one.refresh_from_db()
    assert (given.due_at, second.due_at, given.homework.title) == (
        at(FRIDAY, 18),
        at(FRIDAY + DAY, 12),
        "Un travail",
    )


# Extensions


def test_only_the_student_and_staff_see_an_extension(client):
    """Case C16."""
    given = given_to_a_class()
    school_class = given.teaching.school_class
    student, classmate = (
        StudentFactory(in_class=school_class, family_name="Aubert"),
        StudentFactory(in_class=school_class),
    )
    tutor, leader = tutor_of(school_class), LeaderFactory(leads=school_class.school)
    client.force_login(given.teaching.teacher)
    address = reverse("continuity:extend", args=[given.public_id])

    answer = client.post(
        address,
        {
            "student": student.public_id,
            "due_on": FRIDAY + 3 * DAY,
            "due_hour": "18:00",
            "reason": "Deuil dans la famille",
        },
    )

    assert answer.status_code == 302
    own, others = page_of(client, given, student), page_of(client, given, classmate)
    assert shows(own, "Monday 7 December 2026, 18:00")
    assert shows(own, "Deuil dans la famille")
    assert shows(others, "Friday 4 December 2026, 18:00")
    assert not [words for words in ("7 December", "Deuil", "Aubert", "Own date") if words in others]
    for reader in (given.teaching.teacher, tutor, leader):
        assert shows(
            page_of(client, given, reader), "Own date: Mon 7 Dec, 18:00 (Deuil dans la famille)"
        )


def test_figures_of_a_class_go_by_each_students_own_date():
    """Case C16: on Saturday one is missing, not two; and the one who has more time isn't late with
    it.
    """
    given = given_to_a_class()
    school_class = given.teaching.school_class
    on_time, late, missing, with_more_time = StudentFactory.create_batch(4, in_class=school_class)
    for student, when, is_late in ((on_time, at(FRIDAY, 12), False), (late, at(FRIDAY, 20), True)):
        handed_in(given, student, when, is_late=is_late)
    extensions.extend(
        assignment=given,
        student=with_more_time,
        due_at=at(FRIDAY + 3 * DAY, 18),
        by=given.teaching.teacher,
        now=NOW,
    )

    standing = standing_of(given, at(FRIDAY + DAY, 12))
    assert (
        standing.asked,
        standing.handed_in,
        standing.late,
        standing.missing,
        standing.awaited,
    ) == (4, 2, 1, 1, 1)
    assert [row.student for row in standing.rows if row.is_missing] == [missing]

    after = standing_of(given, at(FRIDAY + 3 * DAY, 18))
    assert (after.missing, after.awaited) == (2, 0)


def test_an_extension_given_afterwards_takes_the_late_mark_away():
    """Case C16."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    student, other = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    late, others = (
        handed_in(given, student, at(MONDAY, 6, 30), is_late=True),
        handed_in(given, other, at(MONDAY, 6, 30), is_late=True),
    )

    extensions.extend(
        assignment=given, student=student, due_at=at(MONDAY, 7), by=given.teaching.teacher, now=NOW
    )

    assert [HandIn.objects.get(pk=one.pk).is_late for one in (late, others)] == [False, True]


def test_a_standing_extension_holds_for_everything_due_between_its_days():
    """Case C16; and the hour stays the same on a clock in Paris over the change of clocks (case
    C60).
    """
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    october = {"first_day": datetime.date(2026, 10, 1), "last_day": datetime.date(2026, 10, 24)}
    extensions.extend_always(
        student=student,
        school=of.school_class.school,
        days_more=2,
        by=tutor_of(of.school_class),
        now=NOW,
        **october,
    )
    within, after = (
        assignment(of, at(datetime.date(2026, 10, 24), 23, 59)),
        assignment(of, at(datetime.date(2026, 10, 25), 23, 59)),
    )

    due = due_dates_of(student)

    assert (due.of(within), due.of(after)) == (
        at(datetime.date(2026, 10, 26), 23, 59),
        after.due_at,
    )
    assert due.of(within).astimezone(datetime.UTC) - within.due_at.astimezone(
        datetime.UTC
    ) == datetime.timedelta(days=2, hours=1)


def test_class_tutors_and_leaders_give_more_time_on_everything_others_read_it(client):
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    address = reverse("continuity:extensions", args=[of.school_class.public_id])
    form = {
        "student": student.public_id,
        "days_more": 3,
        "first_day": MONDAY,
        "last_day": "",
        "reason": "Dyslexie",
    }

    client.force_login(of.teacher)
    assert client.post(address, form).status_code == 404
    client.force_login(tutor_of(of.school_class))
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302  # sent twice

    extension = Extension.objects.get()
    assert (extension.days_more, extension.first_day, extension.last_day) == (3, MONDAY, None)
    client.force_login(of.teacher)
    page = client.get(address).content.decode()
    assert "3 days more, from 30 November 2026" in page
    assert "Take it back" not in page
    assert (
        client.post(
            reverse("continuity:withdraw_extension", args=[extension.public_id])
        ).status_code
        == 404
    )


def test_more_time_that_is_taken_back_twice_is_taken_back_and_logged_once():
    given = given_to_a_class()
    student, teacher = StudentFactory(in_class=given.teaching.school_class), given.teaching.teacher
    extension = extensions.extend(
        assignment=given, student=student, due_at=at(FRIDAY + 3 * DAY, 18), by=teacher, now=NOW
    )

    logged = []
    for minutes in (1, 2):
        extensions.withdraw(
            extension=extension, by=teacher, now=NOW + datetime.timedelta(minutes=minutes)
        )
        logged.append(
            [
                entry.user
                for entry in ModelLogEntry.objects.filter(action="continuity.withdraw_extension")
            ]
        )

    extension.refresh_from_db()
    assert extension.withdrawn_at == NOW + datetime.timedelta(minutes=1)
    assert logged == [[teacher], [teacher]]


def test_an_extension_is_later_than_the_classs_date_and_for_somebody_of_the_class(client):
    given = given_to_a_class()
    student, stranger = StudentFactory(in_class=given.teaching.school_class), StudentFactory()
    client.force_login(given.teaching.teacher)
    address = reverse("continuity:extend", args=[given.public_id])

    earlier = client.post(
        address, {"student": student.public_id, "due_on": FRIDAY, "due_hour": "18:00"}
    )
    foreign = client.post(
        address, {"student": stranger.public_id, "due_on": FRIDAY + DAY, "due_hour": "18:00"}
    )

    assert "an extension must be later" in earlier.content.decode()
    assert foreign.status_code == 200
    assert not Extension.objects.exists()


# A group drawn from several classes


def test_each_tutor_sees_their_own_students_of_a_group(client):
    """Case C1."""
    first = SchoolClassFactory()
    second, group = (
        SchoolClassFactory(school=first.school),
        SchoolClassFactory(school=first.school, kind="group"),
    )
    mine = StudentFactory(in_class=[first, group], family_name="Lemarchand")
    StudentFactory(in_class=[second, group], family_name="Vauquelin")
    given = given_to_a_class(of=teaching(group))

    page = page_of(client, given, tutor_of(first))

    assert mine.family_name in page
    assert "Vauquelin" not in page
    assert "0 of 1" in page
    assert all(
        name in page_of(client, given, given.teaching.teacher)
        for name in ("Lemarchand", "Vauquelin")
    )


# Deleted by mistake


def test_a_homework_deleted_by_mistake_comes_back_with_what_was_handed_in(client):
    """Case C17."""
    given = given_to_a_class()
    student = StudentFactory(in_class=given.teaching.school_class)
    handin = handed_in(given, student)
    given.items.get().ticks.create(student=student)
    teacher = given.teaching.teacher
    listed = reverse("continuity:class_homework", args=[given.teaching.school_class.public_id])
    address = reverse("continuity:homework", args=[given.public_id])
    client.force_login(teacher)

    asked = client.get(
        reverse("continuity:delete_homework", args=[given.homework.public_id])
    ).content.decode()
    client.post(reverse("continuity:delete_homework", args=[given.homework.public_id]))

    assert "1 student has handed in." in asked
    assert "with 1 hand-in" in client.get(listed).content.decode()
    assert client.get(address).status_code == 404
    client.force_login(student)
    assert client.get(address).status_code == 404
    assert list(PlanItem.objects.shown()) == []

    client.force_login(teacher)
    client.post(reverse("continuity:restore_homework", args=[given.homework.public_id]))

    assert "Handed in" in page_of(client, given, student)
    assert list(given.handins.all()) == [handin]
    assert given.items.get().ticks.count() == 1
    assert not ItemChange.objects.filter(field="removed").exists()


@pytest.mark.parametrize(
    ("before_the_end", "comes_back"),
    [(datetime.timedelta(seconds=1), True), (datetime.timedelta(), False)],
)
def test_the_thirty_days_end_at_one_instant_for_the_list_the_button_and_the_tick(
    before_the_end, comes_back
):
    homework = given_to_a_class().homework
    homeworks.delete(homework=homework, by=homework.author, now=NOW)
    then = NOW + 30 * DAY - before_the_end

    assert Homework.objects.deleted(then).exists() == comes_back
    assert (why_not_restore(NOW, then) is None) == comes_back
    assert homeworks.forget_deleted(then) == (0 if comes_back else 1)


def test_after_thirty_days_it_is_too_late_and_what_was_handed_in_is_kept(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    """Case C17: the tick forgets those for which nothing came, with their files; no student's work
    goes with a teacher's text.
    """
    empty, full = given_to_a_class(title="Vide"), given_to_a_class(title="Rendu")
    handin = handed_in(full, StudentFactory(in_class=full.teaching.school_class))
    stored = Attachment.objects.create(
        homework=empty.homework, owner=empty.homework.author, name="a.pdf", media_type="application/pdf", size_bytes=4,
        file=ContentFile(b"%PDF", name="a.pdf"),
    ).file  # fmt: skip
    for given in (empty, full):
        homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    homeworks.forget_deleted(NOW + 29 * DAY)
    assert Homework.objects.count() == 2
    monkeypatch.setattr(timezone, "now", lambda: NOW + 31 * DAY)
    client.force_login(full.homework.author)
    refused = client.post(
        reverse("continuity:restore_homework", args=[full.homework.public_id]), follow=True
    ).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        homeworks.forget_deleted(NOW + 31 * DAY)

    assert not stored.storage.exists(stored.name)
    assert "deleted more than thirty days ago" in refused
    assert list(Homework.objects.values_list("title", flat=True)) == ["Rendu"]
    assert list(HandIn.objects.all()) == [handin]


def test_deleting_twice_is_once_and_students_read_that_it_was_taken_out():
    given = given_to_a_class()
    for _time in range(2):
        homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    assert list(ItemChange.objects.values_list("field", "item_title")) == [
        ("removed", "Un travail")
    ]


def test_an_edit_of_what_was_deleted_meanwhile_is_refused():
    given = given_to_a_class()
    homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    with pytest.raises(StaleHomework):
        homeworks.edit(
            homework=given.homework,
            revision=1,
            by=given.homework.author,
            text=text_of(given.homework, title="Autre"),
            now=NOW,
        )


# On long leave


def on_leave(student, school, *subjects, **facts) -> Exemption:
    kept = {
        "kind": ExemptionKind.LEAVE,
        "first_day": MONDAY - 7 * DAY,
        "motive": Motive.AGREED,
        "entered_by": LeaderFactory(leads=school),
    }
    leave = Exemption.objects.create(student=student, school=school, **kept | facts)
    leave.subjects.set(subjects)
    return leave


def test_nothing_is_late_or_missing_for_who_works_from_a_hospital(client):
    """Case C62."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    school_class = given.teaching.school_class
    away, present = StudentFactory.create_batch(2, in_class=school_class)
    on_leave(away, school_class.school, given.teaching.subject, keeps_working=True)

    standing = standing_of(given, NOW)
    own = page_of(client, given, away)

    assert [row.student for row in standing.rows if row.is_missing] == [present]
    assert due_dates_of(away).is_late(given, NOW) is False
    assert due_dates_of(present).is_late(given, NOW) is True
    of_the_week = {one: items_for(one, NOW) for one in (away, present)}
    assert [mine.look.is_late for mine in of_the_week[away]] == [False]
    assert [mine.look.is_late for mine in of_the_week[present]] == [True]
    assert "An exemption or an authorised absence covers this date: nothing is late." in own
    assert "marked late" not in own


def test_a_subject_that_a_long_leave_leaves_out_is_asked_of_nobody_on_leave():
    """Case C62: the reduced plan."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    school_class = given.teaching.school_class
    away, _present = StudentFactory.create_batch(2, in_class=school_class)
    on_leave(away, school_class.school, SubjectFactory(), keeps_working=True)

    standing = standing_of(given, NOW)

    assert (standing.asked, standing.missing) == (1, 1)


# Who is asked


def test_who_changed_class_keeps_what_was_asked_in_the_old_one_and_isnt_asked_what_came_after():
    of = teaching()
    student = StudentFactory()
    ClassMembership.objects.create(
        student=student, school_class=of.school_class, since=MONDAY - 30 * DAY, until=MONDAY + DAY
    )
    before = given_to_a_class(of=of)
    after = homework_item(part_of(of, MONDAY), assignment(of), MONDAY + 2 * DAY).assignment

    assert list(Assignment.objects.given_to(student)) == [before]
    assert student not in [row.student for row in standing_of(after, NOW).rows]


def test_who_joins_before_it_is_due_is_asked_who_joins_later_isnt():
    given = given_to_a_class()
    in_time, later = StudentFactory(), StudentFactory()
    for student, since in ((in_time, FRIDAY), (later, FRIDAY + DAY)):
        ClassMembership.objects.create(
            student=student, school_class=given.teaching.school_class, since=since
        )

    assert [list(Assignment.objects.given_to(student)) for student in (in_time, later)] == [
        [given],
        [],
    ]
    assert [row.student for row in standing_of(given, NOW).rows] == [in_time]


def test_what_is_only_to_be_done_is_counted_by_ticks(client):
    given = given_to_a_class(returns=Returns.NOTHING, due_at=at(MONDAY, 6))
    done, _not = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    given.items.get().ticks.create(student=done)

    page = page_of(client, given, given.teaching.teacher)

    assert "Ticked off" in page
    assert "Not ticked off" in page
    assert "Hand in my work" not in page_of(client, given, done)

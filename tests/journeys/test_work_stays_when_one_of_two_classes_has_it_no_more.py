"""A homework is taken from one of a student's two classes and brought back, also while its page is open."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.enums import Returns, Verdict
from continuity.homework.services import extensions, homework
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import Assignment, HandIn
from continuity.plans.services import library
from courses.agenda.queries import ONE_DAY, ONE_WEEK
from courses.people.enums import ClassKind
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    homework_item,
    part_of,
)
from tests.factories.handins import a_photo, hand_in
from tests.factories.weeks import teaching
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    WorkStory,
    bring_back,
    given_too,
    in_a_group_too,
    is_late,
    leave_to,
    moved,
    not_told_handed_in,
    own_pages,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# Taken from a class, and brought back


def taken_and_changed(story: WorkStory, whole: Assignment, **facts) -> None:
    """The teacher takes it from all other classes, then changes its text."""
    leave_to(story, whole)
    whole.homework.refresh_from_db()
    text = whole.homework
    said = {name: getattr(text, name) for name in ("title", "body", "minutes", "returns")} | facts
    homework.edit(
        homework=text, revision=text.revision, by=story.teacher, text=HomeworkText(**said)
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "La cellule végétale"},
        {"body": "<p>Autre</p>"},
        {"minutes": 5},
        {"correction": "<p>Voici.</p>"},
    ],
    ids=str,
)
def test_what_was_handed_in_stands_when_the_class_has_the_changed_homework_again(story, facts):
    taught = in_a_group_too(story)
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(WEDNESDAY, 18))
    story.at(TUESDAY, 9).hand_in_by(whole)
    theirs = hand_in(later, only_there, text="À moi", now=timezone.now())
    taken_and_changed(story.at(TUESDAY, 10), whole, **facts)

    bring_back(story.at(TUESDAY, 11))
    story.at(THURSDAY, 9)

    assert not_told_handed_in(story) == []
    later.refresh_from_db()
    theirs.refresh_from_db()
    text, item = later.homework, later.items.get()
    assert (text, theirs.assignment) == (whole.homework, later)
    assert (item.title, item.minutes) == (text.title, text.minutes)
    fields = set(item.changes.values_list("field", flat=True))
    assert fields == {"text" if name == "body" else name for name in facts} - {"correction"}
    page = story.page(only_there, "homework", later.public_id)
    assert "anded in" in page
    changed = "The text has changed since you handed in" in page
    assert changed == bool({"title", "body"} & set(facts))


def test_who_alone_had_handed_in_reads_what_changed_while_the_class_didnt_have_it(story):
    taught = in_a_group_too(story)
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    whole = story.give(at(FRIDAY, 18))
    later = given_too(story, taught, at(FRIDAY, 20))
    hand_in(later, only_there, text="À moi", now=timezone.now())
    taken_and_changed(story.at(MONDAY, 10), whole, body="<p>Autre</p>")

    bring_back(story.at(MONDAY, 11))

    page = story.page(only_there, "homework", later.public_id)
    assert "The text has changed since you handed in" in page


@pytest.mark.parametrize(
    ("there", "until"),
    [(None, FRIDAY), (WEDNESDAY, FRIDAY), (MONDAY + ONE_WEEK, MONDAY + ONE_WEEK)],
    ids=["none there", "earlier there", "later there"],
)
def test_more_time_stays_with_the_class_that_keeps_the_homework(story, there, until):
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, in_a_group_too(story), at(WEDNESDAY, 12))
    student = {"student": story.student, "by": story.teacher}
    extensions.extend(assignment=later, due_at=at(FRIDAY, 18), **student)
    if there:
        extensions.extend(assignment=whole, due_at=at(there, 18), **student)

    leave_to(story.at(TUESDAY, 12), whole)
    listed = story.page(story.student, "homework", whole.public_id)
    handin = story.at(until, 17).hand_in_by(whole)

    assert f"{until.day} December" in listed
    assert handin.is_late is False
    assert whole.extensions.standing().get().due_at == at(until, 18)
    bring_back(story)
    assert not_told_handed_in(story) == []


def test_work_isnt_moved_to_a_class_that_loses_the_homework_at_the_same_time(story):
    school = story.school_class.school
    other = teaching(SchoolClassFactory(school=school), teacher=story.teacher)
    group = SchoolClassFactory(name="Gr B", school=school, kind=ClassKind.GROUP)
    kept = homework_item(part_of(other), due_at=at(MONDAY, 18), title=TITLE, returns="text")
    story.work = kept.assignment
    first = given_too(story, in_a_group_too(story), at(WEDNESDAY, 18))
    story.student.class_memberships.create(school_class=group, since=MONDAY - 9 * ONE_WEEK)
    taught = teaching(group, teacher=story.teacher, subject=story.teaching.subject)
    given_too(story, taught, at(TUESDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(first)

    leave_to(story, kept.assignment)
    handin.refresh_from_db()
    stayed = handin.assignment
    first.refresh_from_db()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)
    client.post(reverse("continuity:restore_homework", args=[first.homework.public_id]))

    assert stayed == first
    first.refresh_from_db()
    assert first.homework == kept.assignment.homework
    assert "Handed in" in story.row(story.student, "week")


def test_the_leaves_date_counts_once_the_class_with_the_later_one_is_taken_away(story):
    whole = story.give(at(MONDAY, 18))
    given_too(story, in_a_group_too(story), at(WEDNESDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    handin = story.at(THURSDAY, 9).hand_in_by(whole)
    before = handin.is_late

    leave_to(story, whole)

    assert (before, is_late(handin)) == (True, False)
    assert not_told_handed_in(story) == []


def test_a_class_that_was_given_it_anew_keeps_both(story):
    whole = story.give(at(MONDAY, 18))
    taught = in_a_group_too(story)
    later = given_too(story, taught, at(WEDNESDAY, 18))
    leave_to(story, whole)
    whole.homework.refresh_from_db()
    homework.edit(
        homework=whole.homework,
        revision=whole.homework.revision,
        by=story.teacher,
        classes={story.teaching: DueDate(whole.due_at), taught: DueDate(at(FRIDAY, 18))},
    )

    answer = bring_back(story)

    later.refresh_from_db()
    assert answer.status_code == 200
    assert (later.homework == whole.homework, later.homework.deleted_at) == (False, None)
    assert whole.homework.assignments.filter(teaching=taught).exists()


def test_work_for_both_stays_two_works_when_one_comes_back(story):
    whole = story.give(at(FRIDAY, 18))
    taught = in_a_group_too(story)
    later = given_too(story, taught, at(FRIDAY, 20))
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    first = hand_in(later, only_there, text="Au groupe", now=timezone.now())
    leave_to(story.at(TUESDAY, 9), whole)
    only_there.class_memberships.create(school_class=story.school_class, since=TUESDAY)
    second = hand_in(whole, only_there, text="À la classe", now=timezone.now())

    bring_back(story)

    works = {one.pk: one.assignment for one in HandIn.objects.handed_in()}
    assert works == {first.pk: later, second.pk: whole}
    later.refresh_from_db()
    assert (later.homework == whole.homework, later.homework.deleted_at) == (False, None)


def test_a_copy_that_was_deleted_by_hand_comes_back_as_itself(story):
    whole = story.give(at(MONDAY, 18))
    copy = library.copy_homework(homework=whole.homework, by=story.teacher)
    taught = in_a_group_too(story)
    given = homework_item(part_of(taught), assignment(taught, at(FRIDAY, 18), homework=copy))
    homework.delete(homework=copy, by=story.teacher, now=at(TUESDAY, 9))

    bring_back(story.at(TUESDAY, 10))

    given.assignment.refresh_from_db()
    assert given.assignment.homework == copy
    assert list(whole.homework.assignments.all()) == [whole]


# While the page is open


@pytest.mark.parametrize("returns", [Returns.TEXT, Returns.PHOTOS])
def test_the_address_of_the_class_that_lost_it_leads_to_the_one_that_keeps_it(story, returns):
    taught = in_a_group_too(story)
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    whole = story.give(at(MONDAY, 18), returns=returns)
    later = given_too(story, taught, at(WEDNESDAY, 18))
    leave_to(story, whole)
    client = Client(headers={"Accept-Language": "en"})

    pages = own_pages(story, later)
    client.force_login(story.student)
    photo = {
        "key": str(uuid.uuid4()),
        "photo": SimpleUploadedFile("p.jpg", a_photo()),
        "expected": 1,
    }
    url = reverse("continuity_open:add_photo", args=[later.public_id])
    sent = client.post(url, photo)
    photo = {"key": str(uuid.uuid4()), "photo": SimpleUploadedFile("p.jpg", a_photo())}
    others = [
        story.main(who, name, later.public_id)[1]
        for who in (only_there, StudentFactory(in_class=story.school_class))
        for name in ("homework", "hand_in")
    ]

    assert ["withdrawn" in page for page in pages] == [False] * 2
    assert ["2 December" in page for page in pages] == [True] * 2
    assert others == [410, 410, 404, 404]
    if returns == Returns.TEXT:
        handin = story.hand_in_by(later)
    else:
        assert (sent.status_code, sent.json()["arrived"]) == (200, 1)
        handin = story.hand_in_by(later, text="")
    assert handin.assignment == whole
    client.force_login(only_there)
    assert client.post(url, photo).status_code == 410


def test_work_that_was_under_way_when_the_group_lost_it_is_handed_in_for_the_class(story):
    whole = story.give(at(MONDAY, 18))
    taught = in_a_group_too(story)
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    later = given_too(story, taught, at(WEDNESDAY, 18))
    read = Assignment.objects.select_related("homework").get(pk=later.pk)
    leave_to(story, whole)

    own = hand_in(read, story.student, text="Mon travail", now=timezone.now())
    theirs = hand_in(read, only_there, text="À moi", now=timezone.now())

    assert (own.assignment, theirs.assignment) == (whole, later)
    bring_back(story)
    assert not_told_handed_in(story) == []


@pytest.mark.parametrize("after", [2, 5, 40])
def test_do_again_of_a_class_that_was_left_has_no_end_where_it_is_handed_in(story, after):
    work = story.give(at(FRIDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.at(MONDAY, 10).answer(handin, Verdict.AGAIN)
    moved(story, WEDNESDAY)
    story.at(MONDAY + after * ONE_DAY, 12)

    page = story.page(story.student, "hand_in", work.public_id)

    assert "To do again, with no end date" in page
    assert "Optional" not in page


def test_what_was_handed_in_goes_by_the_later_date_on_each_page(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    given_too(story, taught, at(WEDNESDAY, 18))
    story.at(MONDAY, 9).hand_in_by(whole)
    text = whole.homework
    text.refresh_from_db()
    moved_to = {whole.teaching: DueDate(at(FRIDAY, 18)), taught: DueDate(at(WEDNESDAY, 18))}
    homework.edit(homework=text, revision=text.revision, by=story.teacher, classes=moved_to)

    told = {name: story.page(story.student, name) for name in ("week", "to_hand_in")}
    told |= {"homework": story.page(story.student, "homework", whole.public_id)}
    told |= {"receipt": story.page(story.student, "receipt", HandIn.objects.get().public_id)}

    assert [name for name, page in told.items() if "Friday 4 December" not in page] == []
    assert "Wednesday 2 December" in told.pop("week")  # as it was
    assert [name for name, page in told.items() if "2 December" in page] == []
    page = story.at(THURSDAY, 9).page(story.student, "homework", whole.public_id)
    assert "Until it is due you can replace it" in page

"""One homework in two classes of a student: whether it is late is asked once, for both; taken from
one class and brought back, work stays where it belongs.
"""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.enums import ExemptionKind, Returns, Verdict
from continuity.homework.queries.homework import standing_of
from continuity.homework.services import extensions, homework
from continuity.homework.services.lateness import forgive, forgive_student
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import Assignment, Extension, HandIn, Homework, Tick
from continuity.plans.services import library
from courses.agenda.queries import ONE_DAY, ONE_WEEK
from courses.people.enums import ClassKind
from courses.people.services import classes
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    homework_item,
    part_of,
)
from tests.factories.handins import a_photo, hand_in, put_together
from tests.factories.weeks import teaching
from tests.journeys.test_every_page_tells_a_work_alike import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    Story,
    bring_back,
    english,
    given_too,
    in_a_group_too,
    leave_to,
    moved,
    not_told_handed_in,
    own_pages,
    story,
    words,
)

pytestmark = pytest.mark.django_db
__all__ = ["english", "story"]  # fixtures


QUERIES_OF_TAKING = 60


def an_unrelated_leave(story: Story) -> None:
    """One day, weeks later."""
    day = MONDAY + 8 * ONE_WEEK
    story.leave(day, last=day)


def replaced(story: Story, work: Assignment) -> HandIn:
    """By the receipt's button and the form."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[work.public_id]))
    return story.hand_in_by(work, "Mieux")


def is_late(handin: HandIn) -> bool:
    handin.refresh_from_db()
    return handin.is_late


# One rule for late


def test_a_leave_of_another_day_takes_no_late_away_by_the_class_that_was_left(story):
    old = story.give(at(FRIDAY, 18))
    new = given_too(story, moved(story, TUESDAY), at(WEDNESDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in_by(old)
    before = (handin.assignment, handin.is_late)

    an_unrelated_leave(story)

    assert before == (new, True)
    assert is_late(handin)


def test_a_leave_on_the_earlier_date_doesnt_cover_the_later_one_now_or_afterwards(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(WEDNESDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    story.at(THURSDAY, 9)
    page = story.page(story.student, "hand_in", whole.public_id)
    handin = story.hand_in_by(whole)
    before = (handin.assignment, handin.is_late)

    an_unrelated_leave(story)

    assert "will be marked late" in page
    assert before == (later, True)
    assert is_late(handin)


@pytest.mark.parametrize("here", [True, False])
def test_a_leave_that_another_school_entered_takes_no_late_away(story, here):
    other = SchoolClassFactory(name="Gr A", kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=other, since=MONDAY - 9 * ONE_WEEK)
    story.give(at(TUESDAY, 18))
    given_too(story, teaching(other, teacher=story.teacher), at(MONDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in()
    exemption_of(
        story.student,
        school=story.school_class.school if here else other.school,
        entered_by=story.tutor,
        first_day=MONDAY,
        last_day=TUESDAY,
        kind=ExemptionKind.LEAVE,
    )

    forgive_student(story.student)

    assert is_late(handin) is not here


def test_what_isnt_given_to_the_student_any_more_is_late_by_its_own_date(story):
    story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in()
    story.student.class_memberships.update(since=WEDNESDAY)

    an_unrelated_leave(story)

    assert is_late(handin)


@pytest.mark.parametrize("by", ["joining", "changing class"])
def test_joining_a_class_with_a_later_date_takes_late_away_at_once(story, by):
    school = story.school_class.school
    kind = ClassKind.GROUP if by == "joining" else ClassKind.CLASS
    joined = SchoolClassFactory(name="2de 5", school=school, kind=kind)
    whole = story.give(at(MONDAY, 18))
    given_too(story, teaching(joined, subject=story.teaching.subject), at(FRIDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    before = handin.is_late
    story.at(WEDNESDAY, 9)

    if by == "joining":
        classes.join_class(student=story.student, school_class=joined)
    else:
        classes.change_class(student=story.student, to=joined)

    assert (before, is_late(handin)) == (True, False)


def test_joining_a_class_that_doesnt_have_the_homework_takes_no_late_away(story):
    group = SchoolClassFactory(school=story.school_class.school, kind=ClassKind.GROUP)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)

    classes.join_class(student=story.student, school_class=group)

    assert is_late(handin)


def test_a_class_that_is_added_with_a_later_date_takes_late_away(story):
    taught = in_a_group_too(story)
    part_of(taught)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    whole.homework.refresh_from_db()
    before = handin.is_late

    homework.edit(
        homework=whole.homework,
        revision=whole.homework.revision,
        by=story.teacher,
        classes={story.teaching: DueDate(whole.due_at), taught: DueDate(at(FRIDAY, 18))},
    )

    assert (before, is_late(handin)) == (True, False)
    assert not_told_handed_in(story) == []


def test_a_class_that_is_added_for_others_takes_no_late_away(story):
    other = teaching(SchoolClassFactory(school=story.school_class.school), teacher=story.teacher)
    whole = story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    whole.homework.refresh_from_db()

    homework.edit(
        homework=whole.homework,
        revision=whole.homework.revision,
        by=story.teacher,
        classes={story.teaching: DueDate(whole.due_at), other: DueDate(at(FRIDAY, 18))},
    )

    assert is_late(handin)


@pytest.mark.parametrize("number", [1, 4])
def test_late_is_asked_anew_in_as_many_queries_for_many_as_for_one(story, number):
    taught = in_a_group_too(story)
    for count in range(number):
        work = story.give(at(MONDAY, 18), title=f"B{count}")
        given_too(story, taught, at(MONDAY, 19))
        story.at(THURSDAY, 9).hand_in()
        hand_in(work, StudentFactory(in_class=story.school_class), text="x", now=timezone.now())
    assert HandIn.objects.filter(is_late=True).count() == 2 * number

    with CaptureQueriesContext(connection) as of_all:
        forgive(Assignment.objects.all())
    with CaptureQueriesContext(connection) as of_one:
        forgive_student(story.student)

    assert HandIn.objects.filter(is_late=True).count() == 2 * number
    assert (len(of_all), len(of_one)) == (6, 5)


# Replacing


def test_replacing_is_on_time_until_the_date_of_the_class_that_has_it_again(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    given_too(story, taught, at(THURSDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    leave_to(story, whole)
    bring_back(story)
    story.at(WEDNESDAY, 9)

    receipt = story.page(story.student, "receipt", handin.public_id)
    again = replaced(story, whole)

    assert "Until Thursday 3 December" in receipt
    assert (again.assignment, again.version, again.is_late) == (whole, 2, False)
    assert not_told_handed_in(story) == []


def test_replacing_what_was_on_time_warns_before_it_is_late(story):
    whole = story.give(at(MONDAY, 18))
    more = extensions.extend(
        assignment=whole, student=story.student, due_at=at(THURSDAY, 18), by=story.teacher
    )
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    extensions.withdraw(extension=more, by=story.teacher)
    story.at(WEDNESDAY, 9)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))

    page = story.page(story.student, "hand_in", whole.public_id)
    before = is_late(handin)
    again = story.hand_in_by(whole, "Mieux")

    assert "You are replacing what you handed in" in page
    assert "What you hand in now will be marked late; the earlier work isn’t." in page
    assert (before, again.is_late) == (False, True)


def test_replacing_what_was_late_says_once_more_that_it_is(story):
    whole = story.give(at(MONDAY, 18))
    story.at(TUESDAY, 9).hand_in_by(whole)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))

    page = story.page(story.student, "hand_in", whole.public_id)

    assert "You are replacing what you handed in" in page
    assert "You can still hand in: it will be marked late." in page
    assert "the earlier work isn’t" not in page


def test_a_replacement_that_comes_too_late_is_shown_and_goes_on_with_more_time(story):
    whole = story.give(at(TUESDAY, 18))
    story.at(MONDAY, 9).hand_in_by(whole)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    url = reverse("continuity:hand_in", args=[whole.public_id])
    client.post(reverse("continuity:hand_in_again", args=[whole.public_id]))
    before = client.get(url).text
    story.at(TUESDAY, 19)

    refused = client.post(url, {"receipt_key": str(uuid.uuid4()), "text": "Bien <b>mieux</b>"})
    again = client.get(url)
    more = {"assignment": whole, "student": story.student, "by": story.teacher}
    extensions.extend(due_at=at(WEDNESDAY, 18), **more)
    opened = client.get(url)

    assert ">What you had written</h2>" not in before
    for page in (refused.text, again.text):
        assert "It could be replaced until" in page
        assert ">What you had written</h2>" in page
        assert "Bien &lt;b&gt;mieux&lt;/b&gt;" in page
        assert "It isn’t handed in." in page
        link = BeautifulSoup(page, "html.parser").select_one('main a[href*="?item="]')
        assert client.get(link["href"]).status_code == 200
    assert ">What you had written</h2>" not in opened.text
    assert "Bien &lt;b&gt;mieux&lt;/b&gt;" in opened.text


# Taken from a class, and brought back


def taken_and_changed(story: Story, whole: Assignment, **facts) -> None:
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


# What the teacher reads


def untick(story: Story, whole: Assignment, later: Assignment) -> str:
    """By the form, without the box of the other class: the page that follows."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)
    text, row, other = whole.homework, f"class-{whole.teaching.public_id}", later.teaching.public_id
    text.refresh_from_db()
    sent = {name: getattr(text, name) for name in ("title", "body", "minutes", "returns")}
    sent |= {"revision": text.revision, "step": "save", f"{row}-given": "on"}
    sent |= {f"{row}-due_on": whole.due_at.date(), f"{row}-due_hour": "18:00"}
    sent |= {f"class-{other}-due_on": later.due_at.date(), f"class-{other}-due_hour": "18:00"}
    answer = client.post(
        reverse("continuity:edit_homework", args=[text.public_id]), sent, follow=True
    )
    return words(BeautifulSoup(answer.text, "html.parser"))


def test_taking_a_class_away_says_where_its_work_is(story):
    whole = story.give(at(FRIDAY, 18))
    later = given_too(story, in_a_group_too(story), at(FRIDAY, 20))

    page = untick(story, whole, later)

    later.refresh_from_db()
    assert later.homework != whole.homework
    assert "Gr A has it no more: for thirty days it can be brought back" in page
    assert "shown to them as it was and as it is" not in page


@pytest.mark.parametrize("day", [MONDAY, WEDNESDAY], ids=["past", "to come"])
def test_who_had_until_later_keeps_that_date_when_the_class_with_it_is_taken_away(story, day):
    """Nobody is late at once, and no date comes nearer without a word."""
    taught = in_a_group_too(story)
    whole = story.give(at(day, 18))
    later = given_too(story, taught, at(THURSDAY, 18))
    story.at(TUESDAY, 9)

    page = untick(story, whole, later)

    asked = [story.page(story.student, name) for name in ("week", "to_hand_in")]
    own = story.page(story.student, "homework", whole.public_id)
    more = whole.extensions.standing().get()
    later.refresh_from_db()
    assert later.homework != whole.homework
    assert "class, too, keeps the later of the two dates" in page
    assert ["Thursday 3 December" in said for said in [*asked, own]] == [True] * 3
    assert [said for said in [*asked, own] if "Late" in said] == []
    assert (more.student, more.due_at) == (story.student, at(THURSDAY, 18))
    assert story.at(THURSDAY, 9).hand_in_by(whole).is_late is False
    bring_back(story)
    assert not_told_handed_in(story) == []


def test_a_date_that_is_past_or_no_later_gives_nobody_more_time(story):
    taught = in_a_group_too(story)
    whole = story.give(at(FRIDAY, 18))
    given_too(story, taught, at(WEDNESDAY, 18))
    past = story.give(at(MONDAY, 12))
    given_too(story, taught, at(MONDAY, 18))
    story.at(TUESDAY, 9)

    for kept in (whole, past):
        leave_to(story, kept)

    assert Extension.objects.count() == 0


def test_who_is_taken_out_of_a_group_keeps_its_later_date(story):
    taught = in_a_group_too(story)
    alone = story.give(at(MONDAY, 12))
    earlier = given_too(story, taught, at(MONDAY, 11))
    whole = story.give(at(MONDAY, 18))
    given_too(story, taught, at(THURSDAY, 18))
    story.at(TUESDAY, 9)
    before = story.page(story.leader, "student", story.student.public_id)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.leader)
    group = taught.school_class.public_id
    address = reverse("continuity:leave_class", args=[story.student.public_id, group])

    said = client.post(address, follow=True).text
    client.post(address)

    asked = story.page(story.student, "homework", whole.public_id)
    assert "is no longer in Gr A" in said
    assert ("Take out Gr A" in before, "Take out Gr A" in said) == (True, False)
    assert ("Thursday 3 December" in asked, "marked late" in asked) == (True, False)
    assert whole.extensions.standing().get().due_at == at(THURSDAY, 18)
    assert not Extension.objects.filter(assignment__in=[alone, earlier]).exists()


def counted(*works: Assignment) -> list[int]:
    """How many each class counts as done."""
    return [standing_of(one, timezone.now()).handed_in for one in works]


def test_work_of_a_group_that_was_left_before_it_was_given_counts_in_the_class(story):
    """Published on Friday for Monday, handed in on Friday; the group is left on Saturday."""
    taught = in_a_group_too(story)
    whole = story.at(MONDAY - 3 * ONE_DAY, 9).give(at(WEDNESDAY, 18))
    later = given_too(story, taught, at(FRIDAY, 18))
    assert story.hand_in_by(whole).assignment == later

    story.at(MONDAY - 2 * ONE_DAY, 9)
    classes.leave_class(student=story.student, school_class=taught.school_class)

    assert counted(whole, later) == [1, 0]
    assert standing_of(later, timezone.now()).rows == []
    assert not_told_handed_in(story.at(MONDAY, 9)) == []


def test_what_was_ticked_off_for_a_group_that_was_left_since_is_counted_once(story):
    taught = in_a_group_too(story)
    whole = story.give(at(FRIDAY, 18), returns=Returns.NOTHING)
    later = given_too(story, taught, at(MONDAY + ONE_WEEK, 18))
    Tick.objects.create(item=later.items.get(), student=story.student)

    story.at(WEDNESDAY, 9)
    classes.leave_class(student=story.student, school_class=taught.school_class)

    assert counted(whole, later) == [0, 1]
    page = story.page(story.teacher, "homework", later.public_id)
    assert story.student.family_name in page


@pytest.mark.parametrize("number", [1, 6])
def test_a_class_is_taken_away_in_as_many_queries_for_many_as_for_one(story, number):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(THURSDAY, 18))
    for n in range(number):
        mate = StudentFactory(in_class=story.school_class)
        mate.class_memberships.create(school_class=taught.school_class, since=MONDAY - ONE_WEEK)
        handin = hand_in(later, mate, text="À moi", now=at(MONDAY, 9))
        HandIn.objects.filter(pk=handin.pk).update(assignment=later)
        if n % 2:
            extensions.extend(
                assignment=later, student=mate, due_at=at(FRIDAY, 18), by=story.teacher
            )
    story.at(MONDAY, 10)

    with CaptureQueriesContext(connection) as asked:
        leave_to(story, whole)

    assert len(asked) <= QUERIES_OF_TAKING
    assert set(HandIn.objects.values_list("assignment", flat=True)) == {whole.pk}
    assert whole.extensions.standing().count() == number + 1


# What was withdrawn


@pytest.mark.parametrize("returns", [Returns.TEXT, Returns.PHOTOS])
def test_the_page_of_what_was_withdrawn_keeps_what_was_typed_and_leads_to_the_receipt(
    story, returns
):
    work = story.give(at(FRIDAY, 18), returns=returns)
    mate = StudentFactory(in_class=story.school_class, language="en")
    handin = put_together(work, mate) if returns == Returns.PHOTOS else None
    handin = hand_in(work, mate, text="" if handin else "Fait", now=timezone.now())
    homework.delete(homework=work.homework, by=story.teacher)
    url = reverse("continuity:hand_in", args=[work.public_id])
    client = Client(headers={"Accept-Language": "en"})

    client.force_login(story.student)
    sent = client.post(url, {"receipt_key": str(uuid.uuid4()), "text": "Une <b>heure</b>"})
    other = client.get(url)
    client.force_login(mate)
    theirs = client.get(url)

    assert (sent.status_code, other.status_code, theirs.status_code) == (410, 410, 410)
    assert "Une &lt;b&gt;heure&lt;/b&gt;" in sent.text
    assert ">What you had written</h2>" in sent.text
    assert ">What you had written</h2>" not in other.text
    assert ["is kept" in page.text for page in (sent, other, theirs)] == [False, False, True]
    receipt = reverse("continuity:receipt", args=[handin.public_id])
    assert [receipt in page.text for page in (sent, other, theirs)] == [False, False, True]
    assert ("Photos that hadn’t left" in other.text) == (returns == Returns.PHOTOS)


@pytest.mark.parametrize("number", [1, 2])
def test_deleting_speaks_of_one_class_of_several_only_where_there_are_several(story, number):
    work = story.give(at(FRIDAY, 18))
    if number == 2:
        given_too(story, in_a_group_too(story), at(FRIDAY, 20))

    page = story.page(story.teacher, "delete_homework", work.homework.public_id)

    assert ("one class of several" in page) == (number == 2)


@pytest.mark.parametrize(
    ("in_class", "in_group", "said"),
    [
        (FRIDAY, THURSDAY, ["Thursday 3 December", "Friday 4 December"]),
        (WEDNESDAY, TUESDAY, ["Thursday 3 December", "Wednesday 2 December"]),
        (TUESDAY, THURSDAY, []),
    ],
    ids=["the class’s later", "the group’s earlier", "the one that doesn’t count"],
)
def test_before_and_after_are_the_dates_that_counted(story, in_class, in_group, said):
    """Given for Wednesday in the class and Thursday in the group."""
    taught = in_a_group_too(story)
    whole = story.give(at(WEDNESDAY, 18))
    later = given_too(story, taught, at(THURSDAY, 18))

    homework.edit(
        homework=whole.homework,
        revision=Homework.objects.get().revision,
        by=whole.homework.author,
        classes={
            whole.teaching: DueDate(at(in_class, 18)),
            later.teaching: DueDate(at(in_group, 18)),
        },
        now=timezone.now(),
    )

    week = story.main(story.student, "week")[0]
    change = [line.get_text(" ", strip=True) for line in week.select(".change")]
    assert len(change) == bool(said)
    assert all(day in change[0] for day in said)


def test_who_has_more_time_reads_no_change_of_a_date_that_isnt_theirs(story):
    given = story.give(at(WEDNESDAY, 18))
    extensions.extend(
        assignment=given,
        student=story.student,
        due_at=at(MONDAY + ONE_WEEK, 18),
        by=given.homework.author,
    )

    homework.edit(
        homework=given.homework,
        revision=Homework.objects.get().revision,
        by=given.homework.author,
        classes={given.teaching: DueDate(at(FRIDAY, 18))},
        now=timezone.now(),
    )

    assert not story.main(story.student, "week")[0].select(".change")

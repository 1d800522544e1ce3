"""One homework for two classes of a student, taken from one and brought back, on each page."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.enums import Returns, Verdict
from continuity.homework.services import extensions, homework
from continuity.homework.services.lateness import forgive
from continuity.homework.values import DueDate
from continuity.models import Assignment, HandIn, Homework, Tick
from continuity.students.queries import works_of
from courses.agenda.queries import ONE_WEEK
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
from tests.factories.handins import hand_in, put_together
from tests.factories.weeks import teaching
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    bring_back,
    given_too,
    in_a_group_too,
    leave_to,
    moved,
    not_told_handed_in,
    own_pages,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_do_again_leads_to_the_class_in_which_the_work_is_asked_now(story):
    """The class that was left isn't that of the student any more, the new one has the same text."""
    old = story.give(at(MONDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.answer(handin, Verdict.AGAIN)
    other = SchoolClassFactory(name="2de 5", school=story.school_class.school)
    new = given_too(story, teaching(other, teacher=story.teacher), at(FRIDAY, 18))
    story.at(WEDNESDAY, 9).student.class_memberships.update(school_class=other, since=TUESDAY)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)

    page = client.get(reverse("continuity:answer", args=[handin.public_id])).text

    addresses = [reverse("continuity:hand_in", args=[one.public_id]) for one in (old, new)]
    assert [one in page for one in addresses] == [False, True]
    assert "This isn’t on your week." not in page
    assert client.get(addresses[1]).status_code == 200


def test_work_that_counts_in_the_class_of_today_is_not_called_optional(story):
    """Handed in for the class that was left, and replaced: the new class's date decides."""
    old = story.give(at(FRIDAY, 18))
    story.hand_in()
    given_too(story, moved(story, WEDNESDAY), at(THURSDAY, 18))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.at(WEDNESDAY, 9).student)
    client.post(reverse("continuity:hand_in_again", args=[old.public_id]))

    page = story.page(story.student, "hand_in", old.public_id)

    assert "To hand in by Thursday 3 December 2026, 18:00" in page
    assert "Optional" not in page


def test_what_was_handed_in_for_the_old_class_is_handed_in_for_the_new_one(story):
    old = story.give(at(TUESDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    taught = moved(story, WEDNESDAY)
    new = given_too(story, taught, at(FRIDAY, 9))
    story.at(FRIDAY, 12)

    student, family = story.of_the_student(), story.of_the_family()
    pages = own_pages(story, old, new)
    theirs = story.page(taught.teacher, "homework", new.public_id)
    (of_subject,) = works_of(story.student, timezone.now(), story.leader).subjects

    assert ["anded in" in student[place] for place in ("week", "list")] == [True] * 2
    assert ["|" in student[place] for place in ("week", "list")] == [False] * 2
    assert ["anded in" in said for said in pages] == [True] * 4
    assert [place for place in pages if "Late" in place or "marked late" in place] == []
    assert "Up to date" in family["children"]
    assert "Counts in 2de 4 Due Fri 4 Dec, 09:00: the date of 2de 5" in theirs
    assert "Answer" not in theirs.partition("Who has handed in")[2].partition("What is to be")[0]
    assert "0 of 0" in theirs
    assert "1 of 1" in story.of_staff()["homework"]
    assert "1 handed in" in story.of_staff()["class list"]
    answer = reverse("continuity:write_answer", args=[handin.public_id])
    for teacher, work in ((story.teacher, old), (taught.teacher, new)):
        links = story.main(teacher, "homework", work.public_id)[0].find_all("a", href=answer)
        client = Client()
        client.force_login(teacher)
        assert bool(links) == (client.get(answer).status_code == 200)
    assert (of_subject.handed_in, of_subject.late, of_subject.missing) == (1, 0, 0)


def test_do_again_from_the_old_class_is_asked_once_and_done_by_either_address(story):
    old = story.give(at(TUESDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    taught = moved(story, WEDNESDAY)
    new = given_too(story, taught, at(THURSDAY, 18))
    story.at(FRIDAY, 9).answer(handin, Verdict.AGAIN)

    family, asked = story.of_the_family(), own_pages(story, old, new)
    lines, listed = story.paper(), story.row(story.student, "to_hand_in")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)
    sent = {"receipt_key": str(uuid.uuid4()), "text": "Refait"}
    story.at(FRIDAY, 10)
    receipt = client.post(reverse("continuity:hand_in", args=[new.public_id]), sent, follow=True)

    assert "1 to hand in" in family["children"]
    assert "1 to hand in" in family["mail"]
    assert (len(lines), TITLE in listed, "|" in listed) == (1, True, False)
    assert [page for page in asked if "marked late" in page and "won’t be" not in page] == []
    assert ["o do again" in page or "o be done again" in page for page in asked] == [True] * 4
    again = HandIn.objects.handed_in().get()
    assert (again.assignment, again.is_late) == (old, False)
    assert "Handed in, late" not in receipt.text
    story.at(FRIDAY, 11)
    after = [*story.of_the_student().values(), *own_pages(story, new)]
    assert [page for page in after if "o do again" in page] == []
    assert "to do again" not in story.page(taught.teacher, "homework", new.public_id)


def test_work_for_a_class_and_a_group_waits_until_the_later_date_and_is_counted_there(story):
    group = SchoolClassFactory(name="Gr A", school=story.school_class.school, kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=group, since=MONDAY - 9 * ONE_WEEK)
    taught = teaching(group, teacher=story.teacher, subject=story.teaching.subject)
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(WEDNESDAY, 18))
    story.at(TUESDAY, 12)

    pages, children = own_pages(story, whole, later), story.of_the_family()["children"]
    missing = story.of_staff()["homework"]
    handin = story.hand_in_by(whole)
    lists = [
        story.row(story.teacher, "class_homework", one.public_id)
        for one in (story.school_class, group)
    ]
    counted = [
        story.page(story.teacher, "homework", work.public_id).partition("Who has handed in")[2]
        for work in (whole, later)
    ]

    assert [page for page in pages if "Late" in page or "marked late" in page] == []
    assert ["2 December" in page for page in pages] == [True] * 4
    assert ("1 to hand in" in children, "1 late" in children) == (True, False)
    assert "missing" not in missing
    assert "Counts in Gr A Due Wed 2 Dec, 18:00: the date of Gr A" in missing
    assert (handin.assignment, handin.is_late) == (later, False)
    assert ["0 handed in" in said for said in lists] == [True, False]
    assert [said.strip()[:6] for said in counted] == ["0 of 0", "1 of 1"]


def test_pages_that_were_begun_for_the_old_class_come_along_to_the_new_one(story):
    old = story.give(at(WEDNESDAY, 18), returns=Returns.PHOTOS)
    begun = put_together(old, story.student, photos=2, now=at(MONDAY, 9))
    taught = moved(story, TUESDAY)
    new = given_too(story, taught, at(FRIDAY, 18))
    story.at(THURSDAY, 9)

    before = story.page(story.student, "hand_in", old.public_id)
    handin = story.hand_in_by(old, text="")

    assert "marked late" not in before
    assert (handin.pk, handin.assignment, handin.pages) == (begun.pk, new, 2)
    assert handin.is_late is False


def test_what_was_handed_in_for_a_group_stays_when_the_group_has_it_no_more(story):
    taught = in_a_group_too(story)
    only_there = StudentFactory(in_class=taught.school_class, language="en")
    whole = story.give(at(MONDAY, 18))
    later = given_too(story, taught, at(WEDNESDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    theirs = hand_in(later, only_there, text="À moi", now=timezone.now())

    leave_to(story, whole)
    story.at(THURSDAY, 9)
    alone = not_told_handed_in(story)
    receipt = story.page(story.student, "receipt", handin.public_id)
    gone = story.page(only_there, "receipt", theirs.public_id)
    back = bring_back(story)
    again = not_told_handed_in(story)

    assert (alone, again) == ([], [])
    assert "withdrawn" not in receipt
    assert "withdrawn" in gone
    assert back.status_code == 200
    assert back.redirect_chain[0][0].endswith(
        reverse("continuity:homework", args=[later.public_id])[3:]
    )
    assert not Homework.objects.filter(deleted_at__isnull=False).exists()
    handin.refresh_from_db()
    theirs.refresh_from_db()
    later.refresh_from_db()
    assert (handin.assignment, handin.is_late, theirs.assignment) == (whole, False, later)
    assert later.homework == whole.homework
    assert "withdrawn" not in story.page(only_there, "receipt", theirs.public_id)
    leave_to(story, whole)
    assert not_told_handed_in(story) == []


def test_what_was_handed_in_for_the_old_class_stays_when_that_has_it_no_more(story):
    old = story.give(at(TUESDAY, 18))
    story.at(MONDAY, 9).hand_in()
    taught = moved(story, WEDNESDAY)
    new = given_too(story, taught, at(FRIDAY, 9))
    taught.teacher = story.teacher
    taught.save()
    story.at(WEDNESDAY, 12)

    leave_to(story, new)
    story.at(FRIDAY, 12)

    pages = own_pages(story, old, new)
    assert ["anded in" in story.row(story.student, place) for place in ("week", "to_hand_in")] == (
        [True, True]
    )
    assert [page for page in pages if "Late" in page or "anded in" not in page] == []
    assert "1 of 1" in story.page(story.teacher, "homework", new.public_id)
    assert TITLE in story.row(story.teacher, "queue")
    assert HandIn.objects.get().assignment == new


@pytest.mark.parametrize("by", ["date", "more time"])
def test_a_later_date_in_one_class_takes_late_from_work_that_counts_in_the_other(story, by):
    taught = in_a_group_too(story)
    first = story.give(at(MONDAY, 18))
    second = given_too(story, taught, at(WEDNESDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in_by(first)
    assert (handin.assignment, handin.is_late) == (second, True)

    if by == "date":
        work = Homework.objects.get()
        homework.edit(
            homework=work,
            revision=work.revision,
            by=story.teacher,
            classes={story.teaching: DueDate(at(FRIDAY, 18)), taught: DueDate(second.due_at)},
        )
    else:
        extensions.extend(
            assignment=first, student=story.student, due_at=at(FRIDAY, 18), by=story.teacher
        )

    handin.refresh_from_db()
    assert not handin.is_late


def test_a_group_that_has_it_again_takes_late_from_work_of_the_days_between(story):
    """Of who joined the group meanwhile."""
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    given_too(story, taught, at(THURSDAY, 18))
    story.student.class_memberships.filter(school_class=taught.school_class).delete()
    leave_to(story.at(MONDAY, 9), whole)
    story.student.class_memberships.create(school_class=taught.school_class, since=TUESDAY)
    handin = story.at(WEDNESDAY, 9).hand_in_by(whole)
    assert handin.is_late

    bring_back(story.at(WEDNESDAY, 12))

    handin.refresh_from_db()
    assert not handin.is_late


def test_the_date_of_a_class_that_was_left_takes_no_late_away(story):
    story.give(at(FRIDAY, 18))
    new = given_too(story, moved(story, TUESDAY), at(WEDNESDAY, 18))
    handin = story.at(THURSDAY, 9).hand_in_by(new)
    assert (handin.assignment, handin.is_late) == (new, True)

    forgive(Assignment.objects.all())

    handin.refresh_from_db()
    assert handin.is_late


def test_a_date_of_a_class_that_isn_t_the_student_s_takes_no_late_away(story):
    story.give(at(MONDAY, 18))
    other = teaching(SchoolClassFactory(school=story.school_class.school), teacher=story.teacher)
    handin = story.at(THURSDAY, 9).hand_in()

    given_too(story, other, at(FRIDAY, 18))
    forgive(Assignment.objects.all())

    handin.refresh_from_db()
    assert handin.is_late


def test_two_works_from_before_one_answer_counted_stay_apart(story):
    taught = in_a_group_too(story)
    whole = story.give(at(MONDAY, 18))
    second = given_too(story, taught, at(WEDNESDAY, 18))
    counts = story.at(MONDAY, 9).hand_in_by(whole)
    other = hand_in(
        homework_item(story.part, returns=Returns.TEXT).assignment, story.student, text="Avant"
    )
    HandIn.objects.filter(pk=other.pk).update(assignment=whole)

    leave_to(story, whole)

    kept = {one.pk: one.assignment for one in HandIn.objects.all()}
    assert kept == {counts.pk: second, other.pk: whole}


def test_do_again_stays_when_the_group_has_it_no_more_and_is_done_once(story):
    whole = story.give(at(MONDAY, 18))
    given_too(story, in_a_group_too(story), at(WEDNESDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in_by(whole)
    story.answer(handin, Verdict.AGAIN)

    leave_to(story, whole)
    story.at(THURSDAY, 9)
    asked = [story.page(story.student, name) for name in ("week", "to_hand_in")]
    answer, lines = story.main(story.student, "answer", handin.public_id), story.paper()
    again = story.hand_in_by(whole, "Refait")
    bring_back(story)
    after = story.of_the_student()

    assert ["To be done again" in said for said in asked] == [True] * 2
    assert (answer[1], len(lines)) == (200, 1)
    assert (again.assignment, again.version, again.is_late) == (whole, 2, False)
    assert [said for said in after.values() if re.search("o (be done|do) again", said)] == []
    assert [said for said in after.values() if "anded in" not in said or "Late" in said] == []


def test_what_was_ticked_off_or_begun_for_a_group_stays_when_the_group_has_it_no_more(story):
    taught = in_a_group_too(story)
    whole = story.give(at(WEDNESDAY, 18), returns=Returns.PHOTOS)
    later = given_too(story, taught, at(FRIDAY, 18))
    begun = put_together(later, story.student, photos=2, now=at(MONDAY, 9))
    other = homework_item(story.part, due_at=at(WEDNESDAY, 18), returns=Returns.NOTHING).assignment
    again = assignment(taught, at(FRIDAY, 18), homework=other.homework)
    item = homework_item(part_of(taught), again, MONDAY)
    Tick.objects.create(item=item, student=story.student)

    leave_to(story, other)
    leave_to(story, whole)
    handin = story.at(TUESDAY, 9).hand_in_by(whole, text="")

    assert (handin.pk, handin.assignment, handin.pages) == (begun.pk, whole, 2)
    assert Tick.objects.get().item.assignment == other

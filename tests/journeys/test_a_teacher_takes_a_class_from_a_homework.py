"""What a teacher reads who takes one of two classes from a homework, or withdraws it."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.enums import Returns
from continuity.homework.queries.homework import standing_of
from continuity.homework.services import extensions, homework
from continuity.homework.values import DueDate
from continuity.models import Assignment, Extension, HandIn, Homework, Tick
from courses.agenda.queries import ONE_DAY, ONE_WEEK
from courses.people.services import classes
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    at,
)
from tests.factories.handins import hand_in, put_together
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WorkStory,
    bring_back,
    given_too,
    in_a_group_too,
    leave_to,
    not_told_handed_in,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


QUERIES_OF_TAKING = 60


# What the teacher reads


def untick(story: WorkStory, whole: Assignment, later: Assignment) -> str:
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

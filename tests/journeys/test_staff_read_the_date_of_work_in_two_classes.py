"""One homework in two classes of a student, as each class's page tells it to staff: where it counts,
and the date by which it is late or not, which is the one that the student reads.
"""

import datetime

import pytest
from django.utils import timezone

from continuity.enums import PartState, Returns
from continuity.homework.queries.homework import standing_of
from continuity.homework.services import extensions, homework
from continuity.homework.values import DueDate
from continuity.models import Assignment, Extension, PlanPart
from courses.agenda.queries import ONE_WEEK
from courses.people.enums import ClassKind
from courses.required import required
from tests.factories.continuity import MONDAY, SchoolClassFactory, at, homework_item, part_of
from tests.factories.weeks import teaching
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    WorkStory,
    given_too,
    in_a_group_too,
    moved,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

OWN = "Own date: Fri 4 Dec, 18:00"
OF_THE_CLASS = "Due Fri 4 Dec, 18:00: the date of 2de 4"
OF_THE_GROUP = "Due Fri 4 Dec, 18:00: the date of Gr A"
OWN_IN_THE_CLASS = "Due Fri 4 Dec, 18:00: own date in 2de 4"
OWN_IN_THE_GROUP = "Due Fri 4 Dec, 18:00: own date in Gr A"
IN_GROUP = "Counts in Gr A "


def told_of(story: WorkStory, work: Assignment) -> str:
    """What that class's page says to its teacher below the student's name."""
    main, _status = story.main(work.teaching.teacher, "homework", work.public_id)
    (row,) = main.select(".row__main")
    return " ".join(words(line) for line in row.select("p.soft"))


def more_time(story: WorkStory, work: Assignment, day: datetime.date, reason: str) -> Extension:
    return extensions.extend(
        assignment=work, student=story.student, due_at=at(day, 18), by=story.teacher, reason=reason
    )


ROWS = [  # where it counts, whose date decides, in which class more time was given
    ("class", "class", None, ""),
    ("class", "class", "class", f"{OWN} (Panne)"),
    ("class", "class", "group", ""),
    ("class", "group", None, OF_THE_GROUP),
    ("class", "group", "class", OF_THE_GROUP),
    ("class", "group", "group", OWN_IN_THE_GROUP),
    ("group", "class", None, IN_GROUP + OF_THE_CLASS),
    ("group", "class", "class", f"{IN_GROUP}{OWN_IN_THE_CLASS} (Panne)"),
    ("group", "class", "group", IN_GROUP + OF_THE_CLASS),
    ("group", "group", None, IN_GROUP + OF_THE_GROUP),
    ("group", "group", "class", IN_GROUP + OF_THE_GROUP),
    ("group", "group", "group", IN_GROUP + OWN_IN_THE_GROUP),
]


@pytest.mark.parametrize(
    ("counts", "decides", "more", "told", "is_in"),
    [(*row, True) for row in ROWS] + [(*row, False) for row in ROWS if row[0] == row[1]],
)
def test_the_row_says_where_it_counts_and_whose_date_decides(
    story, counts, decides, more, told, is_in
):
    """What is open counts where the date is the later one."""
    taught = {"class": story.teaching, "group": in_a_group_too(story)}
    first = homework_item(
        part_of(taught[counts]), due_at=at(TUESDAY, 18), title=TITLE, returns=Returns.TEXT
    )
    story.work = required(first.assignment)
    given = {counts: story.work}
    if is_in:
        story.hand_in()
    (other,) = {"class", "group"} - {counts}
    given[other] = given_too(story, taught[other], at(TUESDAY, 12))
    text = story.work.homework
    text.refresh_from_db()
    dates = {taught[one]: DueDate(work.due_at) for one, work in given.items()}
    dates |= {taught[decides]: DueDate(at(TUESDAY if more == decides else FRIDAY, 18))}
    homework.edit(homework=text, revision=text.revision, by=story.teacher, classes=dates)
    if more:
        given[more].refresh_from_db()
        more_time(story, given[more], FRIDAY if more == decides else WEDNESDAY, "Panne")

    here = given["class"].public_id
    page, own = (
        story.page(story.teacher, "homework", here),
        story.page(story.student, "homework", here),
    )

    assert told_of(story, given["class"]) == told
    assert "Friday 4 December 2026, 18:00" in own
    assert ("Panne" in own) == (more == decides)
    assert ("Take the extension back" in page) == (more == "class")
    assert ("1 of 1" in page) == (is_in and counts == "class")


def test_the_page_of_the_class_that_was_left_claims_no_date_of_the_new_one(story):
    """Nor the reason that a teacher of the new class gave for it."""
    old = story.give(at(FRIDAY, 18))
    story.hand_in()
    new = given_too(story, moved(story, WEDNESDAY), at(THURSDAY, 18))
    taken_back = more_time(story, new, FRIDAY, "Panne")

    told = [told_of(story, old), story.page(story.student, "homework", old.public_id)]
    extensions.withdraw(extension=taken_back, by=story.teacher)
    after = [told_of(story, old), story.page(story.student, "homework", old.public_id)]

    assert told[0] == "Due Fri 4 Dec, 18:00: own date in 2de 5"
    assert ("Friday 4 December 2026, 18:00" in told[1], "Panne" in told[1]) == (True, True)
    assert after[0] == "Due Thu 3 Dec, 18:00: the date of 2de 5"
    assert ("Thursday 3 December 2026, 18:00" in after[1], "Panne" in after[1]) == (True, False)


def test_it_counts_in_one_class_and_goes_by_the_date_of_a_third(story):
    whole = story.give(at(TUESDAY, 18))
    story.hand_in()
    group = SchoolClassFactory(name="Gr B", school=story.school_class.school, kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=group, since=MONDAY - ONE_WEEK)
    here = given_too(story, in_a_group_too(story), at(MONDAY, 18))
    given_too(story, teaching(group, teacher=story.teacher), at(FRIDAY, 18))

    assert told_of(story, here) == "Counts in 2de 4 Due Fri 4 Dec, 18:00: the date of Gr B"
    assert told_of(story, whole) == "Due Fri 4 Dec, 18:00: the date of Gr B"


@pytest.mark.parametrize("has_left", [True, False])
def test_a_draft_decides_for_nobody(story, has_left):
    """Handed in for the class, whose part of the week became a draft again."""
    whole = story.give(at(FRIDAY, 18))
    story.hand_in()
    later = given_too(story, in_a_group_too(story), at(THURSDAY, 18))
    before = told_of(story, later)
    PlanPart.objects.filter(pk=story.part.pk).update(state=PartState.DRAFT)
    if has_left:
        story.student.class_memberships.filter(school_class=story.school_class).delete()

    told = [told_of(story, work) for work in (whole, later)]
    own = story.page(story.student, "homework", later.public_id)

    assert before == f"Counts in 2de 4 {OF_THE_CLASS}"
    of_the_group = "Due Thu 3 Dec, 18:00: the date of Gr A"
    assert told == [of_the_group, f"Counts in 2de 4 {of_the_group}"]
    assert "Thursday 3 December 2026, 18:00" in own
    assert [standing_of(work, timezone.now()).handed_in for work in (whole, later)] == [1, 0]


def test_the_reason_is_told_beside_the_date_that_it_made_alone(story):
    """Days more on everything go past the date that was given for this homework."""
    work = story.give(at(TUESDAY, 18))
    more_time(story, work, WEDNESDAY, "Panne")
    before = told_of(story, work), story.page(story.student, "homework", work.public_id)
    days = {"days_more": 3, "first_day": MONDAY, "reason": "Projet"}
    school = story.school_class.school
    extensions.extend_always(student=story.student, school=school, by=story.tutor, **days)

    own = story.page(story.student, "homework", work.public_id)

    assert (before[0], "Panne" in before[1]) == ("Own date: Wed 2 Dec, 18:00 (Panne)", True)
    assert told_of(story, work) == OWN
    assert ("Friday 4 December 2026, 18:00" in own, "Panne" in own) == (True, False)

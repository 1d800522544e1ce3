"""Work of a class that was left, on leave, with more time or due weeks ago, on each page."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.answers.services import feedback
from continuity.answers.values import Answer
from continuity.enums import ExemptionKind, Returns, Verdict
from continuity.homework.services import extensions, homework
from continuity.week.documents.paper import paper_context
from continuity.week.queries.week import week_of
from courses.agenda.queries import ONE_DAY, ONE_WEEK
from courses.documents.models import Paper
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    at,
    exemption_of,
    homework_item,
    part_of,
    tutor_of,
)
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    given_too,
    moved,
    of_everybody,
    own_pages,
    told_late,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# A class that was left, leaves, more time


def test_work_of_a_class_that_was_left_is_optional_on_each_page_and_never_late(story):
    work = story.give(at(FRIDAY, 18))
    story.at(MONDAY, 12)
    moved(story, WEDNESDAY)
    story.at(FRIDAY + 3 * ONE_DAY, 12)

    listed, pages = story.row(story.student, "to_hand_in"), own_pages(story, work)
    handin = story.hand_in_by(work)
    receipt = story.page(story.student, "receipt", handin.public_id)
    staff = story.of_staff()

    assert "no longer in 2de 4" in listed
    assert ["no longer in 2de 4" in page for page in pages] == [True] * 2
    assert ["will be marked late" in page or "Late" in page for page in pages] == [False] * 2
    assert handin.is_late is False
    assert "late" not in receipt.lower()
    assert re.search(r"\d late", staff["homework"] + staff["class list"]) is None


def test_more_days_on_everything_end_no_leaves_protection(story):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    facts = {"student": story.student, "school": story.school_class.school, "by": story.tutor}
    extensions.extend_always(days_more=2, first_day=MONDAY, **facts)
    story.at(THURSDAY, 9)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()
    handin = story.hand_in()

    late = re.compile(r"marked late|It was due|Late ")
    assert [place for place, said in student.items() if late.search(said)] == []
    assert "when possible" in family["children"]
    assert "1 missing" not in staff["homework"]
    assert "work missing" not in staff["tutor"]
    assert handin.is_late is False
    assert [place for place, is_late in told_late(story, handin).items() if is_late] == []


def test_a_date_given_for_one_homework_stands_for_itself_beside_a_leave(story):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    due_at = at(WEDNESDAY, 18)
    extensions.extend(assignment=story.work, student=story.student, due_at=due_at, by=story.teacher)

    assert story.at(THURSDAY, 9).hand_in().is_late is True


@pytest.mark.parametrize("here", [True, False])
def test_a_leave_counts_in_its_own_school_on_each_page(story, here):
    school = story.school_class.school if here else SchoolClassFactory().school
    story.give(at(MONDAY, 18))
    exemption_of(
        story.student,
        school=school,
        entered_by=story.tutor,
        first_day=MONDAY,
        last_day=MONDAY,
        kind=ExemptionKind.LEAVE,
    )
    later = SchoolClassFactory().school if here else school
    exemption_of(
        story.student,
        school=later,
        entered_by=story.tutor,
        first_day=FRIDAY,
        last_day=FRIDAY,
        kind=ExemptionKind.LEAVE,
    )
    story.at(TUESDAY, 12)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()
    handin = story.hand_in()

    assert ["It was due" in student[place] for place in ("week", "list")] == [not here] * 2
    assert ["marked late" in student[place] for place in ("homework", "hand-in page")] == (
        [not here] * 2
    )
    assert ("1 late" in family["children"]) is not here
    assert ("1 missing" in staff["homework"]) is not here
    assert ("work missing" in staff["tutor"]) is not here
    assert handin.is_late is not here
    assert set(told_late(story, handin).values()) == {not here}


def test_a_leave_long_after_the_classs_date_counts_on_ones_own_date_for_everybody(story):
    far = MONDAY + 10 * ONE_WEEK
    story.give(at(MONDAY, 18))
    due_at = at(far, 18)
    extensions.extend(assignment=story.work, student=story.student, due_at=due_at, by=story.teacher)
    story.leave(far, last=far)
    story.at(far + ONE_DAY, 12)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()

    assert ["nothing is late" in student[place] for place in ("homework", "hand-in page")] == (
        [True, True]
    )
    assert "It was due" not in student["week"] + student["list"]
    assert "Up to date" not in family["children"]
    assert "missing" not in staff["homework"]
    assert "work missing" not in staff["tutor"]


def test_what_is_to_be_done_again_has_no_date_anywhere(story):
    story.give(at(TUESDAY, 18))
    due_at = at(WEDNESDAY, 18)
    extensions.extend(assignment=story.work, student=story.student, due_at=due_at, by=story.teacher)
    handin = story.at(MONDAY, 9).hand_in()
    story.at(MONDAY, 10).answer(handin, Verdict.AGAIN)
    story.at(THURSDAY, 9)

    student, family = story.of_the_student(), story.of_the_family()
    places = [student["week"], student["list"], family["by account"], family["by link"]]
    places += [*story.paper(), story.feed()]

    assert [
        place for place in places if re.search(r"due |own date|date that is shown", place)
    ] == []


@pytest.mark.parametrize(("hour", "told"), [(9, "Handed in, late"), (7, "Handed in")])
def test_work_handed_in_is_told_so_by_list_paper_and_feed(story, hour, told):
    story.give(at(TUESDAY, 8), day=TUESDAY)
    story.at(TUESDAY, hour).hand_in()

    assert told[1:] in story.row(story.student, "to_hand_in")
    assert story.paper() == [told]
    assert f"DESCRIPTION:{told.replace(',', '\\,')}\r\n" in story.feed()


# Work that was due weeks ago


@pytest.mark.parametrize("after", [22, 75])
def test_what_is_handed_in_long_after_its_date_is_told_for_as_long_as_other_work(story, after):
    story.give(at(MONDAY, 18))
    story.at(MONDAY + after * ONE_DAY, 9).hand_in()
    story.at(MONDAY + after * ONE_DAY, 12)

    listed, staff = story.row(story.student, "to_hand_in"), story.of_staff()

    assert "Handed in, late" in listed
    assert "Handed in\\, late" in story.feed()
    for reader in ("tutor", "leader"):
        assert "No work was asked" not in staff[reader]
        assert "work missing" not in staff[reader]
        assert staff[reader].count("Handed in late") == 2  # head of the table, and the row
    story.at(MONDAY + (after + 15) * ONE_DAY, 12)
    assert "Nothing to hand in" in story.page(story.student, "to_hand_in")
    assert "No work was asked" not in story.page(story.tutor, "student", story.student.public_id)


@pytest.mark.parametrize("older", [0, 1, 2])
def test_the_weeks_minutes_leave_out_what_is_folded(story, older):
    now, due_at = MONDAY + 9 * ONE_WEEK, at(FRIDAY + 9 * ONE_WEEK, 18)
    for number in range(older):
        story.give(at(TUESDAY, 18), minutes=45, title=f"B{number}")
    part = part_of(story.teaching, now)
    homework_item(part, due_at=due_at, title=TITLE, returns=Returns.TEXT, minutes=20)
    story.at(now, 12)

    week = week_of(story.student, now, timezone.now())
    paper = paper_context(Paper(owner=story.student, asked_at=timezone.now()), week)

    assert "You have 20 min of work left." in story.page(story.student, "week")
    assert paper["minutes"].replace("\N{NO-BREAK SPACE}", " ") == "20 min"
    assert len(week.older) == older


@pytest.mark.parametrize("after", [10, 33, 80])
def test_do_again_of_a_class_that_was_left_is_asked_by_everybody(story, after):
    story.give(at(FRIDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    moved(story, WEDNESDAY)
    story.at(MONDAY + after * ONE_DAY, 9).answer(handin, Verdict.AGAIN)
    story.at(MONDAY + (after + 1) * ONE_DAY, 12)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()

    told = {**student, "child": family["by account"], "mail": family["mail"]}
    told |= {place: staff[place] for place in ("homework", "class list", "leader")}
    again = re.compile(r"to do again|to be done again", re.IGNORECASE)
    assert [place for place, said in told.items() if not again.search(said)] == []
    assert "Optional" not in student["week"] + student["list"]
    assert "1 to hand in" in family["children"]
    assert len(story.paper()) == 1
    assert TITLE in story.feed()


@pytest.mark.parametrize("after", [3, 70])
def test_a_class_tutor_reads_of_work_whose_page_they_may_open(story, after):
    story.give(at(MONDAY, 18))
    taught = moved(story.at(WEDNESDAY, 9), WEDNESDAY)
    new_tutor = tutor_of(taught.school_class)
    story.at(MONDAY + after * ONE_DAY, 12)
    address = reverse("continuity:homework", args=[story.work.public_id])

    pages = {
        name: story.main(reader, "student", story.student.public_id)[0]
        for name, reader in (("tutor", new_tutor), ("leader", story.leader))
    }

    links = {name: len(page.find_all("a", href=address)) for name, page in pages.items()}
    assert links == {"tutor": 0, "leader": 2}
    assert "missing, which the student can" not in words(pages["tutor"])
    assert "isn’t listed here" in words(pages["tutor"])
    assert "1 piece of work missing, which the student can" in words(pages["leader"])
    assert "isn’t listed here" not in words(pages["leader"])
    assert story.main(new_tutor, "homework", story.work.public_id)[1] == 404
    assert story.main(story.leader, "homework", story.work.public_id)[1] == 200


def test_a_tutor_opens_the_own_classs_page_of_work_that_was_handed_in_for_the_old_one(story):
    story.give(at(TUESDAY, 18))
    story.at(MONDAY, 9).hand_in()
    taught = moved(story, WEDNESDAY)
    new = given_too(story, taught, at(THURSDAY, 18))
    new_tutor = tutor_of(taught.school_class)
    story.at(FRIDAY, 12)

    page = story.main(new_tutor, "student", story.student.public_id)[0]

    (link,) = page.find_all("a", href=re.compile("homework"))
    assert link["href"] == reverse("continuity:homework", args=[new.public_id])
    assert story.main(new_tutor, "homework", new.public_id)[1] == 200
    assert "isn’t listed here" not in words(page)


@pytest.mark.parametrize("recent", [0, 2])
def test_the_class_tutors_page_folds_what_was_due_weeks_ago(story, recent):
    day = MONDAY + 6 * ONE_WEEK
    part = part_of(story.teaching, day)
    for number in range(recent):
        homework_item(part, due_at=at(day, 8), title=f"N{number}", returns=Returns.TEXT)
    for number in range(2):
        story.give(at(TUESDAY, 18), title=f"B{number}")
    story.at(TUESDAY + 6 * ONE_WEEK, 12)

    page = story.main(story.tutor, "student", story.student.public_id)[0]

    missing = page.select_one("section:has(#missing)")
    assert f"{recent + 2} pieces of work missing" in words(missing)
    assert words(missing.select_one("summary")) == "2 older pieces of work not handed in"
    titles = [words(link) for link in missing.select("details a")]
    assert [title[-2:] for title in titles] == ["B1", "B0"]
    assert [words(link)[-2:] for link in missing.select("a")][:recent] == ["N1", "N0"][:recent]
    assert [words(entries) for entries in page.select("ul.entries") if not entries.li] == []


def test_work_of_a_school_year_that_is_over_is_missing_and_cant_be_handed_in(story):
    due_on = datetime.date(2027, 6, 22)
    homework_item(
        part_of(story.teaching, due_on), due_at=at(due_on, 18), title=TITLE, returns=Returns.TEXT
    )
    story.at(datetime.date(2027, 8, 2), 12)

    page = story.main(story.tutor, "student", story.student.public_id)[0]

    assert "missing, which the student can" not in words(page)
    (row,) = page.select(".row:has(h4)")
    assert words(row).endswith("Missing")


@pytest.mark.parametrize("after", [10, 40])
def test_work_due_on_leave_waits_without_haste_in_the_childs_week_and_the_list(story, after):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    story.at(MONDAY + after * ONE_DAY, 12)

    listed, family = story.page(story.student, "to_hand_in"), story.of_the_family()

    assert "1 when you can" in listed
    assert " late" not in listed.replace("nothing is late", "")
    assert "When possible: nothing is late on that day." in family["by account"]
    assert family["by link"] == family["by account"]


def test_optional_work_of_a_class_that_was_left_isnt_listed_for_ever(story):
    story.give(at(FRIDAY, 18))
    moved(story.at(MONDAY, 12), WEDNESDAY)
    listed = []
    for after in (7, 40):
        story.at(MONDAY + after * ONE_DAY, 12)
        listed.append(
            (story.row(story.student, "week") != "", story.row(story.student, "to_hand_in") != "")
        )

    assert listed == [(True, True), (False, False)]


def test_what_was_handed_in_on_time_is_missing_nowhere_months_after(story):
    story.give(at(FRIDAY, 18))
    story.at(MONDAY, 9).hand_in()
    story.at(MONDAY + 100 * ONE_DAY, 12)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()

    assert "Nothing waits for you." in story.page(story.student, "to_hand_in")
    assert (student["week"], student["list"], story.paper()) == ("", "", [])
    assert "Up to date" in family["children"]
    assert TITLE not in family["by account"] + family["mail"] + story.feed()
    for reader in ("tutor", "leader"):
        assert "work missing" not in staff[reader]
    assert "1 missing" not in staff["homework"]


def test_a_draft_of_an_answer_asks_nobody_to_do_it_again(story):
    story.give(at(FRIDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    told = of_everybody(story)
    said = Answer("Lu.", Verdict.AGAIN)
    feedback.write(handin=handin, revision=0, by=story.teacher, answer=said)
    drafted = of_everybody(story)
    receipt = story.page(story.student, "receipt", handin.public_id)
    queue = story.row(story.teacher, "queue")
    feedback.return_(handin=handin, revision=1, by=story.teacher, answer=said)
    returned = of_everybody(story)
    feedback.take_back(handin=handin, by=story.teacher)
    taken_back = of_everybody(story)

    again = re.compile(r"to do again|to be done again|do again", re.IGNORECASE)
    assert [place for place, page in drafted.items() if again.search(page)] == []
    assert again.search(receipt + queue) is None
    assert {place for place, page in returned.items() if again.search(page)} >= {
        "student, list",
        "student, homework",
        "staff, homework",
        "staff, class list",
        "staff, tutor",
    }
    assert [place for place, page in taken_back.items() if again.search(page)] == []
    assert drafted["student, list"] == told["student, list"]


def test_withdrawn_work_is_to_be_done_again_on_no_page_of_answers(story):
    story.give(at(FRIDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.answer(handin, Verdict.AGAIN)
    homework.delete(homework=story.work.homework, by=story.teacher)

    pages = [
        story.page(story.student, "answers"),
        story.page(story.student, "answer", handin.public_id),
        story.page(story.guardian, "child_week", story.follows.public_id),
        story.page(None, "link_week", story.link),
    ]

    assert ["To do again, and withdrawn since" in page for page in pages] == [True] * 4
    assert ["Do again" in page for page in pages] == [False] * 4

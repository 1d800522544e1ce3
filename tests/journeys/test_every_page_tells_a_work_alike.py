"""How a student's work stands is told alike by each page, paper, feed and mail that tells it."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from continuity.enums import ExemptionKind, Returns, Verdict
from continuity.homework.services import extensions, homework
from continuity.homework.values import DueDate
from continuity.models import Homework
from continuity.school.services import school as keeping
from courses.agenda.enums import Rhythm
from courses.agenda.queries import ONE_WEEK
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    at,
    homework_item,
)
from tests.factories.people import SubjectFactory
from tests.factories.work_stories import (
    FRIDAY,
    THURSDAY,
    TITLE,
    TUESDAY,
    WEDNESDAY,
    of_everybody,
    own_pages,
    told_late,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def where_not(told: dict[str, str], wanted: str) -> list[str]:
    return [place for place, said in told.items() if wanted not in said]


@pytest.mark.parametrize("weeks", [2, 5, 10, 25])
def test_missing_work_is_missing_for_everybody_until_the_school_year_ends(story, weeks):
    story.give(at(MONDAY, 18))
    story.at(TUESDAY + weeks * ONE_WEEK, 12)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()

    assert "It was due on Monday 30 November" in student["week"]
    assert "It was due on Monday 30 November" in student["list"]
    assert "You can still hand in" in student["homework"]
    assert "You can still hand in" in student["hand-in page"]
    assert "1 late" in family["children"]
    assert "Up to date" not in family["children"]
    assert "it was due" in family["by account"]
    assert family["by link"] == family["by account"]
    assert "1 late" in family["mail"]
    assert ("1 older piece of work not handed in" in family["mail"]) == (weeks > 4)
    assert "1 missing" in staff["homework"]
    for reader in ("tutor", "leader"):
        assert "1 piece of work missing, which the student can still hand in" in staff[reader]
    assert story.paper() == ["It was due on Monday 30 November. Your teacher still takes it."]
    assert TITLE in story.feed()


def test_older_work_is_folded_and_counted(story):
    story.give(at(MONDAY, 18))
    for number in range(2):
        homework_item(story.part, due_at=at(TUESDAY, 18), title=f"B{number}", returns=Returns.TEXT)
    story.at(MONDAY + 6 * ONE_WEEK, 12)

    folded = [
        words(story.main(who, name, *args)[0].select_one("#older summary"))
        for who, name, args in (
            (story.student, "week", []),
            (story.student, "to_hand_in", []),
            (story.guardian, "child_week", [story.follows.public_id]),
        )
    ]

    assert folded == ["3 older pieces of work not handed in"] * 3
    assert "3 late" in story.page(story.guardian, "children")


def test_work_of_the_school_year_before_is_asked_of_nobody(story):
    story.give(at(MONDAY, 18))
    story.at(datetime.date(2027, 8, 2), 12)

    assert "Nothing to hand in" in story.page(story.student, "to_hand_in")
    assert "Up to date" in story.page(story.guardian, "children")
    assert "can still hand in" not in story.page(story.tutor, "student", story.student.public_id)


def test_what_was_due_on_leave_waits_as_something_to_hand_in_when_possible(story):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    story.at(THURSDAY, 12)

    listed, children = story.page(story.student, "to_hand_in"), story.of_the_family()["children"]

    assert "When you can" in listed
    assert "Coming up" not in listed
    assert "1 to hand in" in children
    assert "when possible" in children


def test_late_work_to_do_again_is_to_do_again_for_everybody_and_late_for_nobody(story):
    story.give(at(MONDAY, 18))
    handin = story.at(TUESDAY, 9).hand_in()
    story.at(TUESDAY, 10).answer(handin, Verdict.AGAIN)
    story.at(TUESDAY, 11)

    told = of_everybody(story)

    del told["family, children"], told["family, by link"]
    again = re.compile(r"to do again|to be done again", re.IGNORECASE)
    assert [place for place, said in told.items() if not again.search(said)] == []
    late = re.compile(r"\d late|Late |Handed in, late|[1-9]\d* handed in late")
    assert [
        place for place, said in told.items() if late.search(said.replace("Handed in late", ""))
    ] == []
    (standing,) = story.main(story.teacher, "homework", story.work.public_id)[0].select(".row")
    assert "To do again" in words(standing)


def test_what_was_done_again_is_told_so_to_the_family(story):
    story.give(at(TUESDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.at(MONDAY, 10).answer(handin, Verdict.AGAIN)
    asked = [
        story.page(story.guardian, "child_week", story.follows.public_id),
        story.page(None, "link_week", story.link),
    ]
    story.at(MONDAY, 12).hand_in("Refait")

    done = [
        story.page(story.guardian, "child_week", story.follows.public_id),
        story.page(None, "link_week", story.link),
        story.page(story.student, "answer", handin.public_id),
    ]

    assert ["Do again" in page for page in asked] == [True, True]
    assert ["Do again" in page for page in done] == [False] * 3
    assert ["Handed in again" in page for page in done] == [True] * 3


@pytest.mark.parametrize("reduced", [False, True])
def test_what_was_handed_in_before_an_exemption_stays_handed_in(story, reduced):
    story.give(at(MONDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    facts = {"kind": ExemptionKind.EXEMPTION, "subjects": [story.teaching.subject]}
    if reduced:
        facts = {"keeps_working": True, "subjects": [SubjectFactory()]}
    story.at(TUESDAY, 15).leave(MONDAY, **facts)
    story.at(TUESDAY, 16)

    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()
    places = [student["week"], student["list"], student["homework"], family["by account"]]
    places += [family["by link"], *staff.values()]
    exempt = [place for place in places if "xempt: nothing" in place or " Exempt " in place]

    assert ["anded in" in place for place in places] == [True] * len(places)
    assert exempt == []

    story.answer(handin, Verdict.AGAIN)
    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()
    again = [student["week"], student["list"], student["homework"], family["by account"]]
    again += [family["mail"], *staff.values()]

    assert [bool(re.search("to do again|to be done again", said, re.I)) for said in again] == (
        [True] * len(again)
    )
    assert "1 to hand in" in family["children"]


def test_withdrawn_work_is_replaced_by_nobody_and_each_address_says_why(story):
    story.give(at(FRIDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    before = story.page(story.student, "receipt", handin.public_id)
    homework.delete(homework=story.work.homework, by=story.teacher)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.student)

    receipt = story.page(story.student, "receipt", handin.public_id)
    again = client.post(reverse("continuity:hand_in_again", args=[story.work.public_id]))
    pages = [
        story.main(story.student, name, story.work.public_id) for name in ("homework", "hand_in")
    ]

    assert "Replace it" in before
    assert "Replace it" not in receipt
    assert "Your teacher has withdrawn this homework." in receipt
    assert [again.status_code, *(status for _page, status in pages)] == [410] * 3
    assert ["withdrawn this homework" in words(page) for page, _status in pages] == [True] * 2
    assert story.main(StudentFactory(), "homework", story.work.public_id)[1] == 404
    assert story.main(story.teacher, "homework", story.work.public_id)[1] == 404


@pytest.mark.parametrize("is_deleted", [False, True])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(THURSDAY, None, id="joined after it was due"),
        pytest.param(MONDAY - 9 * ONE_WEEK, MONDAY - ONE_WEEK, id="left before it was given"),
        pytest.param(MONDAY + 9 * ONE_WEEK, None, id="joins later"),
        pytest.param(None, None, id="of another class"),
    ],
)
def test_work_is_withdrawn_from_nobody_who_was_never_given_it(story, since, until, is_deleted):
    story.give(at(TUESDAY, 18))
    other = StudentFactory(language="en")
    if since:
        other.class_memberships.update(school_class=story.school_class, since=since, until=until)
    story.at(THURSDAY, 10)
    if is_deleted:
        homework.delete(homework=story.work.homework, by=story.teacher)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(other)
    address = story.work.public_id

    pages = [
        client.get(reverse("continuity:homework", args=[address])),
        client.get(reverse("continuity:hand_in", args=[address])),
        client.post(reverse("continuity:hand_in_again", args=[address])),
    ]
    sent = client.post(
        reverse("continuity:hand_in", args=[address]),
        {"receipt_key": str(uuid.uuid4())},
        headers={"Accept": "application/json"},
    )

    assert [page.status_code for page in pages] == [404] * 3
    assert [TITLE in page.text for page in pages] == [False] * 3
    assert (sent.status_code, sent.json()["refused"]) == (410, "This isn’t on your week.")


def test_a_receipt_of_a_class_one_never_was_in_says_nothing_of_the_teacher(story):
    story.give(at(MONDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.at(WEDNESDAY, 9).student.class_memberships.update(since=WEDNESDAY)

    receipt = story.page(story.student, "receipt", handin.public_id)

    assert "withdrawn" not in receipt
    assert "Replace it" not in receipt
    assert "This isn’t on your week." in receipt
    assert story.main(story.student, "homework", story.work.public_id)[1] == 404


def test_do_again_of_a_class_one_never_was_in_leads_to_no_page_that_is_not_there(story):
    story.give(at(MONDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.answer(handin, Verdict.AGAIN)
    before = story.page(story.student, "answer", handin.public_id)
    story.at(WEDNESDAY, 9).student.class_memberships.update(since=WEDNESDAY)
    after = story.page(story.student, "answer", handin.public_id)

    assert ["Hand in again" in page for page in (before, after)] == [True, False]
    assert "This isn’t on your week." in after


def test_work_that_was_done_again_has_no_button_any_more(story):
    story.give(at(FRIDAY, 18))
    first = story.hand_in()
    story.answer(first, Verdict.AGAIN)
    before = story.page(story.student, "answer", first.public_id)
    story.at(MONDAY, 9).hand_in("Refait")
    after = story.page(story.student, "answer", first.public_id)

    assert ["Hand in again" in page for page in (before, after)] == [True, False]


def test_do_again_of_work_that_is_no_longer_handed_in_leads_nowhere(story):
    """*To hand in* was changed to nothing after the answer, as the week and the list say."""
    story.give(at(MONDAY, 18))
    handin = story.at(MONDAY, 9).hand_in()
    story.answer(handin, Verdict.AGAIN)
    before = story.page(story.student, "answer", handin.public_id)
    Homework.objects.update(returns=Returns.NOTHING)
    after = story.page(story.student, "answer", handin.public_id)

    assert ["Hand in again" in page for page in (before, after)] == [True, False]


def test_no_page_lets_work_be_replaced_until_a_day_that_is_past(story):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    story.at(TUESDAY, 12)

    page = story.page(story.student, "hand_in", story.work.public_id)

    assert "You can replace your work until your teacher answers." in page
    assert "until Monday" not in page
    assert "To hand in by" not in page
    assert "nothing is late" in page
    assert "will be marked late" not in page


def test_late_work_can_be_replaced_from_its_page_as_from_its_receipt(story):
    """Until it is answered."""
    work = story.give(at(MONDAY, 8))
    handin = story.at(MONDAY, 9).hand_in()
    waits = own_pages(story, work)[0], story.page(story.student, "receipt", handin.public_id)
    story.answer(handin)
    answered = own_pages(story, work)[0], story.page(story.student, "receipt", handin.public_id)

    assert ["Replace it" in page for page in waits] == [True] * 2
    assert ["Replace it" in page for page in answered] == [False] * 2


def test_the_first_page_counts_what_waits_and_not_students(story):
    for number in range(2):
        story.give(at(FRIDAY, 18), title=f"B{number}")
        story.at(MONDAY, 9).hand_in()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)

    page = client.get("/en/today/").text

    assert "2 hand-ins and questions wait for your answer" in page


def test_a_date_moved_earlier_to_a_day_of_leave_forgives(story):
    story.give(at(WEDNESDAY, 18), day=MONDAY)
    handin = story.at(THURSDAY, 9).hand_in()
    before = told_late(story, handin)
    story.leave(TUESDAY, last=TUESDAY)
    dates = {story.teaching: DueDate(at(TUESDAY, 18))}
    text = story.work.homework
    homework.edit(homework=text, revision=text.revision, by=story.teacher, classes=dates)

    after = told_late(story, handin)

    assert [place for place, late in before.items() if not late] == []
    assert [place for place, late in after.items() if late] == []


def test_more_time_taken_back_forgives_when_the_classs_day_is_one_of_leave(story):
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=MONDAY)
    more = extensions.extend(
        assignment=story.work, student=story.student, due_at=at(WEDNESDAY, 18), by=story.teacher
    )
    handin = story.at(THURSDAY, 9).hand_in()
    before = told_late(story, handin)
    extensions.withdraw(extension=more, by=story.teacher)

    after = told_late(story, handin)

    assert [place for place, late in before.items() if not late] == []
    assert [place for place, late in after.items() if late] == []


def test_an_a_week_that_becomes_a_b_week_forgives_what_was_late_in_it(story):
    school = story.school_class.school
    keeping.count_weeks(school=school, week_a=MONDAY, pauses_in_holidays=False)
    story.give(at(MONDAY, 18))
    story.leave(MONDAY, last=FRIDAY, rhythm=Rhythm.B)
    handin = story.at(TUESDAY, 9).hand_in()
    before = told_late(story, handin)
    keeping.count_weeks(school=school, week_a=MONDAY + ONE_WEEK, pauses_in_holidays=False)

    after = told_late(story, handin)

    assert [place for place, late in before.items() if not late] == []
    assert [place for place, late in after.items() if late] == []

"""How a student's work stands is told alike by each page, paper, feed and mail that tells it."""

import datetime
import re
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from continuity.answers.services import feedback
from continuity.answers.values import Answer
from continuity.enums import ExemptionKind, Returns, Verdict
from continuity.families.notifications import family_week
from continuity.homework.services import extensions, homework, leaves
from continuity.homework.values import DueDate
from continuity.models import Assignment, HandIn
from continuity.school.services import school as keeping
from continuity.week.documents.calendar import week_ics
from continuity.week.documents.paper import paper_context
from continuity.week.queries.student_items import items_for
from continuity.week.queries.week import week_of
from courses.agenda.enums import Rhythm
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.documents.models import Paper
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    part_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.handins import hand_in
from tests.factories.people import SubjectFactory
from tests.factories.weeks import teaching

pytestmark = pytest.mark.django_db
TITLE = "La cellule"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3, 4))
ROWS = ("item", "row", "child")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def words(node) -> str:
    return re.sub(r"\s+", " ", node.get_text(" ")).strip() if node else ""


@dataclass
class Story:
    """One homework of one student, with everybody who reads how it stands."""

    time_machine: object
    school_class: object = field(default_factory=lambda: SchoolClassFactory(name="2de 4"))

    def __post_init__(self):
        self.time_machine.move_to(at(MONDAY, 7), tick=False)
        self.teaching = teaching(self.school_class)
        self.teacher, school = self.teaching.teacher, self.school_class.school
        self.student = StudentFactory(in_class=self.school_class, language="en")
        self.tutor, self.leader = tutor_of(self.school_class), LeaderFactory(leads=school)
        self.guardian = GuardianFactory(language="en")
        self.follows = follows(self.guardian, self.student)
        self.link = linked(self.follows)
        self.part = part_of(self.teaching)

    def at(self, day: datetime.date, hour: int) -> "Story":
        self.time_machine.move_to(at(day, hour), tick=False)
        return self

    def give(self, due_at: datetime.datetime, **facts) -> Assignment:
        facts = {"title": TITLE, "returns": Returns.TEXT} | facts
        self.work = homework_item(self.part, due_at=due_at, **facts).assignment
        return self.work

    def hand_in(self, text: str = "Mon travail") -> HandIn:
        return hand_in(self.work, self.student, text=text, now=timezone.now())

    def answer(self, handin: HandIn, verdict: str = "") -> None:
        said = Answer("Lu.", verdict)
        feedback.return_(handin=handin, revision=0, by=self.teacher, answer=said)

    def leave(self, day: datetime.date, *, last: datetime.date | None = None, **facts) -> None:
        facts = {"kind": ExemptionKind.LEAVE, "first_day": day, "last_day": last} | facts
        leaves.exempt(student=self.student, school=self.school_class.school, by=self.tutor, **facts)

    def main(self, who, name: str, *args):
        """The main part of a page, and its status."""
        caches["pages"].clear()
        client = Client(headers={"Accept-Language": "en"})
        if who:
            client.force_login(who)
        answer = client.get(reverse(f"continuity:{name}", args=args), follow=True)
        soup = BeautifulSoup(answer.content.decode(), "html.parser")
        return soup.find("main") or soup, answer.status_code

    def page(self, who, name: str, *args) -> str:
        main = self.main(who, name, *args)[0]
        heading = main.find_previous("h1")
        return f"{words(heading.parent)} {words(main)}"

    def row(self, who, name: str, *args) -> str:
        """Rows that name the homework; "" if none does."""
        main, _status = self.main(who, name, *args)
        found = []
        for title in main.find_all(string=re.compile(TITLE)):
            box = title.find_parent(lambda tag: set(ROWS) & set(tag.get("class") or []))
            found.append(words(box or title.parent))
        return " | ".join(dict.fromkeys(found))

    def of_the_student(self) -> dict[str, str]:
        return {
            "week": self.row(self.student, "week"),
            "list": self.row(self.student, "to_hand_in"),
            "homework": self.page(self.student, "homework", self.work.public_id),
            "hand-in page": self.page(self.student, "hand_in", self.work.public_id),
        }

    def of_the_family(self) -> dict[str, str]:
        mail = family_week(None, to=self.guardian, details={})
        return {
            "children": self.page(self.guardian, "children"),
            "by account": self.row(self.guardian, "child_week", self.follows.public_id),
            "by link": self.row(None, "link_week", self.link),
            "mail": mail.text if mail else "",
        }

    def of_staff(self) -> dict[str, str]:
        return {
            "homework": self.page(self.teacher, "homework", self.work.public_id),
            "class list": self.row(self.teacher, "class_homework", self.school_class.public_id),
            "tutor": self.page(self.tutor, "student", self.student.public_id),
            "leader": self.page(self.leader, "student", self.student.public_id),
        }

    def paper(self) -> list[str]:
        now = timezone.now()
        week = week_of(self.student, monday_of(timezone.localdate()), now)
        sections = paper_context(Paper(owner=self.student, language="en", asked_at=now), week)
        lines = [line for section in sections["sections"] for line in section["lines"]]
        return [line["detail"] for line in lines if TITLE in line["title"]]

    def feed(self) -> str:
        return week_ics(items_for(self.student, timezone.now()), "en").decode()


@pytest.fixture
def story(time_machine) -> Story:
    return Story(time_machine)


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


def of_everybody(story: Story) -> dict[str, str]:
    told = {"student": story.of_the_student(), "family": story.of_the_family()}
    told["staff"] = story.of_staff()
    return {f"{who}, {place}": said for who, pages in told.items() for place, said in pages.items()}


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


def test_the_first_page_counts_what_waits_and_not_students(story):
    for number in range(2):
        story.give(at(FRIDAY, 18), title=f"B{number}")
        story.at(MONDAY, 9).hand_in()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)

    page = client.get("/en/today/").text

    assert "2 hand-ins and questions wait for your answer" in page


def told_late(story: Story, handin: HandIn) -> dict[str, bool]:
    """Whether each place that tells it calls the hand-in late."""
    student, family, staff = story.of_the_student(), story.of_the_family(), story.of_staff()
    teacher = story.teacher
    told = {
        "week": student["week"],
        "homework": student["homework"],
        "receipt": story.page(story.student, "receipt", handin.public_id),
        "family": family["by account"],
        "class list": staff["class list"],
        "teacher": staff["homework"],
        "queue": story.row(teacher, "queue"),
        "answer": story.page(teacher, "write_answer", handin.public_id),
    }
    late = re.compile(r"Handed in, late|Handed in late|\d late|Late")
    return {place: bool(late.search(said)) for place, said in told.items()}


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

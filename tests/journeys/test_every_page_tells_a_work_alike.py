"""How a student's work stands is told alike by each page, paper, feed and mail that tells it."""

import datetime
import re
import uuid
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.answers.services import feedback
from continuity.answers.values import Answer
from continuity.enums import ExemptionKind, Returns, Verdict
from continuity.families.notifications import family_week
from continuity.homework.services import extensions, homework, leaves
from continuity.homework.services.lateness import forgive
from continuity.homework.values import DueDate
from continuity.models import Assignment, HandIn, Homework, Tick
from continuity.school.services import school as keeping
from continuity.students.queries import works_of
from continuity.week.documents.calendar import week_ics
from continuity.week.documents.paper import paper_context
from continuity.week.queries.student_items import items_for
from continuity.week.queries.week import week_of
from courses.agenda.enums import Rhythm
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.documents.models import Paper
from courses.people.enums import ClassKind
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    homework_item,
    part_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.handins import hand_in, put_together
from tests.factories.people import SubjectFactory
from tests.factories.weeks import teaching

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TITLE = "La cellule"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3, 4))
ROWS = ("item", "row", "child")


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

    def hand_in_by(self, work: Assignment, text: str = "Mon travail") -> HandIn:
        """By the form at that address."""
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(self.student)
        sent = {"receipt_key": str(uuid.uuid4()), "text": text}
        client.post(reverse("continuity:hand_in", args=[work.public_id]), sent)
        return HandIn.objects.handed_in().get()

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


def test_work_that_was_done_again_has_no_button_any_more(story):
    story.give(at(FRIDAY, 18))
    first = story.hand_in()
    story.answer(first, Verdict.AGAIN)
    before = story.page(story.student, "answer", first.public_id)
    story.at(MONDAY, 9).hand_in("Refait")
    after = story.page(story.student, "answer", first.public_id)

    assert ["Hand in again" in page for page in (before, after)] == [True, False]


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


# The same homework for two classes of one student


def moved(story: Story, day: datetime.date):
    """The student changes class on that day: the new class, and its teacher of the subject."""
    other = SchoolClassFactory(name="2de 5", school=story.school_class.school)
    taught = teaching(other, subject=story.teaching.subject)
    story.student.class_memberships.update(until=day)
    story.student.class_memberships.create(school_class=other, since=day)
    return taught


def given_too(story: Story, taught, due_at: datetime.datetime) -> Assignment:
    """The same text for another class."""
    again = assignment(taught, due_at, homework=story.work.homework)
    return homework_item(part_of(taught), again, MONDAY).assignment


def own_pages(story: Story, *works: Assignment) -> list[str]:
    """The student's homework page and hand-in page at the address of each."""
    return [
        story.page(story.student, name, work.public_id)
        for work in works
        for name in ("homework", "hand_in")
    ]


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


# Taken from one of two classes of a student, and brought back


def in_a_group_too(story: Story):
    """A group of the student, of the same teacher: its teaching."""
    group = SchoolClassFactory(name="Gr A", school=story.school_class.school, kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=group, since=MONDAY - 9 * ONE_WEEK)
    return teaching(group, teacher=story.teacher, subject=story.teaching.subject)


def leave_to(story: Story, kept: Assignment) -> None:
    """The teacher gives it to this class alone, by the form's service."""
    text = kept.homework
    text.refresh_from_db()
    dates = {kept.teaching: DueDate(kept.due_at)}
    homework.edit(homework=text, revision=text.revision, by=story.teacher, classes=dates)


def bring_back(story: Story):
    """By the button of the class's list."""
    gone = Homework.objects.filter(deleted_at__isnull=False).get()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)
    return client.post(reverse("continuity:restore_homework", args=[gone.public_id]), follow=True)


def not_told_handed_in(story: Story) -> list[str]:
    """Places that don't tell it so, or ask it twice, or call it late."""
    told = of_everybody(story)
    del told["family, children"], told["family, mail"]
    told["queue"] = story.row(story.teacher, "queue") and "handed in"
    wrong = re.compile(r"[1-9]\d* late|Late |It was due|marked late|[1-9]\d* missing|work missing")
    found = [place for place, said in told.items() if wrong.search(said)]
    found += [place for place, said in told.items() if not re.search("anded in", said)]
    asked = [told["student, week"], told["student, list"], told["family, by account"]]
    return found + [said for said in asked if " | " in said] + story.paper()[1:]


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

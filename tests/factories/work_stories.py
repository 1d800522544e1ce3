"""A homework of one student, and how each page, paper, feed and mail tells it."""

import datetime
import re
import uuid
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.answers.services import feedback
from continuity.answers.values import Answer
from continuity.enums import ExemptionKind, Returns
from continuity.families.notifications import family_week
from continuity.homework.services import homework, leaves
from continuity.homework.values import DueDate
from continuity.models import Assignment, HandIn, Homework
from continuity.week.documents.calendar import week_ics
from continuity.week.documents.paper import paper_context
from continuity.week.queries.student_items import items_for
from continuity.week.queries.week import week_of
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
    homework_item,
    part_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.handins import hand_in
from tests.factories.weeks import teaching

TITLE = "La cellule"

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3, 4))

ROWS = ("item", "row", "child")


def words(node) -> str:
    return re.sub(r"\s+", " ", node.get_text(" ")).strip() if node else ""


@dataclass
class WorkStory:
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

    def at(self, day: datetime.date, hour: int) -> "WorkStory":
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


def of_everybody(story: WorkStory) -> dict[str, str]:
    told = {"student": story.of_the_student(), "family": story.of_the_family()}
    told["staff"] = story.of_staff()
    return {f"{who}, {place}": said for who, pages in told.items() for place, said in pages.items()}


def told_late(story: WorkStory, handin: HandIn) -> dict[str, bool]:
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


def moved(story: WorkStory, day: datetime.date):
    """The student changes class on that day: the new class, and its teacher of the subject."""
    other = SchoolClassFactory(name="2de 5", school=story.school_class.school)
    taught = teaching(other, subject=story.teaching.subject)
    story.student.class_memberships.update(until=day)
    story.student.class_memberships.create(school_class=other, since=day)
    return taught


def given_too(story: WorkStory, taught, due_at: datetime.datetime) -> Assignment:
    """The same text for another class."""
    again = assignment(taught, due_at, homework=story.work.homework)
    return homework_item(part_of(taught), again, MONDAY).assignment


def own_pages(story: WorkStory, *works: Assignment) -> list[str]:
    """The student's homework page and hand-in page at the address of each."""
    return [
        story.page(story.student, name, work.public_id)
        for work in works
        for name in ("homework", "hand_in")
    ]


def in_a_group_too(story: WorkStory):
    """A group of the student, of the same teacher: its teaching."""
    group = SchoolClassFactory(name="Gr A", school=story.school_class.school, kind=ClassKind.GROUP)
    story.student.class_memberships.create(school_class=group, since=MONDAY - 9 * ONE_WEEK)
    return teaching(group, teacher=story.teacher, subject=story.teaching.subject)


def leave_to(story: WorkStory, kept: Assignment) -> None:
    """The teacher gives it to this class alone, by the form's service."""
    text = kept.homework
    text.refresh_from_db()
    dates = {kept.teaching: DueDate(kept.due_at)}
    homework.edit(homework=text, revision=text.revision, by=story.teacher, classes=dates)


def bring_back(story: WorkStory):
    """By the button of the class's list."""
    gone = Homework.objects.filter(deleted_at__isnull=False).get()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(story.teacher)
    return client.post(reverse("continuity:restore_homework", args=[gone.public_id]), follow=True)


def not_told_handed_in(story: WorkStory) -> list[str]:
    """Places that don't tell it so, or ask it twice, or call it late."""
    told = of_everybody(story)
    del told["family, children"], told["family, mail"]
    told["queue"] = story.row(story.teacher, "queue") and "handed in"
    wrong = re.compile(r"[1-9]\d* late|Late |It was due|marked late|[1-9]\d* missing|work missing")
    found = [place for place, said in told.items() if wrong.search(said)]
    found += [place for place, said in told.items() if not re.search("anded in", said)]
    asked = [told["student, week"], told["student, list"], told["family, by account"]]
    return found + [said for said in asked if " | " in said] + story.paper()[1:]


def is_late(handin: HandIn) -> bool:
    handin.refresh_from_db()
    return handin.is_late

"""Answers by teachers of the classes in use, hand-ins that wait for them, students' replies, and
questions.
"""

import datetime
import uuid
from dataclasses import dataclass, field

from continuity.demo.plans import typeset
from continuity.demo.silence import silent_ones
from continuity.demo.texts import content_of
from continuity.enums import HandInState, ItemKind, PartState, Verdict
from continuity.models import BankComment, Feedback, HandIn, HelpRequest, Pin, PlanItem, Reply
from courses.digest.values import World
from courses.required import required

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Of ten that are due: how many are answered, and of these, how many are read.
ANSWERED, READ = 8, 7
MOST_DRAFTS, MOST_REPLIES, MOST_QUESTIONS = 6, 6, 9

MESSAGES = content_of("messages")
COMMENTS = {Verdict[name.upper()]: texts for name, texts in MESSAGES["comments"].items()}
PINS, BANK = MESSAGES["feedback"]["pins"], MESSAGES["feedback"]["bank"]


@dataclass
class FeedbackBatch:
    """Unsaved answers, pins and replies, collected for a bulk insert."""

    world: World
    feedbacks: list = field(default_factory=list)
    pins: list = field(default_factory=list)
    replies: list = field(default_factory=list)

    def answer(
        self, handin: HandIn, *, leaves: bool, read: bool = False, verdict: Verdict | None = None
    ) -> Feedback:
        rng, now = self.world.rng, self.world.now
        verdict = (
            rng.choice([Verdict.WELL_DONE, Verdict.NONE, Verdict.NONE, Verdict.AGAIN])
            if verdict is None
            else verdict
        )
        teacher = handin.assignment.teaching.teacher
        handed_in_at = required(handin.handed_in_at)
        returned_at = min(
            now - HOUR,
            handed_in_at
            + rng.choice([DAY, 2 * DAY])
            + rng.randint(0, 90) * datetime.timedelta(minutes=1),
        )
        feedback = Feedback(
            handin=handin,
            comment=typeset(rng.choice(COMMENTS[verdict])),
            verdict=verdict,
            written_by=teacher,
            saved_at=returned_at,
            returned_at=returned_at if leaves else None,
            returned_by=teacher if leaves else None,
            read_at=min(now, returned_at + rng.randint(1, 20) * HOUR) if leaves and read else None,
        )
        self.feedbacks.append(feedback)
        for _ in range(rng.choice([0, 1, 2]) if handin.pages else 0):
            place = {
                "page": rng.randint(1, handin.pages),
                "x": rng.randint(120, 880),
                "y": rng.randint(120, 880),
            }
            self.pins.append(
                Pin(feedback=feedback, text=typeset(rng.choice(PINS)), author=teacher, **place)
            )
        return feedback

    def talk(self, feedback: Feedback, reply: dict[str, str], *, heard: bool) -> None:
        student, teacher, now = feedback.handin.student, feedback.returned_by, self.world.now
        said_at = min(now, required(feedback.read_at) + HOUR)
        self._say(feedback, student, reply["student"], said_at, read=heard)
        if heard and "teacher" in reply:
            self._say(feedback, teacher, reply["teacher"], min(now, said_at + 2 * HOUR), read=False)

    def _say(
        self, feedback: Feedback, author, text: str, at: datetime.datetime, *, read: bool
    ) -> None:
        key = uuid.UUID(int=self.world.rng.getrandbits(128), version=4)
        read_at = min(self.world.now, at + HOUR) if read else None
        self.replies.append(
            Reply(
                feedback=feedback,
                author=author,
                text=typeset(text),
                said_at=at,
                read_at=read_at,
                key=key,
            )
        )

    def keep(self) -> None:
        Feedback.objects.bulk_create(self.feedbacks)
        Pin.objects.bulk_create(self.pins)
        Reply.objects.bulk_create(self.replies)


def load(world, say) -> None:
    desk = FeedbackBatch(world)
    known = set(Feedback.objects.values_list("handin", flat=True))
    related = ("student", "assignment__teaching__teacher", "assignment__homework")
    handed_in = (
        HandIn.objects.filter(state=HandInState.HANDED_IN)
        .exclude(pk__in=known)
        .select_related(*related)
    )
    handins = list(handed_in.order_by("handed_in_at", "pk"))
    due = [one for one in handins if one.assignment.due_at < world.now - DAY]
    told = [
        desk.answer(one, leaves=True, read=_turn(world, READ))
        for one in due
        if _turn(world, ANSWERED)
    ]
    own = [one for one in told if one.handin.student.login == "eleve.demo"]
    _show_all_states(own, world)
    answered = {feedback.handin.pk for feedback in told}
    left = [
        one
        for one in handins
        if one.pk not in answered and one.assignment.teaching.teacher.login == "prof.demo"
    ]
    drafts = [desk.answer(one, leaves=False) for one in left[::2][:MOST_DRAFTS]]
    read = [one for one in told if one.read_at][-MOST_REPLIES:]
    replies = MESSAGES["reply"]
    for number, feedback in enumerate(read):
        desk.talk(feedback, replies[number % len(replies)], heard=number % 2 == 0)
    desk.keep()
    BankComment.objects.bulk_create(
        BankComment(teacher=world.people["prof.demo"], text=typeset(text), used=len(BANK) - number)
        for number, text in enumerate(BANK)
    )
    asked = ask(world)
    say(
        f"{len(told)} answers returned, {len(drafts)} begun, {len(desk.replies)} words after them,"
        f" {asked} questions"
    )


def _turn(world, of_ten: int) -> bool:
    return world.rng.randrange(10) < of_ten


def _show_all_states(own: list[Feedback], world) -> None:
    """The student of the demo has something new, something to do again, and something known."""
    for number, feedback in enumerate(reversed(own)):
        feedback.read_at = None if number == 0 else feedback.read_at or world.now - HOUR
        if number == 1:
            feedback.verdict, feedback.comment = Verdict.AGAIN, typeset(COMMENTS[Verdict.AGAIN][0])


def ask(world) -> int:
    """“I need help”, about lessons of this week: some answered, some waiting."""
    items = PlanItem.objects.filter(
        part__state=PartState.PUBLISHED,
        kind=ItemKind.LESSON,
        day__lte=world.today,
        part__plan__school_class__in=world.in_use,
    )
    chosen = list(
        items.select_related("part__teaching__teacher", "part__plan").order_by("-day", "pk")[
            : MOST_QUESTIONS * 4 : 4
        ]
    )
    questions = []
    for number, item in enumerate(chosen):
        question = MESSAGES["question"][number % len(MESSAGES["question"])]
        teaching = item.part.teaching
        silent = silent_ones(world)
        of_class = world.students[item.part.plan.school_class_id]
        students = [one for one in of_class if one not in silent]
        student = students[number % len(students)]
        asked_at = world.now - (number + 2) * 3 * HOUR
        asked = HelpRequest(
            student=student,
            teaching=teaching,
            item=item,
            text=typeset(question["student"]),
            asked_at=asked_at,
        )
        if "teacher" in question:
            asked.answer, asked.answered_by, asked.answered_at = (
                typeset(question["teacher"]),
                teaching.teacher,
                asked_at + 2 * HOUR,
            )
            asked.read_at = asked_at + 4 * HOUR if number % 2 else None
        questions.append(asked)
    HelpRequest.objects.bulk_create(questions)
    return len(questions)

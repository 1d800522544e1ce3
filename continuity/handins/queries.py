"""Queries for a student's pages of a hand-in, and for those who may read them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from continuity.enums import HandInState, Returns
from continuity.handins.exceptions import HomeworkWithdrawn, NotOnYourWeek
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.homework import withdrawn_from
from continuity.homework.queries.own import own_assignment
from continuity.models import Assignment, Feedback, HandIn, HandInPart
from continuity.plans.queries.taught import who_answers
from courses.exceptions import Refusal
from courses.jobs.values import LATE_AFTER, Backlog
from courses.people.models import Person

SHOWN = ("homework__subject", "teaching__school_class", "teaching__teacher", "teaching__subject")


def assignment_of(student: Person, public_id: str) -> Assignment | None:
    """The assignment that counts for the student, of the homework at this address."""
    return own_assignment(student, public_id, *SHOWN)


def why_gone(student: Person, public_id: str) -> Refusal:
    """Why a homework isn't given to the student: withdrawn, or never theirs by what classes say now."""
    was_theirs = withdrawn_from(student).filter(public_id=public_id).exists()
    return HomeworkWithdrawn() if was_theirs else NotOnYourWeek()


def versions_of(assignment: Assignment, student: Person) -> QuerySet[HandIn]:
    """All versions of the student's work for the homework: for whichever class, it is one work."""
    return HandIn.objects.filter(assignment__homework=assignment.homework_id, student=student)


def in_order(versions: Iterable[HandIn], assignment: Assignment) -> list[HandIn]:
    """Those for this assignment first, then by number."""
    return sorted(versions, key=lambda one: (one.assignment_id != assignment.pk, one.version))


def handins_of(student: Person) -> QuerySet[HandIn]:
    """A student's own, of homework that stands or was deleted: a receipt stays."""
    return HandIn.objects.filter(student=student).select_related(
        *(f"assignment__{name}" for name in SHOWN)
    )


def open_parts_of(student: Person) -> QuerySet[HandInPart]:
    """Pages that can still be turned, moved and removed."""
    mine = HandInPart.objects.filter(handin__student=student, handin__state=HandInState.COLLECTING)
    return mine.select_related("handin__assignment__homework", "handin__student")


def parts_to_read(person: Person) -> QuerySet[HandInPart]:
    return HandInPart.objects.filter(handin__in=HandIn.objects.visible_to(person)).select_related(
        "handin__assignment__homework"
    )


@dataclass
class HandInDesk:
    """One student's work for one homework, as it is being put together."""

    assignment: Assignment
    due_at: datetime.datetime  # until which it is on time, for whichever class
    is_former: bool  # of a class that was left by then: optional, never late
    is_past: bool  # the student's own date
    is_late: bool  # it would be, if it were handed in now
    begun: HandIn | None
    standing: HandIn | None
    answer: Feedback | None
    parts: list[HandInPart]
    readers: str  # "Anne Petit and Luc Roy": who can read it today; perhaps nobody
    is_again: bool = False  # all four are rules', see `views.handin`
    is_redo: bool = False
    would_be_late: bool = False
    refusal: Refusal | None = None

    @property
    def has_no_end(self) -> bool:
        """Whether no date says until when it is to be done: it is past, or of a class that was left."""
        return self.is_past or self.is_former

    @property
    def takes_files(self) -> bool:
        return self.assignment.homework.returns in (Returns.PHOTOS, Returns.FILE, Returns.SOUND)

    @property
    def wants_text(self) -> bool:
        return self.assignment.homework.returns == Returns.TEXT

    @property
    def wants_sound(self) -> bool:
        return self.assignment.homework.takes_sound

    @property
    def wants_a_file(self) -> bool:
        return self.assignment.homework.returns == Returns.FILE

    @property
    def pages(self) -> int:
        return sum(part.pages for part in self.parts)

    @property
    def size_bytes(self) -> int:
        return sum(part.size_bytes for part in self.parts)


def desk_of(assignment: Assignment, student: Person, now: datetime.datetime) -> HandInDesk:
    """A student's desk for an assignment, in a known number of queries, whatever the number of
    pages.
    """
    versions = versions_of(assignment, student).exclude(state=HandInState.REPLACED)
    handins = in_order(versions.prefetch_related("parts"), assignment)
    begun = next((one for one in handins if one.state == HandInState.COLLECTING), None)
    standing = next((one for one in handins if one.state == HandInState.HANDED_IN), None)
    due = due_dates_of(student)
    due_at = due.of_work(assignment)
    answer = Feedback.objects.filter(handin=standing).first() if standing else None
    return HandInDesk(
        assignment=assignment,
        due_at=due_at,
        is_past=due_at < now,
        is_former=assignment.is_former,
        is_late=due.is_work_late(assignment, now),
        begun=begun,
        standing=standing,
        answer=answer,
        parts=list(begun.parts.all()) if begun else [],
        readers=get_text_list(readers_of(assignment, timezone.localdate(now)), _("and")),
    )


def readers_of(assignment: Assignment, day: datetime.date) -> list[str]:
    """Names of those who can read a hand-in on that day: the teacher, while they belong to the
    school, and the stand-in of that day.
    """
    return [person.display_name for person in who_answers(assignment.teaching, day)]


def latest_answer(assignment: Assignment, student: Person) -> Feedback | None:
    """The last one that was returned, to whichever version: what is handed in after a “do again”
    answers that.
    """
    returned = Feedback.objects.filter(
        handin__assignment__homework=assignment.homework_id,
        handin__student=student,
        returned_at__isnull=False,
    )
    return returned.order_by("-returned_at", "-pk").first()


def waiting_for_pdf() -> Backlog:
    found = HandIn.objects.without_pdf().aggregate(number=Count("pk"), oldest=Min("handed_in_at"))
    return Backlog(
        "handins",
        _("Work handed in without its PDF yet"),
        found["number"],
        found["oldest"],
        LATE_AFTER["papers"],
    )

"""The versions of a student's work: held, and the one that is being put together."""

import datetime
import uuid

from continuity.enums import HandInState
from continuity.handins import rules
from continuity.handins.queries import SHOWN, in_order, versions_of
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.own import own_of
from continuity.models import Assignment, Feedback, HandIn, HandInPart
from courses.documents.values import form_key
from courses.people.models import Person


def hold_versions(assignment: Assignment, student: Person) -> list[HandIn]:
    """All versions of the student's work for the homework, the student's row and theirs held until
    commit.
    """
    _hold(student)
    return _held_versions(assignment, student)


def hold_work(assignment: Assignment, student: Person) -> tuple[Assignment, list[HandIn]]:
    """As `hold_versions`, with the assignment that counts for the student once they are held: since
    the page was read, the homework may have been taken from one of their classes.
    """
    _hold(student)
    own = own_of(student, assignment.homework_id, *SHOWN)
    own = own or Assignment.objects.select_related(*SHOWN).get(pk=assignment.pk)
    return own, _held_versions(own, student)


def _hold(student: Person) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=student.pk)


def _held_versions(assignment: Assignment, student: Person) -> list[HandIn]:
    versions = versions_of(assignment, student).select_for_update(of=("self",)).order_by("pk")
    return in_order(versions, assignment)


def standing_version(handins: list[HandIn]) -> HandIn | None:
    """The one that counts."""
    return next((one for one in handins if one.state == HandInState.HANDED_IN), None)


def begun_version(handins: list[HandIn]) -> HandIn | None:
    return next((one for one in handins if one.state == HandInState.COLLECTING), None)


def handed_in_under(receipt_key: uuid.UUID, handins: list[HandIn]) -> HandIn | None:
    """The version that the form of this key was handed in as, or None."""
    return next(
        (
            one
            for one in handins
            if one.receipt_key == form_key(receipt_key, one.assignment_id, one.student_id)
        ),
        None,
    )


def take_along(handins: list[HandIn], handin: HandIn) -> None:
    """Copy text and pages of the version that stands into one that was just begun."""
    standing = standing_version(handins)
    if standing is None:
        return
    handin.text = standing.text
    handin.save(update_fields=["text"])
    for part in standing.parts.all():
        part.pk, part.handin, part.key = None, handin, uuid.uuid4()
        part.public_id = HandInPart._meta.get_field("public_id").get_default()
        part._state.adding = True
        part.save()


def begin_version(
    handins: list[HandIn], assignment: Assignment, student: Person, *, now: datetime.datetime
) -> HandIn:
    """The version that is being put together for this assignment, begun at the first call.

    Called with all held. Raises a `Refusal`.
    """
    standing = standing_version(handins)
    due_at = due_dates_of(student).of_work(assignment)
    if refusal := rules.why_not_begin(
        assignment.homework.returns, standing, answer_to(standing), due_at=due_at, now=now
    ):
        raise refusal
    version = max((one.version for one in handins), default=0) + 1
    begun = begun_version(handins)
    if begun is None:
        return HandIn.objects.create(
            assignment=assignment, student=student, version=version, begun_at=now, touched_at=now
        )
    if begun.assignment_id != assignment.pk:  # begun for another class: its pages come along
        begun.assignment, begun.version = assignment, version
        begun.save(update_fields=["assignment", "version"])
    return begun


def answer_to(handin: HandIn | None) -> Feedback | None:
    return Feedback.objects.filter(handin=handin).first() if handin else None

"""Needs: in the order that the school's criteria propose, and as the family reads them."""

import datetime
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from continuity.enums import (
    NEED_OF,
    AnswerOrigin,
    Criterion,
    Device,
    NeedKind,
    NeedVerdict,
    Speaker,
)
from continuity.equipment.queries.results import campaigns_of
from continuity.equipment.values.criteria import DEFAULT_ORDER, ProposedNeed, proposed
from continuity.models import EquipmentNeed, LendingCriteria, LoanLine, NeedDecision, SurveyAnswer
from courses.people.models import Organisation, Person
from courses.people.values import in_register_order

MOST_CLOSED = 100


def criteria_of(school: Organisation) -> LendingCriteria | None:
    """What the school published last; None: it hasn't, the default holds. One query."""
    return school.lending_criteria.select_related("published_by").first()


def order_of(school: Organisation) -> list[Criterion]:
    published = criteria_of(school)
    return published.order if published else list(DEFAULT_ORDER)


def waiting_in_order(school: Organisation) -> list[ProposedNeed[EquipmentNeed]]:
    """The waiting list: devices and connections each have an order of their own. Three queries."""
    needs = list(
        EquipmentNeed.objects.waiting()
        .filter(school=school)
        .select_related("student", "asked_by")
        .prefetch_related("decisions")
    )
    order = order_of(school)
    kinds = sorted({need.wants for need in needs}, reverse=True)
    return [one for kind in kinds for one in proposed((n for n in needs if n.wants == kind), order)]


def place_of(need: EquipmentNeed) -> ProposedNeed[EquipmentNeed]:
    """Of one need among those that wait for the same kind of thing, itself included."""
    others = EquipmentNeed.objects.waiting().filter(school=need.school_id, wants=need.wants)
    rows = [*others.exclude(pk=need.pk), need]
    return next(one for one in proposed(rows, order_of(need.school)) if one.need is need)


def open_needs_for(school: Organisation, kinds: Collection[str]) -> list[EquipmentNeed]:
    """Open ones for these kinds, decided or not, with what is reserved. One query, none of none."""
    if not kinds:
        return []
    found = EquipmentNeed.objects.open().filter(school=school, wants__in=kinds)
    return list(found.select_related("reserved"))


def accepted(school: Organisation) -> QuerySet[EquipmentNeed]:
    """Who is to be handed something, with what is reserved. One query."""
    found = EquipmentNeed.objects.open().filter(school=school, verdict=NeedVerdict.YES)
    return found.select_related("student", "reserved").order_by("asked_at", "pk")


def needs_kept_by(person: Person) -> QuerySet[EquipmentNeed]:
    decisions = NeedDecision.objects.select_related("decided_by")
    return (
        EquipmentNeed.objects.kept_by(person)
        .select_related("student", "school", "asked_by", "loan", "reserved")
        .prefetch_related(Prefetch("decisions", decisions))
    )


def needs_of(student: Person, school: Organisation | None = None) -> QuerySet[EquipmentNeed]:
    """In whatever school or in this one, the newest first, with what was decided. Two queries."""
    decisions = NeedDecision.objects.select_related("decided_by")
    of_student = EquipmentNeed.objects.filter(student=student)
    found = of_student.filter(school=school) if school else of_student
    return (
        found.select_related("school", "asked_by", "reserved")
        .prefetch_related(Prefetch("decisions", decisions))
        .order_by("-asked_at", "-pk")
    )


def facts_from_survey(student: Person, school: Organisation, *, own: Person | None = None) -> dict:
    """What stands in the newest answer to the school's surveys, for a form that is prefilled. `own`: of
    what this person answered alone, the student or a guardian; else of what counts. One query.
    """
    given = SurveyAnswer.objects.filter(student=student, campaign__school=school)
    if own is None:
        given = given.one_a_student()
    elif own == student:
        given = given.filter(speaker=Speaker.STUDENT)
    else:
        given = given.filter(origin=AnswerOrigin.GUARDIAN, answered_by=own)
    answer = given.order_by("-answered_at", "-pk").first()
    if answer is None:
        return {}
    return {
        "device": answer.device,
        "shared_with": answer.shared_with or "",
        "connection": answer.connection,
    }


def closed_in(school: Organisation) -> QuerySet[EquipmentNeed]:
    """Served, refused, withdrawn, or of who has left, as long as they are kept; the newest. One query."""
    found = EquipmentNeed.objects.filter(school=school, closed_at__isnull=False)
    return found.select_related("student").order_by("-closed_at", "-pk")[:MOST_CLOSED]


def said_in_survey(school: Organisation, day: datetime.date) -> list[Person]:
    """Students who said that they have only a phone or nothing, or that a computer would help, and
    for whom no device was asked since and none is asked for or lent. For who reads the survey with
    names. Two queries.
    """
    campaign = campaigns_of([school], day).get(school.pk)
    if campaign is None:
        return []
    asked = EquipmentNeed.objects.filter(
        Q(closed_at__isnull=True) | Q(asked_at__gte=OuterRef("answered_at")),
        school=school,
        student=OuterRef("student"),
        wants=NeedKind.DEVICE,
    )
    devices = [kind for kind, need in NEED_OF.items() if need == NeedKind.DEVICE]
    lent = LoanLine.objects.filter(
        loan__student=OuterRef("student"), back_at__isnull=True, thing__kind__in=devices
    )
    answers = (
        SurveyAnswer.objects.filter(campaign=campaign)
        .one_a_student()
        .filter(Q(device__in=[Device.PHONE, Device.NONE]) | Q(help_computer=True))
        .exclude(Exists(asked) | Exists(lent))
        .select_related("student")
    )
    return sorted((answer.student for answer in answers), key=in_register_order)

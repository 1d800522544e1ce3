"""Measures of continuity for `manage.py bench`: the week of students of a class in full use, the
8 o'clock bell of a lycée, what a school lends.
"""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from continuity.demo import bell, three_photos
from continuity.demo.surveys import leader_of
from continuity.enums import HandInState
from continuity.models import ContinuityPlan, PlanPart, RollCall
from courses.agenda.queries import monday_of
from courses.digest.values import BenchTarget
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Guardianship, Organisation, Person
from courses.people.models.classes import holds_on
from courses.required import required

NOTHING_KEPT = (("Cache-Control", "no-cache"),)


def targets() -> list[BenchTarget]:
    this_week = reverse("continuity:week_of", args=[monday_of(timezone.localdate()).isoformat()])
    part = fullest_part()
    planner = reverse(
        "continuity:planner", args=[part.plan.school_class.public_id, part.plan.monday.isoformat()]
    )
    roll = (
        RollCall.objects.not_taken()
        .select_related("teaching__teacher")
        .annotate(on_it=Count("lines"))
        .latest("on_it", "pk")
    )
    roll_page = reverse("continuity:roll", args=[roll.public_id])
    return [
        BenchTarget(
            "roll call", goal="≥ 0.4", page=roll_page, people=lambda: [roll.teaching.teacher]
        ),
        BenchTarget("planner", goal="≥ 0.4", page=planner, people=lambda: [part.teaching.teacher]),
        BenchTarget(
            "queue", goal="≥ 0.4", page=reverse("continuity:queue"), people=who_answers_most
        ),
        BenchTarget(
            "silent",
            goal="≥ 0.4",
            page=reverse("continuity:silent"),
            people=lambda: [part.teaching.teacher],
        ),
        BenchTarget(
            "week", goal="≥ 0.5", page=this_week, people=students_in_full_use, headers=NOTHING_KEPT
        ),
        BenchTarget(
            "week, class part kept", goal="≥ 0.8", page=this_week, people=students_in_full_use
        ),
        BenchTarget(
            "week, unchanged (304)",
            goal="none",
            page=this_week,
            people=students_in_full_use,
            is_asked_again=True,
        ),
        BenchTarget(
            "hand-in of three photos of 400 kB", goal="at most 200 ms", chore=three_photos.hand_in
        ),
        BenchTarget("8 o’clock bell", goal="no error, nothing lost", bell=bell.ring),
        *of_lending(),
    ]


def of_lending() -> list[BenchTarget]:
    """Of the school that lends most, as its leader sees it; of a guardian with an account."""
    school = Organisation.objects.alias(out=Count("loans")).latest("out", "-pk")
    child = Guardianship.objects.filter(guardian__login__gt="").select_related("guardian")
    followed = required(child.order_by("pk").first())
    return [
        *(
            BenchTarget(
                f"lending, {name}",
                goal="≥ 0.4",
                page=reverse(f"continuity:{name}", args=[school.public_id]),
                people=lambda: [leader_of(school)],
            )
            for name in ("desk", "needs", "school_loans")
        ),
        BenchTarget(
            "a guardian’s page",
            goal="≥ 0.4",
            page=reverse("continuity:child_week", args=[followed.public_id]),
            people=lambda: [followed.guardian],
        ),
    ]


def fullest_part() -> PlanPart:
    """The part of this week with the most in it: its planner is measured as its own teacher sees
    it.
    """
    parts = PlanPart.objects.filter(plan__monday=monday_of(timezone.localdate())).annotate(
        items_in=Count("items")
    )
    return required(
        parts.select_related("plan__school_class", "teaching__teacher")
        .order_by("-items_in", "pk")
        .first()
    )


def who_answers_most() -> list[Person]:
    """The teacher in whose queue most was handed in."""
    handed_in = Count(
        "teachings__assignments__handins",
        filter=Q(teachings__assignments__handins__state=HandInState.HANDED_IN),
    )
    return list(Person.objects.annotate(to_answer=handed_in).order_by("-to_answer", "pk")[:1])


def students_in_full_use() -> list:
    """Those of the classes whose plan of this week says most."""
    today = timezone.localdate()
    plans = ContinuityPlan.objects.filter(
        monday=monday_of(today), school_class__kind=ClassKind.CLASS, parts__state="published"
    )
    classes = plans.values("school_class").distinct()
    members = ClassMembership.objects.filter(
        holds_on(today), school_class__in=classes
    ).select_related("student")
    return [membership.student for membership in members]

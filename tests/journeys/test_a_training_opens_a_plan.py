"""A training takes a teacher from a class: a draft of the class's plan is opened, and goes again
unless somebody wrote in it.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from continuity.enums import CoverState, ItemKind, PartState
from continuity.models import Cover, Lesson, PlanItem, PlanPart
from continuity.plans.queries.cover import missing_the_next_day
from continuity.plans.services import cover
from continuity.school.services import school
from courses.agenda import services as agenda
from courses.agenda.models import Absence
from courses.agenda.queries import ONE_DAY, SchoolDays, monday_of
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    class_hour,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


def school_day() -> datetime.date:
    """A Thursday to come that has class."""
    thursday = monday_of(timezone.localdate()) + datetime.timedelta(days=10)
    while not SchoolDays(None, None).has_class(thursday):
        thursday += datetime.timedelta(weeks=1)
    return thursday


@pytest.fixture
def given():
    """A class that has French on Thursdays from 10:00 to 10:55."""
    made = teaching()
    class_hour(made, weekday=4, begins=10)
    return made


def away(teacher, begins: int = 10, ends: int = 12, key: str = "participation:1") -> Absence:
    hours = Hours(at(school_day(), begins), at(school_day(), ends))
    absence = agenda.record_absence(
        teacher=teacher, key=key, hours=hours, reason="Madmagz, premiers pas"
    )
    cover.follow(absence.pk)
    return absence


def back(absence: Absence) -> None:
    agenda.withdraw_absence(key=absence.key)
    cover.follow(absence.pk)


def kept_in_the_library(of, title: str = "Lire une image") -> Lesson:
    return Lesson.objects.create(
        author=of.teacher, subject=of.subject, title=title, body="<p>Regarder.</p>", in_library=True
    )


def test_a_draft_is_opened_from_the_library_and_nobody_in_the_class_sees_it_yet(given):
    kept = kept_in_the_library(given)

    away(given.teacher)

    item = PlanItem.objects.get()
    assert (item.kind, item.title, item.day, item.lesson.copied_from) == (
        ItemKind.LESSON,
        "Lire une image",
        school_day(),
        kept,
    )
    assert item.part.state == PartState.DRAFT
    assert not PlanItem.objects.shown().exists()


def test_what_the_class_has_had_already_is_not_taken_twice(given):
    kept_in_the_library(given)
    away(given.teacher)
    class_hour(given, weekday=4, begins=14)

    away(given.teacher, 14, 16, key="participation:2")

    assert [item.kind for item in PlanItem.objects.order_by("class_hour__begins")] == [
        ItemKind.LESSON,
        ItemKind.NOTE,
    ]


def test_without_a_lesson_in_the_library_the_hour_is_a_note_of_its_length(given):
    away(given.teacher)

    item = PlanItem.objects.get()
    assert (item.kind, item.title, item.minutes, item.is_held_back) == (
        ItemKind.NOTE,
        "Travail pour cette heure",
        55,
        True,
    )


def test_following_it_up_twice_opens_one_draft_and_writes_one_letter(given):
    absence = away(given.teacher)

    cover.follow(absence.pk)
    cover.sweep(timezone.now())

    assert (Cover.objects.count(), PlanItem.objects.count(), Letter.objects.count()) == (1, 1, 1)


def test_the_draft_goes_with_the_absence(given):
    kept_in_the_library(given)
    absence = away(given.teacher)

    back(absence)

    assert (PlanItem.objects.count(), PlanPart.objects.count(), Lesson.objects.count()) == (0, 0, 1)
    assert Cover.objects.get().state == CoverState.GONE


@pytest.mark.parametrize("written", ["title", "lesson", "resources", "note"])
def test_a_draft_that_somebody_has_written_in_stays(given, written):
    kept_in_the_library(given)
    absence = away(given.teacher)
    item = PlanItem.objects.get()
    if written == "lesson":
        item.lesson.body = "<p>Regarder, puis écrire.</p>"
        item.lesson.save()
    elif written == "resources":
        item.lesson.tiles = ["madmagz"]
        item.lesson.save()
    else:
        setattr(item, written, "Autre chose")
        item.save()

    back(absence)

    assert PlanItem.objects.get() == item
    assert Cover.objects.get().state == CoverState.KEPT


def test_what_the_class_has_been_shown_stays(given):
    absence = away(given.teacher)
    PlanPart.objects.update(state=PartState.PUBLISHED, published_at=timezone.now())
    cover.release(item=PlanItem.objects.get(), by=given.teacher)

    back(absence)

    assert PlanItem.objects.shown().count() == 1


def test_in_a_published_plan_the_draft_is_held_back_until_the_teacher_shows_it(given, client):
    part_of(given, monday_of(school_day()))
    away(given.teacher)
    item = PlanItem.objects.get()
    version = item.part.plan.version
    student = StudentFactory(in_class=given.school_class)

    def sees_it() -> bool:
        client.force_login(student)
        return (
            item.title
            in client.get(
                reverse("continuity:week_of", args=[item.part.plan.monday.isoformat()])
            ).text
        )

    assert not sees_it()

    client.force_login(given.teacher)
    client.post(reverse("continuity:release_item", args=[item.public_id]))

    assert sees_it()
    plan = PlanPart.objects.get().plan
    assert plan.version > version
    assert [change.field for change in item.changes.all()] == ["added"]


def test_the_absence_that_comes_back_opens_a_draft_again(given):
    absence = away(given.teacher)
    back(absence)

    away(given.teacher)

    assert Cover.objects.get().state == CoverState.OPEN
    assert PlanItem.objects.count() == 1


def test_what_stands_in_the_plan_for_that_hour_already_is_left_alone(given):
    part, hour = part_of(given, monday_of(school_day()), published=False), given.hours.get()
    mine = PlanItem.objects.create(
        part=part, kind=ItemKind.NOTE, day=school_day(), class_hour=hour, title="Réviser"
    )

    back(away(given.teacher))

    assert list(PlanItem.objects.all()) == [mine]


def test_the_teacher_is_told_which_classes_and_where_the_drafts_are(given, mailoutbox):
    kept_in_the_library(given)
    away(given.teacher)

    run_worker()

    (mail,) = mailoutbox
    assert given.teacher.email in mail.to[0]
    assert "Madmagz, premiers pas" in mail.subject
    with translation.override("fr"):
        address = reverse(
            "continuity:planner",
            args=[given.school_class.public_id, monday_of(school_day()).isoformat()],
        )
    assert address in mail.body
    assert str(given.school_class) in mail.body
    assert "10\xa0h\xa000" in mail.body
    assert "Lire une image" in mail.body


def test_the_teachers_first_page_asks_for_the_plan_until_the_class_sees_one(given, client):
    away(given.teacher)
    client.force_login(given.teacher)
    title = f"{given.school_class}, {given.subject}"
    assert title in client.get(reverse("today:home")).text

    PlanPart.objects.update(state=PartState.PUBLISHED, published_at=timezone.now())
    PlanItem.objects.update(is_held_back=False)

    assert title not in client.get(reverse("today:home")).text


def test_a_leader_sees_the_day_before_which_plans_are_missing_and_no_other_schools(given):
    leader, elsewhere = LeaderFactory(leads=given.school_class.school), LeaderFactory()
    away(given.teacher)
    evening_before = at(school_day() - ONE_DAY, 18)
    a_week_before = at(school_day() - 7 * ONE_DAY, 18)

    assert [c.teaching for c in missing_the_next_day(leader, evening_before)] == [given]
    assert missing_the_next_day(leader, a_week_before) == []
    assert missing_the_next_day(elsewhere, evening_before) == []


def test_the_list_shows_a_leader_the_whole_school_and_a_teacher_their_own(given, client):
    away(given.teacher)
    other = teaching(given.school_class)

    def seen_by(person):
        client.force_login(person)
        return str(given.subject) in client.get(reverse("continuity:covers")).text

    assert [
        seen_by(p)
        for p in (
            LeaderFactory(leads=given.school_class.school),
            given.teacher,
            other.teacher,
            LeaderFactory(),
        )
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_a_plan_is_no_longer_asked_of_who_has_handed_the_subject_over(given, client):
    """Neither on the first page of who had it, nor on the leader's list."""
    absence = away(given.teacher)
    before, successor = given.teacher, TeacherFactory(works_at=given.school_class.school)
    leader = LeaderFactory(leads=given.school_class.school)

    school.hand_over(teaching=given, to=successor, by=leader)

    assert list(Cover.objects.standing()) == []
    assert not PlanItem.objects.exists()
    assert missing_the_next_day(leader, at(school_day() - ONE_DAY, 12)) == []
    assert absence.covers.get().teaching.teacher != before


def test_an_hour_that_is_taken_out_needs_no_plan_and_one_that_is_put_in_does(given):
    away(given.teacher)

    school.take_hour_out(hour=given.hours.get())
    gone = Cover.objects.standing().count()
    times = {"begins": datetime.time(11), "ends": datetime.time(11, 55)}
    school.put_hour(teaching=given, weekday=4, **times)

    assert gone == 0
    assert [timezone.localtime(one.starts_at).hour for one in Cover.objects.standing()] == [11]


def test_an_absence_recorded_as_it_was_is_not_followed_up_again_and_another_hour_is(given):
    absence = away(given.teacher)
    Absence.objects.update(settled_at=timezone.now())
    facts = {"teacher": given.teacher, "key": absence.key, "reason": absence.reason}

    same = agenda.record_absence(hours=Hours(absence.starts_at, absence.ends_at), **facts)
    assert same.settled_at is not None
    longer = agenda.record_absence(
        hours=Hours(absence.starts_at, absence.ends_at + datetime.timedelta(hours=1)), **facts
    )

    assert (longer.pk, longer.settled_at) == (absence.pk, None)


def test_an_absence_that_is_over_changes_nothing(given):
    absence = away(given.teacher)

    cover.follow(absence.pk, now=absence.ends_at + datetime.timedelta(minutes=1))

    assert PlanItem.objects.count() == 1

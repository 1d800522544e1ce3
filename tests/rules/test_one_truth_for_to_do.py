"""What a student still has to do is the same on week, first page, hand-in list, paper, calendar
feed, load and the teacher's list.

Each seed makes a student with a class, a group and a class of before, and forty things in every
state there is.
"""

import datetime
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar
from time_machine import travel

from continuity.due.views.week import NEXT, week_due
from continuity.enums import ExemptionKind, HandInState, Returns, Verdict
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.homework import standing_of
from continuity.homework.queries.load import load_between
from continuity.models import Assignment, Extension, Feedback, FeedKey, HandIn, PlanItem, Tick
from continuity.week.documents import words
from continuity.week.documents.paper import paper_context
from continuity.week.queries.student_items import MyItem, items_for
from continuity.week.queries.to_hand_in import to_hand_in
from continuity.week.queries.week import week_first_shown, week_of
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.agenda.services import calendar_feed as feeds
from courses.documents.models import Paper
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership
from courses.people.models.classes import holds_on
from courses.required import required
from tests.conftest import undone
from tests.factories.answers import returned
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    handed_in,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db

MOMENTS = [
    at(datetime.date(2026, 12, 3), 10),
    at(datetime.date(2026, 12, 4), 19),
    at(datetime.date(2026, 11, 30), 7),
]
STATES = ["open", "begun", "in", "in late", "answered", "again", "again begun", "ticked"]
THINGS = 40


@dataclass
class Story:
    student: object
    now: datetime.datetime
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def items(self) -> list[MyItem]:
        return items_for(self.student, self.now)

    @property
    def open(self) -> dict[str, MyItem]:
        return {mine.item.public_id: mine for mine in self.items if mine.is_open}


@pytest.fixture(scope="module", params=range(12))
def told(request, module_rows) -> Iterator[Story]:
    """The rows of one seed, made once for all tests that it has."""
    now = MOMENTS[request.param % len(MOMENTS)]
    with undone():
        with travel(now, tick=False):
            story = _told(random.Random(request.param), now)
        yield story


@pytest.fixture
def story(told, time_machine) -> Story:
    """A copy, so that no test finds what another one's person remembers."""
    time_machine.move_to(told.now, tick=False)
    return deepcopy(told)


def _told(rng: random.Random, now: datetime.datetime) -> Story:
    today = timezone.localdate(now)
    whole, before = SchoolClassFactory(), None
    before, group = (
        SchoolClassFactory(school=whole.school, kind=kind)
        for kind in (ClassKind.CLASS, ClassKind.GROUP)
    )
    student = StudentFactory(in_class=[before, group])
    moved_on = today - rng.randint(0, 5) * ONE_DAY
    ClassMembership.objects.filter(student=student, school_class=before).update(until=moved_on)
    ClassMembership.objects.create(student=student, school_class=whole, since=moved_on)
    teachings = [teaching(each) for each in (whole, whole, group, before)]
    found = Story(student, now)
    for number in range(THINGS):
        _give(found, rng, teachings, today, number)
    _more_time(found, rng, whole.school, today)
    if rng.random() < 0.7:
        away = rng.choice(teachings[:3])
        kind = rng.choice(ExemptionKind.values)
        exemption_of(
            student,
            school=whole.school,
            entered_by=away.teacher,
            kind=kind,
            subjects=[away.subject],
            first_day=today - rng.randint(0, 6) * ONE_DAY,
            last_day=today + rng.randint(0, 6) * ONE_DAY,
            keeps_working=kind == ExemptionKind.LEAVE and rng.random() < 0.5,
        )
    return found


def _give(
    found: Story, rng: random.Random, teachings: list, today: datetime.date, number: int
) -> None:
    of, day = rng.choice(teachings), today + rng.randint(-30, 12) * ONE_DAY
    part, kind = part_of(of, day), rng.choice(["homework"] * 4 + ["lesson", "note"])
    if kind != "homework":
        item = (
            lesson_item(part, day, title=f"L{number}")
            if kind == "lesson"
            else note_item(part, day, title=f"N{number}")
        )
        if kind == "note":
            PlanItem.objects.filter(pk=item.pk).update(minutes=10)
        if rng.random() < 0.4:
            Tick.objects.create(item=item, student=found.student)
        return
    returns, due_at = (
        rng.choice(Returns.values),
        at(day + rng.randint(0, 16) * ONE_DAY, rng.choice([8, 18])),
    )
    given = assignment(
        of, due_at, returns=returns, minutes=rng.choice([15, 30, 45]), title=f"H{number}"
    )
    item = homework_item(part, given, day)
    found.assignments.append(given)
    state = rng.choice(STATES)
    if Assignment.objects.given_to(found.student).filter(pk=given.pk).exists():
        _stand(found, item, state)
    if of is teachings[3] and rng.random() < 0.5:  # the same homework, given to the new class, too
        again = assignment(teachings[0], due_at + ONE_WEEK, homework=given.homework)
        homework_item(part_of(teachings[0], day), again, day)
        found.assignments.append(again)


def _stand(found: Story, item: PlanItem, state: str) -> None:
    given, student, when = item.assignment, found.student, found.now - ONE_DAY
    if state == "ticked":
        Tick.objects.create(item=item, student=student)
    if given.homework.returns == Returns.NOTHING or state in ("open", "ticked"):
        return
    if state == "begun" or state.endswith("begun"):
        HandIn.objects.create(
            assignment=given, student=student, state=HandInState.COLLECTING, version=2
        )
    if state == "begun":
        return
    handin = HandIn.objects.create(
        assignment=given,
        student=student,
        state=HandInState.HANDED_IN,
        handed_in_at=when,
        receipt_number=f"T{item.pk}",
        is_late=state == "in late",
    )
    if state.startswith("again") or state == "answered":
        verdict = Verdict.AGAIN if state.startswith("again") else Verdict.WELL_DONE
        Feedback.objects.create(
            handin=handin,
            verdict=verdict,
            comment="-",
            written_by=given.teaching.teacher,
            returned_at=when,
        )


def _more_time(found: Story, rng: random.Random, school, today: datetime.date) -> None:
    granted = {
        "student": found.student,
        "school": school,
        "granted_by": found.assignments[0].teaching.teacher,
    }
    for given in rng.sample(found.assignments, 4):
        withdrawn_at = found.now if rng.random() < 0.4 else None
        due_at = given.due_at + rng.randint(1, 9) * ONE_DAY
        Extension.objects.create(
            assignment=given, due_at=due_at, withdrawn_at=withdrawn_at, **granted
        )
    if rng.random() < 0.5:
        first = today - rng.randint(0, 9) * ONE_DAY
        last = first + rng.randint(0, 9) * ONE_DAY
        Extension.objects.create(
            days_more=rng.randint(1, 4), first_day=first, last_day=last, **granted
        )


def shown_weeks(story: Story):
    first = week_first_shown(story.now)
    return [week_of(story.student, first + n * ONE_WEEK, story.now) for n in range(8)]


def test_the_pages_of_the_weeks_hold_all_that_is_open_and_nothing_else(story):
    pages = shown_weeks(story)

    assert {mine.item.public_id for week in pages for mine in week if mine.is_open} == set(
        story.open
    )
    # Of what was given until the end of the week that stands first, its page alone has all, each
    # once.
    given_by_then = [
        one for one, mine in story.open.items() if mine.item.day < pages[0].monday + ONE_WEEK
    ]
    assert sorted(mine.item.public_id for mine in pages[0] if mine.is_open) == sorted(given_by_then)
    assert pages[0].minutes_left == sum(
        story.open[one].item.minutes for one in given_by_then if not story.open[one].is_older
    )


def test_paper_has_a_box_for_each_open_thing_of_the_page_and_no_other(story):
    week = shown_weeks(story)[0]
    paper = Paper(owner=story.student, language="en", asked_at=story.now)

    with translation.override("en"):
        sections = paper_context(paper, week)["sections"]
        titles = sorted(words.title_of(mine.item) for mine in week if mine.is_open)

    former = {words.title_of(mine.item) for mine in week.former}
    boxes = [
        line["title"]
        for section in sections
        for line in section["lines"]
        if line["has_box"] and not line["is_done"]
    ]
    assert sorted(title for title in boxes if title not in former) == titles


def test_the_page_shows_each_open_thing_with_an_empty_circle_or_a_button(story):
    client = Client()
    client.force_login(story.student)
    week = shown_weeks(story)[0]

    shown = client.get(reverse("continuity:week")).text

    for mine in week:
        row = shown.partition(f'id="i-{mine.item.public_id}"')[2].partition("</div>")[0]
        has_button = "/hand-in/" in row and "<a class=" in row
        assert row, mine
        if mine.is_open:
            assert has_button == mine.item.is_to_hand_in, mine
            assert ('name="done"' in row) or mine.look.is_done, mine
        elif mine.item.is_work and not mine.look.is_exempt and not mine.look.is_former:
            assert mine.is_finished or 'name="done"' in row, mine
    assert shown.count("item--done") == sum(mine.is_finished for mine in week)


def test_the_hand_in_list_and_the_first_page_have_the_same_works(story):
    works = to_hand_in(story.items, story.now)
    wanted = {one for one, mine in story.open.items() if mine.item.is_to_hand_in}

    with translation.override("en"):
        due = [item for item in week_due(story.student, story.now) if not item.is_now]

    lists = [works.again, works.late, works.ahead, works.when_possible, works.older]
    assert sorted(mine.item.public_id for each in lists for mine in each) == sorted(wanted)
    soonest = [mine.item.assignment for mine in works.following][:NEXT]
    assert [item.url for item in due if item.url.endswith("/hand-in/")] == [
        reverse("continuity:hand_in", args=[public_id]) for public_id in soonest
    ]
    late = [item.title for item in due if item.icon == "clock"]
    assert [title.startswith(("One late", f"{len(works.all_late)} ")) for title in late] == [
        True
    ] * bool(works.all_late)


def test_the_calendar_has_all_that_is_open_and_calls_nothing_of_it_done(story):
    secret = feeds.open_feed(FeedKey.objects, student=story.student).secret
    answer = Client().get(reverse("continuity_open:week_feed", args=[secret]))

    events = {
        str(event["uid"]).partition("@")[0]: event
        for event in Calendar.from_ical(answer.content).walk("VEVENT")
    }

    with translation.override(story.student.language):
        done = {str(words._(said)) for said in ("Done.", "Handed in", "Handed in, late")}
    assert set(story.open) <= set(events)
    assert {one for one, event in events.items() if str(event["description"]) in done} == {
        mine.item.public_id for mine in story.items if mine.is_finished and not mine.look.is_exempt
    }


def test_what_the_week_calls_late_would_be_marked_late_if_it_were_handed_in_now(story):
    given, due = {one.pk: one for one in story.assignments}, due_dates_of(story.student)
    waiting = {
        required(mine.item.assignment_pk): mine
        for mine in story.open.values()
        if mine.waits_for_hand_in and not mine.look.is_again
    }

    assert waiting
    assert {pk for pk, mine in waiting.items() if mine.look.is_late} == {
        pk for pk in waiting if due.is_late(given[pk], story.now)
    }


def given_twice(story: Story) -> list[Assignment]:
    """Assignments of homework that two classes of the student are given."""
    homework = [given.homework_id for given in story.assignments]
    return [given for given in story.assignments if homework.count(given.homework_id) > 1]


def asked_in_its_class(story: Story, given: Assignment) -> bool:
    """Whether the student is in the class on its date, and the subject is on their plan."""
    of, due = given.teaching, due_dates_of(story.student)
    on = holds_on(timezone.localdate(given.due_at))
    is_on_plan = due.is_on_plan(
        of.school_class.school_id, of.subject_id, timezone.localdate(due.of(given))
    )
    return is_on_plan and of.school_class.memberships.filter(on, student=story.student).exists()


def test_the_load_of_a_day_is_what_is_asked_of_the_student_for_it(story):
    """Done or not: a load is planned with before anybody has done anything, and has what is given to
    two classes in each.
    """
    today = timezone.localdate(story.now)
    (place,) = ClassMembership.objects.filter(
        student=story.student, until=None, school_class__kind=ClassKind.CLASS
    )
    load = load_between(place.school_class, today, today + 3 * ONE_WEEK)
    asked: dict[datetime.date, int] = {}
    twice = given_twice(story)
    in_two = {given.homework_id for given in twice}
    for mine in story.items:
        if mine.due_day and mine.is_asked and mine.item.homework not in in_two:
            asked[mine.due_day] = asked.get(mine.due_day, 0) + mine.item.minutes
    due = due_dates_of(story.student)
    for given in twice:
        if asked_in_its_class(story, given):
            due_day = timezone.localdate(due.of(given))
            asked[due_day] = asked.get(due_day, 0) + given.homework.minutes

    for day in load.days:
        assert day.minutes[story.student.pk] == asked.get(day.day, 0), day.day


def test_the_teachers_list_awaits_or_misses_what_the_student_has_to_hand_in(story):
    by_assignment = {
        mine.item.assignment_pk: mine for mine in story.items if mine.item.assignment_pk
    }
    by_homework = {mine.item.homework: mine for mine in by_assignment.values()}
    for given in Assignment.objects.filter(pk__in=[one.pk for one in story.assignments]):
        row = next(
            (row for row in standing_of(given, story.now).rows if row.student == story.student),
            None,
        )
        mine = by_assignment.get(given.pk)
        if row is None or given.homework.returns == Returns.NOTHING:
            continue
        if mine is None:  # given to the other class, too: the student sees that one
            twin = by_homework[given.homework_id]
            assert (row.handin is not None) == (twin.look.is_handed_in or twin.look.is_again)
            assert required(row.counts_in).pk == twin.item.assignment_pk
            assert row.due_at == twin.due_at
            continue
        assert row.counts_in is None
        assert row.due_at == mine.due_at
        assert row.is_exempt == mine.look.is_exempt
        assert (row.handin is not None) == (mine.look.is_handed_in or mine.look.is_again)
        if not row.is_exempt and row.handin is None:
            assert mine.is_open or mine.look.is_former


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(("weeks", "listed"), [(8, True), (16, True), (20, False)])
def test_what_is_to_be_done_again_waits_until_the_school_year_ends(weeks, listed):
    part = part_of(teaching(), monday_of(timezone.localdate()) - weeks * ONE_WEEK)
    student = StudentFactory(in_class=part.teaching.school_class)
    given = homework_item(
        part, due_at=timezone.now() - weeks * ONE_WEEK, returns=Returns.TEXT
    ).assignment
    returned(
        handed_in(given, student, given.due_at - datetime.timedelta(hours=1)), verdict=Verdict.AGAIN
    )

    assert any(mine.is_open for mine in items_for(student, timezone.now())) is listed


@pytest.mark.at("2026-11-25T12:00")
def test_of_a_class_that_was_left_only_what_is_to_be_done_again_is_asked():
    now, before = timezone.now(), SchoolClassFactory()
    part = part_of(teaching(before), monday_of(timezone.localdate()))
    student = StudentFactory(in_class=before)
    again, other = (
        homework_item(part, due_at=now + ONE_WEEK, returns=Returns.TEXT).assignment
        for _time in range(2)
    )
    left_on = timezone.localdate() - ONE_DAY
    ClassMembership.objects.filter(student=student).update(until=left_on)
    ClassMembership.objects.create(
        student=student, school_class=SchoolClassFactory(school=before.school), since=left_on
    )
    returned(handed_in(again, student, now - 2 * ONE_DAY), verdict=Verdict.AGAIN)

    items = {mine.item.assignment_pk: mine for mine in items_for(student, now)}

    assert (items[again.pk].is_open, items[again.pk].look.is_former) == (True, False)
    assert (items[other.pk].is_open, items[other.pk].look.is_former) == (False, True)
    works = to_hand_in(items.values(), now)
    assert [mine.item.assignment_pk for mine in works.again] == [again.pk]

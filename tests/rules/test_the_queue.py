"""What stands in a teacher's queue, in which order, for whom, and what it costs."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.answers.queries.queue import how_many_wait
from continuity.answers.values import EntryKind
from continuity.models import Reply
from courses.people import services as people
from courses.people.models import StandIn
from courses.people.services import teachings
from tests.factories.answers import asks_for_help, draft, half_sent, returned, waiting
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    handed_in,
    teaching,
    tutor_of,
)
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

QUEUE = "continuity:queue"


@pytest.fixture
def maths():
    return teaching()


def pupil_of(of, **fields):
    return StudentFactory(in_class=of.school_class, **fields)


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def entries(person, query: str = ""):
    return signed_in(person).get(reverse(QUEUE) + query).context["queue"].entries


def words_of_student(handin, *, hours_ago: float):
    feedback = returned(handin)
    then = timezone.now() - datetime.timedelta(hours=hours_ago)
    return Reply.objects.create(
        feedback=feedback,
        author=handin.student,
        text="Pourquoi ?",
        said_at=then,
        key="0" * 31 + str(handin.pk % 10),
    )


def test_words_of_students_stand_first_then_the_longest_waiting_over_all_classes(maths):
    other_class = SchoolClassFactory(school=maths.school_class.school)
    second = teaching(other_class, teacher=maths.teacher, subject=maths.subject)
    late = waiting(second, pupil_of(second), hours_ago=2)
    early = waiting(maths, pupil_of(maths), hours_ago=30)
    asked = asks_for_help(maths, pupil_of(maths), hours_ago=10)
    said = words_of_student(waiting(second, pupil_of(second)), hours_ago=1)
    stuck = half_sent(maths, pupil_of(maths), hours_ago=3)

    found = [(entry.kind, entry.handin or entry.help_request) for entry in entries(maths.teacher)]

    assert found == [
        (EntryKind.TALK, said.feedback.handin),
        (EntryKind.HANDIN, early),
        (EntryKind.HELP, asked),
        (EntryKind.PART, stuck),
        (EntryKind.HANDIN, late),
    ]


@pytest.mark.parametrize(
    ("address", "order"),
    [
        ("", "Words on an answer first, then the longest waiting."),
        ("?state=unread", "The latest first."),
        ("?state=read", "The latest first."),
    ],
)
def test_the_page_says_in_which_order_it_stands(maths, address, order):
    page = signed_in(maths.teacher).get(reverse(QUEUE) + address).content.decode()

    assert order in page


def test_c8_what_stopped_halfway_is_seen_after_an_hour_with_how_far_it_came(maths):
    half_sent(maths, pupil_of(maths), arrived=2, expected=3, hours_ago=2)
    half_sent(maths, pupil_of(maths), arrived=2, expected=3, hours_ago=0.5)
    half_sent(maths, pupil_of(maths), arrived=0, expected=3, hours_ago=2)

    page = signed_in(maths.teacher).get(reverse(QUEUE)).content.decode()

    assert page.count("incomplete") == 1
    assert "2 of 3, incomplete" in page
    assert how_many_wait(maths.teacher, timezone.now()) == (0, None)


def test_who_only_looks_after_the_class_or_leads_the_school_reads_nothing(maths):
    handin = waiting(maths, pupil_of(maths))
    tutor, leader = tutor_of(maths.school_class), LeaderFactory(leads=maths.school_class.school)
    other = teaching(SchoolClassFactory()).teacher
    people.derive_groups(tutor)
    address = reverse("continuity:write_answer", args=[handin.public_id])

    assert [entries(person) for person in (tutor, other)] == [[], []]
    assert signed_in(leader).get(reverse(QUEUE)).status_code == 403
    assert [signed_in(person).get(address).status_code for person in (tutor, other, leader)] == [
        404,
        404,
        403,
    ]
    assert [entry.handin for entry in entries(maths.teacher)] == [handin]


def test_c19_a_stand_in_has_the_queue_on_their_dates_only(maths):
    handin = waiting(maths, pupil_of(maths))
    here, gone = TeacherFactory.create_batch(2, works_at=maths.school_class.school)
    today = timezone.localdate()
    StandIn.objects.create(teaching=maths, teacher=here, first_day=today, last_day=today)
    yesterday = today - datetime.timedelta(days=1)
    StandIn.objects.create(teaching=maths, teacher=gone, first_day=yesterday, last_day=yesterday)

    assert [entry.handin for entry in entries(here)] == [handin]
    assert entries(gone) == []


def test_c20_who_takes_over_has_what_waits_and_who_wrote_what_stays(maths):
    kept = draft(waiting(maths, pupil_of(maths)), comment="Commencé.")
    successor = TeacherFactory(works_at=maths.school_class.school)
    left = maths.teacher

    teachings.hand_over(teaching=maths, to=successor)
    page = (
        signed_in(successor)
        .get(reverse("continuity:write_answer", args=[kept.handin.public_id]))
        .content.decode()
    )

    assert entries(left) == []
    assert "Commencé." in page
    assert f"Last saved by {left.display_name}" in page


def test_a_deleted_homework_takes_its_hand_ins_out_and_brings_them_back(maths):
    handin = waiting(maths, pupil_of(maths))
    homework = handin.assignment.homework
    homework.deleted_at = timezone.now()
    homework.save()
    while_deleted = entries(maths.teacher)
    homework.deleted_at = None
    homework.save()

    assert while_deleted == []
    assert [entry.handin for entry in entries(maths.teacher)] == [handin]


def test_it_is_narrowed_to_a_class_a_student_and_a_state(maths):
    second = teaching(
        SchoolClassFactory(school=maths.school_class.school),
        teacher=maths.teacher,
        subject=maths.subject,
    )
    zoe = waiting(maths, pupil_of(maths, given_name="Zoé", family_name="Lemaire"))
    paul = waiting(second, pupil_of(second, given_name="Paul", family_name="Lemaire"))
    read = returned(waiting(maths, pupil_of(maths)), read_at=timezone.now()).handin
    unread = returned(waiting(maths, pupil_of(maths))).handin

    def found(query):
        return [entry.handin for entry in entries(maths.teacher, query)]

    assert found(f"?school_class={second.school_class.public_id}") == [paul]
    assert found("?q=lemaire+zo") == [zoe]
    assert found("?state=read") == [read]
    assert found("?state=unread") == [unread]
    assert found("?school_class=nowhere") == []
    assert found("?state=nonsense") == [zoe, paul]


def test_one_homework_is_answered_to_its_end_with_its_progress(maths):
    """The queue of one homework, the next within it, and how many of those handed in have their
    answer.
    """
    given, other = assignment(maths), assignment(maths)
    first, second = (
        waiting(maths, pupil_of(maths), given=given, hours_ago=hours) for hours in (9, 3)
    )
    waiting(maths, pupil_of(maths), given=other, hours_ago=5)
    returned(waiting(maths, pupil_of(maths), given=given))
    teacher, query = signed_in(maths.teacher), f"?work={given.public_id}"

    listed = teacher.get(reverse(QUEUE) + query)
    page = teacher.get(reverse("continuity:write_answer", args=[first.public_id]) + query)
    homework = teacher.get(reverse("continuity:homework", args=[given.public_id])).text

    assert [entry.handin for entry in listed.context["queue"].entries] == [first, second]
    assert listed.context["queue"].works == [given, other]
    assert (
        page.context["after"] == reverse("continuity:write_answer", args=[second.public_id]) + query
    )
    for shown in (listed, page):
        assert (shown.context["progress"].returned, shown.context["progress"].handed_in) == (1, 3)
    assert reverse(QUEUE) + query in homework


def test_neighbours_are_those_of_the_list_also_at_one_instant(maths):
    given = assignment(maths)
    now = timezone.now()
    handins = [handed_in(given, pupil_of(maths), now) for _ in range(4)]
    asked = asks_for_help(maths, pupil_of(maths), hours_ago=0)
    asked.asked_at = now
    asked.save()
    teacher = signed_in(maths.teacher)
    chain, address = [], reverse("continuity:write_answer", args=[handins[0].public_id])

    while address and len(chain) < 9:
        page = teacher.get(address)
        chain.append((page.context["before"], address))
        address = page.context["after"]

    addresses = [reverse("continuity:write_answer", args=[one.public_id]) for one in handins]
    addresses.append(reverse("continuity:answer_help", args=[asked.public_id]))
    assert chain == list(zip(["", *addresses], addresses, strict=False))


def test_a_long_queue_comes_in_pages_and_keeps_its_filters(maths):
    given = assignment(maths)
    for _ in range(21):
        handed_in(given, pupil_of(maths), timezone.now())

    page = signed_in(maths.teacher).get(
        reverse(QUEUE) + f"?school_class={maths.school_class.public_id}&page=2"
    )

    assert len(page.context["queue"].entries) == 1
    assert f"school_class={maths.school_class.public_id}&amp;page=1" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?state=unread", "?state=read"], ids=["to answer", "unread", "read"]
)
def test_the_queue_costs_the_same_with_10_40_and_160_entries(maths, query):
    client, counts = signed_in(maths.teacher), []
    made = 0

    for number in (10, 40, 160):
        while made < number:
            pupil = pupil_of(maths)
            if made % 5 == 0:
                asks_for_help(maths, pupil, hours_ago=0)
            elif made % 5 == 1:
                draft(handed_in(assignment(maths), pupil, timezone.now()))
            elif made % 5 == 2:
                returned(handed_in(assignment(maths), pupil, timezone.now()))
            elif made % 5 == 3:
                returned(
                    handed_in(assignment(maths), pupil, timezone.now()), read_at=timezone.now()
                )
            else:
                handed_in(assignment(maths), pupil, timezone.now())
            made += 1
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(QUEUE) + query)
        counts.append(len(captured))

    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 18


@pytest.mark.parametrize("name", ["write_answer", "answer"])
def test_an_answers_page_costs_the_same_with_10_40_and_160_in_the_queue_and_pins_on_it(maths, name):
    pupil = pupil_of(maths)
    handin = waiting(maths, pupil)
    feedback = returned(handin)
    client, counts = signed_in(maths.teacher if name == "write_answer" else pupil), []
    client.get(reverse(f"continuity:{name}", args=[handin.public_id]))
    given = assignment(maths)
    made = 0

    for number in (10, 40, 160):
        for _ in range(number - made):
            handed_in(given, pupil_of(maths), timezone.now())
            feedback.pins.create(page=1, x=5, y=5, text="Ici.", author=maths.teacher)
        made = number
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"continuity:{name}", args=[handin.public_id]))
        counts.append(len(captured))

    assert counts[0] == counts[1] == counts[2]

"""A student of whom nothing is heard stands in one list, is called by one person, and leaves it
(cases C5, C38, C62).
"""

import datetime
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.contact.services import calls, papers
from continuity.enums import CallResult, Device, ExemptionKind, Motive
from continuity.families import services as families
from continuity.models import (
    SchoolSettings,
)
from courses.agenda.models import Closure
from courses.people.models import StandIn
from tests.factories import answers, equipment, survey
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    exemption_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import TeacherFactory
from tests.factories.silence import NOON, TODAY, TUESDAY, D, names, page, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def of():
    """A subject in a class with plans since September."""
    return planned_class(name="2de 4")


@pytest.fixture
def silent(of):
    """Silent since Tuesday of last week."""
    student = StudentFactory(in_class=of.school_class, family_name="Silence")
    opened(student, TUESDAY)
    return student


def test_a_student_without_a_sign_for_five_school_days_is_seen_by_teacher_tutor_and_leader(
    of, silent
):
    heard = StudentFactory(in_class=of.school_class, family_name="Bruit")
    elsewhere = StudentFactory(in_class=planned_class().school_class, family_name="Ailleurs")
    opened(heard, TUESDAY + datetime.timedelta(days=1))
    stand_in = TeacherFactory(works_at=of.school_class.school)
    StandIn.objects.create(teaching=of, teacher=stand_in, first_day=TODAY, last_day=TODAY)
    readers = [
        of.teacher,
        stand_in,
        tutor_of(of.school_class),
        LeaderFactory(leads=of.school_class.school),
    ]

    seen = [page(reader) for reader in readers]

    for text in seen:
        assert names(text, silent, heard, elsewhere) == [silent]
        assert "Tuesday 17 November" in text
        assert "5 school days without a sign are counted since Tuesday 17 November." in text


def test_a_colleague_and_another_school_s_leader_see_nothing_of_them(of, silent):
    colleague = TeacherFactory(works_at=of.school_class.school)
    others = [colleague, planned_class().teacher, LeaderFactory()]

    assert [names(page(other), silent) for other in others] == [[], [], []]
    assert [names(page(other, "?school"), silent) for other in others] == [[], [], []]


def test_the_first_page_of_a_teacher_says_how_many_and_leads_to_them(of, silent):
    text = signed_in(of.teacher).get(reverse("today:home")).text

    assert "1 student not heard of" in text
    assert f'href="{reverse("continuity:silent")}"' in text


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("2026-11-28T12:00", id="at the weekend"),
        pytest.param("2026-12-22T12:00", id="in the holidays"),
    ],
)
def test_no_first_page_speaks_of_it_on_a_day_without_class(of, silent, moment):
    """C5."""
    with time_machine.travel(datetime.datetime.fromisoformat(f"{moment}+01:00")):
        assert "not heard of" not in signed_in(of.teacher).get(reverse("today:home")).text.replace(
            "Students not heard of", ""
        )


def test_a_student_on_leave_isn_t_in_the_list_and_the_days_of_a_leave_don_t_count(of, silent):
    """C62: a long leave with a reduced plan, too."""
    school, by = of.school_class.school, tutor_of(of.school_class)
    leave = exemption_of(
        silent,
        school=school,
        entered_by=by,
        kind=ExemptionKind.LEAVE,
        motive=Motive.PLACEMENT,
        first_day=TODAY,
        last_day=TODAY,
    )
    during = page(of.teacher)
    leave.first_day, leave.last_day = D(2026, 11, 20), D(2026, 11, 20)
    leave.save()
    after_one_day = page(of.teacher)
    with time_machine.travel(NOON + datetime.timedelta(days=1)):
        a_day_later = page(of.teacher)

    assert names(during, silent) == names(after_one_day, silent) == []
    assert names(a_day_later, silent) == [silent]
    assert "On leave on Friday 20 November, not counted" in a_day_later


@pytest.mark.parametrize("reader", ["student", "leader"])
def test_of_a_student_in_no_class_no_page_says_that_nothing_was_ever_seen(of, silent, reader):
    silent.class_memberships.update(until=TODAY)
    if reader == "student":
        text = signed_in(silent).get(reverse("continuity:my_signs")).text
    else:
        leader = LeaderFactory(leads=of.school_class.school)
        text = signed_in(leader).get(reverse("continuity:student", args=[silent.public_id])).text

    assert "Never" not in text
    assert "in no class today: no sign is counted" in text


def test_a_school_s_own_number_of_days_counts(of, silent):
    settings = SchoolSettings.objects.create(school=of.school_class.school, silent_after=6)
    with_six = page(of.teacher)
    settings.silent_after = 3
    settings.save()

    assert names(with_six, silent) == []
    assert names(page(of.teacher), silent) == [silent]


def test_a_day_on_which_the_school_is_closed_isn_t_counted(of, silent):
    Closure.objects.create(
        school=of.school_class.school,
        first_day=D(2026, 11, 20),
        last_day=D(2026, 11, 20),
        reason="Grève",
    )

    assert names(page(of.teacher), silent) == []


def test_what_is_known_stands_beside_the_student(of, silent):
    asked = answers.asks_for_help(of, silent)
    type(asked).objects.filter(pk=asked.pk).update(asked_at=at(D(2026, 11, 12), 9))

    text = page(of.teacher)

    assert "A question has been waiting for an answer since Thursday 12 November" in text


def test_each_channel_says_on_how_many_of_the_last_school_days_there_was_a_sign(of, silent):
    opened(silent, D(2026, 11, 16))
    opened(silent, D(2026, 10, 5))  # before the last twenty
    exemption_of(
        silent,
        school=of.school_class.school,
        entered_by=of.teacher,
        kind=ExemptionKind.LEAVE,
        first_day=D(2026, 11, 5),
        last_day=D(2026, 11, 6),
    )

    text = page(of.teacher)

    # 20 school days: Wednesday 14 October to today, without the holidays and 11 November.
    week = text[text.index("Week opened") :]
    assert week.index("(on 2 of the last 20 school days)") < week.index("Work handed in")
    assert text.count('<path class="channel__off" d="M60 1h8v10h-8zM70 1h8v10h-8z"/>') == 6
    assert "On leave from Thursday 5 November to Friday 6 November, not counted" in text


def test_a_tutor_reads_when_questions_were_asked_and_answered_and_not_their_words(of, silent):
    for words, answered in (("Je bloque au numéro 4", False), ("Où est la fiche ?", True)):
        asked = answers.asks_for_help(of, silent)
        asked.text = words
        if answered:
            asked.answered_at, asked.answered_by, asked.answer = NOON, of.teacher, "Au dos."
        asked.save()
    address = reverse("continuity:student", args=[silent.public_id])

    tutor = signed_in(tutor_of(of.school_class)).get(address).text
    teacher = signed_in(of.teacher).get(address).text

    assert "not answered yet" in tutor
    assert f"answered by {of.teacher} on Wednesday 25 November" in tutor
    for words in ("Je bloque", "Où est la fiche", "Au dos"):
        assert words not in tutor
    assert "Questions asked" in tutor
    assert "Questions asked" not in teacher
    assert "Signs, by channel" in teacher


def test_an_announced_absence_and_no_device_stand_beside_the_student_in_words(of, silent):
    """The device for who reads answers by name; of the absence nobody here reads the motive."""
    kept = follows(GuardianFactory(), silent)
    day = D(2026, 11, 26)
    families.announce(guardianship=kept, first_day=day, last_day=day, motive=Motive.OFFICIAL)
    survey.answered(survey.campaign_of(of.school_class.school), silent, device=Device.NONE)
    tutor, leader = tutor_of(of.school_class), LeaderFactory(leads=of.school_class.school)

    texts = {reader: page(reader) for reader in (of.teacher, tutor, leader)}

    for reader, text in texts.items():
        assert "A guardian announced an absence on Thursday 26 November." in text
        assert str(Motive.OFFICIAL.label) not in text
        assert ("No device at home, by the latest survey." in text) == (reader != of.teacher)


def test_a_phone_a_loan_and_a_request_stand_beside_the_student_and_are_no_signs(of, silent):
    school = of.school_class.school
    survey.answered(survey.campaign_of(school), silent, device=Device.PHONE)
    tutor = tutor_of(of.school_class)
    before = page(tutor)
    equipment.lent(silent, equipment.thing(school))
    equipment.need_of(silent, wants="connection", connection="none")

    after = {reader: page(reader) for reader in (of.teacher, tutor)}

    said = (
        "Equipment of the school is lent to the student.",
        "Equipment is asked for, and nothing is handed over for it yet.",
    )
    assert "Only a phone at home, by the latest survey." in before
    assert not any(one in before for one in said)
    assert all(one in after[tutor] for one in said)
    assert not any(one in after[of.teacher] for one in said)
    assert "A loan that is handed over is no sign." in before
    assert silent.display_name in after[tutor]


def test_the_list_asks_at_most_twelve_times_whatever_its_length(of, silent):
    survey.campaign_of(of.school_class.school)
    for student in StudentFactory.create_batch(5, in_class=of.school_class):
        kept = follows(GuardianFactory(), student)
        families.announce(guardianship=kept, first_day=TODAY, last_day=TODAY)
    client = signed_in(tutor_of(of.school_class))
    client.get(reverse("continuity:silent"))

    with CaptureQueriesContext(connection) as captured:
        text = client.get(reverse("continuity:silent")).text

    assert text.count("A guardian announced an absence") == 5
    assert len(captured) <= 12, [query["sql"][:120] for query in captured]


# The student


def test_the_student_reads_what_is_counted_and_who_reads_it(of, silent):
    calls.note(student=silent, by=of.teacher, result=CallResult.NOBODY, key=uuid.uuid4())
    papers.hand_over(student=silent, by=of.teacher, day=D(2026, 11, 10))

    text = signed_in(silent).get(reverse("continuity:my_signs")).text

    for words in (
        "Tuesday 17 November",
        "Tuesday 10 November",
        "5 school days without a sign are counted since Tuesday 17 November.",
        "From 5 on, your school sees",
        "Nobody answered",
        "the teachers of your classes, your class tutor and your school’s leaders",
    ):
        assert words in text


def test_the_number_on_a_first_page_is_cached_and_counted_anew_after_ones_own_call(
    settings, of, silent, django_capture_on_commit_callbacks
):
    settings.CACHES = settings.KEEP_PAGES
    teacher, leader = of.teacher, LeaderFactory(leads=of.school_class.school)

    def says(person) -> bool:
        return "1 student not heard of" in signed_in(person).get(reverse("today:home")).text

    with time_machine.travel(NOON, tick=False):
        assert says(teacher)
        assert says(leader)
        with django_capture_on_commit_callbacks(execute=True):
            calls.note(student=silent, by=teacher, result=CallResult.STUDENT, key=uuid.uuid4())
        assert (says(teacher), says(leader)) == (False, True)
    with time_machine.travel(NOON + datetime.timedelta(minutes=5, seconds=1), tick=False):
        assert not says(leader)


def test_the_number_on_a_first_page_follows_paper_that_is_taken_back(
    settings, of, silent, django_capture_on_commit_callbacks
):
    settings.CACHES = settings.KEEP_PAGES

    def says() -> bool:
        return "1 student not heard of" in signed_in(of.teacher).get(reverse("today:home")).text

    with time_machine.travel(NOON, tick=False):
        with django_capture_on_commit_callbacks(execute=True):
            paper = papers.hand_over(student=silent, by=of.teacher, day=TODAY)
        assert not says()
        with django_capture_on_commit_callbacks(execute=True):
            papers.take_back(handover=paper, by=of.teacher)
        assert says()

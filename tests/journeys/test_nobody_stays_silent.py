"""A student of whom nothing is heard stands in one list, is called by one person, and leaves it
(cases C5, C38, C62).
"""

import datetime
import uuid

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.contact.services import calls, papers
from continuity.enums import CallResult, Device, ExemptionKind, Motive, Status
from continuity.families import services as families
from continuity.models import (
    Call,
    Feedback,
    FeedKey,
    HelpRequest,
    PaperHandover,
    Reply,
    RollLine,
    SchoolSettings,
    WeekOpening,
)
from courses.agenda.models import Closure
from courses.agenda.services import calendar_feed as feeds
from courses.people.models import LoginSession, StandIn
from tests.factories import answers, equipment, rolls, survey
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    StudentFactory,
    at,
    exemption_of,
    homework_item,
    lesson_item,
    part_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

D = datetime.date
TUESDAY = D(2026, 11, 17)  # five school days lie between it and Wednesday 25 November
TODAY = D(2026, 11, 25)
NOON = at(TODAY, 12)


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page(person, query: str = "") -> str:
    return signed_in(person).get(reverse("continuity:silent") + query).text


def names(text: str, *students) -> list:
    return [student for student in students if student.display_name in text]


def press(person, name: str, row, **data):
    """A button of the list."""
    address = reverse(f"continuity:{name}", args=[row.public_id])
    return signed_in(person).post(address, data, follow=True).text


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


def test_opening_the_week_is_a_sign_and_is_noted_once_a_day(of, silent):
    client = signed_in(silent)

    for name in ("week", "week", "to_hand_in"):
        client.get(reverse(f"continuity:{name}"))
    signed_in(silent).get(reverse("continuity:week"))

    assert list(silent.week_openings.values_list("day", flat=True)) == [TUESDAY, TODAY]
    assert names(page(of.teacher), silent) == []


def test_a_lesson_and_a_homework_of_the_week_are_opened_like_the_week(of, silent):
    part = of.plan_parts.get(plan__monday=D(2026, 11, 23))
    pages = [
        reverse("continuity:lesson", args=[lesson_item(part).lesson.public_id]),
        reverse("continuity:homework", args=[homework_item(part).assignment.public_id]),
    ]
    for page_of_week in pages:
        signed_in(of.teacher).get(page_of_week)
    before = WeekOpening.objects.filter(day=TODAY).count()

    counts = []
    for page_of_week in pages:
        WeekOpening.objects.filter(day=TODAY).delete()
        caches["week_openings"].clear()
        assert signed_in(silent).get(page_of_week).status_code == 200
        counts.append(WeekOpening.objects.filter(student=silent, day=TODAY).count())

    assert (before, counts) == (0, [1, 1])


def test_a_page_that_the_browser_has_already_is_opened_too(silent):
    client = signed_in(silent)
    client.get(reverse("continuity:help"))  # the token's cookie is made by the first form
    tag = client.get(reverse("continuity:week")).headers["ETag"]

    with time_machine.travel(NOON + datetime.timedelta(minutes=1)):
        WeekOpening.objects.filter(day=TODAY).delete()
        caches["week_openings"].clear()
        again = client.get(reverse("continuity:week"), headers={"if-none-match": tag})

    assert again.status_code == 304
    assert WeekOpening.objects.filter(student=silent, day=TODAY).exists()


def test_later_views_of_the_day_neither_write_nor_make_the_login_last_longer(silent):
    client = signed_in(silent)
    client.get(reverse("continuity:help"))  # the token's cookie is made by the first form
    ends_at = LoginSession.objects.get(person=silent).expire_date

    counts = []
    for minutes in (1, 2, 3):
        with (
            time_machine.travel(NOON + datetime.timedelta(minutes=minutes)),
            CaptureQueriesContext(connection) as captured,
        ):
            client.get(reverse("continuity:to_hand_in"))
        counts.append(sum("weekopening" in query["sql"] for query in captured))

    assert counts == [1, 0, 0]
    assert LoginSession.objects.get(person=silent).expire_date == ends_at


@pytest.mark.parametrize("what", ["answer read", "reply", "answer to a question read"])
def test_reading_an_answer_and_replying_are_signs(of, silent, what):
    handin = answers.waiting(of, silent, hours_ago=24 * 20)
    feedback = answers.returned(handin)
    asked = NOON - datetime.timedelta(days=20)
    question = HelpRequest.objects.create(
        student=silent, teaching=of, text="?", asked_at=asked, answer="!", answered_at=asked
    )
    teacher_s = {"author": of.teacher, "feedback": feedback, "text": "Bravo."}
    Reply.objects.create(key=uuid.uuid4(), said_at=NOON, **teacher_s)
    assert names(page(of.teacher), silent)

    match what:
        case "answer read":
            Feedback.objects.update(read_at=NOON)
        case "reply":
            own = teacher_s | {"author": silent, "text": "Merci."}
            Reply.objects.create(key=uuid.uuid4(), said_at=NOON, **own)
        case _:
            HelpRequest.objects.filter(pk=question.pk).update(read_at=NOON)

    assert not names(page(of.teacher), silent)
    text = signed_in(silent).get(reverse("continuity:my_signs")).text
    row = text[text.index("Answer read or replied to") : text.index("Present in class")]
    assert "Wednesday 25 November" in row


def test_nobody_else_s_look_and_no_program_s_is_a_sign(of, silent):
    secret = feeds.open_feed(FeedKey.objects, student=silent).secret

    signed_in(of.teacher).get(reverse("continuity:student", args=[silent.public_id]))
    Client().get(reverse("continuity_open:week_feed", args=[secret]))
    signed_in(silent).get(reverse("continuity:week"), headers={"Sec-Purpose": "prefetch"})
    signed_in(silent).head(reverse("continuity:week"))

    assert not WeekOpening.objects.filter(day=TODAY).exists()
    assert names(page(of.teacher), silent) == [silent]


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


def test_a_week_on_paper_is_a_contact(of, silent):
    """C38: who has no device isn't silent; taken back, it never was."""
    told = press(of.teacher, "hand_paper", silent)
    press(of.teacher, "hand_paper", silent)
    after = page(of.teacher)
    handover = PaperHandover.objects.get(student=silent)
    press(of.teacher, "take_paper_back", handover)

    assert "a week on paper was handed over today" in told
    assert (handover.handed_on, handover.recorded_by) == (TODAY, of.teacher)
    assert names(after, silent) == []
    assert names(page(of.teacher), silent) == [silent]


def test_a_week_on_paper_from_a_friday_counts_to_the_end_of_the_next_week(of, silent):
    """C38: who works on paper from Monday on isn't silent meanwhile."""
    settings = SchoolSettings.objects.create(school=of.school_class.school, silent_after=3)
    papers.hand_over(student=silent, by=of.teacher, day=D(2026, 11, 13))
    part_of(of, MONDAY)

    with_three = page(of.teacher)  # Wednesday 25: two days after the week that was covered
    with time_machine.travel(at(D(2026, 11, 26), 12)):
        a_day_later = page(of.teacher)
    settings.delete()

    assert names(with_three, silent) == []
    assert names(a_day_later, silent) == [silent]
    assert "Tuesday 17 November" in a_day_later  # the last sign stays what it was


def test_a_week_on_paper_before_holidays_is_for_the_week_after_them(of):
    """C5, C38."""
    silent = StudentFactory(in_class=of.school_class)
    papers.hand_over(student=silent, by=of.teacher, day=D(2026, 10, 16))  # to Sunday 8 November

    with time_machine.travel(at(D(2026, 11, 16), 8)):  # the 11th is a bank holiday
        assert names(page(of.teacher), silent) == []
    with time_machine.travel(at(D(2026, 11, 17), 8)):
        text = page(of.teacher)
    assert names(text, silent) == [silent]
    assert "5 school days without a sign are counted since Sunday 8 November." in text


def test_who_is_in_the_video_class_isn_t_silent_while_the_roll_is_open(of, silent):
    meeting = rolls.video_class(of, rolls.soon())
    rolls.led(meeting)
    before = page(of.teacher)

    entered = signed_in(silent).get(reverse("continuity:enter_video", args=[meeting.public_id]))

    assert entered.status_code == 302
    assert names(before, silent) == [silent]
    text = page(of.teacher)
    assert names(text, silent) == []


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


def test_the_teacher_s_word_on_a_closed_roll_counts_and_a_correction_in_its_place(of, silent):
    roll = rolls.begun(of, rolls.nine(D(2026, 11, 24)))
    RollLine.objects.filter(roll_call=roll).update(status=Status.PRESENT)
    still_open = page(of.teacher)
    rolls.closed(roll)
    closed = page(of.teacher)
    line = roll.lines.get(student=silent)
    line.corrections.create(
        key=uuid.uuid4(),
        was_status=Status.PRESENT,
        status=Status.ABSENT,
        reason="Erreur",
        corrected_by=of.teacher,
    )

    assert names(still_open, silent) == [silent]
    assert names(closed, silent) == []
    assert names(page(of.teacher), silent) == [silent]


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


@pytest.mark.parametrize("is_open", [True, False])
def test_after_a_call_that_reached_somebody_the_page_offers_the_survey(of, silent, is_open):
    survey.campaign_of(of.school_class.school, last=10 if is_open else -1)
    offered = {}
    for reader in (of.teacher, tutor_of(of.school_class)):
        data = {"key": str(uuid.uuid4()), "result": "family"}
        offered[reader] = press(reader, "note_call", silent, **data)

    address = reverse("continuity:survey_call", args=[silent.public_id])
    for reader, text in offered.items():
        link = f'<a href="{address}">Enter what they have to work with</a>'
        assert (link in text) == (is_open and reader != of.teacher)
    if is_open:
        assert signed_in(reader).get(address).status_code == 200


# Calls


def test_one_person_takes_the_call_and_nobody_else_needs_to(of, silent):
    tutor = tutor_of(of.school_class)

    told = press(of.teacher, "take_call", silent)
    press(of.teacher, "take_call", silent)
    refused = press(tutor, "take_call", silent)

    assert "You are seeing to it" in told
    assert f"{of.teacher.display_name} is seeing to it: you needn’t call." in refused
    assert list(Call.objects.values_list("student", "caller")) == [(silent.pk, of.teacher.pk)]
    assert f"{of.teacher.display_name} is seeing to it" in page(tutor)
    assert reverse("continuity:take_call", args=[silent.public_id]) not in page(tutor)


def test_a_call_that_is_given_back_or_lapses_is_somebody_else_s(of, silent):
    tutor = tutor_of(of.school_class)
    press(of.teacher, "give_back_call", calls.take(student=silent, by=of.teacher))
    press(tutor, "take_call", silent)

    with time_machine.travel(NOON + datetime.timedelta(days=1, minutes=1)):
        press(of.teacher, "take_call", silent)

        standing = Call.objects.open()
        assert [call.caller for call in standing] == [of.teacher]
    assert Call.objects.count() == 3


def test_a_noted_call_stays_with_its_next_date_and_is_read_by_all(of, silent):
    tutor = tutor_of(of.school_class)
    calls.take(student=silent, by=of.teacher)
    data = {"key": str(uuid.uuid4()), "result": "message", "next_on": "2026-11-27"}

    told = press(of.teacher, "note_call", silent, **data)
    press(of.teacher, "note_call", silent, **data)

    assert "the student stays in the list" in told
    assert Call.objects.count() == 1
    text = page(tutor)
    assert "Wednesday 25 November: Message left" in text
    assert "Next call Friday 27 November" in text
    assert names(text, silent) == [silent]


def test_a_form_sent_again_with_another_result_says_that_the_first_is_saved(of, silent):
    data = {"key": str(uuid.uuid4()), "result": "message"}
    press(of.teacher, "note_call", silent, **data)

    told = press(of.teacher, "note_call", silent, **data | {"result": "student"})

    assert "saved already as “Message left”" in told
    assert "is noted" not in told
    assert list(Call.objects.values_list("result", flat=True)) == ["message"]
    assert names(page(of.teacher), silent) == [silent]


def test_a_form_sent_again_after_the_call_was_undone_saves_nothing_and_says_so(of, silent):
    data = {"key": str(uuid.uuid4()), "result": "student"}
    press(of.teacher, "note_call", silent, **data)
    press(of.teacher, "undo_call", Call.objects.get())

    told = press(of.teacher, "note_call", silent, **data)

    assert "noted and undone: nothing is saved" in told
    assert "is noted:" not in told
    assert names(page(of.teacher), silent) == [silent]


def test_the_key_of_another_student_s_call_is_a_call_of_its_own(of, silent):
    other = StudentFactory(in_class=of.school_class)
    data = {"key": str(uuid.uuid4()), "result": "message"}
    press(of.teacher, "note_call", silent, **data)

    for _press in range(2):
        press(of.teacher, "note_call", other, **data)

    assert {call.student for call in Call.objects.all()} == {silent, other}
    assert Call.objects.count() == 2


@pytest.mark.parametrize("result", [CallResult.STUDENT, CallResult.FAMILY])
def test_who_was_reached_leaves_the_list_until_there_is_new_silence(of, silent, result):
    told = press(of.teacher, "note_call", silent, key=str(uuid.uuid4()), result=result)

    assert "the student leaves the list" in told
    assert names(page(of.teacher), silent) == []
    with time_machine.travel(at(D(2026, 12, 2), 12)):  # Thursday to Tuesday: four days
        assert names(page(of.teacher), silent) == []
    part_of(of, MONDAY)
    with time_machine.travel(at(D(2026, 12, 3), 12)):
        text = page(of.teacher)
        assert names(text, silent) == [silent]
        # A family that was reached is no sign of the student.
        last = "25 November" if result == CallResult.STUDENT else "17 November"
        assert f"{last}</strong>." in text
        assert "5 school days without a sign are counted since Wednesday 25 November." in text


def test_a_call_noted_by_mistake_is_undone_by_who_noted_it_within_a_day(of, silent):
    tutor = tutor_of(of.school_class)
    noted = calls.note(student=silent, by=of.teacher, result=CallResult.STUDENT, key=uuid.uuid4())
    address = reverse("continuity:undo_call", args=[noted.public_id])

    assert signed_in(tutor).post(address).status_code == 404
    press(of.teacher, "undo_call", noted)
    press(of.teacher, "undo_call", noted)

    assert names(page(of.teacher), silent) == [silent]
    other = calls.note(student=silent, by=tutor, result=CallResult.WRONG, key=uuid.uuid4())
    with time_machine.travel(NOON + datetime.timedelta(days=1, minutes=1)):
        assert "A call can be undone within a day." in press(tutor, "undo_call", other)
    assert Call.objects.noted().get() == other


def test_what_came_after_a_call_is_taken_back_before_the_call_is_undone(of, silent):
    """Else it would be undone in words, and the student still out of the list."""
    tutor = tutor_of(of.school_class)
    noted = calls.note(student=silent, by=of.teacher, result=CallResult.FAMILY, key=uuid.uuid4())
    with time_machine.travel(NOON + datetime.timedelta(hours=1)):
        paper = papers.hand_over(student=silent, by=of.teacher, day=TODAY)

        refused = press(of.teacher, "undo_call", noted)
        press(of.teacher, "take_paper_back", paper)
        undone = press(of.teacher, "undo_call", noted)

        assert "Since that call you handed over a week on paper" in refused
        assert "the student stands in the list" in undone
        assert names(page(of.teacher), silent) == [silent]
    first = calls.note(student=silent, by=of.teacher, result=CallResult.MESSAGE, key=uuid.uuid4())
    with time_machine.travel(NOON + datetime.timedelta(hours=1)):
        calls.note(student=silent, by=tutor, result=CallResult.STUDENT, key=uuid.uuid4())
        assert "Another call was noted since" in press(of.teacher, "undo_call", first)


def test_undoing_a_call_says_where_the_student_stands_after_a_colleague_s_paper(of, silent):
    noted = calls.note(student=silent, by=of.teacher, result=CallResult.FAMILY, key=uuid.uuid4())
    with time_machine.travel(NOON + datetime.timedelta(hours=1)):
        papers.hand_over(student=silent, by=tutor_of(of.school_class), day=TODAY)

        undone = press(of.teacher, "undo_call", noted)

    assert "The student isn’t in the list for another reason" in undone
    assert not Call.objects.noted().exists()


def test_a_next_call_is_a_day_to_come(of, silent):
    """And nothing typed is lost: the result stays chosen."""
    text = press(
        of.teacher,
        "note_call",
        silent,
        key=str(uuid.uuid4()),
        result="nobody",
        next_on="2026-11-25",
    )

    assert "isn’t a day to come" in text
    assert 'value="nobody"' in text
    assert not Call.objects.exists()


def test_who_was_reached_needs_no_next_call(of, silent):
    data = {"key": str(uuid.uuid4()), "result": "family", "next_on": "2026-11-27"}

    press(of.teacher, "note_call", silent, **data)

    assert list(Call.objects.values_list("result", "next_on")) == [("family", None)]


def test_a_call_noted_from_the_student_s_page_leads_back_to_it(of, silent):
    own = reverse("continuity:student", args=[silent.public_id])
    client = signed_in(of.teacher)
    form = reverse("continuity:note_call", args=[silent.public_id])
    data = {"key": str(uuid.uuid4()), "result": "message"}

    answers_to = [
        client.post(f"{form}?next={back}", data).url for back in (own, "https://example.org/")
    ]
    text = client.get(own).text

    assert answers_to == [own, reverse("continuity:silent")]
    assert "Wednesday 25 November: Message left" in text
    assert f'href="{form}?next={own}"' in text


@pytest.mark.parametrize("button", ["take_call", "hand_paper"])
def test_a_button_with_an_address_that_is_none_leads_back_to_the_list(of, silent, button):
    address = reverse(f"continuity:{button}", args=[silent.public_id])

    answer = signed_in(of.teacher).post(address, {"next": "zzz"})

    assert (answer.status_code, answer.url) == (302, reverse("continuity:silent"))


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

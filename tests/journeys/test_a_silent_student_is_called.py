"""A silent student is called by one person: the call is taken, noted and undone."""

import datetime
import uuid

import pytest
import time_machine
from django.urls import reverse

from continuity.contact.services import calls, papers
from continuity.enums import CallResult
from continuity.models import (
    Call,
)
from tests.factories import survey
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    at,
    part_of,
    tutor_of,
)
from tests.factories.silence import NOON, TODAY, TUESDAY, D, names, page, press, signed_in

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

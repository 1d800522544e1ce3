"""A delivery note is corrected by another one, which has a number of its own; both stay readable."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import OCTOBER, content_of, day_at, delivered, pressed
from tests.factories.markup import shows, tidy
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.enums import DeliveryState, SheetState
from training.exceptions import (
    NoteIsReplaced,
    NothingToCorrect,
)
from training.models import DeliveryNote, Sheet, SheetLine
from training.services import attendance, deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider, family_name="Leroy", given_name="Claire")


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(9)


def test_a_contested_note_is_corrected_by_a_planner_with_a_number_of_its_own(
    client, resource, trainer, teachers
):
    session = delivered(resource, trainer, "2026-10-06", present=teachers[:6], minutes=(0, 60))
    delivered(resource, trainer, "2026-10-13", present=teachers[:7])
    officer, planner = OfficerFactory(language="en"), PlannerFactory(language="en")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    frozen = note.content

    pressed(client, officer, "contest_note", note.public_id, reason="The invoice says 1 h 30 min.")
    client.force_login(planner)
    first_page = client.get(reverse("today:home"), follow=True).text
    unchanged = pressed(client, planner, "correct_note", note.public_id)
    pressed(client, planner, "answer_note", note.public_id, answer="The sheet was wrong.")
    Sheet.objects.filter(session=session).update(real_minutes=90)
    corrected = pressed(client, planner, "correct_note", note.public_id)

    later = DeliveryNote.objects.get(replaces=note)
    assert "The invoice says 1 h 30 min." in first_page
    assert f"{resource.provider.name}: delivery note no. {note.number} is contested" in first_page
    assert "nothing that stands on it has changed" in unchanged.text
    assert "Note no. 2026-0002 replaces no. 2026-0001." in corrected.text
    quotes = re.findall(r'<blockquote class="quoted">(.*?)</blockquote>', corrected.text)
    assert quotes == ["The invoice says 1 h 30 min.", "The sheet was wrong."]
    assert [one.minutes for one in content_of(later).dates] == [90, 90]
    note.refresh_from_db()
    assert (note.content, note.state) == (frozen, DeliveryState.CONTESTED)
    assert (later.state, later.version) == (DeliveryState.TO_CHECK, 2)


def test_a_replaced_note_is_neither_checked_nor_corrected_again(resource, trainer, teachers):
    officer, planner = OfficerFactory(), PlannerFactory()
    delivered(resource, trainer, "2026-10-06", present=teachers[:6], is_closed=True)
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.contest(note=note, reason="A date is missing", by=officer)
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    later = deliveries.correct(note=note, by=officer)

    with pytest.raises(NoteIsReplaced):
        deliveries.find_right(note=note, by=officer)
    with pytest.raises(NoteIsReplaced):
        deliveries.contest(note=note, reason="An hour too many", by=officer)
    with pytest.raises(NoteIsReplaced):
        deliveries.answer(note=note, words="It stays", by=planner)
    with pytest.raises(NoteIsReplaced):
        deliveries.correct(note=note, by=officer)
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=later, by=officer)

    assert [one.start.day for one in content_of(later).dates] == [6, 13]
    assert content_of(later).not_counted == []


MAY_CORRECT = "Make a corrected note"
WHAT_MAKES_IT_POSSIBLE = (
    "A corrected note can be made once a sheet that was left open is closed, “no trainer came” is recorded,"
    " or a name is corrected. The hours of a closed sheet and who led it don’t change any more, and people’s"
    " minutes don’t stand here: training planners answer the contest instead."
)
CONTESTED_FIRST = "So an officer of the Region presses “It isn’t right” first"


def test_a_corrected_note_is_offered_where_it_would_say_something_else(
    client, resource, trainer, teachers
):
    """The words are true for officers and planners; minutes of a person change nothing. Of a note that was
    found right they say that an officer contests it first.
    """
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    readers = [OfficerFactory(language="en"), PlannerFactory(language="en")]
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    address = reverse("training:delivery_note", args=[note.public_id])

    def told() -> list[tuple[bool, bool, bool]]:
        found = []
        for reader in readers:
            client.force_login(reader)
            page = client.get(address).text
            assert "You or" not in page
            words = (WHAT_MAKES_IT_POSSIBLE, CONTESTED_FIRST)
            found.append((MAY_CORRECT in page, *(shows(page, one) for one in words)))
        return found

    made = told()
    deliveries.find_right(note=note, by=readers[0])
    right_and_the_same = told()
    deliveries.contest(note=note, reason="Is one missing?", by=readers[0])
    line = SheetLine.objects.participants().filter(sheet__state=SheetState.CLOSED).first()
    attendance.correct(line=line, minutes=50, reason="Left early", by=readers[1])
    minutes_corrected = told()
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    closed = told()
    deliveries.find_right(note=note, by=readers[0])
    right = told()
    deliveries.contest(note=note, reason="A date is missing", by=readers[0])
    deliveries.correct(note=note, by=readers[0])
    replaced = told()

    assert made == minutes_corrected == [(False, True, False)] * 2
    assert closed == [(True, False, False)] * 2
    assert right == [(False, False, True)] * 2
    assert right_and_the_same == replaced == [(False, False, False)] * 2


def test_a_note_found_right_is_not_replaced_without_a_word(client, resource, trainer, teachers):
    """The planner's page is older than the officer's judgement."""
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    officer, planner = OfficerFactory(language="en"), PlannerFactory(language="en")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.contest(note=note, reason="A date is missing", by=officer)
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    client.force_login(planner)
    old_page = client.get(reverse("training:delivery_note", args=[note.public_id])).text
    deliveries.find_right(note=note, by=officer)

    refused = pressed(client, planner, "correct_note", note.public_id)

    assert MAY_CORRECT in old_page
    assert "This note was found right. Where it isn’t, an officer of the Region" in refused.text
    assert list(DeliveryNote.objects.all()) == [note]
    deliveries.contest(note=note, reason="A date is missing all the same", by=officer)
    pressed(client, planner, "correct_note", note.public_id)
    assert DeliveryNote.objects.get(replaces=note).number == "2026-0002"


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        pytest.param(None, "not checked", id="not judged"),
        pytest.param(DeliveryState.CONTESTED, "contested", id="contested"),
        pytest.param(DeliveryState.RIGHT, "right", id="right, before it had to be contested first"),
    ],
)
def test_a_replaced_note_says_who_judged_it_and_how(
    client, resource, trainer, teachers, judgement, words
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    officer = OfficerFactory(language="en", given_name="Romane", family_name="Aubépine")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    if judgement == DeliveryState.CONTESTED:
        deliveries.contest(note=note, reason="A date is missing", by=officer)
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    deliveries.correct(note=note, by=PlannerFactory())
    if judgement == DeliveryState.RIGHT:
        found = DeliveryNote.objects.filter(pk=note.pk)
        found.update(state=judgement, checked_by=officer, checked_at=timezone.now())
    client.force_login(officer)

    page = client.get(reverse("training:delivery_note", args=[note.public_id])).text

    replaced, before = tidy(page).split("Before it was replaced")
    assert "Replaced by no. 2026-0002" in replaced
    told = re.sub("<[^>]*>", " ", before.split("</section>")[0])
    assert words in told.lower()
    assert ("Romane Aubépine, 12 November 2026" in told) is bool(judgement)
    assert "Romane Aubépine" not in replaced.split('id="check"')[1]


def test_the_head_of_a_note_says_when_it_was_made_and_what_it_replaces(
    client, resource, trainer, teachers
):
    """Printed, the page has no column at its side."""
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    officer = OfficerFactory(language="en")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    later = deliveries.correct(note=note, by=officer, now=day_at("2026-11-13"))
    client.force_login(officer)

    page = client.get(reverse("training:delivery_note", args=[later.public_id])).text

    replaced = client.get(reverse("training:delivery_note", args=[note.public_id])).text
    head, replaced = [one.split("<h1")[1].split("<aside")[0] for one in (page, replaced)]
    assert shows(head, "Made on 13 November 2026")
    assert shows(head, "Replaces no. 2026-0001 of 12 November 2026.")
    assert "Replaced by" not in head
    assert shows(replaced, "Replaced by no. 2026-0002 of 13 November 2026.")

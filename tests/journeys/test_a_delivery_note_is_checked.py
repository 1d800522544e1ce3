"""A month of a provider becomes a delivery note: frozen, numbered without holes, checked by the Region,
corrected by another one.
"""

import datetime
import io
import re

import pikepdf
import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.exceptions import Refusal
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import content_of, day_at, delivered
from tests.factories.markup import shows, tidy
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.enums import DeliveryState, SheetState
from training.exceptions import (
    AnswerWithoutWords,
    MonthHasOpenSheets,
    MonthNotOver,
    NoteIsReplaced,
    NoteNotContested,
    NothingDelivered,
    NothingToCorrect,
)
from training.models import DeliveryNote, Sheet, SheetLine
from training.services import attendance, deliveries, missed_dates

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider, family_name="Leroy", given_name="Claire")


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(9)


def pressed(client, person, name, *args, **data):
    """On the page as it is now."""
    client.force_login(person)
    note = DeliveryNote.objects.filter(public_id=args[0]).first()
    sent = ({"revision": note.revision} if note else {}) | data
    return client.post(reverse(f"training:{name}", args=args), sent, follow=True)


def test_a_month_becomes_a_note_with_dates_hours_trainers_and_numbers_of_people(
    resource, trainer, teachers
):
    absent_ones = TeacherFactory.create_batch(5, works_at=teachers[0].schools[0])
    delivered(resource, trainer, "2026-10-06", present=teachers[:6], absent_ones=absent_ones)
    delivered(resource, trainer, "2026-10-13", present=teachers[:7], minutes=(0, 60))
    delivered(resource, trainer, "2026-11-03", present=teachers)
    delivered(ResourceFactory(), TrainerFactory(), "2026-10-07", present=teachers)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    content = content_of(note)
    assert [(one.start.day, one.minutes, one.led_by) for one in content.dates] == [
        (6, 90, ["Claire Leroy"]),
        (13, 60, ["Claire Leroy"]),
    ]
    assert (content.sessions, content.minutes, content.not_counted) == (2, 150, [])
    assert [(one.resource, one.dates, one.minutes, one.present) for one in content.resources] == [
        (resource.pk, 2, 150, 6 + 7)
    ]
    assert content.followed_minutes == {resource.pk: 13 * 75}
    assert list(note.leaders.all()) == [trainer]


def test_fewer_than_five_people_of_a_resource_are_hidden(resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:5])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6])
    alone = ResourceFactory(provider=resource.provider)
    delivered(alone, trainer, "2026-10-20", present=teachers[:2], absent_ones=teachers[2:])

    content = content_of(deliveries.make(provider=resource.provider, month=OCTOBER))

    assert {one.resource: one.present for one in content.resources} == {
        resource.pk: 11,
        alone.pk: None,
    }
    assert content.followed_minutes == {resource.pk: 11 * 90, alone.pk: None}


def test_a_date_without_a_closed_sheet_or_without_trainer_is_named_and_not_counted(
    resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6], is_closed=False)
    with time_machine.travel(day_at("2026-10-20") + datetime.timedelta(minutes=20), tick=False):
        missed = delivered(resource, trainer, "2026-10-20", is_closed=False, minutes=None)
        missed_dates.record(
            session=missed, meeting=missed.meetings.get(), words="", by=PlannerFactory()
        )

    content = content_of(deliveries.make(provider=resource.provider, month=OCTOBER))

    assert [one.start.day for one in content.dates] == [6]
    assert [(one.start.day, one.no_trainer_came) for one in content.not_counted] == [
        (13, False),
        (20, True),
    ]


@pytest.mark.parametrize(
    ("at", "is_closed", "made"),
    [
        pytest.param("2026-11-02T04:00", True, 0, id="the second: too early"),
        pytest.param("2026-11-03T04:00", True, 1, id="the third, all sheets closed"),
        pytest.param("2026-11-09T04:00", False, 0, id="the ninth, a sheet is open"),
        pytest.param("2026-11-10T04:00", False, 1, id="the tenth, a sheet is open"),
    ],
)
def test_the_tick_makes_the_note_once_the_month_is_settled(
    resource, trainer, teachers, at, is_closed, made
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6], is_closed=is_closed)
    now = timezone.make_aware(datetime.datetime.fromisoformat(at))

    first, again = deliveries.make_due(now), deliveries.make_due(now)

    assert (first, again, DeliveryNote.objects.count()) == (made, 0, made)


def test_an_officer_makes_a_note_checks_it_and_takes_the_pdf(client, resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer = OfficerFactory(language="en")
    client.force_login(officer)

    before = client.get(reverse("training:delivery_notes"), headers={"Accept-Language": "en"}).text
    made = pressed(
        client, officer, "make_delivery_note", resource.provider.public_id, month="2026-10"
    )
    note = DeliveryNote.objects.get()
    run_worker()
    checked = pressed(client, officer, "find_note_right", note.public_id)
    file = client.get(reverse("training:delivery_note_file", args=[note.public_id]))

    assert "Make the note" in before
    assert "Delivery note no. 2026-0001" in made.text
    assert "Note no. 2026-0001 is right." in checked.text
    note.refresh_from_db()
    assert (note.state, note.checked_by) == (DeliveryState.RIGHT, officer)
    with pikepdf.open(io.BytesIO(b"".join(file))) as pdf:
        assert (len(pdf.pages), str(pdf.docinfo["/Title"])) == (
            1,
            "Bon de livraison n°\N{NO-BREAK SPACE}2026-0001",
        )


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


def test_minutes_of_one_person_make_no_corrected_note_and_the_planner_answers_the_officer(
    client, resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer, planner = OfficerFactory(language="en"), PlannerFactory(language="en")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    pressed(client, officer, "contest_note", note.public_id, reason="The invoice says 2 h.")
    line = SheetLine.objects.participants().first()
    attendance.correct(line=line, minutes=50, reason="Left early", by=planner)

    same = pressed(client, planner, "correct_note", note.public_id)
    sheet = reverse("training:sheet", args=[line.sheet.public_id])
    pressed(client, planner, "answer_note", note.public_id, answer="It was 1 h 30, by the room.")
    planners_page = client.get(reverse("today:home"), follow=True).text
    client.force_login(officer)
    officers_page = client.get(reverse("today:home"), follow=True).text
    read = client.get(reverse("training:delivery_note", args=[note.public_id])).text
    pressed(client, officer, "find_note_right", note.public_id)

    assert "nothing that stands on it has changed" in same.text
    assert "the minutes of each person are corrected, not the hours of the date" in same.text
    assert sheet in same.text
    assert sheet not in read
    assert "The invoice says 2 h." not in planners_page
    assert "1 delivery note to check" in officers_page
    assert "It was 1 h 30, by the room." in read
    note.refresh_from_db()
    assert (note.state, note.reason, note.answer, note.answered_by) == (
        DeliveryState.RIGHT,
        "The invoice says 2 h.",
        "It was 1 h 30, by the room.",
        planner,
    )


def test_an_answer_is_given_to_a_contest_and_a_new_contest_waits_again(
    client, resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer, planner = OfficerFactory(), PlannerFactory()
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    with pytest.raises(NoteNotContested):
        deliveries.answer(note=note, words="It stays", by=planner)
    deliveries.contest(note=note, reason="Too long", by=officer)
    with pytest.raises(AnswerWithoutWords):
        deliveries.answer(note=note, words="", by=planner)
    waiting = [list(DeliveryNote.objects.contested())]
    deliveries.answer(note=note, words="It stays", by=planner)
    waiting.append(list(DeliveryNote.objects.contested()))
    deliveries.contest(note=note, reason="It doesn’t", by=officer)
    waiting.append(list(DeliveryNote.objects.contested()))

    client.force_login(officer)
    page = client.get(reverse("training:delivery_note", args=[note.public_id])).text

    assert waiting == [[note], [], [note]]
    quotes = re.findall(r'<blockquote class="quoted">(.*?)</blockquote>', page)
    assert quotes == ["It doesn’t", "Too long", "It stays"]  # the earlier exchange stays readable
    note.refresh_from_db()
    assert (note.reason, note.answer, note.answered_by) == ("It doesn’t", "", None)


@pytest.mark.parametrize("is_other_open", [False, True], ids=["own sheet", "another provider’s"])
def test_no_note_is_offered_while_the_press_would_be_refused(
    client, resource, trainer, teachers, is_other_open
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    other, leads = ResourceFactory(), TrainerFactory()
    late_resource, late_trainer = (other, leads) if is_other_open else (resource, trainer)
    delivered(late_resource, late_trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    officer, page = OfficerFactory(language="en"), reverse("training:delivery_notes")
    client.force_login(officer)

    with time_machine.travel(day_at("2026-11-09"), tick=False):
        ninth = client.get(page).text
        made = pressed(
            client, officer, "make_delivery_note", resource.provider.public_id, month="2026-10"
        )
        there = DeliveryNote.objects.count()
    with time_machine.travel(day_at("2026-11-10"), tick=False):
        tenth = client.get(page).text

    words = str(MonthHasOpenSheets(day=datetime.date(2026, 11, 10)).reason)
    assert (words in ninth, words in made.text, there) == (True, True, 0)
    assert "Make the note" not in ninth
    assert "A note made now leaves these dates out" not in ninth
    assert tenth.count("Make the note") == 1  # the other provider has no closed sheet
    assert words not in tenth
    assert ("A note made now leaves these dates out" in tenth) is not is_other_open
    assert ("No date of this month has a closed sheet" in tenth) is is_other_open


def test_a_month_without_dates_says_so_and_leads_forward(client, resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    client.force_login(OfficerFactory(language="en"))
    page = reverse("training:delivery_notes")

    september = client.get(page, {"month": "2026-09"}).text
    october = client.get(page).text

    assert "No date in this month." in september
    assert "Every provider with dates in this month has its note." not in september
    assert 'href="?month=2026-10"' in september
    assert 'href="?month=2026-11"' not in october


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


@pytest.mark.parametrize(
    ("month", "refusal"),
    [
        pytest.param(datetime.date(2026, 11, 1), MonthNotOver, id="this month"),
        pytest.param(datetime.date(2026, 9, 1), NothingDelivered, id="a month without a date"),
    ],
)
def test_no_note_without_a_month_that_is_over_and_a_date(
    resource, trainer, teachers, month, refusal
):
    delivered(resource, trainer, "2026-11-03", present=teachers[:6])

    with pytest.raises(Refusal) as caught:
        deliveries.make(provider=resource.provider, month=month)

    assert type(caught.value) is refusal
    assert not DeliveryNote.objects.exists()


def test_refused_notes_leave_no_hole_in_the_numbers(resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    other = ResourceFactory()
    delivered(other, TrainerFactory(works_for=other.provider), "2026-10-06", present=teachers[:6])

    deliveries.make(provider=resource.provider, month=OCTOBER)
    with pytest.raises(Refusal):
        deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.make(provider=other.provider, month=OCTOBER)

    numbers = DeliveryNote.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["2026-0001", "2026-0002"]


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


def test_every_contested_note_stands_on_the_planners_first_page(client, teachers):
    """There were five at most."""
    for _each in range(7):
        one = ResourceFactory()
        leads = TrainerFactory(works_for=one.provider)
        delivered(one, leads, "2026-10-06", present=teachers[:6])
        note = deliveries.make(provider=one.provider, month=OCTOBER)
        deliveries.contest(note=note, reason="Too long", by=OfficerFactory())
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("today:home"), follow=True).text

    numbers = [number for number in range(1, 8) if f"no. 2026-{number:04d} is contested" in page]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]


def test_a_refused_note_of_another_month_leads_back_to_that_month(client, resource):
    refused = pressed(
        client, OfficerFactory(), "make_delivery_note", resource.provider.public_id, month="2026-08"
    )

    assert refused.redirect_chain == [
        (reverse("training:delivery_notes", query={"month": "2026-08"}), 302)
    ]


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


def test_nothing_but_hidden_numbers_have_no_day_of_counting(client, resource, trainer, teachers):
    """ "Isn’t in their numbers" stood above hidden ones alone."""
    other, leads = ResourceFactory(), TrainerFactory()
    delivered(resource, trainer, "2026-10-06", present=teachers[:2])
    delivered(other, leads, "2026-10-06", present=teachers[:6])
    with time_machine.travel(day_at("2026-11-04"), tick=False):
        deliveries.make(provider=other.provider, month=OCTOBER)
    hidden = deliveries.make(provider=resource.provider, month=OCTOBER)
    client.force_login(OfficerFactory(language="en"))

    page = client.get(reverse("training:delivery_note", args=[hidden.public_id])).text

    assert content_of(hidden).people_told_on == "2026-11-04"
    assert "hidden-cell" in page
    assert "People were counted on" not in page


def test_a_note_asks_no_more_for_many_dates_and_resources(client, resource, trainer, teachers):
    """Also where it says whether a corrected one would differ."""
    client.force_login(OfficerFactory())

    def asked(month: datetime.date) -> int:
        note = deliveries.make(provider=resource.provider, month=month)
        address = reverse("training:delivery_note", args=[note.public_id])
        client.get(address)
        with CaptureQueriesContext(database) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    delivered(resource, trainer, "2026-09-08", present=teachers[:6])
    few = asked(datetime.date(2026, 9, 1))
    for day in ("2026-10-06", "2026-10-13", "2026-10-20"):
        delivered(resource, trainer, day, present=teachers)
        other = ResourceFactory(provider=resource.provider)
        delivered(other, TrainerFactory(works_for=resource.provider), day, present=teachers)

    assert asked(OCTOBER) <= few


def test_an_answer_is_asked_for_without_numbers_of_people(client, resource, trainer, teachers):
    """Beside the month's absent people, hidden or not, a number of those present would tell who wasn't."""
    absent_ones = TeacherFactory.create_batch(2, works_at=teachers[0].schools[0])
    delivered(resource, trainer, "2026-10-06", present=teachers, absent_ones=absent_ones)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.contest(note=note, reason="We counted others.", by=OfficerFactory())
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("training:delivery_note", args=[note.public_id])).text

    assert "hidden-cell" in page
    assert shows(page, "No participant, and no number of people: beside those that are published")

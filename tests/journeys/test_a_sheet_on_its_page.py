"""The sheet as trainers and advisers see it: who may open it, what is kept when it is refused,
guests, how much it asks.
"""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.attendance import absent, came_as_guest, held_session, seated, was_there
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from training.enums import Attested, EnrolmentOrigin, SessionState
from training.models import Certificate, SheetLine
from training.services import attendance, guests
from training.values import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, seated(session, given_name="Anne", family_name="Delaunay").teacher, (0, 90))
    was_there(meeting, seated(session, given_name="Chloé", family_name="Bertin").teacher, (40, 90))
    return session


@pytest.fixture
def sheet(session):
    return attendance.prefill(session.meetings[0].pk)


def typed(sheet, line, choice="measured", minutes="", reason=""):
    return {
        "revision": sheet.revision,
        f"choice-{line.public_id}": choice,
        f"minutes-{line.public_id}": minutes,
        f"reason-{line.public_id}": reason,
    }


def page(sheet):
    return reverse("training:sheet", args=[sheet.public_id])


def text_of(response):
    return response.content.decode()


def test_a_trainer_sees_first_names_and_codes_and_an_adviser_whose_they_are(client, session, sheet):
    line = sheet.lines.get(shown_name__startswith="Anne")

    client.force_login(session.trainers.get())
    for_trainer = text_of(client.get(page(sheet)))
    client.force_login(PlannerFactory())
    for_adviser = text_of(client.get(page(sheet)))

    assert (line.shown_name in for_trainer, "Delaunay" in for_trainer) == (True, False)
    assert "Anne Delaunay" in for_adviser


@pytest.mark.parametrize(
    ("somebody", "status"),
    [
        pytest.param(TrainerFactory, 404, id="another session's trainer"),
        pytest.param(TeacherFactory, 403, id="a teacher"),
        pytest.param(PlannerFactory, 200, id="an adviser"),
    ],
)
def test_a_sheet_is_for_its_trainers_and_advisers(client, sheet, somebody, status):
    client.force_login(somebody())

    assert client.get(page(sheet)).status_code == status


def test_what_was_typed_stays_when_a_reason_is_missing(client, session, sheet):
    line = sheet.lines.get(shown_name__startswith="Chloé")
    client.force_login(session.trainers.get())

    response = client.post(
        reverse("training:close_sheet", args=[sheet.public_id]), typed(sheet, line, "number", "62")
    )

    line.refresh_from_db()
    assert response.status_code == 422
    assert 'value="62"' in text_of(response)
    assert f'id="wrong-{line.public_id}"' in text_of(response)
    assert line.choice == Attested.MEASURED


@pytest.mark.parametrize("name", ["save_sheet", "close_sheet"])
def test_a_reason_that_is_too_long_is_refused_and_never_cut(client, session, sheet, name):
    line = sheet.lines.get(shown_name__startswith="Chloé")
    client.force_login(session.trainers.get())
    words = f"{'Heard her in the room. ' * 14}Indeed"

    address = reverse(f"training:{name}", args=[sheet.public_id])
    response = client.post(address, typed(sheet, line, "number", "62", words))
    read = client.get(address)  # as by the page's link to the other language

    line.refresh_from_db()
    assert read.status_code == 302
    assert read.url == reverse("training:sheet", args=[sheet.public_id])
    assert response.status_code == 422
    assert words in text_of(response)
    assert f'id="wrong-{line.public_id}"' in text_of(response)
    assert (line.choice, line.reason) == (Attested.MEASURED, "")


def test_a_stale_sheet_shows_both_what_is_typed_and_what_was_saved_meanwhile(
    client, session, sheet
):
    line = sheet.lines.get(shown_name__startswith="Chloé")
    trainer = session.trainers.get()
    attendance.save(
        sheet=sheet,
        revision=sheet.revision,
        by=trainer,
        decisions={line.public_id: Decision(Attested.NUMBER, 55, "Heard her in the room")},
    )
    client.force_login(trainer)

    response = client.post(
        reverse("training:save_sheet", args=[sheet.public_id]),
        typed(sheet, line, "number", "61", "Two devices"),
    )

    assert response.status_code == 409
    shown = text_of(response)
    assert ['value="61"' in shown, "Two devices" in shown, "Heard her in the room" in shown] == [
        True,
        True,
        True,
    ]
    line.refresh_from_db()
    assert line.chosen_minutes == 55


def test_a_sheet_that_was_closed_meanwhile_keeps_what_was_typed_on_the_page(client, session, sheet):
    line = sheet.lines.get(shown_name__startswith="Chloé")
    client.force_login(session.trainers.get())
    form = typed(sheet, line, "number", "61", "Two devices")
    attendance.close(
        sheet=sheet,
        by=PlannerFactory(),
        revision=sheet.revision,
        now=session.ends_at + datetime.timedelta(days=4),
    )

    response = client.post(reverse("training:close_sheet", args=[sheet.public_id]), form)

    assert response.status_code == 409
    assert "Two devices" in text_of(response)
    line.refresh_from_db()
    assert line.attested_minutes == 50


def test_closing_on_the_page_issues_and_says_how_many(client, session, sheet):
    line = sheet.lines.get(shown_name__startswith="Chloé")
    client.force_login(session.trainers.get())

    before = text_of(client.get(page(sheet)))
    response = client.post(
        reverse("training:close_sheet", args=[sheet.public_id]),
        typed(sheet, line, "whole", "", "By telephone"),
        follow=True,
    )

    assert response.status_code == 200
    assert sheet.lines.get(shown_name__startswith="Anne").shown_name in before
    assert Certificate.objects.count() == 2
    assert [
        certificate.number in text_of(response) for certificate in Certificate.objects.all()
    ] == [True, True]


def test_while_it_goes_on_the_page_counts_who_is_there_and_nothing_can_be_closed(client):
    now = timezone.now().replace(microsecond=0)
    session = held_session(starts_at=now - datetime.timedelta(minutes=30))
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, None))
    was_there(meeting, seated(session).teacher, (0, None))
    seated(session)
    came_as_guest(meeting, "Somebody", (5, None))
    sheet = attendance.prefill(meeting.pk)
    client.force_login(trainer)

    whole = client.get(page(sheet), headers={"accept-language": "en"})
    part = client.get(page(sheet).replace("/fr/", "/en/"), headers={"HX-Request": "true"})
    refused = client.post(
        reverse("training:close_sheet", args=[sheet.public_id]), {"revision": sheet.revision}
    )

    sheet.refresh_from_db()
    assert 'id="here"' in text_of(whole)
    assert "1 of 2 is here" in text_of(part)
    assert "<html" not in text_of(part)
    assert (refused.status_code, sheet.is_closed) == (302, False)


def test_an_adviser_regularises_a_guest_and_the_certificate_follows(client, session):
    guest, adviser = TeacherFactory(given_name="Hélène", family_name="Roy"), PlannerFactory()
    came_as_guest(session.meetings[0], "H.", (0, 90))
    sheet = attendance.prefill(session.meetings[0].pk)
    attendance.close(sheet=sheet, by=session.trainers.get(), revision=sheet.revision)
    line = sheet.lines.guests().get()
    address = reverse("training:regularise_guest", args=[line.public_id])
    client.force_login(adviser)

    found = text_of(client.get(address, {"q": "roy"}))
    silent = client.post(address, {"teacher": guest.public_id, "reason": ""})
    for _twice in range(2):
        client.post(
            address, {"teacher": guest.public_id, "reason": "She wrote to us the same evening"}
        )

    own = SheetLine.objects.get(participation__enrolment__teacher=guest)
    assert guest.public_id in found
    assert silent.status_code == 422
    assert own.participation.enrolment.origin == EnrolmentOrigin.AFTERWARDS
    assert list(own.corrections.values_list("minutes", "reason")) == [
        (90, "She wrote to us the same evening")
    ]
    assert not sheet.lines.guests().exists()
    assert Certificate.objects.filter(person=guest).count() == 1


def test_a_guest_on_an_open_sheet_counts_once_with_the_person_s_own_stays(session):
    teacher = seated(session, given_name="Léa").teacher
    was_there(session.meetings[0], teacher, (0, 40))
    came_as_guest(session.meetings[0], "iPad", (30, 80))
    sheet = attendance.prefill(session.meetings[0].pk)

    guests.regularise(
        line=sheet.lines.guests().get(), teacher=teacher, reason="Her tablet", by=PlannerFactory()
    )
    again = attendance.prefill(session.meetings[0].pk)

    assert again.lines.get(participation__enrolment__teacher=teacher).measured_minutes == 80
    assert not again.lines.guests().exists()


def test_a_name_with_markup_and_marks_of_direction_is_only_a_name(client, session):
    came_as_guest(session.meetings[0], "<b>Zoé</b>\u202e", (0, 20))
    sheet = attendance.prefill(session.meetings[0].pk)
    client.force_login(session.trainers.get())

    shown = text_of(client.get(page(sheet)))

    assert "<bdi>&lt;b&gt;Zoé&lt;/b&gt;" in shown
    assert "<b>Zoé" not in shown


@pytest.mark.parametrize("people", [5, 200])
def test_a_sheet_asks_as_little_for_two_hundred_people_as_for_five(
    client, django_assert_max_num_queries, people
):
    session = held_session(capacity=300)
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    for _one in range(people):
        was_there(meeting, seated(session).teacher, (0, 80))
    sheet = attendance.prefill(meeting.pk)
    client.force_login(trainer)

    with django_assert_max_num_queries(12):
        response = client.get(page(sheet))

    assert text_of(response).count("<select") == people


def test_the_list_has_what_is_to_close_on_top(client, django_assert_max_num_queries):
    trainer = TrainerFactory()
    sheets = []
    for days in (1, 2, 9):
        start = timezone.now() - datetime.timedelta(days=days)
        session = held_session(led_by=trainer, starts_at=start)
        seated(session)
        sheets.append(attendance.prefill(session.meetings[0].pk))
    attendance.close(
        sheet=sheets[1], by=trainer, revision=sheets[1].revision, decisions=absent(sheets[1])
    )
    client.force_login(trainer)

    with django_assert_max_num_queries(8):
        shown = text_of(client.get(reverse("training:sheets")))

    order = sorted(sheets, key=lambda sheet: shown.index(sheet.public_id))
    assert order == [sheets[2], sheets[0], sheets[1]]


def test_a_line_offers_no_choice_twice(client, session, sheet):
    """The whole isn't offered beside the same minutes as measured. Of whom nothing was seen,
    "measured" is to check, and "none" says absent.
    """
    seated(session, given_name="Zoé", family_name="Absente")
    sheet = attendance.prefill(session.meetings[0].pk)
    client.force_login(session.trainers.get())

    shown = text_of(client.get(page(sheet)))

    offered = {
        line.shown_name.partition(",")[0]: re.findall(r'<option value="(\w+)"', select)
        for line in sheet.lines.all()
        for select in re.findall(
            rf'<select[^>]*name="choice-{line.public_id}".*?</select>', shown, re.S
        )
    }
    assert offered == {
        "Anne": ["measured", "none", "number"],
        "Chloé": ["measured", "whole", "none", "number"],
        "Zoé": ["measured", "whole", "none", "number"],
    }


def test_a_closed_sheet_says_minutes_and_verdict_as_one_phrase(client, session, sheet):
    attendance.close(
        sheet=sheet,
        by=PlannerFactory(),
        revision=sheet.revision,
        now=session.ends_at + datetime.timedelta(days=4),
    )
    client.force_login(session.trainers.get())

    assert re.search(r"<strong>50\smin</strong>, partial", text_of(client.get(page(sheet))))


def test_a_trainer_reads_how_many_dates_and_how_long_they_led(client, session, sheet):
    trainer = session.trainers.get()
    cancelled = held_session(led_by=trainer)
    type(cancelled).objects.filter(pk=cancelled.pk).update(
        state=SessionState.CANCELLED, cancel_reason="Ill"
    )
    attendance.close(
        sheet=sheet,
        by=PlannerFactory(),
        revision=sheet.revision,
        now=session.ends_at + datetime.timedelta(days=4),
    )
    client.force_login(trainer)

    shown = text_of(client.get(reverse("training:my_sessions"))).replace("\N{NO-BREAK SPACE}", " ")

    assert "You have led 1 date: 1 h 30 min, from the closed sheets." in shown


def test_a_planner_who_comes_before_the_trainers_reads_that_the_sheet_isn_t_closed(client, sheet):
    client.force_login(PlannerFactory())

    shown = text_of(client.get(page(sheet)))

    assert "Once the sheet is closed" in shown
    assert "Once the meeting is over" not in shown

"""Before dates are saved, the planner reads what the change does: who is told, who has another
session then, whose right ends, what becomes of offers.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.agenda.values import PARIS, Hours
from courses.templatetags.passerelle import duration
from tests.factories.catalogue import LicenceFactory
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from training.enums import EnrolmentState, SessionState
from training.models import Session
from training.queries.effects import effects_of
from training.services import enrolment as seats
from training.services import one_date

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-20T12:00")]

HOUR, DAY, WEEK = (datetime.timedelta(hours=n) for n in (1, 24, 168))
FIRST = datetime.datetime(2026, 12, 3, 17, tzinfo=PARIS)


def hours_at(start, hours=1):
    return Hours(start, start + hours * HOUR)


def series(licence, dates=3, **fields):
    hours = [hours_at(FIRST + n * WEEK) for n in range(dates)]
    trainer = TrainerFactory(works_for=licence.resource.provider)
    return SessionFactory(resource=licence.resource, hours=hours, led_by=trainer, **fields)


def people(session, licence, number):
    """So many teachers of the school who press, in order."""
    teachers = TeacherFactory.create_batch(number, works_at=licence.school)
    return [seats.enrol(session=session, teacher=teacher) for teacher in teachers]


def moved(session, meeting, by):
    return effects_of(
        session,
        meetings=session.meetings,
        moves={meeting.pk: Hours(meeting.starts_at + by, meeting.ends_at + by)},
    )


def page_of_move(client, session, meeting, start, **fields) -> str:
    """The preview of one date with its form; the others stay."""
    rows = list(session.meetings)
    form = {"meetings-TOTAL_FORMS": len(rows), "meetings-INITIAL_FORMS": len(rows)}
    for number, one in enumerate(rows):
        local = (start if one == meeting else one.starts_at).astimezone(PARIS)
        form |= {
            f"meetings-{number}-meeting": one.pk,
            f"meetings-{number}-day": f"{local:%Y-%m-%d}",
            f"meetings-{number}-hour": f"{local:%H:%M}",
            f"meetings-{number}-minutes": 60,
        }
    form |= {"step": "preview", "revision": session.revision, "reason": ""}
    return client.post(reverse("training:move_session", args=[session.public_id]), form).text


def test_who_is_told_of_a_move_those_expected_then_who_waits_and_the_trainers(licence):
    session = series(licence, capacity=3)
    _one, _two, gave_back, _waits, _waits_too = people(session, licence, 5)
    first = session.meetings[0]
    one_date.give_back(enrolment=gave_back, meeting=first)

    effects = moved(session, first, HOUR)

    assert (effects.seats, effects.in_line, effects.trainers) == (2, 2, 1)
    assert (effects.told, effects.calendars) == (5, 3)


def test_for_whom_a_seat_is_held_is_counted_apart_from_who_waits(licence):
    session = series(licence, capacity=3)
    _one, held = people(session, licence, 2)
    type(held).objects.filter(pk=held.pk).update(state=EnrolmentState.HELD, held_until=FIRST - DAY)

    effects = moved(session, session.meetings[0], HOUR)

    assert (effects.seats, effects.held, effects.in_line, effects.told) == (1, 1, 0, 3)


def test_of_an_added_date_all_with_a_seat_are_invited_and_nobody_who_waits_is_told(licence):
    session = series(licence, capacity=2)
    people(session, licence, 4)
    late = hours_at(FIRST + 5 * WEEK)

    effects = effects_of(session, meetings=session.meetings, added=[late])

    assert effects.is_invitation
    assert (effects.seats, effects.in_line, effects.trainers, effects.calendars) == (2, 0, 1, 3)


def test_of_a_draft_nobody_is_told(licence):
    session = series(licence, state=SessionState.DRAFT)

    assert moved(session, session.meetings[0], HOUR).told == 0


def test_hours_that_stay_the_same_are_no_change(licence):
    session = series(licence)
    people(session, licence, 2)
    first = session.meetings[0]

    effects = moved(session, first, 0 * HOUR)

    assert (effects.told, effects.calendars, effects.starts) == (0, 0, [])


def test_who_has_another_session_at_the_new_hours_is_named_with_its_title_and_hours(licence):
    session = series(licence)
    busy, _free = people(session, licence, 2)
    first = session.meetings[0]
    other = SessionFactory(resource=licence.resource, hours=[hours_at(FIRST + 1.5 * HOUR)])
    seats.enrol(session=other, teacher=busy.teacher)

    assert moved(session, first, 3 * HOUR).clashes == []
    (clash,) = moved(session, first, HOUR).clashes
    assert (clash.person, clash.other, clash.meeting) == (
        busy.teacher,
        other,
        other.meetings.get(),
    )


def test_a_clash_is_only_of_those_who_are_expected_on_the_date_that_moves(licence):
    session = series(licence)
    (busy,) = people(session, licence, 1)
    first = session.meetings[0]
    other = SessionFactory(resource=licence.resource, hours=[hours_at(FIRST + HOUR)])
    seats.enrol(session=other, teacher=busy.teacher)
    one_date.give_back(enrolment=busy, meeting=first)

    assert moved(session, first, HOUR).clashes == []


def test_a_clash_is_with_the_dates_of_the_person_not_with_those_of_others(licence):
    """Two dates move; who gave back the second is free to be elsewhere at its new hours."""
    session = series(licence)
    busy, _other = people(session, licence, 2)
    first, second, _third = session.meetings
    other = SessionFactory(resource=licence.resource, hours=[hours_at(FIRST + WEEK + HOUR)])
    seats.enrol(session=other, teacher=busy.teacher)
    one_date.give_back(enrolment=busy, meeting=second)
    later = {one.pk: Hours(one.starts_at + HOUR, one.ends_at + HOUR) for one in (first, second)}

    assert effects_of(session, meetings=session.meetings, moves=later).clashes == []


def test_whose_licence_ends_before_the_new_day_is_named_with_school_and_last_day(licence):
    session = series(licence)
    (safe,) = people(session, licence, 1)
    ending = LicenceFactory(resource=licence.resource, until=datetime.date(2026, 12, 31))
    (at_risk,) = people(session, ending, 1)
    last = session.meetings[2]

    assert moved(session, last, DAY).rights == []
    (right,) = moved(session, last, 4 * WEEK).rights

    assert (right.person, right.school) == (at_risk.teacher, ending.school.name)
    assert right.until == datetime.date(2026, 12, 31)
    assert right.person != safe.teacher


def test_to_whom_a_planner_opened_the_session_the_right_is_not_asked(licence):
    session = series(licence)
    ending = LicenceFactory(resource=licence.resource, until=datetime.date(2026, 12, 31))
    (admitted,) = people(session, ending, 1)
    admitted.is_admitted = True
    admitted.save()

    assert moved(session, session.meetings[2], 4 * WEEK).rights == []


def test_open_offers_are_withdrawn_with_another_start_and_stay_with_another_later_date(
    licence, time_machine
):
    session = series(licence, capacity=1)
    holder, _waits, _waits_too = people(session, licence, 3)
    time_machine.move_to(FIRST - 3 * DAY)
    seats.cancel(enrolment=holder, by=holder.teacher)
    session = Session.objects.get(pk=session.pk)
    first, second, _third = session.meetings
    earlier = hours_at(FIRST - DAY)
    added = effects_of(session, meetings=session.meetings, added=[earlier])

    assert moved(session, first, HOUR).offers_withdrawn == 1
    assert moved(session, second, HOUR).offers_withdrawn == 0
    assert moved(session, second, HOUR).offers_kept == 1
    assert (added.offers_withdrawn, added.in_line) == (1, 1)


def test_the_length_and_what_a_certificate_asks_for_are_computed_anew(licence):
    session = series(licence, dates=6, threshold_percent=75)
    second = session.meetings[1]

    effects = effects_of(session, meetings=session.meetings, moves={second.pk: None})

    assert effects.minutes == (360, 300)
    assert effects.needed == 225


def test_the_number_of_queries_does_not_grow_with_the_people(licence):
    session = series(licence, capacity=60)
    people(session, licence, 3)
    first = session.meetings[0]

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            moved(session, first, HOUR)
        return len(queries)

    few = asked()
    for _number in range(4):
        ending = LicenceFactory(resource=licence.resource, until=datetime.date(2026, 12, 31))
        for one in people(session, ending, 3):
            other = SessionFactory(resource=licence.resource, hours=[hours_at(FIRST + HOUR)])
            seats.enrol(session=other, teacher=one.teacher)

    assert asked() == few <= 11


def test_the_preview_of_a_move_says_it_all(client, licence):
    session = series(licence, capacity=3)
    first, second, _third, _waits = people(session, licence, 4)
    other = SessionFactory(
        resource=licence.resource,
        hours=[hours_at(FIRST + HOUR)],
        training__title_en="Search a source",
    )
    seats.enrol(session=other, teacher=first.teacher)
    client.force_login(PlannerFactory(language="en"))

    page = page_of_move(client, session, session.meetings[0], FIRST + HOUR)

    assert shows(page, "3 people with a seat are told.")
    assert shows(page, "1 person who waits is told, and keeps the turn.")
    assert shows(page, "1 trainer is told.")
    assert shows(page, "4 calendars are brought up to date.")
    assert "Those concerned are told in ten minutes" in page
    assert shows(page, "1 other session at these hours")
    name = first.teacher.display_name
    assert shows(page, f"{name}: “Search a source”, Thursday 3 December, 18:00 to 19:00")
    assert second.teacher.display_name not in page


def test_the_preview_of_a_move_names_whose_right_ends(client, licence):
    session = series(licence)
    ending = LicenceFactory(resource=licence.resource, until=datetime.date(2026, 12, 31))
    (at_risk,) = people(session, ending, 1)
    client.force_login(PlannerFactory(language="en"))

    page = page_of_move(client, session, session.meetings[2], FIRST + 6 * WEEK)

    assert shows(page, "1 person may not attend on all these days")
    told = f"{at_risk.teacher.display_name} ({ending.school.name}): until Thursday 31 December 2026"
    assert shows(page, told)


def test_the_preview_of_an_added_date_and_the_page_that_cancels_one_say_it(client, licence):
    session = series(licence)
    people(session, licence, 2)
    client.force_login(PlannerFactory(language="en"))
    form = {"day": "2027-01-07", "hour": "17:00", "minutes": 60, "step": "preview"}

    added = client.post(reverse("training:add_date", args=[session.public_id]), form).text
    address = reverse(
        "training:cancel_date", args=[session.public_id, session.meetings[1].public_id]
    )
    cancelled = client.get(address).text

    assert shows(added, "2 people with a seat are invited.")
    assert shows(added, "1 trainer is invited.")
    assert "in ten minutes" not in added
    assert shows(cancelled, "2 people with a seat are told.")
    assert shows(
        cancelled,
        f"All dates together then last {duration(120)} instead of {duration(180)}. A certificate"
        f" asks for {duration(90)} (75 %).",
    )


def test_in_french_one_and_many_are_said_rightly(client, licence):
    session = series(licence, capacity=1)
    people(session, licence, 3)
    client.force_login(PlannerFactory(language="fr"))
    with translation.override("fr"):
        page = page_of_move(client, session, session.meetings[0], FIRST + HOUR)

    assert shows(page, "1 personne inscrite est prévenue.")
    assert shows(page, "2 personnes en attente sont prévenues et gardent leur rang.")
    assert shows(page, "2 agendas sont mis à jour.")


def test_a_move_that_is_refused_shows_why_and_no_effects(client, licence):
    session = series(licence)
    people(session, licence, 1)
    client.force_login(PlannerFactory(language="en"))

    page = page_of_move(client, session, session.meetings[0], FIRST + WEEK)

    assert "is told." not in page


def test_with_nobody_enrolled_the_trainer_alone_is_told(client, licence):
    session = series(licence)
    client.force_login(PlannerFactory(language="en"))

    page = page_of_move(client, session, session.meetings[0], FIRST + HOUR)

    assert shows(page, "1 trainer is told.")
    assert "with a seat" not in page
    assert "who waits" not in page

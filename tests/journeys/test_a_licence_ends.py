"""A licence that ends between enrolment and session: told once, held, given on, renewed."""

import datetime
from contextlib import contextmanager
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.agenda.values import PARIS, Hours
from courses.live.models import RoomPass
from courses.mail.documents import opened
from courses.mail.models import Letter
from courses.people.enums import Role
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import MembershipFactory, PersonFactory, PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters, OfferState
from training.models import Enrolment, SeatOffer
from training.notifications.enrolment import on_the_waiting_list
from training.queries.late_entry import before_entry_in
from training.queries.participants import dates_given_back, participants
from training.services import adviser_enrolment, missed_dates, one_date, rights, waiting_list
from training.services import enrolment as enrolments

# Three weeks before a session of Thursday, 10 December at 17:00.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-19T12:00")]

START = datetime.datetime(2026, 12, 10, 17, tzinfo=PARIS)
LAST_DAY = datetime.date(2026, 12, 9)
TOLD = START - datetime.timedelta(days=15)
GIVEN_ON = START - datetime.timedelta(hours=48)
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
SEATED, AT_RISK = EnrolmentState.CONFIRMED, EnrolmentState.TO_CONFIRM
GONE, WAITS, OFFERED = EnrolmentState.CANCELLED, EnrolmentState.WAITING, EnrolmentState.OFFERED


@contextmanager
def it_is(moment):
    with time_machine.travel(moment, tick=False):
        yield moment


def tick(moment):
    """The jobs of the tick that this story is about."""
    with it_is(moment):
        rights.follow(moment)
        waiting_list.pass_on(moment)


@pytest.fixture
def story():
    """A seat through a licence that ends the day before, and somebody of another school who waits."""
    licence = LicenceFactory(until=LAST_DAY)
    other = LicenceFactory(resource=licence.resource)
    session = SessionFactory(resource=licence.resource, starts_at=START, capacity=1)
    licence.until = None
    licence.save()
    seated = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=licence.school, language="en")
    )
    waits = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=other.school, language="en")
    )
    licence.until = LAST_DAY
    licence.save()
    return session, licence, seated, waits


def state(*enrolled) -> list[str]:
    return [Enrolment.objects.get(pk=one.pk).state for one in enrolled]


def kinds(person) -> list[str]:
    return list(Letter.objects.filter(to=person).order_by("pk").values_list("kind", flat=True))


def renew(licence):
    licence.until = None
    licence.save()


def leader_of(school):
    return MembershipFactory(
        person=PersonFactory(language="en"), organisation=school, role=Role.LEADER
    ).person


def text_of(person, kind) -> str:
    letter = Letter.objects.filter(to=person, kind=kind).get()
    return " ".join(opened(letter).text.split())


def test_nothing_is_said_earlier_than_fifteen_days_before(story):
    _session, _licence, seated, _waits = story

    tick(TOLD - MINUTE)

    assert state(seated) == [SEATED]
    assert kinds(seated.teacher) == [Letters.SEAT_CONFIRMED]


def test_teacher_planner_and_leader_are_told_once(story):
    session, licence, seated, _waits = story
    planner, leader = PlannerFactory(language="en"), leader_of(licence.school)

    for moment in (TOLD, TOLD + 10 * MINUTE, TOLD + datetime.timedelta(days=3)):
        tick(moment)

    assert state(seated) == [AT_RISK]
    assert kinds(seated.teacher) == [Letters.SEAT_CONFIRMED, Letters.RIGHT_ENDS]
    assert kinds(planner) == [Letters.SEATS_AT_RISK]
    assert kinds(leader) == [Letters.RIGHT_ENDS_AT_SCHOOL]
    with it_is(TOLD):
        run_worker()
    told = text_of(seated.teacher, Letters.RIGHT_ENDS)
    assert "which is before the last meeting of this session" in told
    assert "Your seat is held until Tuesday 8 December at 17:00." in told
    school = text_of(leader, Letters.RIGHT_ENDS_AT_SCHOOL)
    assert "1 teacher of" in school
    assert (
        "Renewed before Tuesday 8 December at 17:00, the subscription keeps these seats" in school
    )
    assert seated.teacher.family_name not in school
    assert "1 seat in the session" in text_of(planner, Letters.SEATS_AT_RISK)
    assert RoomPass.objects.filter(person=seated.teacher, is_withdrawn=False).exists()
    assert session.count_seats_taken() == 1


def test_a_licence_cut_short_later_is_told_of_at_the_next_tick():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, starts_at=START)
    seated = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    tick(TOLD)
    assert state(seated) == [SEATED]
    licence.until = LAST_DAY
    licence.save()

    tick(TOLD + datetime.timedelta(days=5))

    assert state(seated) == [AT_RISK]


def test_teacher_and_leader_read_the_same_end_when_the_licence_is_cut_late():
    licence = LicenceFactory()
    leader = leader_of(licence.school)
    session = SessionFactory(resource=licence.resource, starts_at=START)
    seated = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=licence.school, language="en")
    )
    licence.until = LAST_DAY
    licence.save()
    cut_at = START - datetime.timedelta(hours=20)

    tick(cut_at)
    with it_is(cut_at):
        run_worker()

    assert "too late to give the seat on: you keep it" in text_of(
        seated.teacher, Letters.RIGHT_ENDS
    )
    school = text_of(leader, Letters.RIGHT_ENDS_AT_SCHOOL)
    assert "It is too late to give these seats on: the teachers keep them." in school
    assert "Renewed before" not in school


def test_a_renewal_in_time_makes_the_seat_sure_again(story):
    _session, licence, seated, waits = story
    tick(TOLD)
    renew(licence)

    tick(GIVEN_ON - MINUTE)
    tick(GIVEN_ON)

    assert state(seated, waits) == [SEATED, WAITS]
    assert kinds(seated.teacher)[1:] == [Letters.RIGHT_ENDS, Letters.RIGHT_RENEWED]


def test_forty_eight_hours_before_the_seat_is_offered_on(story):
    """To confirm, and offered to the list only 48 hours before."""
    _session, _licence, seated, waits = story
    tick(TOLD)
    tick(GIVEN_ON - MINUTE)
    assert state(seated, waits) == [AT_RISK, WAITS]

    tick(GIVEN_ON)

    assert state(seated, waits) == [GONE, OFFERED]
    assert kinds(seated.teacher)[-1] == Letters.ENROLMENT_CANCELLED
    assert kinds(waits.teacher)[-1] == Letters.SEAT_OFFERED
    assert not RoomPass.objects.filter(person=seated.teacher, is_withdrawn=False).exists()
    with it_is(GIVEN_ON):
        run_worker()
    told = text_of(seated.teacher, Letters.ENROLMENT_CANCELLED)
    assert "which is before the last meeting of this session. To know whether" in told
    assert "If the right is renewed before the session begins, you come first" in told


def test_a_renewal_after_that_gives_first_refusal_on_a_free_seat(story):
    session, licence, seated, waits = story
    tick(TOLD)
    tick(GIVEN_ON)
    later = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=waits.school), now=GIVEN_ON
    )
    renew(licence)
    tick(GIVEN_ON + 10 * MINUTE)
    assert state(seated, waits, later) == [WAITS, OFFERED, WAITS]
    assert kinds(seated.teacher)[-1] == Letters.ON_THE_WAITING_LIST
    seated.refresh_from_db()
    with it_is(GIVEN_ON + 11 * MINUTE), translation.override("en"):
        theirs, not_theirs = (
            on_the_waiting_list(one, to=one.teacher, details={}) for one in (seated, later)
        )
    assert "Your right to this session is renewed." in theirs.text
    assert "renewed" not in not_theirs.text

    with it_is(GIVEN_ON + 20 * MINUTE) as now:
        offer = SeatOffer.objects.get(enrolment=waits)
        waiting_list.decline(offer=offer, by=waits.teacher, now=now)

    assert state(seated, waits, later) == [OFFERED, GONE, WAITS]


def test_whoever_gave_the_seat_back_is_not_called_again(story):
    _session, licence, seated, _waits = story
    tick(TOLD)
    with it_is(TOLD + MINUTE) as now:
        enrolments.cancel(enrolment=Enrolment.objects.get(pk=seated.pk), by=seated.teacher, now=now)
    renew(licence)

    tick(TOLD + 10 * MINUTE)

    assert state(seated) == [GONE]


def test_an_offer_let_go_ends_the_first_refusal(story):
    session, licence, seated, waits = story
    tick(TOLD)
    tick(GIVEN_ON)
    with it_is(GIVEN_ON + MINUTE) as now:
        waiting_list.decline(
            offer=SeatOffer.objects.get(enrolment=waits), by=waits.teacher, now=now
        )
    renew(licence)
    tick(GIVEN_ON + 10 * MINUTE)
    assert state(seated) == [OFFERED]
    offer = SeatOffer.objects.get(enrolment=seated, state=OfferState.OPEN)
    other = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=waits.school), now=offer.offered_at
    )

    tick(offer.expires_at)

    assert state(seated, other) == [WAITS, OFFERED]
    assert Enrolment.objects.get(pk=seated.pk).right_ended_at is None


def test_a_planner_keeps_a_seat_all_the_same(client, story):
    _session, _licence, seated, _waits = story
    tick(TOLD)
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    with it_is(TOLD + MINUTE):
        page = client.get(reverse("training:seats_at_risk")).text
        client.post(
            reverse("training:enrol_somebody", args=[seated.session.public_id]),
            {"teacher": seated.teacher.public_id, "reason": "Promised", "all_the_same": "True"},
        )

    tick(GIVEN_ON)

    assert seated.teacher.display_name in page
    assert "which is before the last meeting of this session" in page
    assert state(seated) == [SEATED]


def test_the_pages_say_until_when_the_seat_is_held(client, story):
    session, _licence, seated, _waits = story
    tick(TOLD)
    client.force_login(seated.teacher)
    with it_is(TOLD + MINUTE):
        page = client.get(session.get_absolute_url()).text
        mine = client.get(reverse("training:mine")).text

    for shown in (page, mine):
        assert "Your seat is to confirm" in shown
        assert "Your seat is held until Tuesday 8 December at 17:00." in shown


def test_seats_opened_by_a_planner_are_not_asked():
    session = SessionFactory(starts_at=START)
    seated = adviser_enrolment.enrol_by_adviser(
        session=session,
        teacher=TeacherFactory(),
        by=PlannerFactory(),
        reason="Why",
        all_the_same=True,
    )

    tick(TOLD)

    assert state(seated) == [SEATED]


def test_a_seat_told_of_on_the_eve_is_kept(story):
    _session, licence, seated, waits = story
    renew(licence)
    tick(TOLD)
    licence.until = LAST_DAY
    licence.save()
    eve = START - datetime.timedelta(hours=20)

    tick(eve)
    tick(START - MINUTE)

    assert state(seated, waits) == [AT_RISK, WAITS]
    with it_is(eve):
        run_worker()
    assert "It is too late to give the seat on: you keep it." in text_of(
        seated.teacher, Letters.RIGHT_ENDS
    )


def test_the_tick_asks_the_same_however_many_seats():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            rights.follow(TOLD)
        return len(queries)

    def more(count):
        licence = LicenceFactory()
        session = SessionFactory(resource=licence.resource, starts_at=START)
        for teacher in TeacherFactory.create_batch(count, works_at=licence.school):
            enrolments.enrol(session=session, teacher=teacher)

    more(2)
    few = cost()
    more(6)

    assert cost() == few
    assert few <= 6


def test_a_seat_to_confirm_has_a_moment(story):
    _session, _licence, seated, _waits = story

    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=seated.pk).update(state=AT_RISK, right_ended_at=None)


def test_a_seat_taken_anew_has_its_letter_and_the_dates_that_it_had():
    """Lost with the licence, taken anew by an offer, given back: each is told. A date that the person
    gave back and one that a planner took away before stay as they were.
    """
    licence = LicenceFactory()
    day = datetime.timedelta(days=1)
    hours = [Hours(START + n * day, START + n * day + 60 * MINUTE) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours, capacity=1)
    teacher, planner = TeacherFactory(works_at=licence.school, language="en"), PlannerFactory()
    other = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    seat = enrolments.enrol(session=session, teacher=teacher)
    enrolments.cancel(enrolment=other, by=other.teacher)
    seat.refresh_from_db()
    first, second, _third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second, reason="A council.")
    one_date.change_for_somebody(enrolment=seat, expected=[first], by=planner, reason="Too small.")
    run_worker()
    licence.until = LAST_DAY
    licence.save()
    tick(TOLD)
    tick(GIVEN_ON)
    assert state(seat) == [GONE]
    renew(licence)
    tick(GIVEN_ON + MINUTE)
    with it_is(GIVEN_ON + 2 * MINUTE):
        offer = SeatOffer.objects.filter(enrolment=seat).last()
        if offer:
            waiting_list.take(offer=offer, by=teacher)
        run_worker()
        seat.refresh_from_db()
        told = kinds(teacher)
        enrolments.cancel(enrolment=seat, by=teacher)
        run_worker()

    dates = list(seat.participations.order_by("meeting__occurrence__start"))
    assert told.count(Letters.SEAT_FROM_WAITING_LIST) == 2
    assert kinds(teacher)[len(told) :] == [Letters.ENROLMENT_CANCELLED]
    assert kinds(teacher).count(Letters.ENROLMENT_CANCELLED) == 2
    assert [one.left_with_seat for one in dates] == [True, False, False]
    assert [one.reason for one in dates] == ["", "A council.", "Too small."]


def test_a_date_missed_without_the_seat_was_before_the_enrolment_and_not_given_back(client):
    """Lost with the licence, on the waiting list again, enrolled by a planner after the first date. A
    date that was given back before stays so, and the planner's page doesn't count it.
    """
    licence = LicenceFactory()
    other = LicenceFactory(resource=licence.resource)
    day = datetime.timedelta(days=1)
    hours = [Hours(START + n * day, START + n * day + 60 * MINUTE) for n in range(4)]
    session = SessionFactory(resource=licence.resource, hours=hours, capacity=1)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    one_date.give_back(enrolment=seat, meeting=session.meetings[1], reason="A council.")
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=other.school))
    licence.until = LAST_DAY
    licence.save()
    tick(TOLD)
    tick(GIVEN_ON)
    renew(licence)
    tick(GIVEN_ON + MINUTE)
    assert state(seat) == [WAITS]
    planner = PlannerFactory(language="en")
    enrol = reverse("training:enrol_somebody", args=[session.public_id])
    with it_is(START + 12 * 60 * MINUTE):
        client.force_login(planner)
        asked = client.get(enrol, {"teacher": teacher.public_id}).text
        adviser_enrolment.enrol_by_adviser(
            session=session, teacher=teacher, by=planner, reason="Due", over_capacity=True
        )
        client.force_login(teacher)
        page = client.get(session.get_absolute_url()).text
        own = client.get(reverse("training:my_dates", args=[seat.public_id])).text
        people = {one.person: one for one in participants(session)}

    first, second, *to_come = session.meetings
    assert "the seat is for 2 of its 4 dates, from Saturday 12 December on." in asked
    expected = seat.participations.expected().order_by("meeting__occurrence__start")
    assert [one.meeting for one in expected] == to_come
    assert page.count("before your enrolment") == 1
    for shown in (page, own):
        assert shown.lower().count("given back") == 1
    assert [one.meeting for one in people[teacher].given_back] == [second]
    assert dates_given_back(session) == {seat.pk: [second]}
    assert before_entry_in(session)[seat.pk] == [first.pk]


def test_a_date_missed_without_the_seat_that_counts_after_all_is_not_theirs(client):
    """While the seat was lost, a planner recorded by mistake that no trainer came to the first date."""
    licence = LicenceFactory()
    other = LicenceFactory(resource=licence.resource)
    hours = [Hours(START + n * DAY, START + n * DAY + 60 * MINUTE) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours, capacity=1)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=other.school))
    licence.until = LAST_DAY
    licence.save()
    tick(TOLD)
    tick(GIVEN_ON)
    renew(licence)
    tick(GIVEN_ON + MINUTE)
    assert state(seat) == [WAITS]
    planner, first = PlannerFactory(language="en"), session.meetings[0]
    with it_is(START + 20 * MINUTE):
        missed = missed_dates.record(session=session, meeting=first, words="", by=planner)
    with it_is(START + 30 * MINUTE):
        adviser_enrolment.enrol_by_adviser(
            session=session, teacher=teacher, by=planner, reason="Due", over_capacity=True
        )
        missed_dates.undo(missed=missed, by=planner)
        client.force_login(teacher)
        page = client.get(session.get_absolute_url()).text
        own = client.get(reverse("training:my_dates", args=[seat.public_id])).text

    assert "Enter the room" not in page
    assert "With the dates that you keep you can reach 66 % at most." in " ".join(own.split())
    expected = seat.participations.expected().order_by("meeting__occurrence__start")
    assert [one.meeting for one in expected] == list(session.meetings)[1:]


@pytest.mark.parametrize(
    ("state", "marked"), [("cancelled", True), ("waiting", True), ("confirmed", False)]
)
def test_the_upgrade_marks_the_dates_of_seats_that_were_lost(state, marked):
    """Who waits with first refusal when it runs is seated with these dates again."""
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    seat = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    seat.participations.update(is_withdrawn=True)
    Enrolment.objects.filter(pk=seat.pk).update(state=state)

    import_module("training.migrations.0046_dates_left_with_the_seat").mark_lost_seats(apps, None)

    assert {one.left_with_seat for one in seat.participations.all()} == {marked}

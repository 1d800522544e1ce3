"""Within seven days of the start a free seat is offered with a time to answer; in the last hour it
goes to whoever is first.
"""

import datetime
from contextlib import contextmanager

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.register.services import accounts
from courses.agenda.models import CalendarEntry
from courses.agenda.values import PARIS, Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, class_hour, teaching
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import EnrolmentState, Letters, OfferState
from training.exceptions import OfferExpired, SeatsAreOffered
from training.models import SeatOffer
from training.queries.sessions import turns_of
from training.services import adviser_enrolment, missed_dates, session_dates, sessions, waiting_list
from training.services import enrolment as enrolments

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
START = datetime.datetime(2026, 11, 27, 17, tzinfo=PARIS)
END = datetime.datetime(2026, 11, 25, 16, tzinfo=PARIS)
A_MINUTE = datetime.timedelta(minutes=1)
ENROLLED, WAITS = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


def a_full_session(waiting: int, **fields):
    """One seat, taken; then so many who wait, in order."""
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource, **{"capacity": 1, "starts_at": START} | fields
    )
    teachers = TeacherFactory.create_batch(
        session.capacity + waiting, works_at=licence.school, language="en"
    )
    people = [
        enrolments.enrol(
            session=session, teacher=teacher, now=NOW - datetime.timedelta(hours=9 - n / 10)
        )
        for n, teacher in enumerate(teachers)
    ]
    return session, people


def an_offer(waiting: int, **fields):
    """The seat is given back: the first who waits has an offer."""
    session, people = a_full_session(waiting, **fields)
    seated, others = people[0], people[session.capacity :]
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=NOW)
    return session, SeatOffer.objects.get(enrolment=others[0]), others


def states(session) -> list[str]:
    return list(session.enrolments.order_by("asked_at", "pk").values_list("state", flat=True))


def offers(session) -> list[tuple[str, str]]:
    """Login and what became of it, the oldest first."""
    log = SeatOffer.objects.of_session(session).reverse()
    return list(log.values_list("enrolment__teacher__login", "state"))


def letters(teacher) -> list[str]:
    return list(Letter.objects.filter(to=teacher).order_by("pk").values_list("kind", flat=True))


def address(name: str, offer: SeatOffer) -> str:
    return reverse(f"training:{name}", args=[offer.public_id])


@contextmanager
def it_is(moment: datetime.datetime):
    with time_machine.travel(moment, tick=False):
        yield moment


def test_a_freed_seat_is_offered_to_the_head_of_the_list_and_to_nobody_else():
    session, offer, (first, second) = an_offer(waiting=2)

    first.refresh_from_db()
    assert states(session) == [GONE, OFFERED, WAITS]
    assert (offer.state, offer.expires_at, first.offer_ends_at) == (OfferState.OPEN, END, END)
    assert letters(first.teacher)[-1] == Letters.SEAT_OFFERED
    assert letters(second.teacher) == [Letters.ON_THE_WAITING_LIST]
    assert session.count_seats_taken() == 1
    assert not RoomPass.objects.filter(person=first.teacher).exists()
    assert not CalendarEntry.objects.filter(person=first.teacher).exists()


def test_nobody_who_comes_anew_passes_an_open_offer():
    session, _offer, (first,) = an_offer(waiting=1)
    newcomer = TeacherFactory(works_at=first.school)

    assert enrolments.enrol(session=session, teacher=newcomer).is_waiting


def test_the_offer_is_taken_with_an_invitation(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    client.force_login(first.teacher)

    answer = client.post(address("take_offer", offer), follow=True)

    assert "The seat is yours" in answer.text
    assert states(session) == [GONE, ENROLLED, WAITS]
    assert offers(session) == [(first.teacher.login, OfferState.TAKEN)]
    assert letters(first.teacher)[-1] == Letters.SEAT_FROM_WAITING_LIST
    assert CalendarEntry.objects.filter(person=first.teacher).count() == 1
    assert RoomPass.objects.filter(person=first.teacher, is_withdrawn=False).count() == 1


def test_taking_twice_is_one_seat_and_one_letter(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    client.force_login(first.teacher)

    for _time in range(2):
        client.post(address("take_offer", offer))

    assert session.count_seats_taken() == 1
    assert letters(first.teacher).count(Letters.SEAT_FROM_WAITING_LIST) == 1


@pytest.mark.parametrize("name", ["offer", "take_offer", "decline_offer"])
def test_an_offer_of_somebody_else_is_not_there(client, name):
    session, offer, (_first, second) = an_offer(waiting=2)
    client.force_login(second.teacher)

    answer = (client.get if name == "offer" else client.post)(address(name, offer))

    assert answer.status_code == 404
    assert states(session) == [GONE, OFFERED, WAITS]


def test_a_service_refuses_an_offer_of_somebody_else():
    _session, offer, (_first, second) = an_offer(waiting=2)

    with pytest.raises(SeatOffer.DoesNotExist):
        waiting_list.take(offer=offer, by=second.teacher)


def test_who_declines_leaves_the_list_the_next_has_an_offer_and_coming_back_is_the_end(client):
    session, offer, (first, second, third) = an_offer(waiting=3)
    client.force_login(first.teacher)

    page = client.post(address("decline_offer", offer), follow=True).content.decode()

    assert states(session) == [GONE, GONE, OFFERED, WAITS]
    assert offers(session) == [
        (first.teacher.login, OfferState.DECLINED),
        (second.teacher.login, OfferState.OPEN),
    ]
    assert "You are no longer in the waiting list." in page
    assert "Join the waiting list again" in page
    assert letters(first.teacher)[-1] == Letters.ENROLMENT_CANCELLED

    client.post(reverse("training:enrol", args=[session.public_id]))
    back = session.enrolments.waiting().get(teacher=first.teacher)
    third.refresh_from_db()
    assert turns_of([third, back]) == {third.pk: 1, back.pk: 2}
    assert client.post(address("take_offer", offer)).status_code == 302
    assert session.count_seats_taken() == 1


def test_leaving_the_list_on_the_session_s_page_declines_the_offer(client):
    session, _offer, (first, second) = an_offer(waiting=2)
    client.force_login(first.teacher)

    client.post(reverse("training:cancel_enrolment", args=[first.public_id]))

    assert offers(session) == [
        (first.teacher.login, OfferState.DECLINED),
        (second.teacher.login, OfferState.OPEN),
    ]
    assert states(session) == [GONE, GONE, OFFERED]


def test_an_adviser_who_cancels_withdraws_the_offer():
    session, _offer, (first, _second) = an_offer(waiting=2)

    enrolments.cancel(enrolment=first, by=PlannerFactory(), reason="Asked by telephone")

    assert offers(session)[0] == (first.teacher.login, OfferState.WITHDRAWN)


def test_an_expired_offer_passes_on_in_order_and_its_holder_stands_behind():
    session, offer, (first, second, third) = an_offer(waiting=3)

    waiting_list.pass_on(END - A_MINUTE)
    assert offers(session) == [(first.teacher.login, OfferState.OPEN)]
    waiting_list.pass_on(END)

    assert states(session) == [GONE, WAITS, OFFERED, WAITS]
    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]
    first.refresh_from_db()
    assert turns_of([first, third]) == {third.pk: 1, first.pk: 2}
    assert letters(first.teacher)[-1] == Letters.OFFER_EXPIRED
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED
    assert session.count_seats_taken() == 1
    assert offer.enrolment_id == first.pk


def test_two_ticks_are_as_one():
    session, _offer, (first, second) = an_offer(waiting=2)

    assert [waiting_list.pass_on(END), waiting_list.pass_on(END)] == [1, 0]

    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]
    assert letters(first.teacher).count(Letters.OFFER_EXPIRED) == 1
    assert letters(second.teacher).count(Letters.SEAT_OFFERED) == 1


def test_t4_an_offer_that_expires_while_its_page_is_open_says_so_with_the_place_and_books_nothing(
    client,
):
    session, offer, (first, second, _third) = an_offer(waiting=3)
    client.force_login(first.teacher)
    assert client.get(address("offer", offer)).status_code == 200

    with it_is(END):  # and the tick hasn't come yet
        before_the_tick = client.get(address("offer", offer)).content.decode()
        page = client.post(address("take_offer", offer), follow=True).content.decode()

    for shown in (before_the_tick, page):
        assert "This offer ended on Wednesday 25 November 2026, 16:00" in shown
    assert "You are number 3 in the waiting list." in before_the_tick
    assert "You are number 2 in the waiting list." in page  # as the second has the offer by now
    assert "1 seat is offered to somebody" in page
    assert states(session) == [GONE, WAITS, OFFERED, WAITS]
    assert offers(session)[-1] == (second.teacher.login, OfferState.OPEN)


def test_the_service_refuses_after_the_end_and_keeps_what_expired():
    session, offer, (first, second) = an_offer(waiting=2)

    with pytest.raises(OfferExpired):
        waiting_list.take(offer=offer, by=first.teacher, now=END)

    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]


def test_who_let_an_offer_expire_is_not_asked_again_and_takes_a_seat_that_stays_free(client):
    session, _offer, (only,) = an_offer(waiting=1)
    client.force_login(only.teacher)
    waiting_list.pass_on(END)

    with it_is(END + A_MINUTE):
        assert waiting_list.pass_on(timezone.now()) == 0
        page = client.get(session.get_absolute_url()).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))

    assert "1 seat is free: the first answer wins." in page
    assert states(session) == [GONE, ENROLLED]
    assert len(offers(session)) == 1


def test_a_newcomer_does_not_wait_behind_those_who_let_their_offers_expire():
    session, _offer, (first,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer = TeacherFactory(works_at=first.school)

    assert enrolments.enrol(session=session, teacher=newcomer, now=END).is_confirmed


def test_t6_three_seats_more_and_five_waiting_are_three_offers_in_order():
    session, (_seated, *waiting) = a_full_session(waiting=5)

    sessions.edit(
        session=session,
        revision=session.revision,
        by=PlannerFactory(),
        capacity=4,
        trainers=session.trainers.all(),
        language=session.language,
        threshold_percent=session.threshold_percent,
        note="",
    )

    assert states(session) == [ENROLLED, OFFERED, OFFERED, OFFERED, WAITS, WAITS]
    assert offers(session) == [(e.teacher.login, OfferState.OPEN) for e in waiting[:3]]
    told = Letter.objects.filter(kind=Letters.SEAT_OFFERED).order_by("pk")
    assert [letter.to for letter in told] == [e.teacher for e in waiting[:3]]


def test_capacity_is_not_lowered_below_an_open_offer():
    session, _offer, _others = an_offer(waiting=1, capacity=2)

    with pytest.raises(SeatsAreOffered):
        sessions.edit(
            session=session,
            revision=session.revision,
            by=PlannerFactory(),
            capacity=1,
            trainers=session.trainers.all(),
            language=session.language,
            threshold_percent=session.threshold_percent,
            note="",
        )


def test_t3_a_seat_that_becomes_free_after_the_start_is_offered_to_nobody():
    session, _people = a_full_session(waiting=2)
    session.capacity = 3
    session.save()

    assert waiting_list.pass_on(START) == 0
    assert waiting_list.promote(session, START) == []
    assert states(session) == [ENROLLED, WAITS, WAITS]
    assert offers(session) == []


def test_in_the_last_hour_all_who_wait_are_told_once_and_the_first_press_has_the_seat(client):
    session, (seated, first, second) = a_full_session(waiting=2)
    in_the_last_hour = START - 30 * A_MINUTE

    with it_is(in_the_last_hour):
        enrolments.cancel(enrolment=seated, by=seated.teacher)
        for _tick in range(2):
            waiting_list.pass_on(timezone.now())
        client.force_login(second.teacher)
        link = address("offer", SeatOffer.objects.get(enrolment=second))
        page = client.get(link, follow=True).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))
        client.force_login(first.teacher)
        too_late = client.get(session.get_absolute_url()).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))

    assert [letters(e.teacher).count(Letters.LAST_HOUR) for e in (first, second)] == [1, 1]
    assert "1 seat is free: the first answer wins." in page
    assert "You are number 1 in the waiting list" in too_late
    assert states(session) == [GONE, WAITS, ENROLLED]
    assert offers(session) == [
        (first.teacher.login, OfferState.TOLD),
        (second.teacher.login, OfferState.TAKEN),
    ]


def test_the_tick_calls_all_at_the_beginning_of_the_last_hour_for_a_seat_nobody_took():
    session, (seated, *waiting) = a_full_session(waiting=2)
    too_late_for_an_offer = START - 80 * A_MINUTE
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=too_late_for_an_offer)
    assert states(session) == [GONE, WAITS, WAITS]

    waiting_list.pass_on(START - 61 * A_MINUTE)
    assert offers(session) == []
    waiting_list.pass_on(START - 60 * A_MINUTE)

    assert offers(session) == [(e.teacher.login, OfferState.TOLD) for e in waiting]


def test_an_offer_never_outlives_the_beginning_of_the_last_hour():
    session, (seated, first, second) = a_full_session(waiting=2)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=START - 100 * A_MINUTE)
    offer = SeatOffer.objects.get(enrolment=first)
    assert offer.expires_at == START - 60 * A_MINUTE

    # The press of the second comes before the tick that writes down the end.
    taken = enrolments.enrol(session=session, teacher=second.teacher, now=offer.expires_at)

    assert taken.is_confirmed
    assert offers(session) == [(first.teacher.login, OfferState.EXPIRED)]


def test_another_start_withdraws_the_offer_and_the_seat_is_given_anew_by_the_time_left_then(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    later = START + datetime.timedelta(days=14)
    meeting = session.meetings[0]

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(later, later + 90 * A_MINUTE)},
        revision=session.revision,
        by=PlannerFactory(),
        reason="",
    )

    assert states(session) == [GONE, WAITS, WAITS]
    assert letters(first.teacher)[-1] == Letters.SESSION_MOVED
    client.force_login(first.teacher)
    page = client.get(address("offer", offer)).content.decode()
    assert "This offer is withdrawn." in page
    assert "You are number 1 in the waiting list." in page

    waiting_list.pass_on(NOW + A_MINUTE)
    assert states(session) == [GONE, ENROLLED, WAITS]


def test_a_cancelled_session_withdraws_its_offers_and_tells_their_holders(client):
    session, offer, (first,) = an_offer(waiting=1)

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert offers(session) == [(first.teacher.login, OfferState.WITHDRAWN)]
    assert letters(first.teacher)[-1] == Letters.SESSION_CANCELLED
    client.force_login(first.teacher)
    assert "The trainer is ill." in client.get(address("offer", offer)).content.decode()
    assert client.post(address("take_offer", offer)).status_code == 302
    assert session.enrolments.holding_a_seat().count() == 0


def test_who_is_no_longer_entitled_reads_why_and_takes_nothing(client):
    session, offer, (first,) = an_offer(waiting=1)
    first.teacher.memberships.update(until=timezone.localdate())
    client.force_login(first.teacher)

    page = client.post(address("take_offer", offer), follow=True).content.decode()

    assert "We don’t know of a school where you teach on the day of this session." in page
    assert session.enrolments.holding_a_seat().count() == 0


def test_t10_a_clash_with_another_session_is_said_and_the_choice_kept(client):
    session, offer, (first,) = an_offer(waiting=1)
    licence = first.school.licences.get()
    other = SessionFactory(resource=licence.resource, starts_at=START + 30 * A_MINUTE)
    enrolments.enrol(session=other, teacher=first.teacher)
    client.force_login(first.teacher)

    page = client.get(address("offer", offer)).content.decode()
    client.post(address("take_offer", offer))

    assert "At the same time as another of your sessions" in page
    assert "Friday 27 November, 17:30 to 19:00" in page
    assert session.enrolments.get(pk=first.pk).is_confirmed


def test_hours_of_class_that_the_session_falls_into_are_said(client):
    _session, offer, (first,) = an_offer(waiting=1)
    taught = teaching(SchoolClassFactory(school=first.school), teacher=first.teacher)
    class_hour(taught, weekday=5, begins=17)
    client.force_login(first.teacher)

    page = client.get(address("offer", offer)).content.decode()

    assert "This session falls into your hours of class" in page
    assert str(taught.school_class) in page


def test_who_waits_reads_why_not_yet_and_the_holder_when_the_offer_ends(client):
    session, offer, (first, second, third) = an_offer(waiting=3)
    until = "Wednesday 25 November at 16:00"

    for teacher, sentences in [
        (first.teacher, [f"A seat is offered to you until {until}"]),
        (second.teacher, ["Nobody waits before you.", f"who can answer until {until}"]),
        (third.teacher, ["1 person waits before you.", f"who can answer until {until}"]),
    ]:
        client.force_login(teacher)
        for page in (session.get_absolute_url(), reverse("training:mine")):
            shown = client.get(page).content.decode()
            assert [s for s in sentences if s not in shown] == [], (teacher, page)
    client.force_login(first.teacher)
    for page in (reverse("training:mine"), session.get_absolute_url(), reverse("today:home")):
        assert address("offer", offer) in client.get(page).content.decode()
    catalogue = client.get(reverse("training:catalogue")).content.decode()
    assert f"A seat is offered to you until {until}" in catalogue


def test_the_first_page_of_the_holder_says_until_when(client):
    _session, _offer, (first,) = an_offer(waiting=1)
    client.force_login(first.teacher)

    page = client.get(reverse("today:home")).content.decode()

    assert "A seat is offered to you until Wednesday 25 November at 16:00." in page


def test_the_adviser_reads_the_whole_log(client):
    session, _offer, (first, second) = an_offer(waiting=2)
    waiting_list.pass_on(END)
    client.force_login(PlannerFactory())

    page = client.get(reverse("training:session_people", args=[session.public_id])).content.decode()

    log = page.partition("Offers of seats: 2")[2]
    assert log.index(second.teacher.printed_name) < log.index(first.teacher.printed_name)
    assert shows(log, "Expired, Wed 25 Nov, 16:00")
    assert "Offer until Wednesday 25 November at 20:00" in page


def test_the_letters_say_the_end_the_place_and_lead_to_the_offer(mailoutbox):
    session, offer, (first, second) = an_offer(waiting=2)
    run_worker()
    with it_is(END):
        waiting_list.pass_on(END)
        run_worker()

    offered, expired = [mail for mail in mailoutbox if first.teacher.email in mail.to[0]]
    listed = next(mail for mail in mailoutbox if second.teacher.email in mail.to[0])
    assert "You are number 1 in the waiting list" in listed.body
    assert "Nobody waits before you. 1 seat is offered to somebody" in listed.body
    assert "A seat that becomes free is offered to the first person" in listed.body
    assert "goes at once" not in listed.body  # that was until Friday 20 November
    assert offered.subject == f"A seat is offered to you: {session.training.title_en}"
    assert "until Wednesday 25 November at 16:00" in offered.body
    assert address("offer", offer) in offered.body
    assert "as number 1" in expired.body


def test_the_letter_of_an_offer_that_is_gone_is_not_sent(mailoutbox):
    _session, offer, (first,) = an_offer(waiting=1)
    waiting_list.decline(offer=offer, by=first.teacher)

    run_worker()

    assert not [mail for mail in mailoutbox if mail.subject.startswith("A seat is offered")]


@pytest.mark.parametrize("how", ["given back", "session cancelled"])
def test_a_seat_that_is_gone_since_is_not_taken_again_by_the_other_tab(client, how):
    session, offer, (first,) = an_offer(waiting=1)
    client.force_login(first.teacher)
    client.post(address("take_offer", offer), follow=True)
    if how == "given back":
        enrolments.cancel(enrolment=first, by=first.teacher)
    else:
        sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    page = client.post(address("take_offer", offer), follow=True).content.decode()

    assert "The seat is yours" not in page
    reason = {"given back": "it has been given back since"}.get(how, "The trainer is ill.")
    assert reason in page
    assert "If a seat becomes free" not in page


def test_a_list_of_one_reads_that_its_seat_is_free_in_the_letter_and_on_the_page(
    client, mailoutbox
):
    session, offer, (only,) = an_offer(waiting=1)
    client.force_login(only.teacher)
    with it_is(END + A_MINUTE):
        waiting_list.pass_on(timezone.now())
        run_worker()
        page = client.get(address("offer", offer)).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))

    body = mailoutbox[-1].body
    assert "A seat is free now: the first answer wins." in body
    assert "Take the free seat" in body
    assert "1 seat is free: the first answer wins." in page
    assert "Take the free seat" in page
    for said in (body, page):
        assert "went on to the next person" not in said
    assert "If a seat becomes free now" not in page
    assert states(session) == [GONE, ENROLLED]


def test_who_declines_and_nobody_else_waits_reads_a_button_that_names_the_booking(client):
    session, offer, (only,) = an_offer(waiting=1)
    client.force_login(only.teacher)

    page = client.post(address("decline_offer", offer), follow=True).content.decode()

    assert "Take the free seat" in page
    assert "Join the waiting list again" not in page
    assert "next person" not in page
    client.post(reverse("training:enrol", args=[session.public_id]))
    assert session.enrolments.get(teacher=only.teacher, state=ENROLLED)


def test_another_seat_is_offered_again_to_a_list_of_one_that_let_an_offer_expire():
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer = TeacherFactory(works_at=only.school)
    taken = enrolments.enrol(session=session, teacher=newcomer, now=END + A_MINUTE)

    enrolments.cancel(enrolment=taken, by=newcomer, now=END + 2 * A_MINUTE)

    assert offers(session) == [
        (only.teacher.login, OfferState.EXPIRED),
        (only.teacher.login, OfferState.OPEN),
    ]


def test_the_number_in_the_line_is_the_order_of_the_offers_after_one_expired(client):
    session, _offer, (first,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer, later = TeacherFactory.create_batch(2, works_at=first.school)
    taken = enrolments.enrol(session=session, teacher=newcomer, now=END + A_MINUTE)
    behind = enrolments.enrol(session=session, teacher=later, now=END + 2 * A_MINUTE)
    first.refresh_from_db()
    assert turns_of([first, behind]) == {first.pk: 1, behind.pk: 2}

    enrolments.cancel(enrolment=taken, by=newcomer, now=END + 3 * A_MINUTE)

    assert offers(session)[-1] == (first.teacher.login, OfferState.OPEN)


def test_who_let_an_offer_expire_is_asked_again_when_the_next_did_too_and_never_twice_in_a_row():
    session, _offer, (first, second) = an_offer(waiting=2)
    for hours in (4, 8, 12):
        waiting_list.pass_on(NOW + datetime.timedelta(hours=hours))

    assert [login for login, _state in offers(session)] == [
        e.teacher.login for e in (first, second, first, second)
    ]


def test_two_that_let_their_offers_expire_together_are_not_asked_at_once_again():
    session, _people = a_full_session(waiting=2)
    session.capacity = 3
    session.save()
    waiting_list.pass_on(NOW)
    waiting_list.pass_on(END)

    assert states(session) == [ENROLLED, WAITS, WAITS]
    assert waiting_list.pass_on(END + A_MINUTE) == 0
    assert waiting_list.has_a_free_seat(session, END + A_MINUTE)
    counted = type(session).objects.with_seats().get(pk=session.pk)
    assert (counted.turns, counted.in_line) == (2, 0)


def test_more_seats_are_offered_again_to_who_let_an_offer_expire():
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=only.school), now=END)

    with it_is(END + A_MINUTE):
        sessions.edit(
            session=session,
            revision=session.revision,
            by=PlannerFactory(),
            capacity=2,
            trainers=session.trainers.all(),
            language=session.language,
            threshold_percent=session.threshold_percent,
            note="",
        )

    assert offers(session)[-1] == (only.teacher.login, OfferState.OPEN)


def test_in_the_last_hour_everybody_is_told_of_the_second_seat_too_and_once():
    session, (one, two, first, second) = a_full_session(waiting=2, capacity=2)
    with it_is(START - 40 * A_MINUTE):
        enrolments.cancel(enrolment=one, by=one.teacher)
        enrolments.enrol(session=session, teacher=first.teacher)
    with it_is(START - 30 * A_MINUTE):
        enrolments.cancel(enrolment=two, by=two.teacher)
        for _tick in range(2):
            waiting_list.pass_on(timezone.now())

    assert letters(first.teacher).count(Letters.LAST_HOUR) == 1
    assert letters(second.teacher).count(Letters.LAST_HOUR) == 2


def test_the_planner_s_page_of_cancelling_says_where_the_seat_goes(client):
    session, (seated, first) = a_full_session(waiting=1)
    client.force_login(PlannerFactory(language="en"))
    pages = [
        client.get(reverse("training:cancel_for_somebody", args=[e.public_id])).content.decode()
        for e in (seated, first)
    ]

    assert "The seat is offered to the first person on the waiting list, until" in pages[0]
    assert "seat is offered" not in pages[1]
    assert "goes at once" not in "".join(pages)
    assert session.count_seats_taken() == 1


def test_the_offer_s_page_of_a_cancelled_session_has_no_place_in_a_line(client):
    session, offer, (first,) = an_offer(waiting=1)
    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")
    client.force_login(first.teacher)

    page = client.get(address("offer", offer)).content.decode()

    assert "You are number" not in page
    assert "If a seat becomes free" not in page


@pytest.mark.parametrize("moment", [END + 180 * A_MINUTE, START + A_MINUTE])
def test_no_page_shows_an_offer_as_open_after_its_end_though_the_tick_is_late(client, moment):
    session, _offer, (first, second) = an_offer(waiting=2)
    with it_is(moment):
        for reader in (first.teacher, second.teacher):
            client.force_login(reader)
            for page in (
                session.get_absolute_url(),
                reverse("training:mine"),
                reverse("today:home"),
            ):
                shown = client.get(page).content.decode()
                assert "Answer the offer" not in shown
                assert "is offered to" not in shown
        client.force_login(PlannerFactory(language="en"))
        people = reverse("training:session_people", args=[session.public_id])
        log = client.get(people).content.decode()

    assert "Offer until" not in log
    assert "Expired" in log.partition("Offers of seats: 1")[2]


def test_an_offer_that_the_licence_no_longer_covers_says_so_and_goes_on_when_it_is_pressed(client):
    session, offer, (first, second) = an_offer(waiting=2)
    first.teacher.memberships.update(until=timezone.localdate())
    client.force_login(first.teacher)

    for shown in (address("offer", offer), session.get_absolute_url()):
        page = client.get(shown).content.decode()
        assert "We don’t know of a school where you teach" in page
        assert "Take the seat" not in page
        assert "your seat is kept" not in page
    client.post(address("take_offer", offer))

    assert states(session) == [GONE, GONE, OFFERED]
    assert offers(session) == [
        (first.teacher.login, OfferState.WITHDRAWN),
        (second.teacher.login, OfferState.OPEN),
    ]
    assert letters(first.teacher)[-1] == Letters.ENROLMENT_CANCELLED


def test_an_expired_offer_that_the_licence_no_longer_covers_ends_the_turn():
    session, _offer, (first, second) = an_offer(waiting=2)
    first.teacher.memberships.update(until=timezone.localdate())

    waiting_list.pass_on(END)

    assert states(session) == [GONE, GONE, OFFERED]
    assert Letters.OFFER_EXPIRED not in letters(first.teacher)
    assert offers(session)[-1] == (second.teacher.login, OfferState.OPEN)


def test_one_enrolment_has_one_open_offer():
    _session, offer, (first,) = an_offer(waiting=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        SeatOffer.objects.create(enrolment=first, expires_at=offer.expires_at)


def test_the_page_of_an_offer_costs_the_same_few_queries_whatever_the_crowd(client, settings):
    settings.CACHES = settings.KEEP_PAGES  # the words above every page are kept
    counts = {}
    for waiting in (1, 20):
        _session, offer, (first, *_others) = an_offer(waiting=waiting)
        client.force_login(first.teacher)
        for name, moment in (("open", NOW), ("gone", END)):
            with it_is(moment):
                client.get(address("offer", offer))
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(address("offer", offer)).status_code == 200
            counts[name, waiting] = len(captured)

    assert counts["open", 1] == counts["open", 20] <= 11
    assert counts["gone", 1] == counts["gone", 20] <= 10


# What happens while an offer is open


def two_dates(**fields):
    """An offer of a seat in two dates, a week apart."""
    again = START + datetime.timedelta(days=7)
    hours = [Hours(start, start + 90 * A_MINUTE) for start in (START, again)]
    return an_offer(waiting=2, hours=hours, **fields)


def last_letter_to(mailoutbox, enrolment) -> str:
    return [mail.body for mail in mailoutbox if enrolment.teacher.email in mail.to[0]][-1]


def test_who_has_an_offer_is_told_that_a_later_date_moves(mailoutbox):
    session, offer, (first, second) = two_dates()
    meeting = session.meetings[1]
    later = meeting.starts_at + datetime.timedelta(days=1)

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(later, later + 90 * A_MINUTE)},
        revision=session.revision,
        by=PlannerFactory(),
    )
    run_worker()
    run_worker_after_the_pause()

    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    assert [letters(e.teacher)[-1] for e in (first, second)] == [Letters.SESSION_MOVED] * 2
    body = last_letter_to(mailoutbox, first)
    assert "Leave the waiting list" in body
    assert "your seat goes" not in body
    assert "withdrawn" not in body


def test_a_first_date_that_is_cancelled_is_told_with_the_withdrawn_offer(mailoutbox):
    session, _offer, (first, second) = two_dates()

    session_dates.cancel_meeting(
        session=session, meeting=session.meetings[0], by=PlannerFactory(), reason="Ill."
    )
    run_worker()
    run_worker_after_the_pause()

    assert [letters(e.teacher)[-1] for e in (first, second)] == [Letters.SESSION_MOVED] * 2
    withdrawn = "The offer of a seat that you had is withdrawn"
    assert withdrawn in last_letter_to(mailoutbox, first)
    assert withdrawn not in last_letter_to(mailoutbox, second)


def test_a_first_date_that_is_missed_withdraws_the_offer_with_a_letter():
    session, offer, (first, _second) = two_dates()
    meeting = session.meetings[0]

    missed_dates.record(
        session=session,
        meeting=meeting,
        words="",
        by=PlannerFactory(),
        now=meeting.starts_at + 20 * A_MINUTE,
    )
    run_worker()

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert Letters.OFFER_WITHDRAWN in letters(first.teacher)


def test_an_earlier_date_withdraws_the_offer_with_a_letter(mailoutbox):
    session, offer, (first, second) = an_offer(waiting=2)
    earlier = START - datetime.timedelta(days=1)

    session_dates.add_meeting(
        session=session,
        hours=Hours(earlier, earlier + 60 * A_MINUTE),
        by=PlannerFactory(),
        revision=session.revision,
    )
    run_worker()

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert letters(first.teacher)[-1] == Letters.OFFER_WITHDRAWN
    assert letters(second.teacher) == [Letters.ON_THE_WAITING_LIST]
    body = last_letter_to(mailoutbox, first)
    assert "it has one more date" in body
    assert "Thursday 26 November 2026, from 17:00 to 18:00" in body


@pytest.mark.parametrize("how", ["erased", "closed"])
def test_the_offer_of_an_account_that_is_gone_passes_on_at_the_next_tick(how):
    session, offer, (first, second) = an_offer(waiting=2)
    if how == "erased":
        accounts.erase_account(person=first.teacher)
    else:
        first.teacher.is_active = False
        first.teacher.save()

    assert waiting_list.pass_on(NOW + A_MINUTE) == 1

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert states(session) == [GONE, GONE, OFFERED]
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED
    run_worker()


def test_a_closed_account_is_offered_nothing():
    session, (seated, first, second) = a_full_session(waiting=2)
    first.teacher.is_active = False
    first.teacher.save()

    enrolments.cancel(enrolment=seated, by=seated.teacher, now=NOW)

    assert states(session) == [GONE, GONE, OFFERED]
    assert [login for login, _state in offers(session)] == [second.teacher.login]


def enrolled_by_a_planner(client, session, teacher, **typed) -> str:
    client.force_login(PlannerFactory(language="en"))
    form = {"teacher": teacher.public_id, "reason": "By telephone."} | typed
    address = reverse("training:enrol_somebody", args=[session.public_id])
    return client.post(address, form, follow=True).content.decode()


def test_a_planner_seats_who_has_an_offer(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    client.force_login(PlannerFactory(language="en"))
    address = reverse("training:enrol_somebody", args=[session.public_id])
    form = client.get(address, {"teacher": first.teacher.public_id}).content.decode()
    assert "over capacity" not in form

    page = enrolled_by_a_planner(client, session, first.teacher)

    offer.refresh_from_db()
    assert "has a seat, and is invited." in page
    assert (states(session), offer.state) == ([GONE, ENROLLED, WAITS], OfferState.TAKEN)
    assert letters(first.teacher)[-1] == Letters.SEAT_FROM_WAITING_LIST
    first.refresh_from_db()
    assert not first.over_capacity


def test_a_planner_seats_who_waits_while_a_seat_is_free(client):
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)

    with it_is(END + A_MINUTE):
        page = enrolled_by_a_planner(client, session, only.teacher)

    assert "has a seat, and is invited." in page
    assert states(session) == [GONE, ENROLLED]


def test_a_planner_reads_that_who_waited_waits_still(client):
    session, _offer, (_first, second) = an_offer(waiting=2)

    page = enrolled_by_a_planner(client, session, second.teacher, full="wait")

    assert "is in the waiting list already: nothing has changed." in page
    assert letters(second.teacher) == [Letters.ON_THE_WAITING_LIST]


def test_a_press_after_the_end_of_one_s_offer_says_that_one_waits_though_the_tick_is_late(client):
    session, _offer, (first, second) = an_offer(waiting=2)
    client.force_login(first.teacher)

    with it_is(END + A_MINUTE):
        address = reverse("training:enrol", args=[session.public_id])
        page = client.post(address, follow=True).content.decode()

    assert "answer the offer" not in page
    assert "You are number 1 in the waiting list" in page
    assert states(session) == [GONE, WAITS, OFFERED]
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED


def test_the_planner_s_page_counts_an_offer_once(client):
    session, _offer, _people = an_offer(waiting=2)
    client.force_login(PlannerFactory(language="en"))

    address = reverse("training:session_people", args=[session.public_id])
    page = " ".join(client.get(address).content.decode().split())

    assert "1 seat taken of 1, one waits" in page


def test_over_capacity_no_seat_is_said_to_become_free(client):
    session, (_seated, _first, second) = a_full_session(waiting=2)
    planner = PlannerFactory(language="en")
    adviser_enrolment.enrol_by_adviser(
        session=session, teacher=second.teacher, by=planner, reason="Leads.", over_capacity=True
    )
    client.force_login(planner)

    address = reverse("training:cancel_for_somebody", args=[second.public_id])
    page = client.get(address).content.decode()

    assert "none becomes free by this" in page
    assert "is offered to the first person" not in page


def test_a_clash_with_an_offered_seat_leaves_the_choice(client):
    session, _offer, (first,) = an_offer(waiting=1)
    other = SessionFactory(resource=session.resource, starts_at=START)
    enrolments.enrol(session=other, teacher=first.teacher)
    client.force_login(first.teacher)

    page = client.get(session.get_absolute_url()).content.decode()

    assert "You can take this seat all the same" in page
    assert "If a seat becomes free here" not in page

"""Within seven days of the start a free seat is offered with a time to answer; in the last hour it
goes to whoever is first.
"""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.agenda.models import CalendarEntry
from courses.agenda.values import PARIS
from courses.live.models import RoomPass
from tests.factories.continuity import SchoolClassFactory, class_hour, teaching
from tests.factories.offers import NOW, START, address, an_offer, it_is, letters, offers, states
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters, OfferState
from training.models import SeatOffer
from training.queries.sessions import turns_of
from training.services import enrolment as enrolments
from training.services import sessions, waiting_list

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

END = datetime.datetime(2026, 11, 25, 16, tzinfo=PARIS)
A_MINUTE = datetime.timedelta(minutes=1)
ENROLLED, WAITS = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


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


def test_trainers_read_on_both_pages_that_an_offer_enrols_nobody(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    trainer = TrainerFactory(works_for=session.training.resource.provider, language="en")
    session.trainers.add(trainer)

    def read() -> list[str]:
        client.force_login(trainer)
        page = reverse("training:my_session", args=[session.public_id])
        return [client.get(one).text for one in (reverse("training:my_sessions"), page)]

    before = read()
    client.force_login(first.teacher)
    client.post(address("take_offer", offer))

    assert all("0 people enrolled," in page for page in before)
    assert all("One person enrolled," in page for page in read())


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


def test_two_ticks_are_as_one():
    session, _offer, (first, second) = an_offer(waiting=2)

    assert [waiting_list.pass_on(END), waiting_list.pass_on(END)] == [1, 0]

    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]
    assert letters(first.teacher).count(Letters.OFFER_EXPIRED) == 1
    assert letters(second.teacher).count(Letters.SEAT_OFFERED) == 1


def test_who_is_no_longer_entitled_reads_why_and_takes_nothing(client):
    session, offer, (first,) = an_offer(waiting=1)
    first.teacher.memberships.update(until=timezone.localdate())
    client.force_login(first.teacher)

    page = client.post(address("take_offer", offer), follow=True).content.decode()

    assert "We don’t know of a school where you teach on the day of this session." in page
    assert session.enrolments.holding_a_seat().count() == 0


def test_a_clash_with_another_session_is_said_and_the_choice_kept(client):
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
    assert "You stay in the waiting list, as the first." in expired.body


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


def test_the_offer_s_page_of_a_cancelled_session_has_no_place_in_a_line(client):
    session, offer, (first,) = an_offer(waiting=1)
    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")
    client.force_login(first.teacher)

    page = client.get(address("offer", offer)).content.decode()

    assert "You are number" not in page
    assert "If a seat becomes free" not in page


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


def test_a_clash_with_an_offered_seat_leaves_the_choice(client):
    session, _offer, (first,) = an_offer(waiting=1)
    other = SessionFactory(resource=session.resource, starts_at=START)
    enrolments.enrol(session=other, teacher=first.teacher)
    client.force_login(first.teacher)

    page = client.get(session.get_absolute_url()).content.decode()

    assert "You can take this seat all the same" in page
    assert "If a seat becomes free here" not in page

"""A session is cancelled, and each of its people is held a seat of another date; a teacher changes to
another date in one step, the old seat stays until the new one is sure.
"""

import datetime

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.attendance import seated
from tests.factories.other_dates import (
    DAY,
    a_date,
    cancel,
    cancelled_with_three_seats,
    change,
    letters_to,
    methods_of,
    open_seats_of,
    seat_of,
    three_dates,
)
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState
from training.exceptions import NoLicence, TooLateToCancel
from training.models import Enrolment
from training.services import adviser_enrolment, rebooking, sessions
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cancelled(licence):
    return cancelled_with_three_seats(licence)


def test_pressed_after_its_time_the_page_says_so_and_shows_the_other_dates(client, cancelled):
    session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    Enrolment.objects.filter(pk=held.pk).update(held_until=timezone.now())
    client.force_login(first)

    answer = client.post(reverse("training:take_held", args=[held.public_id]), follow=True)

    assert "it is free again" in answer.content.decode()
    assert seat_of(first, other).is_held
    assert answer.request["PATH_INFO"].endswith(f"{seat_of(first, session).public_id}/other-dates/")


def test_somebody_elses_seat_is_not_found(client, cancelled):
    session, other, (first, second, _third) = cancelled
    client.force_login(second)

    assert (
        client.get(
            reverse("training:other_dates", args=[seat_of(first, session).public_id])
        ).status_code
        == 404
    )
    for name in ("take_held", "let_go"):
        assert (
            client.post(
                reverse(f"training:{name}", args=[seat_of(first, other).public_id])
            ).status_code
            == 404
        )


def test_to_a_date_with_a_free_seat_in_one_step(client, licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=12)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    client.force_login(teacher)
    press = reverse("training:change_date", args=[seat.public_id, other.public_id])

    for _twice in range(2):
        client.post(press)
    run_worker()

    assert seat_of(teacher, session).is_cancelled
    assert seat_of(teacher, other).is_confirmed
    assert sorted(methods_of(teacher)) == ["CANCEL", "REQUEST"]


def test_to_a_full_date_the_old_seat_stays_until_one_is_sure(client, licence):
    session = a_date(licence, days=20)
    other = a_date(licence, session.training, days=22, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    taken = enrolments.enrol(session=other, teacher=holder)
    seat = enrolments.enrol(session=session, teacher=teacher)
    client.force_login(teacher)
    client.post(reverse("training:change_date", args=[seat.public_id, other.public_id]))

    assert seat_of(teacher, other).is_waiting
    assert seat_of(teacher, session).is_confirmed
    run_worker()
    assert "until one is sure here" in letters_to(teacher)[-1].body

    enrolments.cancel(enrolment=taken, by=holder)
    rebooking.end_holds(timezone.now())

    assert seat_of(teacher, other).is_confirmed
    assert seat_of(teacher, session).is_cancelled


def test_the_deadline_is_that_of_the_date_left(client, licence):
    session = a_date(licence, days=7)
    other = a_date(licence, session.training, days=30)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    started = session.starts_at + datetime.timedelta(minutes=1)

    with pytest.raises(TooLateToCancel):
        rebooking.change_date(enrolment=seat, to=other, by=teacher, now=started)
    new = rebooking.change_date(
        enrolment=seat, to=other, by=teacher, now=started - datetime.timedelta(minutes=2)
    )
    assert new.state == EnrolmentState.CONFIRMED


def test_without_another_date_the_page_offers_to_tell_of_new_ones(client, licence):
    session = a_date(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    client.force_login(teacher)

    page = client.get(reverse("training:other_dates", args=[seat.public_id]))

    assert "No other date is planned for now" in page.content.decode()
    assert "Tell me of new dates" in page.content.decode()


# Never two seats of one training by changing dates


def test_the_old_link_changes_the_seat_that_is_theirs_now(client, licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    rebooking.take_held(held=seat_of(teacher, second), by=teacher)
    client.force_login(teacher)
    old_link = reverse("training:other_dates", args=[seat.public_id])
    assert "It stays yours until another one is sure." in client.get(old_link).content.decode()

    client.post(reverse("training:change_date", args=[seat.public_id, third.public_id]))

    assert open_seats_of(teacher) == [third]


def test_pressed_by_the_back_button_for_a_third_date_the_second_is_given_back(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)

    change(teacher, seat, second)
    change(teacher, seat, third)

    assert open_seats_of(teacher) == [third]


def test_a_turn_for_one_date_ends_when_another_is_sure(licence):
    first, second, third = three_dates(licence, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, third)
    turn = seat_of(teacher, third)
    assert turn.is_waiting

    change(teacher, turn, second)

    assert open_seats_of(teacher) == [second]


def test_a_turn_that_was_asked_for_later_stays_and_moves_the_person_once_it_is_sure(licence):
    first, second, third = three_dates(licence, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    taken = enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, second)
    change(teacher, seat, third)
    rebooking.end_holds(timezone.now())
    assert open_seats_of(teacher) == [second, third]

    enrolments.cancel(enrolment=taken, by=holder)
    rebooking.end_holds(timezone.now())

    assert open_seats_of(teacher) == [third]


def test_what_was_held_of_a_series_stays_theirs_though_they_take_another_date(licence):
    hour = datetime.timedelta(hours=1)
    start = timezone.localtime() - DAY
    hours = [Hours(start + n * 7 * DAY, start + n * 7 * DAY + hour) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    other = a_date(licence, session.training, days=12)
    teacher = TeacherFactory(works_at=licence.school)
    seat = seated(session, teacher)
    cancel(session)

    rebooking.take_held(held=seat_of(teacher, other), by=teacher)

    seat.refresh_from_db()
    assert seat.is_confirmed
    assert not seat.participations.get(meeting=session.meetings[0]).is_withdrawn


def test_whom_a_planner_took_back_is_not_admitted_to_other_dates(client, licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher, by = TeacherFactory(), PlannerFactory()
    seat = adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=by, reason="Accord", all_the_same=True
    )
    enrolments.cancel(enrolment=seat, by=by, reason="Erreur")
    client.force_login(teacher)
    page = reverse("training:other_dates", args=[seat.public_id])

    assert "/other-dates/" + other.public_id not in client.get(page).content.decode()
    client.post(reverse("training:change_date", args=[seat.public_id, other.public_id]))

    assert open_seats_of(teacher) == []


def test_the_press_that_comes_twice_says_the_same(client, licence):
    first, second, _third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=first, teacher=teacher)
    client.force_login(teacher)
    press = reverse("training:change_date", args=[seat.public_id, second.public_id])

    answers = [client.post(press, follow=True) for _twice in range(2)]

    assert all("Your seat is now on" in one.content.decode() for one in answers)
    assert open_seats_of(teacher) == [second]


def test_whom_a_planner_took_back_stays_out_though_the_session_is_cancelled_later(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher, by = TeacherFactory(), PlannerFactory()
    seat = adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=by, reason="Accord", all_the_same=True
    )
    enrolments.cancel(enrolment=seat, by=by, reason="Erreur")
    cancel(session)

    with pytest.raises(NoLicence):
        change(teacher, seat, other)


def test_of_two_changes_at_once_one_seat_is_left(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)
    now = timezone.now()
    with transaction.atomic():
        new = [enrolments.enrol_instead(seat, session=one, now=now) for one in (second, third)]

    for one in new:
        rebooking.give_up_others(one, now=now)

    assert len(open_seats_of(teacher)) == 1


def test_taken_in_a_session_that_is_cancelled_since_says_so(client, cancelled):
    _session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    rebooking.take_held(held=held, by=first)
    cancel(other)
    client.force_login(first)

    answer = client.post(reverse("training:take_held", args=[held.public_id]), follow=True)

    assert "This session is cancelled." in answer.content.decode()


def test_a_page_that_said_cancelled_leaves_no_session_that_is_on_again(client, licence):
    first = a_date(licence, days=10, capacity=1)
    a_date(licence, first.training, days=20)  # held for ada
    third = a_date(licence, first.training, days=30)
    ada, bob = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    seat = enrolments.enrol(session=first, teacher=ada)
    enrolments.enrol(session=first, teacher=bob)
    cancel(first)
    client.force_login(ada)
    address = reverse("training:other_dates", args=[seat.public_id])
    press = reverse("training:change_date", args=[seat.public_id, third.public_id])
    read = client.get(address).text
    first.refresh_from_db()
    sessions.restore(session=first, by=PlannerFactory())

    refused = client.post(press, {"cancelled": "yes"}, follow=True)

    assert 'name="cancelled"' in read
    assert "takes place after all: your seat" in refused.text
    assert "choose it again" in refused.text
    assert seat_of(ada, first).is_confirmed
    assert seat_of(bob, first).is_waiting
    assert 'name="cancelled"' not in refused.text
    client.post(press)
    assert open_seats_of(ada) == [third]

"""Somebody can't come: the seat goes to the head of the waiting list, who is told."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters
from training.exceptions import SessionStarted, TooLateToCancel
from training.services import adviser_enrolment, sessions, waiting_list
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db


def a_full_session(waiting: int, **fields):
    """One seat, taken; then so many who wait, in order."""
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1, **fields)
    teachers = TeacherFactory.create_batch(1 + waiting, works_at=licence.school)
    return session, [enrolments.enrol(session=session, teacher=teacher) for teacher in teachers]


def states(session) -> list[str]:
    return list(session.enrolments.order_by("asked_at", "pk").values_list("state", flat=True))


def test_a_seat_given_back_twice_is_never_a_turn_that_was_left(client):
    _session, (seated,) = a_full_session(waiting=0)
    client.force_login(seated.teacher)
    give_back = reverse("training:cancel_enrolment", args=[seated.public_id])

    first, second = (client.post(give_back, follow=True).text for _twice in range(2))

    assert "Your seat is given back" in first
    assert "Your enrolment is cancelled already." in second


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_i_cannot_come_gives_the_seat_to_the_head_of_the_list_at_once(client):
    session, (seated, first, second) = a_full_session(waiting=2)
    client.force_login(seated.teacher)

    answer = client.post(
        reverse("training:cancel_enrolment", args=[seated.public_id]), {"reason": "Class council"}
    )

    assert answer.status_code == 302
    assert states(session) == [
        EnrolmentState.CANCELLED,
        EnrolmentState.CONFIRMED,
        EnrolmentState.WAITING,
    ]
    assert list(seated.steps.values_list("state", "by", "reason")) == [
        (EnrolmentState.CONFIRMED, seated.teacher.pk, ""),
        (EnrolmentState.CANCELLED, seated.teacher.pk, "Class council"),
    ]
    assert Letter.objects.filter(to=first.teacher, kind=Letters.SEAT_FROM_WAITING_LIST).count() == 1
    assert not Letter.objects.filter(
        to=second.teacher, kind=Letters.SEAT_FROM_WAITING_LIST
    ).exists()


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_the_seat_takes_its_passes_and_calendar_entries_with_it():
    start = in_a_week()
    hours = [
        Hours(
            start + datetime.timedelta(days=7 * n), start + datetime.timedelta(days=7 * n, hours=1)
        )
        for n in range(2)
    ]
    _session, (seated, first) = a_full_session(waiting=1, hours=hours)

    enrolments.cancel(enrolment=seated, by=seated.teacher)

    assert set(seated.participations.values_list("is_withdrawn", flat=True)) == {True}
    assert set(
        RoomPass.objects.filter(person=seated.teacher).values_list("is_withdrawn", flat=True)
    ) == {True}
    assert set(
        CalendarEntry.objects.filter(person=seated.teacher).values_list("method", "sequence")
    ) == {(CalendarMethod.CANCEL, 1)}
    assert first.participations.filter(is_withdrawn=False).count() == 2
    assert set(
        CalendarEntry.objects.filter(person=first.teacher).values_list("method", flat=True)
    ) == {CalendarMethod.REQUEST}
    letters = Letter.objects.filter(to=seated.teacher).order_by("pk")
    assert list(letters.values_list("kind", flat=True)) == [
        Letters.SEAT_CONFIRMED,
        Letters.ENROLMENT_CANCELLED,
    ]


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_cancelling_twice_frees_one_seat():
    session, (seated, _first, _second) = a_full_session(waiting=2)

    for _time in range(2):
        enrolments.cancel(enrolment=seated, by=seated.teacher)

    assert states(session) == [
        EnrolmentState.CANCELLED,
        EnrolmentState.CONFIRMED,
        EnrolmentState.WAITING,
    ]


def test_who_cancelled_may_come_back_and_gets_a_higher_request():
    session, (seated,) = a_full_session(waiting=0)
    enrolments.cancel(enrolment=seated, by=seated.teacher)

    back = enrolments.enrol(session=session, teacher=seated.teacher)

    assert back.pk != seated.pk
    entry = CalendarEntry.objects.get(person=seated.teacher)
    assert (entry.method, entry.sequence) == (CalendarMethod.REQUEST, 2)
    assert RoomPass.objects.filter(person=seated.teacher, is_withdrawn=False).count() == 1


def test_a_seat_is_not_given_back_after_the_start_and_nobody_is_seated_then():
    session, (seated, _first) = a_full_session(waiting=1)
    just_begun = session.starts_at

    with pytest.raises(TooLateToCancel):
        enrolments.cancel(enrolment=seated, by=seated.teacher, now=just_begun)
    session.capacity = 2
    session.save()

    assert waiting_list.promote(session, just_begun) == []
    assert states(session) == [EnrolmentState.CONFIRMED, EnrolmentState.WAITING]


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_three_seats_more_and_five_waiting_seats_three_in_order_with_letter_and_invitation():
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

    assert states(session) == [EnrolmentState.CONFIRMED] * 4 + [EnrolmentState.WAITING] * 2
    told = Letter.objects.filter(kind=Letters.SEAT_FROM_WAITING_LIST).order_by("pk")
    assert [letter.to for letter in told] == [enrolment.teacher for enrolment in waiting[:3]]
    invited = CalendarEntry.objects.filter(
        person__in=[e.teacher for e in waiting], method=CalendarMethod.REQUEST
    )
    assert set(invited.values_list("person", flat=True)) == {e.teacher_id for e in waiting[:3]}


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_who_is_no_longer_entitled_leaves_the_list_with_the_reason_and_the_next_is_seated():
    session, (seated, first, second) = a_full_session(waiting=2)
    first.teacher.memberships.update(until=timezone.localdate())

    enrolments.cancel(enrolment=seated, by=seated.teacher)

    assert states(session) == [
        EnrolmentState.CANCELLED,
        EnrolmentState.CANCELLED,
        EnrolmentState.CONFIRMED,
    ]
    assert first.steps.last().why.startswith("We don’t know of a school")
    second.refresh_from_db()
    assert second.is_confirmed


@pytest.mark.at("2026-11-25T12:00")
def test_the_letter_that_says_why_somebody_left_the_list_is_in_one_language_the_readers(mailoutbox):
    """The reason was frozen in the language of whoever freed the seat: an English sentence in a
    French letter.
    """
    licence = LicenceFactory(until=timezone.localdate() + datetime.timedelta(days=90))
    session = SessionFactory(resource=licence.resource, capacity=1, starts_at=in_a_week())
    seated, waiting = (
        TeacherFactory(works_at=licence.school),
        TeacherFactory(works_at=licence.school, language="fr"),
    )
    for teacher in (seated, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    licence.until = datetime.date(2026, 12, 1)
    licence.save()
    mailoutbox.clear()

    with translation.override("en"):
        enrolments.cancel(enrolment=session.enrolments.get(teacher=seated), by=seated)
        run_worker()

    (sent,) = [mail for mail in mailoutbox if waiting.email in mail.to[0]]
    assert "mardi 1er décembre 2026" in sent.body
    assert "which is before" not in sent.body
    assert sent.subject == f"Vous n’êtes plus sur la liste d’attente : {session.training.title_fr}"


def test_a_licence_that_ends_between_enrolment_and_session_is_said_and_the_seat_kept(client):
    session, (seated,) = a_full_session(waiting=0)
    session.resource.licences.update(until=timezone.localdate() + datetime.timedelta(days=1))
    client.force_login(seated.teacher)

    page = client.get(session.get_absolute_url()).content.decode()
    mine = client.get(reverse("training:mine")).content.decode()

    for shown in (page, mine):
        assert "which is before the last meeting of this session" in shown
        assert "Your seat is held until" in shown
    assert states(session) == [EnrolmentState.CONFIRMED]


def test_the_enrolment_of_another_teacher_is_not_mine_to_cancel(client):
    _session, (seated, first) = a_full_session(waiting=1)
    client.force_login(first.teacher)

    answer = client.post(reverse("training:cancel_enrolment", args=[seated.public_id]))

    assert answer.status_code == 404
    seated.refresh_from_db()
    assert seated.is_confirmed


def test_an_adviser_regularises_somebody_who_was_there_after_the_fact():
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource, starts_at=timezone.now() - datetime.timedelta(hours=3)
    )
    teacher, adviser = TeacherFactory(works_at=licence.school), PlannerFactory()

    with pytest.raises(SessionStarted):
        enrolments.enrol(session=session, teacher=teacher)
    enrolment = adviser_enrolment.regularise(
        session=session,
        meeting=session.meetings.get(),
        teacher=teacher,
        by=adviser,
        reason="Came with a colleague’s link",
    )

    assert (enrolment.state, enrolment.origin, enrolment.school) == (
        EnrolmentState.CONFIRMED,
        "afterwards",
        licence.school,
    )
    assert enrolment.participations.count() == 1
    assert not Letter.objects.filter(to=teacher).exists()

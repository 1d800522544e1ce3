"""An adviser plans a session, opens it, changes it, writes to those who come, enrols somebody,
takes the list along.
"""

import csv
import datetime
import html
import io
import re
import uuid

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.values import PARIS, Hours
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.mail.models import Letter
from courses.people.services import sweep_groups
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters, SessionState
from training.exceptions import ThresholdFrozen
from training.models import Session, SessionMessage
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def adviser(client):
    adviser = PlannerFactory()
    client.force_login(adviser)
    return adviser


def address(name, session, *more):
    return reverse(f"training:{name}", args=[session.public_id, *more])


def fields_of(session, **changed):
    """What the edit form sends, as it was shown."""
    shown = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "open_to": session.open_to,
        "threshold_percent": session.threshold_percent,
        "note": session.note,
        "revision": session.revision,
    }
    return shown | changed


def new_dates(*rows):
    """What the form of a new session sends for its dates: (day, hour, minutes, times)."""
    data = {
        "dates-TOTAL_FORMS": len(rows),
        "dates-INITIAL_FORMS": 0,
        "dates-MIN_NUM_FORMS": 1,
        "dates-MAX_NUM_FORMS": 20,
    }
    for number, row in enumerate(rows):
        data |= {
            f"dates-{number}-{name}": value
            for name, value in zip(("day", "hour", "minutes", "times"), row, strict=True)
        }
    return data


def test_an_adviser_plans_previews_saves_and_opens(client, adviser):
    training = TrainingFactory(title_en="Quote a source")
    trainer = TrainerFactory(works_for=training.resource.provider, language="en")
    first = timezone.localdate() + datetime.timedelta(days=10)
    other = first + datetime.timedelta(days=3)
    form = {
        "language": "en",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
    }
    dates = new_dates(
        (first.isoformat(), "17:00", 60, 2),
        (other.isoformat(), "13:30", 90, 1),
        ("", "17:00", 60, 1),
    )
    page = reverse("training:new_session") + f"?training={training.public_id}"

    preview = client.post(page, {**form, **dates, "step": "preview"})
    assert "3 dates, as they would be" in preview.content.decode()
    assert not Session.objects.exists()
    saved = client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert saved.url == address("session_people", session)
    assert session.state == SessionState.DRAFT
    assert [
        timezone.localtime(meeting.starts_at).strftime("%H:%M") for meeting in session.meetings
    ] == ["17:00", "13:30", "17:00"]
    assert not Letter.objects.exists()

    client.post(address("open_session", session))

    session.refresh_from_db()
    assert session.state == SessionState.OPEN
    assert set(RoomPass.objects.filter(person=trainer).values_list("role", flat=True)) == {
        RoomRole.MODERATOR
    }
    run_worker()
    (invitation,) = mail.outbox
    assert "You lead 3 meetings" in invitation.body
    assert len(calendars_in(invitation)) == 3


@pytest.mark.at("2026-11-25T12:00")
def test_days_without_class_are_said_before_and_after_a_session_is_planned(client, adviser):
    """24 and 31 December lie in the holidays of zone B, and 29 March 2027 is Easter Monday: none
    was said.
    """
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    form = {
        "language": "en",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
    }
    dates = new_dates(("2026-12-17", "17:00", 60, 3), ("2027-03-29", "17:00", 60, 1))
    page = reverse("training:new_session") + f"?training={training.public_id}"
    said = (
        "Thursday 24 December 2026 is in the school holidays. Thursday 31 December 2026 is in the"
        " school holidays. Monday 29 March 2027 is a bank holiday."
    )

    preview = client.post(page, {**form, **dates, "step": "preview"}).text
    saved = client.post(page, {**form, **dates, "step": "save"}, follow=True).text

    assert said in preview
    assert said in saved
    assert "17 December 2026 is" not in preview


@pytest.mark.parametrize("is_copied", [False, True])
def test_the_form_is_sent_to_an_address_that_plans_the_session(client, adviser, is_copied):
    """Without a session to copy the form's own address named a copy that doesn't exist: 404."""
    source = SessionFactory()
    copied = f"&copy={source.public_id}" if is_copied else ""
    page = reverse("training:new_session") + f"?training={source.training.public_id}{copied}"
    trainer = TrainerFactory(works_for=source.resource.provider)
    form = {
        "language": "fr",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }
    day = (timezone.localdate() + datetime.timedelta(days=3)).isoformat()

    action = re.search(r'action="(\?training=[^"]*)"', client.get(page).text)[1]
    sent_to = reverse("training:new_session") + html.unescape(action)
    client.post(sent_to, {**form, **new_dates((day, "17:00", 60, 1)), "step": "save"})

    assert sent_to == page
    assert Session.objects.exclude(pk=source.pk).count() == 1


def test_a_row_is_added_without_a_script_and_what_was_typed_stays(client, adviser):
    training = TrainingFactory()
    page = reverse("training:new_session") + f"?training={training.public_id}"

    answer = client.post(
        page, {"capacity": 7, "note": "Bonjour", **new_dates(("", "14:00", 45, 1)), "step": "add"}
    )

    text = answer.content.decode()
    assert 'name="dates-1-day"' in text
    assert 'name="capacity" value="7"' in text
    assert "Bonjour" in text
    assert "aria-invalid" not in text


def test_a_session_in_the_past_is_refused_in_words(client, adviser):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    form = {
        "language": "fr",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }

    answer = client.post(
        page, {**form, **new_dates(("2020-04-16", "17:00", 60, 1)), "step": "save"}
    )

    assert "already past" in answer.content.decode()
    assert not Session.objects.exists()


def test_only_trainers_of_the_provider_can_lead(client, adviser):
    training = TrainingFactory()
    stranger = TrainerFactory()
    page = reverse("training:new_session") + f"?training={training.public_id}"
    form = {
        "language": "fr",
        "capacity": 12,
        "trainers": [stranger.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }
    day = (timezone.localdate() + datetime.timedelta(days=3)).isoformat()

    answer = client.post(page, {**form, **new_dates((day, "17:00", 60, 1)), "step": "save"})

    assert answer.status_code == 200
    assert not Session.objects.exists()


def test_a_trainers_clash_is_said_before(client, adviser):
    session = SessionFactory()
    (trainer,) = session.trainers.all()
    training = TrainingFactory(resource=session.resource)
    trainer.memberships.update(organisation=session.resource.provider)
    start = timezone.localtime(session.starts_at)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    form = {
        "language": "fr",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }

    answer = client.post(
        page,
        {**form, **new_dates((f"{start:%Y-%m-%d}", f"{start:%H:%M}", 60, 1)), "step": "preview"},
    )

    assert f"{trainer.display_name} already leads “{session.title}” then" in answer.content.decode()


def test_a_series_across_the_last_sunday_of_march_keeps_its_hour(client, adviser):  # T26
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider, language="fr")
    licence = LicenceFactory(resource=training.resource)
    teacher = TeacherFactory(works_at=licence.school, language="fr")
    year = timezone.localdate().year + 1
    last_sunday = max(
        day for day in (datetime.date(year, 3, n) for n in range(1, 32)) if day.weekday() == 6
    )
    first = last_sunday - datetime.timedelta(days=5)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    form = {
        "language": "fr",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }

    client.post(page, {**form, **new_dates((first.isoformat(), "17:00", 60, 3)), "step": "save"})

    session = Session.objects.get()
    sessions.open_for_enrolment(session=session, by=adviser)
    enrolments.enrol(session=session, teacher=teacher)
    assert [meeting.starts_at.strftime("%H:%M") for meeting in session.meetings] == [
        "16:00",
        "15:00",
        "15:00",
    ]  # UTC
    shown = client.get(address("session_people", session)).content.decode()
    assert len(re.findall(r">17:00</time>", shown)) == 3
    run_worker()
    letters = [message for message in mail.outbox if teacher.email in message.to[0]]
    calendars = [
        Calendar.from_ical(part.get_payload(decode=True))
        for message in letters
        for part in message.message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    starts = [calendar.walk("VEVENT")[0]["DTSTART"].dt.astimezone(PARIS) for calendar in calendars]
    assert [start.strftime("%H:%M") for start in starts] == ["17:00", "17:00", "17:00"]
    assert all(re.search(r"17\sh\s00", message.body) for message in letters)


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_capacity_raised_by_three_with_five_waiting_promotes_three_in_order_with_letters_and_invitations(
    client, adviser
):  # T6
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(6, works_at=licence.school, language="en")
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()

    client.post(address("edit_session", session), fields_of(session, capacity=4))
    run_worker()

    states = dict(session.enrolments.values_list("teacher", "state"))
    confirmed, waiting = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
    assert [states[teacher.pk] for teacher in teachers] == [confirmed] * 4 + [waiting] * 2
    told = [
        message
        for message in mail.outbox
        if any(teacher.email in message.to[0] for teacher in teachers)
    ]
    assert [next(t for t in teachers if t.email in m.to[0]) for m in told] == teachers[1:4]
    assert all(
        any(p.get_content_type() == "text/calendar" for p in message.message().walk())
        for message in told
    )


def test_capacity_lowered_below_the_number_enrolled_is_refused_and_nobody_is_dropped(
    client, adviser
):  # T7
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=3)
    for teacher in TeacherFactory.create_batch(3, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)

    answer = client.post(address("edit_session", session), fields_of(session, capacity=2))

    assert (
        "3 people are enrolled, more than the number of seats asked for (2). Nobody was removed."
        in answer.content.decode()
    )
    session.refresh_from_db()
    assert (session.capacity, session.count_seats_taken()) == (3, 3)


def test_two_advisers_saving_one_session_the_second_sees_both_versions(client, adviser):
    session = SessionFactory(capacity=20, note="")
    first_shown = fields_of(session)
    sessions.edit(
        session=session,
        revision=0,
        by=adviser,
        capacity=30,
        trainers=list(session.trainers.all()),
        language=session.language,
        threshold_percent=75,
        note="Prévoir un casque.",
    )

    answer = client.post(address("edit_session", session), first_shown | {"capacity": 25})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this in the meantime" in text
    assert "Prévoir un casque." in text
    assert 'name="capacity" value="25"' in text
    session.refresh_from_db()
    assert (session.capacity, session.note) == (30, "Prévoir un casque.")

    client.post(
        address("edit_session", session),
        first_shown | {"capacity": 25, "revision": session.revision},
    )
    session.refresh_from_db()
    assert session.capacity == 25


def test_a_substitute_gets_the_room_and_the_invitation_and_who_leaves_loses_them(client, adviser):
    training = TrainingFactory()
    ill, substitute = TrainerFactory.create_batch(
        2, works_for=training.resource.provider, language="en"
    )
    start = in_a_week()
    session = sessions.plan(
        training=training,
        language="fr",
        capacity=5,
        hours=[Hours(start, start + HOUR)],
        trainers=[ill],
        by=adviser,
    )
    session = sessions.open_for_enrolment(session=session, by=adviser)
    run_worker()
    mail.outbox.clear()

    client.post(address("edit_session", session), fields_of(session, trainers=[substitute.pk]))
    run_worker()

    passes = dict(RoomPass.objects.values_list("person", "is_withdrawn"))
    assert passes == {ill.pk: True, substitute.pk: False}
    methods = {}
    for message in mail.outbox:
        (part,) = [
            part for part in message.message().walk() if part.get_content_type() == "text/calendar"
        ]
        methods[message.to[0]] = part.get_param("method")
    assert [
        methods[next(to for to in methods if person.email in to)] for person in (ill, substitute)
    ] == ["CANCEL", "REQUEST"]


def test_moving_on_the_page_shows_was_and_is_and_who_is_told_before_it_happens(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    meeting = session.meetings.get()
    later = timezone.localtime(meeting.starts_at) + datetime.timedelta(days=1)
    form = {
        "meetings-TOTAL_FORMS": 1,
        "meetings-INITIAL_FORMS": 1,
        "meetings-0-meeting": meeting.pk,
        "meetings-0-day": f"{later:%Y-%m-%d}",
        "meetings-0-hour": f"{later:%H:%M}",
        "meetings-0-minutes": 90,
        "reason": "Conseils de classe.",
        "revision": 0,
    }

    preview = client.post(
        address("move_session", session), {**form, "step": "preview"}
    ).content.decode()
    assert shows(preview, "2 calendars are brought up to date.")
    assert session.meetings.get().starts_at == meeting.starts_at
    moved = client.post(address("move_session", session), {**form, "step": "move"})

    assert moved.status_code == 302
    assert session.meetings.get().starts_at == later
    stale = client.post(
        address("move_session", session), {**form, "meetings-0-hour": "08:00", "step": "move"}
    )
    assert stale.status_code == 409
    assert 'value="08:00"' in stale.content.decode()
    assert session.meetings.get().starts_at == later


def test_a_message_is_previewed_and_posted_twice_is_sent_once(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, waiting = TeacherFactory.create_batch(2, works_at=licence.school)
    for teacher in (seated, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    form = {
        "subject": "Un casque\r\nBcc: x@example.org",
        "body": "Pensez à prendre <b>un casque</b>.",
        "key": uuid.uuid4(),
    }

    preview = client.post(
        address("message_people", session), {**form, "step": "preview"}
    ).content.decode()
    assert "Send to one person" in preview
    assert not SessionMessage.objects.exists()
    for _time in range(2):
        client.post(address("message_people", session), {**form, "step": "send"})
    run_worker()

    assert Letter.objects.filter(kind=Letters.MESSAGE).count() == 1
    (sent,) = mail.outbox
    assert seated.email in sent.to[0]
    assert sent.message()["Bcc"] is None
    assert "<b>un casque</b>" in sent.body
    assert "&lt;b&gt;un casque&lt;/b&gt;" in sent.alternatives[0].content


def test_enrolling_somebody_when_full_says_over_capacity_by_one_and_asks_why(
    client, adviser
):  # T12
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, guest = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=session, teacher=seated)

    found = client.get(
        address("enrol_somebody", session), {"q": guest.family_name}
    ).content.decode()
    assert guest.public_id in found
    page = client.get(
        address("enrol_somebody", session), {"teacher": guest.public_id}
    ).content.decode()
    assert "over capacity by 1" in page
    without_choice = client.post(
        address("enrol_somebody", session), {"teacher": guest.public_id, "reason": "Inspection"}
    )
    assert without_choice.status_code == 200
    assert not session.enrolments.filter(teacher=guest).exists()
    client.post(address("enrol_somebody", session), {"teacher": guest.public_id, "full": "over"})
    assert not session.enrolments.filter(teacher=guest).exists()

    client.post(
        address("enrol_somebody", session),
        {"teacher": guest.public_id, "full": "over", "reason": "Inspection"},
    )

    enrolment = session.enrolments.get(teacher=guest)
    assert (enrolment.state, enrolment.over_capacity) == (EnrolmentState.CONFIRMED, True)
    assert enrolment.steps.values_list("by", "reason").get() == (adviser.pk, "Inspection")


def test_somebody_without_a_licence_is_refused_by_the_same_sentence(client, adviser):
    session = SessionFactory()
    teacher = TeacherFactory()

    page = client.get(
        address("enrol_somebody", session), {"teacher": teacher.public_id}
    ).content.decode()
    client.post(
        address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": "Inspection"}
    )

    assert f"{teacher.schools[0].name} has no subscription to {session.resource.name}." in page
    assert not session.enrolments.exists()


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_the_adviser_cancels_an_enrolment_with_a_reason_and_the_next_one_is_seated(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, waiting = TeacherFactory.create_batch(2, works_at=licence.school)
    for teacher in (seated, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    enrolment = session.enrolments.get(teacher=seated)

    client.post(
        reverse("training:cancel_for_somebody", args=[enrolment.public_id]),
        {"reason": "À la demande du lycée."},
    )

    states = dict(session.enrolments.values_list("teacher", "state"))
    assert states == {seated.pk: EnrolmentState.CANCELLED, waiting.pk: EnrolmentState.CONFIRMED}
    shown = client.get(address("session_people", session)).content.decode()
    assert "À la demande du lycée." in shown


def test_the_list_opens_in_a_french_spreadsheet_and_runs_no_formula(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    teacher = TeacherFactory(works_at=licence.school, family_name="=1+2;Évil", given_name="@Zoé")
    enrolments.enrol(session=session, teacher=teacher)

    answer = client.get(address("export_people", session))

    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    _headings, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert row[:2] == ["'=1+2;Évil", "'@Zoé"]
    assert row[3:5] == [licence.school.uai, "Enrolled"]


def test_a_trainer_sees_first_names_and_codes_and_nothing_else(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, note="")
    (trainer,) = session.trainers.all()
    teacher = TeacherFactory(
        works_at=licence.school, given_name="Zélie", family_name="Quatremer", login="zquat"
    )
    enrolments.enrol(session=session, teacher=teacher)
    code = RoomPass.objects.get(person=teacher).code
    client.force_login(trainer)

    shown = client.get(reverse("training:my_session", args=[session.public_id])).content.decode()

    assert "Zélie" in shown
    assert code in shown
    for hidden in ("Quatremer", "zquat", teacher.email, licence.school.name):
        assert hidden not in shown
    assert client.get(address("session_people", session)).status_code == 403
    assert (
        client.get(reverse("training:my_session", args=[SessionFactory().public_id])).status_code
        == 404
    )


@pytest.mark.parametrize("rows", [5, 40])
def test_the_adviser_s_lists_take_the_same_number_of_queries(
    client, adviser, rows, django_assert_max_num_queries
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=100)
    for _n in range(rows - 1):
        SessionFactory(resource=licence.resource)
    for teacher in TeacherFactory.create_batch(rows, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)

    for page in (
        reverse("training:planning"),
        address("session_people", session),
        address("export_people", session),
    ):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
    client.force_login(session.trainers.get())
    for page in (
        reverse("training:my_sessions"),
        reverse("training:my_session", args=[session.public_id]),
    ):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_the_list_is_filtered_and_says_where_people_lack(client, adviser):
    few, full = (
        SessionFactory(training__title_en="Quote"),
        SessionFactory(training__title_en="Draw", capacity=1),
    )
    licence = LicenceFactory(resource=full.resource)
    enrolments.enrol(session=full, teacher=TeacherFactory(works_at=licence.school))
    page = reverse("training:planning")

    everything = client.get(page).content.decode()
    assert everything.count("Few people") == 1
    assert "3 sessions" not in everything
    found = client.get(page, {"q": "quote"}).content.decode()
    assert few.public_id in found
    assert full.public_id not in found
    assert full.public_id in client.get(page, {"resource": full.resource.slug}).content.decode()
    assert "Nothing found" in client.get(page, {"q": "nothing like it"}).content.decode()
    for odd in ({"page": "x"}, {"when": "never"}, {"resource": "none"}, {"q": "%"}):
        assert client.get(page, odd).status_code == 200


def test_advisers_write_trainings_in_the_admin(client, adviser):
    sweep_groups()
    training = TrainingFactory(title_fr="Citer une source")

    listed = client.get(reverse("trainings:index"), {"q": "source"})

    assert listed.status_code == 200
    assert "Citer une source" in listed.content.decode()
    assert client.get(reverse("trainings:edit", args=[training.pk])).status_code == 200
    assert client.get(reverse("trainings:add")).status_code == 200


def edited(session, **changes):
    """The edit form as it stands, with these changes."""
    facts = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "open_to": session.open_to,
        "threshold_percent": session.threshold_percent,
        "note": session.note,
        "revision": session.revision,
    }
    return facts | changes


def test_what_a_certificate_needs_is_frozen_once_somebody_is_enrolled(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    facts = {"capacity": 20, "trainers": list(session.trainers.all()), "language": "fr", "note": ""}

    with pytest.raises(ThresholdFrozen):
        sessions.edit(session=session, revision=0, by=adviser, threshold_percent=99, **facts)
    client.post(
        reverse("training:edit_session", args=[session.public_id]),
        edited(session, threshold_percent=99, note="Bring a book"),
    )

    session.refresh_from_db()
    assert (session.threshold_percent, session.note) == (75, "Bring a book")


def test_another_language_is_told_by_letter_and_the_page_says_who_is_written_to(
    client, adviser, mailoutbox
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, waits = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    for teacher in (seated, waits):
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mailoutbox.clear()
    page = reverse("training:edit_session", args=[session.public_id])

    answer = client.post(page, edited(session, language="en", note="Bring a book"), follow=True)
    run_worker()

    told = {mail.to[0].rpartition("<")[2].rstrip(">") for mail in mailoutbox}
    assert told == {seated.email, waits.email, session.trainers.get().email}
    assert "will be held in English" in next(
        mail.body for mail in mailoutbox if seated.email in mail.to[0]
    )
    text = answer.content.decode()
    assert (
        "Everybody enrolled, those who wait and the trainers are told of the other language."
        in text
    )
    assert "nobody gets an email about it" in text


def test_a_save_that_concerns_nobody_says_that_nobody_is_told(client, adviser):
    session = SessionFactory()

    answer = client.post(
        reverse("training:edit_session", args=[session.public_id]),
        edited(session, capacity=30),
        follow=True,
    )

    assert "The session is saved.</" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "hour", "which", "found"),
    [
        pytest.param("2027-03-28", "02:30", "", [], id="the hour that spring skips"),
        pytest.param(
            "2027-10-31", "02:30", "", [], id="the hour that autumn repeats, not said which"
        ),
        pytest.param(
            "2027-10-31", "02:30", "first", [("2027-10-31T00:30", 60)], id="the first of the two"
        ),
        pytest.param(
            "2027-10-31", "02:30", "second", [("2027-10-31T01:30", 60)], id="the second of the two"
        ),
        pytest.param(
            "2027-10-31",
            "01:30",
            "",
            [("2027-10-30T23:30", 60)],
            id="sixty real minutes over the change",
        ),
    ],
)
@pytest.mark.at("2026-11-25T12:00")
def test_a_date_in_the_night_of_a_clock_change_is_asked_about_and_never_an_error(
    client, adviser, day, hour, which, found
):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    row = {
        "dates-0-day": day,
        "dates-0-hour": hour,
        "dates-0-which": which,
        "dates-0-minutes": 60,
        "dates-0-times": 1,
    }
    total = {"dates-TOTAL_FORMS": 1, "dates-INITIAL_FORMS": 0}
    facts = {
        "language": "fr",
        "capacity": 20,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
        "step": "save",
    }

    answer = client.post(
        f"{reverse('training:new_session')}?training={training.public_id}", row | total | facts
    )

    held = [meeting for session in Session.objects.all() for meeting in session.meetings]
    made = [
        (
            f"{m.starts_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M}",
            round(m.duration.total_seconds() / 60),
        )
        for m in held
    ]
    assert (answer.status_code, made) == (302 if found else 200, found)
    if not found:
        assert "The clocks go" in answer.content.decode()


def test_who_loses_a_seat_reads_the_reason_alone_and_the_form_says_so(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    enrolment = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    page = client.get(
        reverse("training:cancel_for_somebody", args=[enrolment.public_id])
    ).content.decode()

    assert "Only this person reads it" in page
    assert "Participants read it" not in page


def test_sessions_with_few_people_have_a_list_of_their_own(client, adviser):
    few = SessionFactory(training__title_en="Few", starts_at=in_a_week())
    SessionFactory(training__title_en="Later", starts_at=in_a_week() + datetime.timedelta(days=30))

    answer = client.get(reverse("training:planning"), {"when": "few"})

    assert [row.session for row in answer.context["rows"]] == [few]


def test_a_count_of_seats_is_said_in_the_right_number(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    page = reverse("training:session_people", args=[session.public_id])
    empty = client.get(page).content.decode()
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    assert "0 seats taken of 1" in empty
    assert "1 seat taken of 1" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param(
            8 * 24 * HOUR, {"in order", "goes at once to the first person waiting"}, id="at once"
        ),
        pytest.param(
            3 * 24 * HOUR,
            {"in order", "the next person can take it until"},
            id="offered, with a deadline",
        ),
        pytest.param(HOUR * 1.25, {"It is too late for an offer"}, id="too late for an offer"),
        pytest.param(HOUR / 2, {"This is the last hour"}, id="the last hour"),
        pytest.param(
            -3 * HOUR,
            {"nobody is told of extra seats", "You can still enrol somebody"},
            id="begun, with a date to come",
        ),
        pytest.param(-8 * 24 * HOUR, {"nobody is told of extra seats"}, id="no date to come"),
    ],
)
def test_the_edit_page_says_where_extra_seats_go_now(client, adviser, before, said):
    """The rule of the waiting list, not a sentence of its own."""
    first = in_a_week() + datetime.timedelta(days=7)
    hours = [Hours(first + n * 24 * HOUR, first + (n * 24 + 1) * HOUR) for n in (0, 7)]
    session = SessionFactory(hours=hours)
    page = reverse("training:edit_session", args=[session.public_id])

    with time_machine.travel(session.starts_at - before, tick=False):
        client.force_login(adviser)
        text = client.get(page).text

    sentences = (
        "in order",
        "goes at once to the first person waiting",
        "the next person can take it until",
        "It is too late for an offer",
        "This is the last hour",
        "nobody is told of extra seats",
        "no seat is given any more",
        "You can still enrol somebody",
    )
    assert {one for one in sentences if one in text} == said


def test_the_edit_page_of_a_draft_speaks_of_no_waiting_list(client, adviser):
    draft = SessionFactory(state=SessionState.DRAFT)

    text = client.get(reverse("training:edit_session", args=[draft.public_id])).text

    assert "Extra seats" not in text
    assert "A new trainer is invited" in text

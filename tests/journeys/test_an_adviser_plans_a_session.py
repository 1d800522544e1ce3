"""An adviser plans a session, opens it, changes it, writes to those who come, enrols somebody,
takes the list along.
"""

import datetime
import html
import re
import uuid

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.values import PARIS
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.mail.models import Letter
from courses.people.services import sweep_groups
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.session_forms import address
from tests.factories.training import SessionFactory, TrainingFactory
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.models import Session, SessionMessage
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def adviser(client):
    adviser = PlannerFactory()
    client.force_login(adviser)
    return adviser


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


def test_a_series_across_the_last_sunday_of_march_keeps_its_hour(client, adviser):
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


def test_a_message_sent_again_goes_to_those_who_wait_once_they_are_ticked(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(3, works_at=licence.school)
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    form = {"subject": "Salle", "body": "Au 2e étage.", "key": uuid.uuid4(), "step": "send"}

    def send(**more):
        return client.post(address("message_people", session), form | more, follow=True).text

    assert "One person gets an email." in send()
    for _twice in range(2):
        assert "3 people get an email." in send(also_waiting="on")

    told = Letter.objects.filter(kind=Letters.MESSAGE).values_list("to", flat=True)
    assert sorted(told) == sorted(one.pk for one in teachers)
    assert SessionMessage.objects.count() == 1


def test_advisers_write_trainings_in_the_admin(client, adviser):
    sweep_groups()
    training = TrainingFactory(title_fr="Citer une source")

    listed = client.get(reverse("trainings:index"), {"q": "source"})

    assert listed.status_code == 200
    assert "Citer une source" in listed.content.decode()
    assert client.get(reverse("trainings:edit", args=[training.pk])).status_code == 200
    assert client.get(reverse("trainings:add")).status_code == 200


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


def test_a_count_of_seats_is_said_in_the_right_number(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    page = reverse("training:session_people", args=[session.public_id])
    empty = client.get(page).content.decode()
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    assert "0 seats taken of 1" in empty
    assert "1 seat taken of 1" in client.get(page).content.decode()

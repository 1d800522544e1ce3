"""A session in the provider's own tool: always behind our join address, and plan B announced to all
at once.
"""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import TrainingFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.exceptions import ToolNotSaid
from training.models import PlanBAnnouncement, RoomPlan
from training.services import enrolment as enrolments
from training.services import rooms, sessions
from training.services.reminders import remind
from training.values import RoomFields

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
FIRST = "https://zoom.example/j/111?pwd=abc"
SECOND = "https://teams.example/l/222"
OTHER = "https://bbb.example/b/333"
LEARNS = "the name that you type and your address on the network"
SENT = {"address": FIRST, "tool": "Zoom", "learns": LEARNS}


@pytest.fixture
def trainer():
    return TrainerFactory(language="en")


@pytest.fixture
def session(planner, trainer):
    """Two meetings of an hour, in one hour and in a day."""
    licence = LicenceFactory()
    start = timezone.now() + 60 * MINUTE
    hours = [Hours(at, at + 60 * MINUTE) for at in (start, start + 24 * 60 * MINUTE)]
    trainer.memberships.update(organisation=licence.resource.provider)
    planned = sessions.plan(
        training=TrainingFactory(resource=licence.resource),
        language="en",
        capacity=9,
        hours=hours,
        trainers=[trainer],
        by=planner,
    )
    return sessions.open_for_enrolment(session=planned, by=planner)


@pytest.fixture
def teacher(session):
    return colleague(session)


def colleague(session):
    school = session.resource.licences.first().school
    teacher = TeacherFactory(language="en", works_at=school)
    enrolments.enrol(session=session, teacher=teacher)
    return teacher


def in_zoom(session, planner, meeting=None, **fields):
    given = {**SENT, **fields}
    return rooms.set_room(session=session, meeting=meeting, fields=RoomFields(**given), by=planner)


def join(client, person, meeting, query=""):
    client.force_login(person)
    return client.get(reverse("live:join", args=[meeting.public_id]) + query)


def minutes_before(meeting, minutes: float):
    return time_machine.travel(meeting.starts_at - minutes * MINUTE, tick=False)


def test_a_link_changed_20_minutes_before_reaches_all_by_the_same_address(
    client, session, planner, teacher, trainer
):
    meeting = session.meetings[0]
    in_zoom(session, planner)
    with minutes_before(meeting, 20):
        client.force_login(trainer)
        answer = client.post(
            reverse("training:set_room", args=[session.public_id]),
            {"address": SECOND, "tool": "Teams", "learns": LEARNS},
        )
        assert answer.status_code == 302
    with minutes_before(meeting, 10):
        led = [join(client, person, meeting) for person in (teacher, trainer)]

    assert [answer["Location"] for answer in led] == [SECOND, SECOND]
    assert {answer["Referrer-Policy"] for answer in led} == {"no-referrer"}
    assert {"no-store" in answer["Cache-Control"] for answer in led} == {True}


def test_the_tool_is_opened_in_the_window_to_the_enrolled_alone(client, session, planner, teacher):
    """Not before, not for others, not afterwards."""
    meeting = session.meetings[0]
    in_zoom(session, planner)
    stranger = TeacherFactory()

    with minutes_before(meeting, 16):
        early = join(client, teacher, meeting)
    with minutes_before(meeting, 10):
        foreign = join(client, stranger, meeting)
        client.logout()
        visitor = client.get(reverse("live:join", args=[meeting.public_id]))
    with minutes_before(meeting, -91):
        late = join(client, teacher, meeting)

    assert [early.status_code, foreign.status_code, late.status_code] == [200, 403, 200]
    assert "Location" not in early
    assert "/login/" in visitor["Location"]
    for answer in (early, foreign, late):
        assert "zoom.example" not in answer.content.decode()


def test_nobody_waits_for_a_trainer_whom_our_room_cannot_see(client, session, planner, teacher):
    meeting = session.meetings[0]
    in_zoom(session, planner)

    with minutes_before(meeting, -10):
        assert join(client, teacher, meeting)["Location"] == FIRST


def test_one_date_has_a_room_of_its_own(client, session, planner, teacher):
    first, second = session.meetings
    in_zoom(session, planner)
    in_zoom(session, planner, meeting=second, address=OTHER, tool="BBB")

    def led() -> list[str]:
        places = []
        for meeting in (first, second):
            with minutes_before(meeting, 5):
                places.append(join(client, teacher, meeting)["Location"])
        return places

    before = led()
    rooms.forget_date(session=session, meeting=second, by=planner)

    assert before == [FIRST, OTHER]
    assert led() == [FIRST, FIRST]


def test_no_letter_no_calendar_and_no_page_of_a_participant_holds_the_outer_link(
    client, session, planner, teacher, mailoutbox
):
    in_zoom(session, planner, plan_b_address=OTHER, plan_b_words="02 00 00 00 00")
    meeting = session.meetings[0]
    with minutes_before(meeting, 59):
        remind(timezone.now())
        run_worker()
    with minutes_before(meeting, 10):
        rooms.announce_plan_b(session=session, meeting=meeting, by=planner)
        run_worker()
        client.force_login(teacher)
        pages = [
            client.get(address).content.decode()
            for address in (
                reverse("today:home"),
                reverse("training:mine"),
                reverse("training:catalogue"),
                session.get_absolute_url(),
                reverse("training:session_ics", args=[session.public_id]),
                reverse("training:meeting_ics", args=[meeting.public_id]),
                reverse("live:join", args=[meeting.public_id]),
            )
        ]

    written = [str(one.message()) for one in mailoutbox]
    assert len(written) >= 4
    for text in [*pages, *written]:
        assert "zoom.example" not in text
        assert "bbb.example" not in text
    for text in [*pages[:6], *written]:
        assert "02 00 00 00 00" not in text


def test_what_the_tool_learns_is_said_before_enrolling(client, session, planner):
    in_zoom(session, planner)
    school = session.resource.licences.first().school
    reader = TeacherFactory(language="en", works_at=school)
    client.force_login(reader)

    shown = " ".join(client.get(session.get_absolute_url()).content.decode().split())

    assert "In Zoom, the own tool of" in shown
    assert f'What it learns: <span lang="en">{LEARNS}</span>' in shown
    assert shown.index(LEARNS) < shown.index(reverse("training:enrol", args=[session.public_id]))
    assert "Nothing is recorded." in shown


def test_who_is_enrolled_already_reads_in_the_reminder_what_the_tool_learns(
    session, planner, teacher, mailoutbox
):
    in_zoom(session, planner)
    meeting = session.meetings[1]
    run_worker()
    mailoutbox.clear()

    with minutes_before(meeting, 59):
        remind(timezone.now())
        run_worker()

    (mine,) = [one for one in mailoutbox if teacher.email in one.to[0]]
    for text in (mine.body, mine.alternatives[0].content):
        read = " ".join(text.split())
        assert "In Zoom, the own tool of" in read
        assert LEARNS in read


def test_a_room_is_set_by_planners_and_by_the_session_s_own_trainer(
    client, session, planner, trainer, teacher
):
    other = TrainerFactory(works_for=session.resource.provider)
    address = reverse("training:set_room", args=[session.public_id])

    statuses = {}
    for name, person in (
        ("planner", planner),
        ("trainer", trainer),
        ("other", other),
        ("teacher", teacher),
    ):
        client.force_login(person)
        statuses[name] = client.post(address, SENT).status_code

    assert statuses == {"planner": 302, "trainer": 302, "other": 404, "teacher": 403}


@pytest.mark.parametrize(
    "sent",
    [
        {"address": "http://zoom.example/j", "tool": "Zoom", "learns": LEARNS},
        {"address": "javascript:alert(1)", "tool": "Zoom", "learns": LEARNS},
        {"address": FIRST, "tool": "", "learns": LEARNS},
        {"address": FIRST, "tool": "Zoom", "learns": ""},
        {"plan_b_address": "ftp://bbb.example"},
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(client, session, trainer, sent):
    client.force_login(trainer)

    answer = client.post(reverse("training:set_room", args=[session.public_id]), sent)

    assert answer.status_code == 422
    assert next(iter(sent.values())) in answer.content.decode()
    assert not RoomPlan.objects.exists()


def test_an_address_that_a_phone_begins_with_a_capital_is_kept(client, session, trainer):
    client.force_login(trainer)
    address = reverse("training:set_room", args=[session.public_id])
    sent = {**SENT, "address": "Https://zoom.example/J", "plan_b_address": "HTTPS://bbb.example"}

    form, answer = client.get(address), client.post(address, sent)

    assert answer.status_code == 302
    plan = RoomPlan.objects.get()
    assert plan.address == "https://zoom.example/J"
    assert plan.plan_b_address == "https://bbb.example"
    assert 'autocapitalize="none"' in form.text


def test_the_service_asks_again_what_the_form_asks(session, planner):
    with pytest.raises(ToolNotSaid):
        in_zoom(session, planner, learns="")


# Plan B


def announced(client, person, session, meeting):
    client.force_login(person)
    names = [session.public_id, meeting.public_id]
    return client.post(reverse("training:announce_plan_b", args=names))


def test_plan_b_is_announced_to_all_by_one_press_and_the_join_page_says_so(
    client, session, planner, teacher, trainer, mailoutbox
):
    colleagues = [teacher, colleague(session)]
    meeting = session.meetings[0]
    in_zoom(session, planner, plan_b_address=OTHER, plan_b_words="Or by telephone.")
    run_worker()
    mailoutbox.clear()

    with minutes_before(meeting, -3):
        client.force_login(trainer)
        mine = reverse("training:my_session", args=[session.public_id])
        page = client.get(mine).content.decode()
        for _press in range(2):
            assert announced(client, trainer, session, meeting).status_code == 302
        run_worker()
        banner = join(client, teacher, meeting)
        on = join(client, teacher, meeting, "?plan-b")
        back = join(client, teacher, meeting, "?first")

    assert "Announce plan B to all" in page
    to = sorted(one.to[0].split("<")[1].rstrip(">") for one in mailoutbox)
    assert to == sorted(one.email for one in colleagues)
    assert {one.subject for one in mailoutbox} == {f"The room has changed: {session.title}"}
    assert reverse("live:join", args=[meeting.public_id]) in mailoutbox[0].body
    text = banner.content.decode()
    assert banner.status_code == 200
    assert "plan B since" in text
    assert "Or by telephone." in text
    assert "bbb.example" not in text
    assert (on["Location"], on["Referrer-Policy"]) == (OTHER, "no-referrer")
    assert back["Location"] == FIRST


def test_plan_b_of_our_own_room_leads_back_there_when_it_is_taken_back(
    client, session, planner, teacher, mailoutbox
):
    meeting = session.meetings[0]
    fields = RoomFields(plan_b_address=OTHER)
    rooms.set_room(session=session, meeting=None, fields=fields, by=planner)
    run_worker()
    mailoutbox.clear()

    with minutes_before(meeting, 2):
        announced(client, planner, session, meeting)
        during = join(client, teacher, meeting).content.decode()
        names = [session.public_id, meeting.public_id]
        client.force_login(planner)
        client.post(reverse("training:take_back_plan_b", args=names))
        run_worker()
        after = join(client, teacher, meeting)

    assert "plan B since" in during
    assert "/practice/" in after["Location"]
    assert mail.outbox == []  # the letters hadn't left


def test_a_plan_b_that_is_removed_from_the_room_holds_no_more(client, session, planner, teacher):
    meeting = session.meetings[0]
    in_zoom(session, planner, plan_b_address=OTHER)
    with minutes_before(meeting, 2):
        announced(client, planner, session, meeting)

        in_zoom(session, planner)
        client.force_login(planner)
        page = client.get(reverse("training:session_rooms", args=[session.public_id])).text
        in_zoom(session, planner, plan_b_address=OTHER)

        assert "Plan B holds since" not in page
        assert join(client, teacher, meeting)["Location"] == FIRST


def test_plan_b_is_not_announced_early_nor_by_others(client, session, planner, trainer, teacher):
    meeting = session.meetings[0]
    in_zoom(session, planner, plan_b_address=OTHER)
    other = TrainerFactory(works_for=session.resource.provider)

    early = announced(client, trainer, session, meeting)
    with minutes_before(meeting, 5):
        refused = [announced(client, one, session, meeting).status_code for one in (other, teacher)]

    assert early.status_code == 302
    assert refused == [404, 403]
    assert not PlanBAnnouncement.objects.exists()
    assert not Letter.objects.filter(kind=Letters.PLAN_B).exists()


# Before the meeting


def test_the_check_page_says_what_is_needed_without_a_script(client, settings):
    settings.ROOM_PHONE = "02 31 00 00 00"

    shown = client.get(reverse("live:room_check"), headers={"accept-language": "en"})

    text = shown.content.decode()
    assert shown.status_code == 200
    assert "A microphone, better with headphones" in text
    assert "By telephone, without a computer: 02 31 00 00 00" in text
    assert "Nothing leaves your device" in text
    assert "Recording, broadcasting and transcription are switched off" in text
    assert re.search(r"<section[^>]*\bdata-room-check\b[^>]*\bhidden\b", text)  # by script alone

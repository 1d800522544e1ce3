"""A participant asks the trainer something, who reads it with a first name and a code, and
answers this one person.
"""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.live.models import RoomPass
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.questions import DAY, mine_of, seat, seat_of, session
from training.exceptions import (
    NoSeatLeft,
    QuestionsEnough,
    SessionIsCancelled,
)
from training.models import AdvanceQuestion
from training.queries.questions import questions_asked
from training.services import enrolment as enrolments
from training.services import one_date, questions, session_dates, sessions, substitutes

__all__ = ["seat", "session"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_a_question_is_asked_changed_and_withdrawn_until_a_week_after_the_last_date(
    client, session, seat
):
    client.force_login(seat.teacher)
    page = client.get(mine_of(session))
    key = page.context["form"]["key"].initial
    for _again in range(2):  # the form arrives twice
        client.post(mine_of(session), {"key": key, "text": "Do I need\r\nheadphones?"})
    asked = AdvanceQuestion.objects.get()
    change = reverse("training:change_question", args=[asked.public_id])
    client.post(change, {"text": "Do I need a tablet?"})

    assert mine_of(session) in client.get(session.get_absolute_url()).text
    assert "Nothing on health or family." in page.text
    assert "Do I need a tablet?" in client.get(mine_of(session)).text

    withdraw = reverse("training:withdraw_question", args=[asked.public_id])
    with time_machine.travel(session.ends_at + 7 * DAY, tick=False):
        client.force_login(seat.teacher)
        too_late = client.post(withdraw, follow=True)
        assert "until a week after the last date" in too_late.text
        client.post(change, {"text": "Too late"})
    assert AdvanceQuestion.objects.get().text == "Do I need a tablet?"
    client.force_login(seat.teacher)
    client.post(withdraw)
    assert not AdvanceQuestion.objects.exists()


def test_who_leads_reads_first_names_and_codes_alone(client, session, seat, licence):
    grace = seat_of(session, licence, given_name="Grace", family_name="Hopper")
    for one, text in ((seat, "May I watch again?"), (grace, "Which version?")):
        questions.ask(enrolment=one, text=text, key=uuid4())
    first = session.meetings[0]
    codes = dict(RoomPass.objects.filter(room__meeting=first).values_list("person", "code"))
    client.force_login(session.trainers.get())
    page = client.get(reverse("training:asked_questions", args=[session.public_id]))

    assert [(one.given_name, one.code, one.text) for one in page.context["asked"]] == [
        ("Ada", codes[seat.teacher_id], "May I watch again?"),
        ("Grace", codes[grace.teacher_id], "Which version?"),
    ]
    assert "Lovelace" not in page.text
    assert "Hopper" not in page.text
    led = client.get(reverse("training:my_session", args=[session.public_id]))
    assert "2 questions from participants" in led.text


def test_the_code_is_that_of_the_first_date_that_takes_place(session, seat):
    questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    first, second = session.meetings
    session_dates.cancel_meeting(session=session, meeting=first, by=PlannerFactory(), reason="Ill")

    asked = questions_asked(session)

    code = RoomPass.objects.get(room__meeting=second, person=seat.teacher).code
    assert [one.code for one in asked] == [code]


def test_questions_of_others_and_without_a_seat_are_not_there(client, session, seat, licence):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    other = seat_of(session, licence)
    client.force_login(other.teacher)
    for name in ("change_question", "withdraw_question"):
        assert client.post(reverse(f"training:{name}", args=[asked.public_id])).status_code == 404
    stranger = TeacherFactory(works_at=licence.school)
    client.force_login(stranger)
    assert client.get(mine_of(session)).status_code == 404
    client.force_login(TrainerFactory(works_for=licence.resource.provider))
    read = reverse("training:asked_questions", args=[session.public_id])
    assert client.get(read).status_code == 404


def test_three_questions_are_the_most_and_the_same_words_are_one(session, seat, client):
    for n in range(3):
        questions.ask(enrolment=seat, text=f"Question {n}", key=uuid4())
    questions.ask(enrolment=seat, text="Question 2 ", key=uuid4())
    with pytest.raises(QuestionsEnough):
        questions.ask(enrolment=seat, text="Question 3", key=uuid4())
    client.force_login(seat.teacher)

    assert AdvanceQuestion.objects.count() == 3
    assert "You have asked 3 questions" in client.get(mine_of(session)).text
    too_long = client.post(mine_of(session), {"key": uuid4(), "text": "x" * 501})
    assert too_long.status_code == 422


def test_a_question_goes_with_the_seat(session, seat):
    questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    enrolments.cancel(enrolment=seat, by=seat.teacher)

    assert questions_asked(session) == []
    assert not AdvanceQuestion.objects.exists()
    with pytest.raises(NoSeatLeft):
        questions.ask(enrolment=seat, text="And now?", key=uuid4())


def test_nothing_is_asked_of_a_cancelled_session(session, seat):
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")

    with pytest.raises(SessionIsCancelled):
        questions.ask(enrolment=seat, text="And now?", key=uuid4())


def test_a_substitute_reads_those_of_who_comes_that_day(client, session, seat, licence):
    second = session.meetings[1]
    grace = seat_of(session, licence, given_name="Grace")
    for one in (seat, grace):
        questions.ask(enrolment=one, text=f"From {one.teacher.given_name}", key=uuid4())
    one_date.give_back(enrolment=grace, meeting=second)
    colleague = TrainerFactory(works_for=licence.resource.provider)
    substitutes.name_substitute(
        session=session,
        meeting=second,
        substitute=colleague,
        replaces=session.trainers.get(),
        by=PlannerFactory(),
    )
    client.force_login(colleague)
    address = reverse("training:asked_questions", args=[session.public_id])
    assert [one.text for one in client.get(address).context["asked"]] == ["From Ada"]
    assert (
        client.get(reverse("training:my_session", args=[session.public_id])).context["asked"] == 1
    )

    with time_machine.travel(second.ends_at + 8 * DAY, tick=False):
        client.force_login(colleague)
        assert client.get(address).context["asked"] == []


def test_the_list_costs_the_same_for_many(session, seat, licence, django_assert_num_queries):
    questions.ask(enrolment=seat, text="One", key=uuid4())
    for n in range(5):
        questions.ask(enrolment=seat_of(session, licence), text=f"More {n}", key=uuid4())

    with django_assert_num_queries(2):
        assert len(questions_asked(session)) == 6
    assert timezone.now() < session.starts_at


def test_a_question_typed_while_the_seat_went_is_given_back(client, session, seat):
    client.force_login(seat.teacher)
    key = client.get(mine_of(session)).context["form"]["key"].initial
    enrolments.cancel(enrolment=seat, by=seat.teacher)

    page = client.post(mine_of(session), {"key": key, "text": "May I leave early?"})

    assert page.status_code == 422
    assert "You have no seat in this session any more." in page.text
    assert "May I leave early?</textarea>" in page.text
    assert "Your question isn’t sent: its words stay here for you to copy." in page.text
    assert "to correct before this can be saved" not in page.text
    assert "Send</button>" not in page.text
    assert not AdvanceQuestion.objects.exists()


def test_nobody_else_posts_a_question(client, session, licence):
    client.force_login(TeacherFactory(works_at=licence.school))

    page = client.post(mine_of(session), {"key": uuid4(), "text": "May I leave early?"})

    assert page.status_code == 404

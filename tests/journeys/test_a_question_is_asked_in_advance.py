"""A participant asks the trainer something, who reads it with a first name and a code, and
answers this one person.
"""

import datetime
from email.utils import parseaddr
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, ProviderFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.exceptions import (
    AnswerTooLate,
    NoSeatLeft,
    QuestionAnswered,
    QuestionsEnough,
    QuestionTooLate,
    SessionIsCancelled,
)
from training.models import AdvanceQuestion
from training.queries.questions import questions_asked, who_is_told_of_questions
from training.services import enrolment as enrolments
from training.services import one_date, questions, session_dates, sessions, substitutes
from training.services.reminders import remind

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def session(licence):
    """Two dates of an hour, in a week and three days later; its trainer is invited."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    draft = SessionFactory(resource=licence.resource, hours=hours, state=SessionState.DRAFT)
    return sessions.open_for_enrolment(session=draft, by=PlannerFactory())


def seat_of(session, licence, **person):
    teacher = TeacherFactory(works_at=licence.school, language="en", **person)
    return enrolments.enrol(session=session, teacher=teacher)


@pytest.fixture
def seat(session, licence):
    return seat_of(session, licence, given_name="Ada", family_name="Lovelace")


def mine_of(session):
    return reverse("training:my_questions", args=[session.public_id])


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


def test_the_reminder_leads_who_leads_to_what_was_asked(licence):
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    made = SessionFactory(resource=licence.resource, led_by=trainer, state=SessionState.DRAFT)
    session = sessions.open_for_enrolment(session=made, by=PlannerFactory())
    seat = seat_of(session, licence)
    questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()
    said = {parseaddr(one.to[0])[1]: one.body for one in mail.outbox}

    address = reverse("training:asked_questions", args=[session.public_id])
    assert "1 question from a participant waits for an answer:" in said[trainer.email]
    assert address in said[trainer.email]
    assert address not in said[seat.teacher.email]
    assert "May I watch again?" not in said[trainer.email]


@pytest.fixture
def trainer(session):
    trainer = session.trainers.get()
    trainer.language = "en"
    trainer.save(update_fields=["language"])
    return trainer


def answer_of(session, question):
    return reverse("training:answer_question", args=[session.public_id, question.public_id])


def test_the_trainer_answers_one_participant_on_the_page_and_by_email(
    client, session, seat, licence, trainer
):
    other = seat_of(session, licence, given_name="Grace")
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    run_worker()
    mail.outbox.clear()
    client.force_login(trainer)
    listed = client.get(reverse("training:asked_questions", args=[session.public_id])).text
    form = client.get(answer_of(session, asked)).text
    for _again in range(2):  # the form arrives twice
        sent = {"text": "Yes, for\na month.", "read": asked.read_mark}
        done = client.post(answer_of(session, asked), sent, follow=True)
    run_worker()

    assert answer_of(session, asked) in listed
    assert "May I watch again?" in form
    assert "Yes, for" in done.text
    (letter,) = mail.outbox
    assert parseaddr(letter.to[0])[1] == seat.teacher.email
    assert letter.subject == f"Your question is answered: {session.title}"
    for words in ("May I watch again?", "Yes, for", trainer.display_name):
        assert words in letter.body
    sent = f"{letter.body} {letter.from_email} {letter.reply_to} {letter.extra_headers}"
    assert trainer.email not in sent
    for page in (listed, form, done.text):
        assert seat.teacher.email not in page
        assert seat.teacher.family_name not in page
    client.force_login(seat.teacher)
    mine = client.get(mine_of(session)).text
    assert f"{trainer.display_name} answers, Wed 25 Nov:" in mine
    assert "Yes, for" in mine
    assert trainer.email not in mine
    client.force_login(other.teacher)
    assert "Yes, for" not in client.get(mine_of(session)).text


def test_an_answered_question_is_not_changed_but_withdrawn_with_its_answer(
    client, session, seat, trainer
):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    questions.answer(question=asked, text="Yes.", by=trainer)

    with pytest.raises(QuestionAnswered):
        questions.change(question=asked, text="May I not watch again?")
    client.force_login(seat.teacher)
    page = client.get(mine_of(session)).text
    assert reverse("training:change_question", args=[asked.public_id]) not in page
    questions.withdraw(question=asked)
    with pytest.raises(AdvanceQuestion.DoesNotExist):
        questions.answer(question=asked, text="Yes, twice.", by=trainer)


def test_another_answer_has_its_own_email_and_what_is_withdrawn_none(session, seat, trainer):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    run_worker()
    mail.outbox.clear()
    questions.answer(question=asked, text="Yes.", by=trainer)
    run_worker()
    with time_machine.travel(timezone.now() + HOUR, tick=False):
        questions.answer(question=asked, text="No, sorry.", by=trainer)
        run_worker()
    assert ["No, sorry." in one.body for one in mail.outbox] == [False, True]

    mail.outbox.clear()
    other = questions.ask(enrolment=seat, text="Which version?", key=uuid4())
    questions.answer(question=other, text="The new one.", by=trainer)
    questions.withdraw(question=other)
    run_worker()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("days", "asks", "answers"),
    [(0, True, True), (6, True, True), (7, False, True), (13, False, True), (14, False, False)],
)
def test_questions_have_a_week_after_the_last_date_and_answers_two(
    session, seat, trainer, days, asks, answers
):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    now = session.ends_at + days * DAY

    def is_done(act, **what) -> bool:
        try:
            act(now=now, **what)
        except (QuestionTooLate, AnswerTooLate):
            return False
        return True

    assert is_done(questions.ask, enrolment=seat, text="And then?", key=uuid4()) is asks
    assert is_done(questions.answer, question=asked, text="Yes.", by=trainer) is answers


def test_trainers_are_told_of_questions_after_the_start_as_a_number(
    session, seat, licence, trainer
):
    grace = seat_of(session, licence, given_name="Grace")
    questions.ask(enrolment=grace, text="Before the start", key=uuid4())
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at + HOUR, tick=False):
        questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
        run_worker()

    (letter,) = mail.outbox
    assert parseaddr(letter.to[0])[1] == trainer.email
    assert "2 questions from participants wait for an answer." in letter.body
    assert "May I watch again?" not in letter.body


def test_a_substitute_answers_those_of_that_day_alone(client, session, seat, licence, trainer):
    second = session.meetings[1]
    grace = seat_of(session, licence, given_name="Grace")
    ada, hers = (
        questions.ask(enrolment=one, text=f"From {one.teacher.given_name}", key=uuid4())
        for one in (seat, grace)
    )
    one_date.give_back(enrolment=grace, meeting=second)
    colleague = TrainerFactory(works_for=licence.resource.provider)
    substitutes.name_substitute(
        session=session, meeting=second, substitute=colleague, replaces=trainer, by=PlannerFactory()
    )
    client.force_login(colleague)

    assert client.get(answer_of(session, ada)).status_code == 200
    assert client.get(answer_of(session, hers)).status_code == 404
    client.force_login(TrainerFactory(works_for=licence.resource.provider))
    assert client.post(answer_of(session, ada), {"text": "?"}).status_code == 404


def test_an_answer_to_words_that_were_changed_is_not_saved_and_stays_in_the_form(
    client, session, seat, trainer
):
    asked = questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    client.force_login(trainer)
    form = client.get(answer_of(session, asked)).context["form"]
    questions.change(question=asked, text="Must I bring a laptop?")
    sent = {"text": "Yes, of course.", "read": form["read"].value()}

    refused = client.post(answer_of(session, asked), sent)

    assert refused.status_code == 422
    assert "The question was changed while you were answering." in refused.text
    assert "Must I bring a laptop?" in refused.text
    assert "Yes, of course." in refused.text
    assert AdvanceQuestion.objects.get().answer == ""
    assert client.post(answer_of(session, asked), {"text": "Yes."}).status_code == 422

    again = sent | {"read": refused.context["form"]["read"].value()}
    assert client.post(answer_of(session, asked), again).status_code == 302
    assert AdvanceQuestion.objects.get().answer == "Yes, of course."


def test_substitutes_of_all_dates_are_told_of_questions(session, seat, trainer, licence):
    first, second = session.meetings
    colleague, other = (TrainerFactory(works_for=licence.resource.provider) for _n in range(2))
    planner = PlannerFactory()

    def name(meeting, substitute):
        substitutes.name_substitute(
            session=session, meeting=meeting, substitute=substitute, replaces=trainer, by=planner
        )

    def told(text) -> set[str]:
        run_worker()
        mail.outbox.clear()
        questions.ask(enrolment=seat, text=text, key=uuid4())
        run_worker()
        return {parseaddr(one.to[0])[1] for one in mail.outbox}

    name(second, colleague)
    with time_machine.travel(first.starts_at + HOUR / 2, tick=False):
        assert told("The first") == {trainer.email, colleague.email}
    with time_machine.travel(second.starts_at + HOUR / 2, tick=False):
        assert told("No date to come") == {trainer.email}
    AdvanceQuestion.objects.all().delete()
    name(first, other)
    with time_machine.travel(second.ends_at + HOUR, tick=False):
        assert told("After the end") == {trainer.email, colleague.email, other.email}
    AdvanceQuestion.objects.all().delete()
    trainer.memberships.update(until="2026-12-01")
    with time_machine.travel(second.ends_at + 3 * HOUR, tick=False):
        assert told("Nobody else") == {colleague.email, other.email}


def test_many_questions_within_an_hour_are_two_letters(session, licence, trainer):
    seats = [seat_of(session, licence) for _number in range(4)]
    run_worker()
    mail.outbox.clear()
    start = session.starts_at + HOUR
    with time_machine.travel(start, tick=False) as clock:
        for number, seat in enumerate(seats * 3):
            clock.move_to(start + number * datetime.timedelta(minutes=4))
            questions.ask(enrolment=seat, text=f"Number {number}?", key=uuid4())
            run_worker()
        assert ["1 question from" in one.body for one in mail.outbox] == [True]
        clock.move_to(start + HOUR)
        run_worker()

    assert len(mail.outbox) == 2
    assert "12 questions from participants wait" in mail.outbox[1].body


def test_pages_name_the_provider_for_whom_the_session_was_planned(client, session, seat):
    resource, old = session.training.resource, session.provider
    resource.provider = ProviderFactory(name="The next provider")
    resource.save()
    client.force_login(seat.teacher)
    asked = client.get(mine_of(session)).text
    with time_machine.travel(session.ends_at + HOUR, tick=False):
        client.force_login(seat.teacher)
        evaluated = client.get(reverse("training:evaluate", args=[session.public_id])).text

    for page, words in ((asked, "leads the session for"), (evaluated, "of this session, from")):
        assert f"{words} {old.name}" in page
        assert "The next provider" not in page


def test_an_answer_given_while_another_is_written_is_shown_before_it_is_replaced(
    client, session, seat, trainer
):
    colleague = TrainerFactory(
        works_for=session.provider, language="en", given_name="Camille", family_name="Roux"
    )
    session.trainers.add(colleague)
    asked = questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    client.force_login(trainer)
    read = client.get(answer_of(session, asked)).context["form"]["read"].value()
    questions.answer(question=asked, text="Yes, at four.", by=colleague)
    run_worker()
    mail.outbox.clear()

    sent = {"text": "No, nobody may.", "read": read}
    refused = client.post(answer_of(session, asked), sent)
    asked.refresh_from_db()
    kept = asked.answer, asked.answered_by
    sent["read"] = refused.context["form"]["read"].value()
    again = client.post(answer_of(session, asked), sent)
    asked.refresh_from_db()
    run_worker()

    assert refused.status_code == 422
    assert "Camille Roux answered while you were writing" in refused.text
    assert "The question was changed" not in refused.text
    for words in ("Yes, at four.", "No, nobody may."):
        assert words in refused.text
    assert kept == ("Yes, at four.", colleague)
    assert again.status_code == 302
    assert (asked.answer, asked.answered_by) == ("No, nobody may.", trainer)
    assert len(mail.outbox) == 1


def test_the_email_of_a_corrected_answer_says_so_and_two_quick_answers_are_one_email(
    session, seat, trainer
):
    asked = questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    run_worker()
    mail.outbox.clear()
    questions.answer(question=asked, text="Yes.", by=trainer)
    questions.answer(question=asked, text="Yes, at four.", by=trainer)
    run_worker()
    questions.answer(question=asked, text="No.", by=trainer)
    run_worker()

    first, corrected = mail.outbox
    assert first.subject == f"Your question is answered: {session.title}"
    assert "Yes, at four." in first.body
    assert corrected.subject == f"An answer to you is corrected: {session.title}"
    assert "corrects the answer to what you asked" in corrected.body


@pytest.mark.parametrize("dates", [1, 2])
@pytest.mark.parametrize(
    ("reminders", "told"),
    [
        ("none", [True, True, True]),
        ("day", [False, True, True]),
        ("hour", [False, False, True]),
        ("both", [False, False, True]),
    ],
)
def test_a_question_before_the_start_is_told_by_email_where_no_reminder_is_to_come(
    session, seat, trainer, reminders, told, dates
):
    """A reminder of the second date comes after the first one: it tells nobody in time."""
    if dates == 1:
        session_dates.cancel_meeting(
            session=session, meeting=session.meetings[1], by=PlannerFactory(), reason="Ill"
        )
    trainer.reminders = reminders
    trainer.save(update_fields=["reminders"])

    def is_told(before) -> bool:
        AdvanceQuestion.objects.all().delete()
        run_worker()
        mail.outbox.clear()
        with time_machine.travel(session.starts_at - before, tick=False):
            questions.ask(enrolment=seat, text=f"{before}?", key=uuid4())
            run_worker()
        return [
            letter.subject
            for letter in mail.outbox
            if trainer.email in letter.to[0] and "Questions from participants" in letter.subject
        ] == [f"Questions from participants: {session.title}"]

    assert [is_told(one) for one in (6 * DAY, 20 * HOUR, HOUR / 2)] == told


def test_a_reminder_counts_the_questions_that_wait_for_an_answer(session, seat, trainer):
    for text in ("May I watch again?", "Which version?"):
        asked = questions.ask(enrolment=seat, text=text, key=uuid4())
    questions.answer(question=asked, text="The new one.", by=trainer)
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()

    [letter] = [one for one in mail.outbox if trainer.email in one.to[0]]
    assert "1 question from a participant waits for an answer:" in letter.body


def test_two_questions_before_the_email_is_sent_are_one_email(session, seat, trainer):
    with time_machine.travel(session.starts_at + HOUR, tick=False):
        for text in ("May I watch again?", "Which version?"):
            questions.ask(enrolment=seat, text=text, key=uuid4())

    assert Letter.objects.filter(kind=Letters.QUESTION_ASKED).count() == 1


def test_a_substitute_who_reads_no_names_any_more_is_not_told_of_questions(
    session, seat, trainer, licence
):
    substitute = TrainerFactory(works_for=licence.resource.provider)
    for meeting in session.meetings:
        substitutes.name_substitute(
            session=session,
            meeting=meeting,
            substitute=substitute,
            replaces=trainer,
            by=PlannerFactory(),
        )

    def told(now):
        return who_is_told_of_questions(session, now=now)

    assert told(session.ends_at) == [trainer, substitute]
    assert told(session.ends_at + 7 * DAY) == [trainer]


def test_a_colleague_reads_an_answer_and_the_pages_say_so(client, session, seat, trainer):
    colleague = TrainerFactory(works_for=session.provider, language="en")
    session.trainers.add(colleague)
    asked = questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    client.force_login(trainer)
    form = client.get(answer_of(session, asked)).text
    client.post(answer_of(session, asked), {"text": "Yes, at four.", "read": asked.read_mark})
    client.force_login(seat.teacher)
    mine = client.get(mine_of(session)).text
    client.force_login(colleague)
    listed = client.get(reverse("training:asked_questions", args=[session.public_id])).text

    assert "Yes, at four." in listed
    assert "Whoever leads the session reads it, too." in form.replace("\n", " ")
    assert "Whoever leads the session reads it, too." in mine
    assert "whoever leads the session reads it here, too." in listed
    for page in (form, mine, listed):
        assert "alone" not in page


def test_one_s_own_answer_in_another_window_is_called_one_s_own(client, session, seat, trainer):
    asked = questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    client.force_login(trainer)
    read = client.get(answer_of(session, asked)).context["form"]["read"].value()
    questions.answer(question=asked, text="Yes, at four.", by=trainer)

    refused = client.post(answer_of(session, asked), {"text": "No.", "read": read})
    asked.refresh_from_db()

    assert refused.status_code == 422
    assert "You answered in another window already" in refused.text
    assert "while you were writing" not in refused.text
    assert asked.answer == "Yes, at four."


def test_the_email_of_an_answer_leads_on_after_the_seat_was_given_back(client, session, seat):
    questions.ask(enrolment=seat, text="May I leave early?", key=uuid4())
    enrolments.cancel(enrolment=seat, by=seat.teacher)
    client.force_login(seat.teacher)
    page = client.get(reverse("training:my_questions", args=[session.public_id]), follow=True)

    assert page.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "questions go with the seat" in page.text


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

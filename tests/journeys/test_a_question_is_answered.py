"""Who leads a session answers what was asked: on the page, to one participant, by email."""

from email.utils import parseaddr
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import PlannerFactory, ProviderFactory, TrainerFactory
from tests.factories.questions import DAY, HOUR, mine_of, seat, seat_of, session, trainer
from tests.factories.worker import run_worker
from training.exceptions import (
    AnswerTooLate,
    QuestionAnswered,
    QuestionTooLate,
)
from training.models import AdvanceQuestion
from training.services import enrolment as enrolments
from training.services import one_date, questions, substitutes

__all__ = ["seat", "session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


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

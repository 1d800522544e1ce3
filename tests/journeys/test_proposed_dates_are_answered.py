"""What is said of an answer to proposed dates is true when it is read: in the letter, on the trainers'
page and in the copy of their data.
"""

import json

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.enums import LetterState, MailRhythm
from courses.mail.models import Letter
from tests.factories.people import TrainerFactory
from tests.factories.worker import run_worker
from tests.journeys.test_a_person_reads_their_data import opened
from tests.journeys.test_a_trainer_proposes_dates import (
    DAY,
    hours_on,
    page,
    plan,
    planner,
    proposed,
    resource,
    sent_by,
    trainer,
    training,
)
from training.enums import Letters
from training.models import DateProposal, Session
from training.services import drafts, proposals, sessions

__all__ = ["planner", "resource", "trainer", "training"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
FACTS = {
    "language": "fr", "capacity": 20, "open_to": "subscribers", "threshold_percent": 75,
}  # fmt: skip


def planned_as(client, planner, proposal, *rows, trainers=None, step="save"):
    """Saved by the planner on the form that is filled in from the proposal."""
    query = f"?training={proposal.training.public_id}&proposal={proposal.public_id}"
    led = {"trainers": [one.pk for one in trainers or [proposal.by]]}
    sent = sent_by(None, *rows, step=step) | FACTS | led
    return page(client, planner, "new_session", query=query, sent=sent)


def answered_letter() -> str:
    run_worker()
    letters = [one for one in mail.outbox if "rop" in one.subject or "date" in one.subject]
    return letters[-1].subject + "\n" + letters[-1].body


def test_an_answer_comes_at_once_to_a_weekly_reader(trainer, training, planner):
    trainer.mail_rhythm = MailRhythm.WEEKLY
    trainer.save()
    proposals.decline(proposal=proposed(trainer, training), answer="No room.", by=planner)

    assert "No room." in answered_letter()


def test_a_letter_that_goes_late_says_what_holds_when_it_goes(trainer, training, planner):
    session = plan(proposed(trainer, training), training, planner)
    sessions.open_for_enrolment(session=session, by=planner)

    text = answered_letter()

    assert "The académie made a session of what you proposed, “A newspaper”." in text
    assert "the invitation is an email of its own" in text
    assert "draft" not in text
    assert "before it is opened" not in text


def test_a_letter_on_a_cancelled_session_says_so(trainer, training, planner):
    session = plan(proposed(trainer, training), training, planner)
    sessions.open_for_enrolment(session=session, by=planner)
    sessions.cancel(session=session, by=planner, reason="Ill")

    text = answered_letter()

    assert text.startswith("The session that you proposed is cancelled: A newspaper\n")
    assert "and cancelled it since" in text
    assert "Planned" not in text


def wait_for_the_summary(trainer):
    """As letters do that were posted when this kind could still wait."""
    trainer.mail_rhythm = MailRhythm.WEEKLY
    trainer.save()
    Letter.objects.filter(kind=Letters.PROPOSAL_ANSWERED).update(state=LetterState.GATHERED)


def summary() -> str:
    friday = timezone.now() + 3 * DAY
    with time_machine.travel(friday, tick=False):
        outbox.sum_up(friday)
        run_worker()
    return next(one.body for one in mail.outbox if one.subject.startswith("Passerelle"))


def test_a_summary_says_what_holds_on_friday_with_the_dates(trainer, training, planner):
    session = plan(proposed(trainer, training), training, planner)
    wait_for_the_summary(trainer)
    sessions.open_for_enrolment(session=session, by=planner)

    text = summary()

    assert "made a session of what you proposed" in text
    assert "Planned: Wednesday 2 December 2026, 17:00 to 18:00." in text
    assert "before it is opened" not in text


def test_two_declines_of_one_training_are_two_items_with_their_dates(trainer, training, planner):
    for day in (7, 14):
        one = proposed(trainer, training, hours=hours_on(day))
        proposals.decline(proposal=one, answer="Too late.", by=planner)
    wait_for_the_summary(trainer)

    text = summary()

    assert text.count("* Your date isn’t taken up: A newspaper") == 2
    for day in (9, 16):
        assert f"You proposed: Wednesday {day} December 2026, 17:00 to 18:00." in text


def test_a_decline_names_the_dates(trainer, training, planner):
    one = proposed(trainer, training, hours=hours_on(0, 7))
    proposals.decline(proposal=one, answer="Too late.", by=planner)

    text = answered_letter()

    assert "- Wednesday 2 December 2026, 17:00 to 18:00\n" in text
    assert "- Wednesday 9 December 2026, 17:00 to 18:00\n" in text


def test_other_dates_than_proposed_are_said_in_the_letter_and_on_the_page(
    client, trainer, training, planner
):
    colleague = TrainerFactory(works_for=training.resource.provider)
    proposal = proposed(trainer, training)
    planned_as(client, planner, proposal, ("2026-12-09", "18:00", 60), trainers=[colleague])

    text = answered_letter()
    assert text.startswith("Your proposal is taken up, at a changed date: A newspaper\n")
    asked_for, planned = text.split("You proposed:")[1].split("Planned, with other dates or hours:")
    assert "Wednesday 2 December 2026, 17:00 to 18:00" in asked_for
    assert "Wednesday 9 December 2026, 18:00 to 19:00" in planned
    mine = page(client, trainer, "my_proposals")  # who proposed doesn't lead it
    assert "Planned, with other dates or hours:" in mine.text
    assert "Wednesday 9 December 2026" in mine.text
    [row] = mine.context["rows"]
    assert (row.planned, row.leads_it) == (hours_on(7, hour=18), False)


def test_a_session_at_the_proposed_dates_is_not_said_to_differ(client, trainer, training, planner):
    proposal = proposed(trainer, training)
    planned_as(client, planner, proposal, ("2026-12-02", "17:00", 60))

    text = answered_letter()
    assert text.startswith("Your date is taken up: A newspaper\n")
    assert "Planned, as you proposed:" in text
    assert "You proposed:" not in text
    [row] = page(client, trainer, "my_proposals").context["rows"]
    assert row.planned == []


def test_the_copy_of_ones_data_holds_the_dates_title_words_and_answer(
    client, trainer, training, planner
):
    one = proposed(trainer, training, hours=hours_on(0, 7), words="In French.")
    proposals.decline(proposal=one, answer="Too late.", by=planner)
    proposed(TrainerFactory(works_for=training.resource.provider), training, words="Not mine.")
    client.force_login(trainer)

    archive = opened(client.post(reverse("register:download")))

    data = json.loads(archive.read("data.json"))["data"]
    [told] = data["training.DateProposal"]
    assert (told["title"], told["words"], told["answer"]) == (
        "Un journal",
        "In French.",
        "Too late.",
    )
    starts = [row["starts_at"][:16] for row in data["training.ProposedDate"]]
    assert starts == ["2026-12-02T17:00", "2026-12-09T17:00"]
    assert "17:00" in archive.read("index.html").decode()
    assert planner.family_name not in archive.read("data.json").decode()


def test_a_title_beside_a_training_is_asked_about(client, trainer, training):
    sent = sent_by(training, title="A podcast")

    answer = page(client, trainer, "propose_dates", sent=sent)

    assert answer.status_code == 422
    assert "Leave the title empty, or choose “None of these: I give a title”." in answer.text
    assert not DateProposal.objects.exists()


def test_a_form_without_dates_says_so_in_words_of_ours(client, trainer, training):
    without = sent_by(training, ("", "17:00", 60))
    none = sent_by(training) | {"dates-TOTAL_FORMS": 0}

    for sent in (without, none):
        answer = page(client, trainer, "propose_dates", sent=sent)
        assert answer.status_code == 422
        assert "form" not in "".join(map(str, answer.context["dates"].non_form_errors()))
        assert not DateProposal.objects.exists()
    assert "Give at least one date." in answer.text


def test_a_known_form_with_other_dates_is_saved_once_it_is_sent_again(client, trainer, training):
    first = sent_by(training, ("2026-12-02", "17:00", 60))
    page(client, trainer, "propose_dates", sent=first)
    other = sent_by(training, ("2026-12-09", "17:00", 60)) | {"key": first["key"]}

    answer = page(client, trainer, "propose_dates", sent=other)
    assert answer.status_code == 422
    assert "This form has been sent already" in answer.text
    again = other | {"key": answer.context["form"]["key"].value()}
    page(client, trainer, "propose_dates", sent=again)

    assert [one.hours for one in DateProposal.objects.order_by("pk")] == [hours_on(0), hours_on(7)]


def test_a_withdrawn_form_that_arrives_again_is_not_said_to_be_read(client, trainer, training):
    sent = sent_by(training)
    page(client, trainer, "propose_dates", sent=sent)
    one = DateProposal.objects.get()
    page(client, trainer, "withdraw_proposal", one.public_id, sent={})

    answer = page(client, trainer, "propose_dates", sent=sent)

    assert "can read your proposal" not in answer.text
    assert "This form has been sent already" in answer.text


def test_a_draft_of_a_proposal_is_said_to_be_read_by_its_provider(
    client, trainer, training, planner
):
    one = proposed(trainer, training)
    saved = planned_as(client, planner, one, ("2026-12-02", "18:00", 60))
    session = Session.objects.get()
    shown = page(client, trainer, "my_proposals").text

    assert "nobody sees it until you open it" not in saved.text
    assert f"Trainers of {one.provider.name} read that it exists, and its dates." in saved.text
    people = page(client, planner, "session_people", session.public_id).text
    assert f"trainers of {one.provider.name} read with their proposal that it exists" in people
    assert "The académie prepares the session" in shown


def test_a_deleted_draft_lets_its_proposal_wait_again_and_tells_who_proposed(
    client, trainer, training, planner
):
    one = proposed(trainer, training)
    draft = plan(one, training, planner)
    run_worker()
    mail.outbox.clear()
    asked = page(client, planner, "delete_draft", draft.public_id).text
    done = page(client, planner, "delete_draft", draft.public_id, sent={}).text
    run_worker()
    one.refresh_from_db()

    assert "nobody is told" not in asked
    assert f"the proposal of {one.provider.name} waits for an answer again" in asked
    assert f"{trainer.display_name}, who proposed the dates, gets an email." in asked
    assert "Nobody had been told of it" not in done
    [letter] = mail.outbox
    assert letter.subject == "The draft made of your proposal is deleted: A newspaper"
    assert "Your proposal waits for an answer again." in letter.body
    assert one.is_open
    assert one.answered_by is None
    assert one.shown_title in page(client, planner, "proposals").text

    mail.outbox.clear()
    plan(one, training, planner)  # and it is answered once more, with a letter
    run_worker()
    assert [letter.subject for letter in mail.outbox] == ["Your date is taken up: A newspaper"]


@pytest.mark.parametrize(
    ("days", "words"), [([7], "planned at this date."), ([7, 8], "planned at these dates.")]
)
def test_a_draft_deleted_before_its_letter_is_told_in_one(trainer, training, planner, days, words):
    one = proposed(trainer, training, hours=[hours for day in days for hours in hours_on(day)])
    drafts.delete(session=plan(one, training, planner), by=planner)
    run_worker()

    [letter] = mail.outbox
    assert letter.subject == "The draft made of your proposal is deleted: A newspaper"
    assert f"no session is {words} Your proposal waits for an answer again." in letter.body


def test_two_answers_before_the_letter_is_written_are_one_letter(trainer, training, planner):
    one = proposed(trainer, training)
    drafts.delete(session=plan(one, training, planner), by=planner)
    proposals.decline(proposal=one, answer="No room.", by=planner)
    run_worker()

    assert [letter.subject for letter in mail.outbox] == ["Your date isn’t taken up: A newspaper"]

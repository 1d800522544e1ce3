"""Proposed dates pass without an answer: who proposed them is told once."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from courses.mail.models import Letter
from tests.factories.worker import run_worker
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
from tests.journeys.test_proposed_dates_are_answered import answered_letter
from training.models import DateProposal
from training.services import drafts, proposals

__all__ = ["planner", "resource", "trainer", "training"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.mark.parametrize(
    ("days", "subject", "opening", "state", "outcome"),
    [
        (
            [7],
            "The date that you proposed is over: A newspaper",
            "The date of your proposal “A newspaper” is over. No session was made of it.",
            "The date is past",
            "The date is over, and no session was made of it. You may propose other dates.",
        ),
        (
            [7, 8],
            "The dates that you proposed are over: A newspaper",
            "The dates of your proposal “A newspaper” are over. No session was made of it.",
            "The dates are past",
            "The dates are over, and no session was made of them. You may propose other dates.",
        ),
    ],
)
def test_letter_and_page_count_the_dates_that_passed(
    client, trainer, training, days, subject, opening, state, outcome
):
    hours = [one for day in days for one in hours_on(day)]
    with time_machine.travel(proposed(trainer, training, hours=hours).ends_at, tick=False):
        proposals.tell_of_passed(timezone.now())
        run_worker()
        [row] = page(client, trainer, "my_proposals").context["rows"]

    assert mail.outbox[0].subject == subject
    assert opening in " ".join(mail.outbox[0].body.split())
    assert (row.standing.word, row.outcome) == (state, outcome)


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        ([7], "Your date isn’t taken up: A newspaper"),
        ([7, 8], "Your dates aren’t taken up: A newspaper"),
    ],
)
def test_the_answer_counts_the_dates_that_are_not_taken_up(
    trainer, training, planner, days, subject
):
    hours = [one for day in days for one in hours_on(day)]
    proposals.decline(
        proposal=proposed(trainer, training, hours=hours), answer="No room.", by=planner
    )

    assert answered_letter().startswith(f"{subject}\n")


def test_dates_that_passed_are_said_to_have_no_session(client, trainer, training):
    sent = sent_by(training)
    assert "you get an email when it answers" in page(
        client, trainer, "propose_dates", sent=sent
    ).text.replace("\n", " ")
    with time_machine.travel(DateProposal.objects.get().ends_at, tick=False):
        text = page(client, trainer, "my_proposals").text

    assert "The date is over, and no session was made of it." in text


def test_who_proposed_is_told_once_that_the_dates_passed(trainer, training):
    over = proposed(trainer, training).ends_at
    proposals.tell_of_passed(over - datetime.timedelta(minutes=1))
    assert not Letter.objects.exists()

    with time_machine.travel(over, tick=False):
        assert [proposals.tell_of_passed(timezone.now()) for _hour in range(2)] == [1, 0]
        run_worker()

    assert [one.subject for one in mail.outbox] == [
        "The date that you proposed is over: A newspaper"
    ]
    assert "You may propose other dates." in mail.outbox[0].body


def test_nobody_is_told_a_month_after_the_dates_passed(trainer, training):
    over = proposed(trainer, training).ends_at

    assert proposals.tell_of_passed(over + 31 * DAY) == 0
    assert proposals.tell_of_passed(over + 29 * DAY) == 1


def test_nobody_is_told_of_dates_that_passed_and_were_answered(trainer, training, planner):
    proposal = proposed(trainer, training)
    Letter.objects.all().delete()
    with time_machine.travel(proposal.ends_at, tick=False):
        proposals.tell_of_passed(timezone.now())
        proposals.decline(proposal=proposal, answer="No room.", by=planner)
        run_worker()

    assert [one.subject for one in mail.outbox] == ["Your date isn’t taken up: A newspaper"]


def test_a_date_that_is_past_is_marked_and_not_filled_in(client, trainer, training, planner):
    one = proposed(trainer, training, hours=hours_on(0, 7))
    query = f"?training={training.public_id}&proposal={one.public_id}"
    with time_machine.travel(hours_on(0)[0].ends_at, tick=False):
        form = page(client, planner, "new_session", query=query)
        pages = [
            form.text,
            page(client, planner, "proposals").text,
            page(client, trainer, "my_proposals").text,
        ]

    [row] = form.context["dates"].forms
    assert row.initial["day"] == datetime.date(2026, 12, 9)
    assert [text.count('<span class="soft">past</span>') for text in pages] == [1, 1, 1]


def test_dates_that_passed_after_a_deleted_draft_are_not_said_to_have_had_no_answer(
    client, trainer, training, planner
):
    one = proposed(trainer, training)
    drafts.delete(session=plan(one, training, planner), by=planner)
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(one.ends_at + 10 * DAY, tick=False):  # after an outage
        proposals.tell_of_passed(timezone.now())
        run_worker()

    [letter] = mail.outbox
    assert "No session was made of it." in letter.body
    assert "answer" not in letter.subject


@pytest.mark.parametrize(
    ("days", "words"),
    [([7], "The date that you proposed is over."), ([7, 8], "The last date that you proposed is")],
)
def test_a_draft_deleted_after_the_last_date_proposed_is_said_to_be(
    client, trainer, training, planner, days, words
):
    one = proposed(trainer, training, hours=[hours for day in days for hours in hours_on(day)])
    draft = plan(one, training, planner)
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(one.ends_at, tick=False):
        asked = page(client, planner, "delete_draft", draft.public_id).text
        page(client, planner, "delete_draft", draft.public_id, sent={})
        proposals.tell_of_passed(timezone.now())
        run_worker()
        listed = page(client, planner, "proposals").text

    assert "the proposal doesn’t wait again" in asked
    [letter] = mail.outbox
    assert words in letter.body
    assert "Draft deleted" in listed
    assert "Taken up" not in listed

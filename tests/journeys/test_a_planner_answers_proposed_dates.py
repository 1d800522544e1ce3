"""The planners' page of proposed dates: the draft, its rows, a refused answer, and whom the answer reaches."""

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from courses.people.models import Membership
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import TrainerFactory
from tests.factories.training import TrainingFactory
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
from tests.journeys.test_proposed_dates_are_answered import planned_as
from training.exceptions import OtherProvidersTraining
from training.models import Session
from training.services import proposals
from training.values import MOST_PROPOSED_DATES

__all__ = ["planner", "resource", "trainer", "training"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
MOST_IN_A_ROW = [0, 1, 3, 7, 8, 10, 14, 15, 17, 21, 22, 24, 28, 29, 31, 35, 36, 38, 42, 43]


def test_the_draft_shows_what_was_proposed_for_it(client, trainer, training, planner):
    proposal = proposed(trainer, training, words="In French.")
    session = plan(proposal, training, planner)

    text = page(client, planner, "session_people", session.public_id).text

    assert "The dates that were proposed for it" in text
    assert "In French." in text


def test_no_row_of_twenty_is_lost_when_one_more_is_asked_for(client, trainer, training, planner):
    hours = hours_on(*MOST_IN_A_ROW)
    proposal = proposed(trainer, training, hours=hours)
    days = [timezone.localdate(one.starts_at) for one in hours]
    rows = [(day.isoformat(), "17:00", 60) for day in days]

    for answer in (
        planned_as(client, planner, proposal, *rows, step="add"),
        page(client, trainer, "propose_dates", sent=sent_by(training, *rows, step="add")),
    ):
        kept = [form.initial["day"] for form in answer.context["dates"].forms]
        assert kept == [day.isoformat() for day in days]
        assert "takes 20 rows of dates: none was added" in answer.text
    assert len(hours) == MOST_PROPOSED_DATES


def twelve_that_wait(trainer, training):
    """The last one is on the planners' second page."""
    return [proposed(trainer, training, hours=hours_on(n)) for n in range(12)]


def test_a_refused_answer_on_the_second_page_comes_back_there(client, trainer, training, planner):
    last = twelve_that_wait(trainer, training)[-1]
    words = "A long answer. " * 40
    sent = {f"{last.public_id}-answer": words}

    refused = page(client, planner, "decline_proposal", last.public_id, sent=sent)

    assert refused.status_code == 422
    assert refused.context["page"].number == 2
    assert words.strip() in refused.text
    assert "characters; at most 300." in refused.text


@pytest.mark.parametrize("query", ["", "?page=1"])
def test_the_page_of_a_refused_answer_can_be_read_by_its_address(
    client, trainer, training, planner, query
):
    last = twelve_that_wait(trainer, training)[-1]

    answer = page(client, planner, "decline_proposal", last.public_id, query=query)

    assert answer.status_code == 302
    assert answer.url == f"/en/proposed-dates/?page={1 if query else 2}"


def test_a_refused_answer_stays_when_the_dates_pass_meanwhile(client, trainer, training, planner):
    one = proposed(trainer, training)
    with time_machine.travel(one.ends_at, tick=False):
        sent = {f"{one.public_id}-answer": "x" * 301}
        refused = page(client, planner, "decline_proposal", one.public_id, sent=sent)

    assert "x" * 301 in refused.text


@pytest.mark.parametrize("why", ["left", "inactive"])
def test_planners_read_that_nobody_is_told_of_the_answer(client, trainer, training, planner, why):
    one, other = proposed(trainer, training), proposed(trainer, training)
    if why == "left":
        Membership.objects.filter(person=trainer).update(until=timezone.localdate() - DAY)
    else:
        trainer.is_active = False
        trainer.save()
    query = f"?training={training.public_id}&proposal={one.public_id}"

    for text in (
        page(client, planner, "proposals").text,
        page(client, planner, "new_session", query=query).text,
    ):
        assert "Dominique Leroy is no trainer of" in text
        assert "Nobody gets an email about your answer" in text
    sent = {f"{one.public_id}-answer": "No room."}
    answer = page(client, planner, "decline_proposal", one.public_id, sent=sent)
    assert "is no trainer of" in answer.text
    assert "Who proposed the dates gets an email." not in answer.text
    run_worker()
    assert not mail.outbox
    assert other.is_open


def test_planners_read_nothing_of_leaving_while_the_proposer_is_there(
    client, trainer, training, planner
):
    one = proposed(trainer, training)

    assert "is no trainer of" not in page(client, planner, "proposals").text
    sent = {f"{one.public_id}-answer": "No room."}
    answer = page(client, planner, "decline_proposal", one.public_id, sent=sent)
    assert "Who proposed the dates gets an email." in answer.text


def test_a_resource_with_another_provider_leaves_proposals_to_the_first(
    client, trainer, training, planner
):
    one = proposed(trainer, training, words="Ours alone.")
    stranger = TrainerFactory()
    resource = training.resource
    resource.provider = stranger.memberships.get().organisation
    resource.save()

    assert "Ours alone." not in page(client, stranger, "my_proposals").text
    answer = page(client, stranger, "withdraw_proposal", one.public_id, sent={})
    assert answer.status_code == 404
    assert "Ours alone." in page(client, trainer, "my_proposals").text
    listed = page(client, planner, "proposals").text
    assert one.provider.name in listed
    assert resource.provider.name not in listed
    assert "This training is another provider’s since." in listed
    with pytest.raises(OtherProvidersTraining):
        plan(one, training, planner)
    others = TrainingFactory(resource=ResourceFactory(provider=one.provider))
    assert plan(one, others, planner).training == others


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2101-01-01", "1999-12-31"])
def test_the_ends_of_the_calendar_are_refused_with_words(client, trainer, training, planner, day):
    rows = [(day, "23:30", 480)]
    one = proposed(trainer, training)
    for step in ("save", "preview"):
        answer = page(client, trainer, "propose_dates", sent=sent_by(training, *rows, step=step))
        assert answer.status_code == 422
        assert "Give a year from 2000 to 2100." in answer.text
        planned = planned_as(client, planner, one, *rows, step=step)
        assert "Give a year from 2000 to 2100." in planned.text
    assert not Session.objects.exists()


def test_buttons_of_two_proposals_of_one_training_have_names_of_their_own(
    client, trainer, training, planner
):
    proposed(trainer, training, hours=hours_on(0))
    proposed(trainer, training, hours=hours_on(7))

    for person, name in ((trainer, "my_proposals"), (planner, "proposals")):
        text = page(client, person, name).text
        for day in (2, 9):
            assert f", A newspaper, Wednesday {day} December at 17:00</span>" in text


def test_a_french_colon_has_its_space(client, trainer, training, planner):
    planner.language = "fr"
    planner.save()
    proposals.decline(proposal=proposed(trainer, training), answer="Trop tard.", by=planner)
    client.force_login(planner)

    text = client.get("/fr/proposed-dates/").text

    assert f"{training.resource.provider.name}\u00a0: Non retenue" in text


def test_who_proposed_without_an_email_address_is_not_said_to_get_one(
    client, trainer, training, planner
):
    trainer.email = ""
    trainer.save(update_fields=["email"])
    draft = plan(proposed(trainer, training), training, planner)

    text = page(client, planner, "delete_draft", draft.public_id).text

    assert "gets no email." in text
    assert "read on Passerelle that the proposal waits." in text


def test_who_has_no_email_address_is_not_said_to_get_one(client, trainer, training, planner):
    one = proposed(trainer, training)
    trainer.email = None
    trainer.save(update_fields=["email"])
    sent = {f"{one.public_id}-answer": "No room."}
    answer = page(client, planner, "decline_proposal", one.public_id, sent=sent)

    assert "Who proposed the dates gets an email." not in answer.text
    assert "has no email address" in answer.text

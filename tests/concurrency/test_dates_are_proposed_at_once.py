"""Colleagues propose dates, and planners answer them, at once."""

import datetime
from uuid import uuid4

import pytest

from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.concurrency.threads import all_at_once
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.training import TrainingFactory, in_a_week
from training.enums import Letters
from training.exceptions import ProposalAnswered, ProposalsEnough
from training.models import DateProposal, Session
from training.services import proposals
from training.values import MOST_PROPOSALS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def training():
    return TrainingFactory()


@pytest.fixture
def trainer(training):
    return TrainerFactory(works_for=training.resource.provider)


def propose(trainer, training, key=None):
    return proposals.propose(
        by=trainer,
        resource=training.resource,
        training=training,
        title="",
        words="",
        hours=[Hours(in_a_week(), in_a_week() + datetime.timedelta(hours=1))],
        key=key or uuid4(),
    )


def refusals(answers):
    return [type(one) for one in answers if isinstance(one, Exception)]


def test_the_last_proposal_that_may_wait_is_made_once(training, trainer):
    for _n in range(MOST_PROPOSALS - 1):
        propose(trainer, training)
    colleague = TrainerFactory(works_for=training.resource.provider)

    answers = all_at_once(
        [lambda one=one: propose(one, training).pk for one in (trainer, colleague, trainer)]
    )

    assert refusals(answers) == [ProposalsEnough] * 2
    assert DateProposal.objects.count() == MOST_PROPOSALS


def test_a_form_that_arrives_twice_is_one_proposal(training, trainer):
    key = uuid4()

    answers = all_at_once([lambda: propose(trainer, training, key).pk] * 3)

    assert answers == [DateProposal.objects.get().pk] * 3


def test_planned_declined_and_withdrawn_at_once_is_one_of_them(training, trainer):
    proposal, planner = propose(trainer, training), PlannerFactory()

    def plan():
        facts = {"language": "fr", "capacity": 20, "hours": proposal.hours, "trainers": [trainer]}
        return proposals.plan(proposal=proposal, training=training, by=planner, **facts).pk

    answers = all_at_once(
        [
            plan,
            plan,
            lambda: proposals.decline(proposal=proposal, answer="No room.", by=PlannerFactory()),
            lambda: proposals.withdraw(proposal=proposal),
        ]
    )

    assert refusals(answers) == [ProposalAnswered] * 3
    proposal.refresh_from_db()
    assert Session.objects.count() == (proposal.state == "planned")
    letters = Letter.objects.filter(kind=Letters.PROPOSAL_ANSWERED).count()
    assert letters == (proposal.state != "withdrawn")

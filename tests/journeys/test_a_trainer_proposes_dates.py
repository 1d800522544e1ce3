"""A trainer proposes dates for a session; a planner makes a draft of them, or says why not."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.models import Letter
from courses.people.models import Membership
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, ProposalState, SessionState
from training.exceptions import (
    MeetingInThePast,
    OtherProvidersTraining,
    ProposalAnswered,
    ProposalsEnough,
    ProposedDatesEnough,
)
from training.models import DateProposal, Session
from training.services import drafts, proposals, sessions
from training.values import MOST_PROPOSALS, MOST_PROPOSED_DATES

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def resource():
    return ResourceFactory(name="Madmagz")


@pytest.fixture
def training(resource):
    return TrainingFactory(resource=resource, title_fr="Un journal", title_en="A newspaper")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(
        works_for=resource.provider,
        given_name="Dominique",
        family_name="Leroy",
        language="en",
        email="leroy@provider.example",
    )


@pytest.fixture
def planner():
    return PlannerFactory(given_name="Sacha", family_name="Zwilling", language="en")


def hours_on(*days, hour=17):
    first = in_a_week(hour)
    return [Hours(first + n * DAY, first + n * DAY + HOUR) for n in days]


def proposed(trainer, training, *, hours=None, **given):
    fields = {"resource": training.resource, "training": training, "title": "", "words": ""}
    return proposals.propose(
        by=trainer, hours=hours or hours_on(0), key=uuid4(), **(fields | given)
    )


def rows_of(*rows):
    """Of the form of dates: (day, hour, minutes)."""
    sent = {"dates-TOTAL_FORMS": len(rows), "dates-INITIAL_FORMS": 0}
    for n, (day, hour, minutes) in enumerate(rows):
        sent |= {
            f"dates-{n}-day": day,
            f"dates-{n}-hour": hour,
            f"dates-{n}-minutes": minutes,
            f"dates-{n}-every": 1,
            f"dates-{n}-times": 1,
        }
    return sent


def sent_by(training, *rows, step="save", **given):
    chosen = {"training": training.public_id} if training else {}
    return {"key": uuid4(), "words": "In French, 20 seats.", "step": step, **chosen, **given} | (
        rows_of(*(rows or [("2026-12-02", "17:00", 60)]))
    )


def page(client, person, name, *args, sent=None, query=""):
    client.force_login(person)
    address = reverse(f"training:{name}", args=args) + query
    return client.post(address, sent, follow=True) if sent is not None else client.get(address)


def test_a_proposal_becomes_a_draft_by_the_planners_press(
    client, trainer, training, planner, django_capture_on_commit_callbacks
):
    assert reverse("training:my_proposals") in page(client, trainer, "my_sessions").text
    assert reverse("training:propose_dates") in page(client, trainer, "my_proposals").text
    sent = sent_by(training, ("2026-12-02", "17:00", 60), ("2026-12-09", "17:00", 60))
    for _again in range(2):  # the form arrives twice
        answer = page(client, trainer, "propose_dates", sent=sent)
    proposal = DateProposal.objects.get()
    assert "Waits for an answer" in answer.text
    assert not Session.objects.exists()

    desk = page(client, planner, "planning").text
    assert "Proposed by providers" in desk
    assert "A provider proposes dates: 1 proposal" in client.get(reverse("today:home")).text
    listed = page(client, planner, "proposals").text
    assert "In French, 20 seats." in listed
    query = f"?training={training.public_id}&proposal={proposal.public_id}"
    assert query.replace("&", "&amp;") in listed
    form = page(client, planner, "new_session", query=query)
    assert form.context["form"].initial["trainers"] == [trainer]
    row = form.context["dates"].forms[0].initial
    assert (row["day"], row["times"], row["every"]) == (datetime.date(2026, 12, 2), 2, 1)
    facts = {
        "language": "fr", "capacity": 20, "open_to": "subscribers", "threshold_percent": 75,
        "trainers": [trainer.pk], "step": "save",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        page(client, planner, "new_session", query=query, sent=facts | sent)

    session = Session.objects.get()
    assert session.state == SessionState.DRAFT
    assert session.training == training
    assert list(session.trainers.all()) == [trainer]
    assert session.meetings.count() == 2
    proposal.refresh_from_db()
    assert (proposal.state, proposal.session) == (ProposalState.PLANNED, session)
    assert "No proposal waits" in page(client, planner, "proposals").text

    mine = page(client, trainer, "my_proposals").text
    assert "Taken up" in mine
    assert "nobody can enrol before it is opened" in mine
    assert reverse("training:my_session", args=[session.public_id]) in mine
    run_worker()
    letter = Letter.objects.get(kind=Letters.PROPOSAL_ANSWERED)
    assert letter.to == trainer
    text = mail.outbox[-1].body
    assert "Wednesday" in text
    for said in (mine, text):
        assert "Zwilling" not in said
        assert planner.email not in said


def test_a_declined_proposal_says_why_without_the_planners_name(client, trainer, training, planner):
    proposal = proposed(trainer, training)
    prefix = proposal.public_id
    without = page(client, planner, "decline_proposal", prefix, sent={f"{prefix}-answer": " "})
    assert without.status_code == 422
    sent = {f"{prefix}-answer": "These are school holidays."}
    page(client, planner, "decline_proposal", prefix, sent=sent)
    again = page(client, planner, "decline_proposal", prefix, sent=sent)

    assert "answered or withdrawn already" in again.text
    mine = page(client, trainer, "my_proposals").text
    assert "Not taken up" in mine
    assert "These are school holidays." in mine
    run_worker()
    text = mail.outbox[-1].body
    assert "These are school holidays." in text
    for said in (mine, text):
        assert "Zwilling" not in said
        assert planner.email not in said


def test_it_is_withdrawn_by_one_press_until_it_is_answered(client, trainer, training, planner):
    first, second = proposed(trainer, training), proposed(trainer, training)
    page(client, trainer, "withdraw_proposal", first.public_id, sent={})
    proposals.decline(proposal=second, answer="No room.", by=planner)
    late = page(client, trainer, "withdraw_proposal", second.public_id, sent={})

    assert "answered or withdrawn already" in late.text
    assert "Withdraw<" not in late.text
    assert set(DateProposal.objects.values_list("state", flat=True)) == {"withdrawn", "declined"}
    with pytest.raises(ProposalAnswered):
        proposals.decline(proposal=first, answer="Too late.", by=planner)
    with pytest.raises(ProposalAnswered):
        plan(first, training, planner)
    assert not Session.objects.exists()


def plan(proposal, training, planner, trainers=None):
    return proposals.plan(
        proposal=proposal,
        training=training,
        by=planner,
        language="fr",
        capacity=20,
        hours=proposal.hours,
        trainers=trainers or [proposal.by],
    )


def test_a_title_in_words_is_planned_as_a_training_of_the_provider(
    client, trainer, training, planner
):
    elsewhere = TrainingFactory()
    page(client, trainer, "propose_dates", sent=sent_by(None, title="A podcast in a day"))
    proposal = DateProposal.objects.get()
    assert (proposal.training, proposal.title) == (None, "A podcast in a day")
    assert proposal.resource == training.resource

    query = f"?proposal={proposal.public_id}"
    chosen = page(client, planner, "new_session", query=query)
    assert "A podcast in a day" in chosen.text
    assert list(chosen.context["form"].fields["training"].queryset) == [training]
    with pytest.raises(OtherProvidersTraining):
        plan(proposal, elsewhere, planner)
    assert plan(proposal, training, planner).training == training


def test_without_training_and_title_it_is_asked_again(client, trainer, training):
    ResourceFactory(provider=training.resource.provider)
    answer = page(client, trainer, "propose_dates", sent=sent_by(None))

    assert answer.status_code == 422
    assert "Choose a training, or give a title." in answer.text
    assert "Choose a training, or the resource that it is about." in answer.text
    assert not DateProposal.objects.exists()


def test_dates_on_days_off_are_filled_in_as_they_were_proposed(client, trainer, training, planner):
    weekly = hours_on(16, 23, 30)  # the second and the third are in the school holidays
    proposal = proposed(trainer, training, hours=weekly)
    query = f"?training={training.public_id}&proposal={proposal.public_id}"
    row = page(client, planner, "new_session", query=query).context["dates"].forms[0]
    assert row["leave_out_days_off"].value() is False
    sent = {"training": training.public_id, "step": "preview"} | {
        f"dates-0-{name}": value for name, value in row.initial.items() if value is not False
    }
    sent |= {"dates-TOTAL_FORMS": 1, "dates-INITIAL_FORMS": 0}
    facts = {"language": "fr", "capacity": 20, "open_to": "subscribers", "threshold_percent": 75}
    preview = page(
        client, planner, "new_session", query=query, sent=sent | facts | {"trainers": [trainer.pk]}
    ).context["preview"]

    assert preview.hours == weekly


def test_days_off_and_dates_that_overlap_are_shown_and_not_refused(
    client, trainer, training, planner
):
    led = SessionFactory(resource=training.resource, led_by=trainer, training=training)
    at = timezone.localtime(led.starts_at)
    rows = [
        (f"{at:%Y-%m-%d}", "17:30", 60),
        (f"{at:%Y-%m-%d}", "18:00", 60),
        ("2026-12-06", "10:00", 60),
        ("2026-12-25", "10:00", 60),
    ]
    preview = page(client, trainer, "propose_dates", sent=sent_by(training, *rows, step="preview"))
    assert not DateProposal.objects.exists()
    page(client, trainer, "propose_dates", sent=sent_by(training, *rows))
    listed = page(client, planner, "proposals")

    for said in (preview.text, listed.text):
        assert "Dominique Leroy already leads “A newspaper” then" in said
        assert "Wednesday 2 December 2026: dates of this proposal overlap." in said
        assert "is a Sunday." in said
        assert "is a bank holiday." in said
    assert DateProposal.objects.get().dates.count() == 4


def test_a_past_date_is_refused_with_what_to_do(client, trainer, training):
    rows = [("2026-12-02", "17:00", 60), ("2026-11-24", "17:00", 60)]
    answer = page(client, trainer, "propose_dates", sent=sent_by(training, *rows))
    preview = page(client, trainer, "propose_dates", sent=sent_by(training, *rows, step="preview"))

    for said in (answer, preview):
        assert "is already past." in said.text
        assert "Choose a moment to come." in said.text
        assert "In French, 20 seats." in said.text  # nothing typed is lost
    assert not DateProposal.objects.exists()
    with pytest.raises(MeetingInThePast):
        proposed(trainer, training, hours=hours_on(-8))


def test_a_row_more_is_asked_for_without_a_script(client, trainer, training):
    sent = sent_by(training, step="add")
    answer = page(client, trainer, "propose_dates", sent=sent)

    assert len(answer.context["dates"].forms) == 2
    assert answer.context["form"]["training"].value() == training.public_id
    assert not DateProposal.objects.exists()


def test_colleagues_read_it_other_providers_and_who_left_dont(client, trainer, training, planner):
    proposal = proposed(trainer, training, words="Ours alone.")
    colleague = TrainerFactory(works_for=training.resource.provider)
    stranger = TrainerFactory()
    assert "Ours alone." in page(client, colleague, "my_proposals").text
    assert "Ours alone." not in page(client, stranger, "my_proposals").text
    address = reverse("training:withdraw_proposal", args=[proposal.public_id])
    assert client.post(address).status_code == 404

    Membership.objects.filter(person=trainer).update(until=timezone.localdate() - DAY)
    assert page(client, trainer, "my_proposals").status_code == 403
    elsewhere = stranger.memberships.get().organisation
    Membership.objects.create(person=trainer, organisation=elsewhere, role="trainer")
    assert "Ours alone." not in page(client, trainer, "my_proposals").text
    assert client.post(address).status_code == 404
    form = page(client, trainer, "propose_dates").context["form"]
    assert training not in form.fields["training"].queryset
    proposals.decline(proposal=proposal, answer="Not this year.", by=planner)
    run_worker()
    assert not mail.outbox  # whoever left isn't told


def test_another_providers_training_is_no_choice(client, trainer, training):
    foreign = TrainingFactory()
    hidden = TrainingFactory(resource=training.resource, is_published=False)
    for one in (foreign, hidden):
        answer = page(client, trainer, "propose_dates", sent=sent_by(one))
        assert answer.status_code == 422
    assert not DateProposal.objects.exists()


def test_a_provider_has_twenty_proposals_that_wait_at_most(client, trainer, training, planner):
    colleague = TrainerFactory(works_for=training.resource.provider)
    past = proposed(colleague, training, hours=hours_on(0))
    made = [proposed(colleague, training, hours=hours_on(8)) for _n in range(MOST_PROPOSALS - 1)]
    answer = page(client, trainer, "propose_dates", sent=sent_by(training))
    assert "20 proposals of your provider wait for an answer" in answer.text
    assert "Withdraw one" in answer.text
    with pytest.raises(ProposalsEnough):
        proposed(trainer, training)
    with time_machine.travel(past.ends_at, tick=False):  # one can't be answered in time any more
        proposed(trainer, training, hours=hours_on(8))
    for one in made[:2]:
        proposals.decline(proposal=one, answer="No.", by=planner)
    proposed(trainer, training)
    proposed(TrainerFactory(), TrainingFactory())  # another provider isn't bound by it


def test_a_proposal_holds_twenty_dates_at_most(trainer, training):
    with pytest.raises(ProposedDatesEnough):
        proposed(trainer, training, hours=hours_on(*range(MOST_PROPOSED_DATES + 1)))


def test_what_became_of_the_session_is_read_on_the_page(client, trainer, training, planner):
    opened, cancelled, deleted, past = (proposed(trainer, training) for _n in range(4))
    session = plan(opened, training, planner)
    sessions.open_for_enrolment(session=session, by=planner)
    called_off = plan(cancelled, training, planner)
    sessions.open_for_enrolment(session=called_off, by=planner)
    sessions.cancel(session=called_off, by=planner, reason="Ill")
    draft = plan(deleted, training, planner)
    drafts.delete(session=draft, by=planner, now=deleted.ends_at)

    with time_machine.travel(past.ends_at, tick=False):
        rows = page(client, trainer, "my_proposals").context["rows"]

    said = {row.proposal: (row.standing.word, row.outcome) for row in rows}
    assert said == {
        opened: ("Taken up", "The académie made a session of it."),
        cancelled: ("Taken up", "The académie made a session of it, which is cancelled since."),
        deleted: ("Draft deleted", "The académie made a draft of it, and deleted it since."),
        past: (
            "The date is past",
            "The date is over, and no session was made of it. You may propose other dates.",
        ),
    }


def test_the_link_to_the_catalogue_after_a_sentence_has_a_capital(
    client, trainer, training, planner
):
    sent = sent_by(None, title="A podcast in a day")
    page(client, trainer, "propose_dates", sent=sent)

    listed = " ".join(page(client, planner, "proposals").text.split())

    assert ">The catalogue’s trainings</a>" in listed


@pytest.mark.parametrize("name", ["my_proposals", "proposals", "my_sessions", "planning"])
def test_lists_cost_the_same_for_one_and_for_many(
    client,
    trainer,
    training,
    planner,
    name,
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    reader = trainer if name.startswith("my") else planner
    proposed(trainer, training)
    page(client, reader, name)
    with django_assert_max_num_queries(60) as first:
        page(client, reader, name)
    for _n in range(5):
        proposed(
            TrainerFactory(works_for=training.resource.provider),
            TrainingFactory(resource=training.resource),
            hours=hours_on(0, 1, 2),
        )
    with django_assert_num_queries(len(first)):
        page(client, reader, name)

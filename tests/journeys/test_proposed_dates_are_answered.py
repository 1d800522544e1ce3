"""What is said of an answer to proposed dates is true when it is read: in the letter, on the
trainers' page and on the planners' one.
"""

import datetime
import json

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.enums import LetterState, MailRhythm
from courses.mail.models import Letter
from courses.people.models import Membership
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import TrainerFactory
from tests.factories.training import TrainingFactory
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
from training.exceptions import OtherProvidersTraining
from training.models import DateProposal, Session
from training.services import drafts, proposals, sessions
from training.values import MOST_PROPOSED_DATES

__all__ = ["planner", "resource", "trainer", "training"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
FACTS = {
    "language": "fr", "capacity": 20, "open_to": "subscribers", "threshold_percent": 75,
}  # fmt: skip
MOST_IN_A_ROW = [0, 1, 3, 7, 8, 10, 14, 15, 17, 21, 22, 24, 28, 29, 31, 35, 36, 38, 42, 43]


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
    assert "at most 300 characters" in refused.text


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


def test_who_proposed_without_an_email_address_is_not_said_to_get_one(
    client, trainer, training, planner
):
    trainer.email = ""
    trainer.save(update_fields=["email"])
    draft = plan(proposed(trainer, training), training, planner)

    text = page(client, planner, "delete_draft", draft.public_id).text

    assert "gets no email." in text
    assert "read on Passerelle that the proposal waits." in text


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


def test_who_has_no_email_address_is_not_said_to_get_one(client, trainer, training, planner):
    one = proposed(trainer, training)
    trainer.email = None
    trainer.save(update_fields=["email"])
    sent = {f"{one.public_id}-answer": "No room."}
    answer = page(client, planner, "decline_proposal", one.public_id, sent=sent)

    assert "Who proposed the dates gets an email." not in answer.text
    assert "has no email address" in answer.text

"""Participants say what they think of a session; its trainers and the planners read it from five
answers on, without names.
"""

import datetime
import zipfile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.register.services import accounts
from cms.register.services.exports import export
from courses.catalogue.models import Resource
from courses.mail.models import Letter
from courses.people.models import Organisation
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import (
    ProviderFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Attested, EvaluationQuestion, Letters
from training.exceptions import EvaluatedAlready
from training.models import Enrolment, Evaluation
from training.queries.evaluations import participants, participants_among
from training.services import attendance, evaluations
from training.services import enrolment as seats
from training.values import Answers, Decision
from training.views.due import due_for_teacher
from training.views.evaluation import evaluations_due

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
FULLY = dict.fromkeys(EvaluationQuestion.values, 4)
SENT = dict.fromkeys(FULLY, "4")
SENTENCES = [
    "What I learnt is useful for my classes.",
    "The explanations were clear.",
    "The pace and the length suited me.",
    "Online, I could see, hear and take part without trouble.",
]


@pytest.fixture
def trainer():
    return TrainerFactory(language="en")


@pytest.fixture
def session(trainer):
    """Yesterday; the trainer was there throughout."""
    return held(trainer)


def held(trainer, **kwargs):
    session = held_session(led_by=trainer, **kwargs)
    was_there(session.meetings[0], trainer, (0, 90))
    return session


def present(session, **person) -> Enrolment:
    enrolment = seated(session, TeacherFactory(language="en", **person))
    was_there(session.meetings[0], enrolment.teacher, (0, 90))
    return enrolment


def measured(session):
    return attendance.prefill(session.meetings[0].pk)


def closed(session, decisions=None, now=None):
    sheet = measured(session)
    given = absent(sheet) | (decisions or {})
    trainer = session.trainers.get()
    return attendance.close(
        sheet=sheet, by=trainer, revision=sheet.revision, decisions=given, now=now
    )


def answered_by(session, number: int, comment: str = "") -> list[Enrolment]:
    there = [present(session) for _one in range(number)]
    measured(session)
    for place, enrolment in enumerate(there):
        said = f"{comment} {place}" if comment else ""
        evaluations.answer(enrolment=enrolment, answers=Answers(FULLY, said))
    return there


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"training:{name}", args=args))


def results(client, person, session) -> str:
    answer = page(client, person, "evaluation_results", session.public_id)
    assert answer.status_code == 200
    return answer.content.decode()


# Answering


def test_who_was_there_answers_and_changes_the_answers_until_it_closes(client, session):
    enrolment = present(session)
    measured(session)
    address = reverse("training:evaluate", args=[session.public_id])

    shown = page(client, enrolment.teacher, "evaluate", session.public_id).content.decode()
    first = client.post(address, SENT | {"comment": "Too fast."}, follow=True).content.decode()
    client.post(address, SENT | {"pace": "1", "comment": "Too slow."})

    assert [sentence in shown for sentence in SENTENCES] == [True] * 4
    assert "Nothing on health or family." in shown
    assert "Below 5 answers they see their number only" in shown
    assert "until the end of Tuesday 8 December 2026" in first
    evaluation = Evaluation.objects.get()
    assert (evaluation.pace, evaluation.useful, evaluation.comment) == (1, 4, "Too slow.")
    assert evaluation.enrolment == enrolment
    again = client.get(address).content.decode()
    assert "Too slow." in again
    assert "Change my answers" in again


def test_a_first_page_reads_seats_once_however_many_are_over_and_to_come(trainer):
    licence = LicenceFactory()
    costs = []
    for number in (1, 4):
        teacher = TeacherFactory(works_at=licence.school)
        for n in range(number):
            over = held(trainer)
            seated(over, teacher)
            was_there(over.meetings[0], teacher, (0, 90))
            measured(over)
            coming = SessionFactory(
                resource=licence.resource, starts_at=in_a_week() + n * datetime.timedelta(hours=3)
            )
            seats.enrol(session=coming, teacher=teacher)
        person, now = type(teacher).objects.get(pk=teacher.pk), timezone.now()
        with CaptureQueriesContext(connection) as asked:
            due_for_teacher(person, now)
            assert len(evaluations_due(person, now)) == min(number, 3)
        costs.append(len(asked))
        tables = [one["sql"] for one in asked.captured_queries]
        assert sum('FROM "training_enrolment"' in sql for sql in tables) == 1

    assert costs[0] == costs[1] <= 6


def test_a_form_that_lacks_an_answer_keeps_what_was_typed(client, session):
    enrolment = present(session)
    measured(session)
    client.force_login(enrolment.teacher)

    answer = client.post(
        reverse("training:evaluate", args=[session.public_id]),
        {"useful": "9", "clear": "3", "comment": "Too fast."},
    )

    assert answer.status_code == 422
    assert "Too fast." in answer.content.decode()
    assert not Evaluation.objects.exists()


def test_who_is_to_check_answers_once_attested_present_with_some_days_left(client, session):
    teacher = seated(session, TeacherFactory(language="en")).teacher
    sheet = measured(session)
    address = reverse("training:evaluate", args=[session.public_id])

    before = page(client, teacher, "evaluate", session.public_id).content.decode()
    refused = client.post(address, SENT, follow=True).content.decode()
    after_two_weeks = session.ends_at + 15 * DAY
    line = sheet.lines.get(participation__enrolment__teacher=teacher)
    closed(
        session,
        {line.public_id: Decision(Attested.WHOLE, None, "Seen by all.")},
        now=after_two_weeks,
    )
    evaluation = evaluations.answer(
        enrolment=teacher.enrolments.get(),
        answers=Answers(FULLY),
        now=after_two_weeks + 3 * DAY,
    )

    words = "no sheet says so of you so far"
    assert (words in before, words in refused) == (True, True)
    assert evaluation.closes_on == timezone.localdate(after_two_weeks) + 3 * DAY


def test_another_teacher_s_evaluation_and_one_without_a_seat_are_not_there(client, session):
    measured(session)
    other = TeacherFactory()

    read = page(client, other, "evaluate", session.public_id)
    sent = client.post(reverse("training:evaluate", args=[session.public_id]), SENT)

    assert (read.status_code, sent.status_code) == (404, 404)
    assert not Evaluation.objects.exists()


def test_after_it_closes_the_link_is_cut_and_nobody_answers_twice(client, session):
    there = answered_by(session, 2)
    last_day = Evaluation.objects.first().closes_on

    evaluations.close(session.ends_at + 14 * DAY)
    assert Evaluation.objects.filter(enrolment__isnull=False).count() == 2
    evaluations.close(session.ends_at + 15 * DAY)

    assert last_day == timezone.localdate(session.ends_at) + 14 * DAY
    assert Evaluation.objects.filter(enrolment=None).count() == 2
    with pytest.raises(EvaluatedAlready):
        evaluations.answer(enrolment=there[0], answers=Answers(FULLY))
    shown = page(client, there[0].teacher, "evaluate", session.public_id).content.decode()
    assert "can’t be changed any more" in shown


def test_the_database_keeps_one_evaluation_an_enrolment(session):
    enrolment = answered_by(session, 1)[0]
    twice = Evaluation(session=session, enrolment=enrolment, closes_on=timezone.localdate())
    for name in FULLY:
        setattr(twice, name, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_the_first_page_and_my_trainings_lead_there_until_it_is_answered(client, session):
    enrolment = present(session)
    measured(session)
    address = reverse("training:evaluate", args=[session.public_id])
    client.force_login(enrolment.teacher)

    def linked() -> list[bool]:
        pages = [reverse("today:home"), reverse("training:mine"), session.get_absolute_url()]
        return [address in client.get(one).content.decode() for one in pages]

    before = linked()
    client.post(address, SENT)

    assert before == [True, True, True]
    assert linked() == [False, True, True]  # changed from there


def test_who_answers_before_the_end_is_not_asked_again_until_it_is_over(client, trainer):
    session = held(trainer, starts_at=timezone.now() - 85 * MINUTE)
    enrolment = present(session)
    measured(session)
    address = reverse("training:evaluate", args=[session.public_id])
    client.force_login(enrolment.teacher)

    before = client.get(reverse("today:home")).text
    client.post(address, SENT)

    assert address in before
    assert address not in client.get(reverse("today:home")).text


# Reading


def test_evaluations_from_three_people_are_a_number_for_the_provider_and_not_enough_for_the_adviser(
    client, session, trainer, planner
):
    answered_by(session, 3, "So it went")

    read = [results(client, person, session) for person in (trainer, planner)]

    for shown in read:
        assert "3 answers" in shown
        assert "Not enough answers" in shown
        assert "So it went" not in shown
        assert [sentence in shown for sentence in SENTENCES] == [False] * 4


def test_from_five_answers_on_trainers_and_planners_read_the_same_sentences_without_names(
    client, session, trainer, planner
):
    there = answered_by(session, 4, "So it went")
    last = present(session)
    measured(session)
    evaluations.answer(enrolment=last, answers=Answers(FULLY | {"pace": 2}))

    for person in (trainer, planner):
        shown = " ".join(results(client, person, session).split())
        assert "5 answers" in shown
        assert [sentence in shown for sentence in SENTENCES] == [True] * 4
        assert "4 of 5, 80 %" in shown
        assert "1 of 5, 20 %" in shown
        assert "So it went 3" in shown
        for enrolment in [*there, last]:
            assert enrolment.teacher.family_name not in shown
            assert enrolment.public_id not in shown


def test_other_trainers_and_teachers_read_nothing(client, session):
    there = answered_by(session, 5)
    other = TrainerFactory(works_for=session.resource.provider)

    statuses = [
        page(client, person, "evaluation_results", session.public_id).status_code
        for person in (other, there[0].teacher)
    ]

    assert statuses == [404, 403]


def test_results_cost_the_same_for_five_answers_and_thirty(client, session, planner):
    answered_by(session, 5, "So it went")
    few = _cost(client, session, planner)
    answered_by(session, 25, "So it went")

    assert _cost(client, session, planner) == few


def _cost(client, session, planner) -> int:
    client.force_login(planner)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("training:evaluation_results", args=[session.public_id]))
    return len(asked)


# A comment that names somebody


def hidden(client, planner, evaluation, reason="It names a student.", digest=None):
    client.force_login(planner)
    name = evaluation.public_id
    return client.post(
        reverse("training:hide_comment", args=[name]),
        {f"{name}-reason": reason, f"{name}-digest": digest or evaluation.comment_digest},
    )


def test_a_refused_reason_to_hide_a_comment_can_be_read_by_its_address(client, session, planner):
    there = answered_by(session, 5)
    evaluation = Evaluation.objects.get(enrolment=there[0])
    refused = hidden(client, planner, evaluation, reason="")
    read = client.get(reverse("training:hide_comment", args=[evaluation.public_id]))

    assert refused.status_code == 422
    assert read.status_code == 302
    assert read.url == reverse("training:evaluation_results", args=[session.public_id])


def test_a_comment_that_names_a_student_is_hidden_by_the_adviser_with_a_trace(
    client, session, trainer, planner
):
    """The hint before sending is in the form."""
    there = answered_by(session, 5)
    evaluations.answer(enrolment=there[0], answers=Answers(FULLY, "Léo Martel laughed."))
    evaluation = Evaluation.objects.get(enrolment=there[0])
    form = page(client, there[0].teacher, "evaluate", session.public_id).content.decode()
    assert "Name nobody, no colleague and no student." in form

    assert hidden(client, planner, evaluation).status_code == 302

    read = results(client, trainer, session)
    assert "Léo Martel" not in read
    assert "It names a student." not in read
    assert "1 comment is hidden" in read
    assert "5 answers" in read
    traced = results(client, planner, session)
    assert planner.display_name in traced
    assert "It names a student." in traced
    entry = ModelLogEntry.objects.get(action="training.hide_comment")
    assert (entry.user, entry.data["reason"]) == (planner, "It names a student.")
    told = page(client, there[0].teacher, "evaluate", session.public_id).content.decode()
    assert "Your comment was hidden by the académie" in told

    evaluations.answer(enrolment=there[0], answers=Answers(FULLY, "Somebody laughed."))
    assert "Somebody laughed." in results(client, trainer, session)


def test_hiding_needs_a_reason_and_the_words_that_were_read(client, session, planner):
    there = answered_by(session, 5, "Léo Martel laughed")
    evaluation = Evaluation.objects.get(enrolment=there[0])
    read = evaluation.comment_digest

    without = hidden(client, planner, evaluation, reason="")
    evaluations.answer(enrolment=there[0], answers=Answers(FULLY, "Good."))
    changed = hidden(client, planner, evaluation, digest=read)

    assert without.status_code == 422
    assert changed.status_code == 302
    assert not Evaluation.objects.filter(hidden_at__isnull=False).exists()


def test_nobody_else_hides_a_comment_and_nobody_hides_what_nobody_reads(
    client, session, trainer, planner
):
    there = answered_by(session, 3, "Léo Martel laughed")
    evaluation = Evaluation.objects.get(enrolment=there[0])

    by_trainer = hidden(client, trainer, evaluation)
    by_planner = hidden(client, planner, evaluation)

    assert (by_trainer.status_code, by_planner.status_code) == (403, 302)
    assert not Evaluation.objects.filter(hidden_at__isnull=False).exists()


def test_a_hidden_comment_is_shown_again_until_its_text_is_erased(client, session, planner):
    there = answered_by(session, 5, "It went")
    first, second = (Evaluation.objects.get(enrolment=one) for one in there[:2])
    for evaluation in (first, second):
        hidden(client, planner, evaluation)
    again = reverse("training:show_comment", args=[first.public_id])

    client.post(again)
    evaluations.close(timezone.now() + 14 * DAY)
    client.post(reverse("training:show_comment", args=[second.public_id]))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_hidden, first.comment) == (False, "It went 0")
    assert (second.is_hidden, second.comment) == (True, "")


# Letters


def letters() -> list[str]:
    return list(Letter.objects.values_list("kind", flat=True).order_by("pk"))


def test_the_certificate_s_letter_asks_and_no_other_letter_goes(session, mailoutbox):
    teacher = present(session).teacher
    closed(session)
    run_worker()

    evaluations.ask(timezone.now())
    evaluations.ask(session.ends_at + 5 * DAY)

    assert letters() == [Letters.CERTIFICATE_ISSUED]
    body = mailoutbox[0].body
    assert reverse("training:evaluate", args=[session.public_id]) in body
    assert "until the end of Tuesday 8 December 2026" in body
    assert teacher.email in mailoutbox[0].to[0]


def test_who_gets_no_certificate_gets_one_letter_once_the_sheets_are_closed(session, mailoutbox):
    partly = seated(session, TeacherFactory(language="en"))
    was_there(session.meetings[0], partly.teacher, (0, 30))
    seated(session)  # never seen
    measured(session)
    evaluations.ask(timezone.now())
    before = letters()
    closed(session)

    for hours in (0, 1, 30):
        evaluations.ask(timezone.now() + datetime.timedelta(hours=hours))
    run_worker()

    assert (before, letters()) == ([], [Letters.EVALUATION_OPEN])
    assert partly.teacher.email in mailoutbox[0].to[0]
    assert "This is the only email about it." in mailoutbox[0].body


def test_three_days_after_a_session_whose_sheet_stays_open_those_seen_are_asked_once(
    session, mailoutbox
):
    enrolment = present(session)
    answered = present(session)
    measured(session)
    evaluations.answer(enrolment=answered, answers=Answers(FULLY))

    early = evaluations.ask(session.ends_at + 3 * DAY - datetime.timedelta(minutes=1))
    due = [evaluations.ask(session.ends_at + days * DAY) for days in (3, 4)]
    sheet = closed(session)
    run_worker()

    assert (early, due) == (0, [1, 0])
    assert sheet.is_closed
    to_them = [mail for mail in mailoutbox if enrolment.teacher.email in mail.to[0]]
    asked = [mail for mail in to_them if "/evaluation/" in mail.body]
    assert [mail.subject for mail in asked] == [f"What did you think of “{session.title}”?"]


@pytest.mark.parametrize(
    ("old_stays", "named"), [(False, "from New Vendor,"), (True, "from New Vendor and Old Vendor,")]
)
def test_after_a_takeover_pages_and_letter_name_for_whom_those_work_who_read(
    client, session, trainer, planner, mailoutbox, old_stays, named
):
    Organisation.objects.filter(pk=session.provider_id).update(name="Old Vendor")
    new = ProviderFactory(name="New Vendor")
    newcomer = TrainerFactory(works_for=new, language="en")
    Resource.objects.filter(pk=session.resource.pk).update(provider=new)
    session.trainers.set([trainer, newcomer] if old_stays else [newcomer])
    enrolment = present(session)
    measured(session)
    evaluations.ask(session.ends_at + 3 * DAY)
    run_worker()

    form = page(client, enrolment.teacher, "evaluate", session.public_id).text
    asked = page(client, enrolment.teacher, "my_questions", session.public_id).text
    told = results(client, newcomer, session)
    [letter] = [one.body for one in mailoutbox if enrolment.teacher.email in one.to[0]]

    for words in (form, told, letter):
        assert named in " ".join(words.split())
    assert f"Whoever leads the session for {named[5:]}" in " ".join(asked.split())
    before = page(client, trainer, "evaluation_results", session.public_id).status_code
    assert before == (200 if old_stays else 404)


# Who can be asked, by the database for everybody and in Python on one's own pages

SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after_the_end", "state", "seat", "is_found"),
    [
        pytest.param(-10 * MINUTE - SECOND, "open", "confirmed", False, id="too early"),
        pytest.param(-10 * MINUTE, "open", "confirmed", True, id="ten minutes before the end"),
        pytest.param(91 * DAY - SECOND, "closed", "to_confirm", True, id="until 91 days later"),
        pytest.param(91 * DAY, "closed", "confirmed", False, id="too late"),
        pytest.param(DAY, "cancelled", "confirmed", False, id="cancelled"),
        pytest.param(DAY, "open", "cancelled", False, id="a seat given back"),
    ],
)
def test_pages_and_sweep_find_the_same_participants(session, after_the_end, state, seat, is_found):
    enrolment = present(session)
    measured(session)
    enrolment.state = seat
    enrolment.right_ended_at = timezone.now() if seat == "to_confirm" else None
    enrolment.save()
    session.state, session.cancel_reason = state, "Ill" if state == "cancelled" else ""
    session.save()
    enrolment.session, now = session, session.ends_at + after_the_end

    by_database = participants(now, of=enrolment.teacher)
    among = participants_among([enrolment], now)

    found = [enrolment] if is_found else []
    assert [one.enrolment for one in by_database] == found
    assert [one.enrolment for one in among] == found


# The register


def test_one_s_own_answers_are_in_one_s_own_data_until_the_link_is_cut(session):
    enrolment = present(session)
    measured(session)
    evaluations.answer(enrolment=enrolment, answers=Answers(FULLY, "Too fast."))

    linked = own_data(enrolment.teacher)
    evaluations.close(session.ends_at + 15 * DAY)

    assert "Too fast." in linked
    assert "Too fast." not in own_data(enrolment.teacher)


def own_data(person) -> str:
    with zipfile.ZipFile(export(person=person, by=person)) as file:
        return "".join(file.read(name).decode() for name in file.namelist())


def test_an_erased_account_leaves_answers_without_an_owner(session):
    enrolment = present(session)
    measured(session)
    evaluations.answer(enrolment=enrolment, answers=Answers(FULLY, "Too fast."))

    accounts.erase_account(person=enrolment.teacher)

    assert Evaluation.objects.get().enrolment is None

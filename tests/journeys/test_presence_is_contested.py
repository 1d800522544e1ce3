"""A teacher reads their own presence in a session, contests it, and gets an answer."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.attendance import came_as_guest, held_session, seated, was_there
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.enums import ContestAnswer, ContestReason, Letters
from training.exceptions import SameMinutes
from training.models import PresenceContest, SheetCorrection, SheetLine
from training.services import attendance, contests
from training.values import Claim

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def session():
    """An hour and a half yesterday; the trainer was there from the seventh minute on."""
    session = held_session()
    was_there(session.meetings[0], session.trainers.get(), (7, 90))
    return session


@pytest.fixture
def teacher():
    return TeacherFactory(given_name="Anne", family_name="Delaunay", language="en")


def closed(session, **line):
    meeting = session.meetings[0]
    sheet = attendance.prefill(meeting.pk)
    return attendance.close(sheet=sheet, by=session.trainers.get(), revision=sheet.revision)


def line_of(session, teacher):
    return session.sheets.get().lines.get(participation__enrolment__teacher=teacher)


def page(client, session, teacher):
    client.force_login(teacher)
    return client.get(reverse("training:presence", args=[session.public_id])).content.decode()


def sent(line, minutes, why=ContestReason.LINE_CUT, words=""):
    name = line.public_id
    return {f"{name}-why": why, f"{name}-minutes": minutes, f"{name}-words": words}


def answered(contest, answer, words, minutes=""):
    name = contest.public_id
    return {f"{name}-answer": answer, f"{name}-minutes": minutes, f"{name}-words": words}


def contested(session, teacher, minutes=69) -> PresenceContest:
    return contests.contest(
        line=line_of(session, teacher), claim=Claim(ContestReason.LINE_CUT, minutes), by=teacher
    )


def answer_of(mailoutbox) -> str:
    return next(one.body for one in mailoutbox if "An answer about your minutes" in one.subject)


def test_a_teacher_reads_stays_minutes_length_threshold_and_verdict(client, session, teacher):
    seated(session, teacher)
    was_there(session.meetings[0], teacher, (21, 45), (55, 90))
    closed(session)

    shown = page(client, session, teacher)

    assert "59 min of 83: 4 min short of the certificate" in shown
    assert "14:51 to 15:15" in shown
    assert "15:25 to 16:00" in shown
    assert "83 min, from 14:37 to 16:00" in shown.replace("\n", " ").replace("    ", "")
    assert "The threshold is 75 % of the real length: 63 min." in shown
    assert "They are no working time" in shown
    assert "59 min attested" in shown


def test_stays_of_a_line_that_drops_three_times_are_added_and_two_devices_count_once(
    client, session, teacher
):
    seated(session, teacher)
    meeting = session.meetings[0]
    was_there(meeting, teacher, (10, 20), (30, 40), (50, 60), device="laptop")
    was_there(meeting, teacher, (15, 35), device="telephone")
    closed(session)

    shown = page(client, session, teacher)

    assert "40 min of 83" in shown
    assert shown.count('<th scope="row">') == 3  # 10 to 40, 50 to 60, and the total


def test_another_teacher_s_presence_is_not_there(client, session, teacher):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    other = TeacherFactory()
    client.force_login(other)

    read = client.get(reverse("training:presence", args=[session.public_id]))
    sent_in = client.post(
        reverse("training:contest_presence", args=[line.public_id]), sent(line, 80)
    )

    assert (read.status_code, sent_in.status_code) == (404, 404)
    assert not PresenceContest.objects.exists()


def line_of_closed(session, teacher):
    was_there(session.meetings[0], teacher, (30, 80))
    closed(session)
    return line_of(session, teacher)


def test_a_contest_is_answered_on_the_sheet_and_both_versions_are_kept(client, session, teacher):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    planner = PlannerFactory(language="en")
    client.force_login(teacher)

    answer = client.post(
        reverse("training:contest_presence", args=[line.public_id]),
        sent(line, 69, words="Cut from 15:15 to 15:25."),
    )

    assert answer.status_code == 302
    contest = PresenceContest.objects.get()
    assert (contest.counted_minutes, contest.minutes) == (50, 69)
    assert list(Letter.objects.filter(kind=Letters.PRESENCE_CONTESTED).values_list("to")) == [
        (planner.pk,)
    ]
    client.force_login(planner)
    assert (
        "1 contest of minutes waits for an answer"
        in client.get(reverse("today:home")).content.decode()
    )
    sheet = client.get(reverse("training:sheet", args=[line.sheet.public_id])).content.decode()
    assert "Cut from 15:15 to 15:25." in sheet

    client.post(
        reverse("training:answer_contest", args=[contest.public_id]),
        answered(contest, "changed", "The log of the server shows it.", 69),
    )

    contest.refresh_from_db()
    line.refresh_from_db()
    assert contest.answer == ContestAnswer.CHANGED
    assert (line.attested_minutes, contest.correction.minutes) == (50, 69)
    assert teacher.certificates.count() == 1  # the threshold is 63 min
    assert Letter.objects.get(kind=Letters.PRESENCE_ANSWERED).to == teacher
    shown = page(client, session, teacher)
    for words in ("50 min attested", "corrected to 69 min", "The log of the server shows it."):
        assert words in shown
    client.force_login(planner)
    assert "contest of minutes waits" not in client.get(reverse("today:home")).content.decode()


def test_minutes_that_are_kept_stay_and_the_teacher_reads_why(client, session, teacher, mailoutbox):
    seated(session, teacher)
    line_of_closed(session, teacher)
    planner = PlannerFactory(language="en")
    contest = contested(session, teacher)
    run_worker()
    assert "Minutes contested" in mailoutbox[-1].subject
    client.force_login(planner)

    client.post(
        reverse("training:answer_contest", args=[contest.public_id]),
        answered(contest, "kept", "Nobody heard you after 15:50."),
    )

    run_worker()
    assert not SheetCorrection.objects.exists()
    assert "50 min still count" in mailoutbox[-1].body
    assert "Nobody heard you after 15:50." in mailoutbox[-1].body
    shown = page(client, session, teacher)
    assert "The minutes stay as they are." in shown
    assert "Contest these minutes" not in shown
    assert reverse("register:personal_data") + "#corrections" in shown


def test_an_answer_without_words_or_without_minutes_is_shown_again(client, session, teacher):
    seated(session, teacher)
    line_of_closed(session, teacher)
    contest = contested(session, teacher)
    client.force_login(PlannerFactory(language="en"))
    address = reverse("training:answer_contest", args=[contest.public_id])

    for form in (answered(contest, "kept", ""), answered(contest, "changed", "Seen.")):
        answer = client.post(address, form)
        assert answer.status_code == 422
    assert "Say how many minutes count from now on." in answer.content.decode()
    read = client.get(address)  # as by the page's link to the other language
    assert read.status_code == 302
    assert read.url == reverse("training:sheet", args=[session.sheets.get().public_id])
    contest.refresh_from_db()
    assert contest.is_open


def test_minutes_typed_where_they_stay_are_refused_in_words(client, session, teacher):
    seated(session, teacher)
    line_of_closed(session, teacher)
    contest = contested(session, teacher)
    client.force_login(PlannerFactory(language="en"))

    answer = client.post(
        reverse("training:answer_contest", args=[contest.public_id]),
        answered(contest, "kept", "Seen.", 80),
    )

    assert answer.status_code == 422
    assert "Leave this empty where the minutes stay" in answer.content.decode()
    contest.refresh_from_db()
    assert contest.is_open


def test_a_correction_made_meanwhile_is_the_answer(client, session, teacher, mailoutbox):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    contest = contested(session, teacher)
    correction = attendance.correct(
        line=line, minutes=69, reason="Heard until the end.", by=session.trainers.get()
    )
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    now = "The sheet was corrected since: 69 min count now."
    sheet = client.get(reverse("training:sheet", args=[line.sheet.public_id])).content.decode()
    assert now in sheet
    assert now in page(client, session, teacher)

    client.force_login(planner)
    for _tap in range(2):
        contests.answer(contest=contest, minutes=69, words="Corrected already.", by=planner)

    contest.refresh_from_db()
    assert (contest.answer, contest.correction) == (ContestAnswer.CHANGED, correction)
    assert SheetCorrection.objects.count() == 1
    run_worker()
    assert "they are corrected, 50 min before, 69 min now" in answer_of(mailoutbox)
    assert now not in page(client, session, teacher)


def test_minutes_kept_after_a_correction_are_said_as_they_count_now(
    client, session, teacher, mailoutbox
):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    contest = contested(session, teacher, minutes=83)
    attendance.correct(line=line, minutes=69, reason="Heard.", by=session.trainers.get())

    contests.answer(contest=contest, minutes=None, words="No more than that.", by=PlannerFactory())

    run_worker()
    said = answer_of(mailoutbox)
    assert "50 min counted" in said
    assert "69 min count now" in said
    assert "still count" not in said
    assert "69 min count now" in page(client, session, teacher)


def test_an_earlier_correction_is_no_answer_to_what_was_contested_after_it(session, teacher):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    attendance.correct(line=line, minutes=60, reason="Heard.", by=session.trainers.get())
    contest = contested(session, teacher)

    with pytest.raises(SameMinutes):
        contests.answer(contest=contest, minutes=60, words="So.", by=PlannerFactory())


def test_a_double_tap_is_one_contest_and_one_answer(client, session, teacher):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    planner = PlannerFactory()
    claim = Claim(ContestReason.OTHER, 69, "I was there.")

    twice = {contests.contest(line=line, claim=claim, by=teacher).pk for _tap in range(2)}
    contest = PresenceContest.objects.get()
    for _tap in range(2):
        contests.answer(contest=contest, minutes=69, words="So it was.", by=planner)

    assert twice == {contest.pk}
    assert SheetCorrection.objects.count() == 1
    assert Letter.objects.filter(kind=Letters.PRESENCE_ANSWERED).count() == 1


def test_after_fourteen_days_the_page_names_the_way_of_personal_data(
    client, session, teacher, time_machine
):
    seated(session, teacher)
    line_of_closed(session, teacher)
    last_day = timezone.localtime() + 14 * DAY

    time_machine.move_to(last_day.replace(hour=23, minute=30))
    assert "Contest these minutes" in page(client, session, teacher)
    time_machine.move_to(last_day + DAY)
    shown = page(client, session, teacher)

    assert "Contest these minutes" not in shown
    assert "The sheet was closed more than 14 days ago." in shown
    assert reverse("register:personal_data") + "#corrections" in shown


def test_a_trainer_sees_that_minutes_are_contested_but_neither_name_nor_words(
    client, session, teacher
):
    seated(session, teacher)
    line = line_of_closed(session, teacher)
    contests.contest(
        line=line, claim=Claim(ContestReason.OTHER, 69, "I sat beside Mrs Bertin."), by=teacher
    )
    trainer = session.trainers.get()
    trainer.language = "en"
    trainer.save()
    client.force_login(trainer)

    shown = client.get(reverse("training:sheet", args=[line.sheet.public_id])).content.decode()

    assert "Contested minutes" in shown
    assert "I sat beside Mrs Bertin." not in shown
    assert "Delaunay" not in shown


def test_an_open_sheet_is_to_check_and_dates_before_enrolment_are_no_absences(
    client, session, teacher
):
    enrolment = seated(session, teacher)
    attendance.prefill(session.meetings[0].pk)

    shown = page(client, session, teacher)
    assert "To check: the trainer hasn’t closed the sheet yet." in shown
    assert "Contest these minutes" not in shown

    session.sheets.get().lines.filter(participation__enrolment=enrolment).delete()
    enrolment.participations.all().delete()
    type(enrolment).objects.filter(pk=enrolment.pk).update(asked_at=timezone.now())
    assert "Before your enrolment: this is no absence." in page(client, session, teacher)


def test_my_trainings_lead_to_my_presence(client, session, teacher):
    seated(session, teacher)
    client.force_login(teacher)

    shown = client.get(reverse("training:mine")).content.decode()

    assert reverse("training:presence", args=[session.public_id]) in shown


@pytest.mark.parametrize("meetings", [1, 4])
def test_the_page_costs_the_same_for_one_meeting_and_for_four(
    client, teacher, django_assert_max_num_queries, meetings
):
    start = timezone.localtime() - 10 * DAY
    hours = [
        Hours(start + n * DAY, start + n * DAY + datetime.timedelta(hours=1))
        for n in range(meetings)
    ]
    session = held_session(hours=hours)
    seated(session, teacher)
    trainer = session.trainers.get()
    for meeting in session.meetings:
        was_there(meeting, trainer, (0, 60))
        was_there(meeting, teacher, (0, 30))
        sheet = attendance.prefill(meeting.pk)
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    for line in SheetLine.objects.filter(participation__enrolment__teacher=teacher):
        contests.contest(line=line, claim=Claim(ContestReason.LINE_CUT, 55), by=teacher)
    client.force_login(teacher)

    with django_assert_max_num_queries(22):
        client.get(reverse("training:presence", args=[session.public_id]))


# One's own minutes


@pytest.fixture
def planner_who_teaches(teacher):
    """The teacher plans trainings, too."""
    role = PlannerFactory().memberships.get()
    role.pk, role.person = None, teacher
    role.save()
    return teacher


def test_nobody_corrects_their_own_minutes(client, session, planner_who_teaches):
    seated(session, planner_who_teaches)
    was_there(session.meetings[0], planner_who_teaches, (7, 50))
    line = line_of_closed(session, planner_who_teaches)
    client.force_login(planner_who_teaches)

    address = reverse("training:correct_line", args=[line.public_id])
    answer = client.post(address, {"minutes": 83, "reason": "I was there."})

    assert answer.status_code == 422
    assert "You can’t correct your own minutes." in answer.content.decode()
    assert not SheetCorrection.objects.exists()


def test_nobody_says_that_a_guest_was_oneself(client, session, planner_who_teaches):
    came_as_guest(session.meetings[0], "Telephone", (7, 90))
    attendance.prefill(session.meetings[0].pk)
    guest = SheetLine.objects.get(participation=None)
    client.force_login(planner_who_teaches)

    address = reverse("training:regularise_guest", args=[guest.public_id])
    form = {"teacher": planner_who_teaches.public_id, "reason": "It was me."}
    page = client.post(address, form, follow=True).content.decode()

    assert "You can’t say yourself that this guest was you" in page
    assert not session.enrolments.exists()


def test_a_planner_s_own_contest_has_no_form(client, session, planner_who_teaches):
    seated(session, planner_who_teaches)
    line = line_of_closed(session, planner_who_teaches)
    contested(session, planner_who_teaches)
    client.force_login(planner_who_teaches)

    shown = client.get(reverse("training:sheet", args=[line.sheet.public_id])).content.decode()

    assert "Another training planner answers." in shown
    assert "Send the answer" not in shown


def test_the_page_says_what_a_certificate_states_that_the_sheets_no_longer_do(
    client, session, teacher
):
    seated(session, teacher)
    was_there(session.meetings[0], teacher, (7, 90))
    line = line_of_closed(session, teacher)

    attendance.correct(line=line, minutes=3, reason="It was somebody else.", by=PlannerFactory())

    shown = page(client, session, teacher)
    assert "Your certificate states 83 min, and stays valid." in shown
    assert "short of the certificate" not in shown

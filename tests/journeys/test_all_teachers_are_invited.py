"""By one press a planner invites every teacher who may attend a session: once, each in their language,
with a way to have no more of these emails.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.exceptions import SessionNotOpen
from training.models import Enrolment, Invitation, NoInvitations
from training.queries.invitations import no_invitations_path, teachers_to_invite
from training.services import enrolment as enrolments
from training.services import invitations, sessions

pytestmark = pytest.mark.django_db(transaction=True)

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
A_MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def session(licence):
    return SessionFactory(resource=licence.resource)


def run_for(minutes: int) -> None:
    for number in range(minutes):
        with time_machine.travel(timezone.now() + number * A_MINUTE, tick=True):
            run_worker()


def invited() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def by_planner(client, session):
    client.force_login(PlannerFactory(language="en"))
    return reverse("training:invite", args=[session.public_id])


def test_whoever_may_attend_gets_one_email_in_their_language(client, session, licence):
    french, english = (
        TeacherFactory(works_at=licence.school, language=one) for one in ("fr", "en")
    )
    TeacherFactory()  # whose school has no licence
    TeacherFactory(works_at=licence.school, email=None)
    page = by_planner(client, session)
    assert "2 teachers at most get an email" in client.get(page).content.decode()

    for _twice in range(2):
        client.post(page)
    run_for(3)

    assert len(mail.outbox) == 2
    letters = {message.to[0].split("<")[-1].strip(">"): message for message in mail.outbox}
    assert "Une formation en ligne" in letters[french.email].body
    assert "An online training on" in letters[english.email].body
    shown = client.get(page).content.decode()
    assert "2 teachers are written to" in shown
    assert "All emails are written." in shown


def test_who_is_in_it_already_is_not_invited(session, licence):
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    other = TeacherFactory(works_at=licence.school)
    run_worker()
    mail.outbox.clear()

    invitations.invite(session=session, by=PlannerFactory())
    run_for(2)

    (letter,) = mail.outbox
    assert other.email in letter.to[0]


def test_batch_after_batch_everybody_is_written_to_once(session, licence, monkeypatch):
    monkeypatch.setattr(invitations, "BATCH", 2)
    teachers = TeacherFactory.create_batch(5, works_at=licence.school)
    invitation = invitations.invite(session=session, by=PlannerFactory())

    run_for(5)
    invitations.write_batch(invitation.pk, 0)  # a task that runs twice
    run_for(5)

    assert len(mail.outbox) == len(teachers)
    assert Invitation.objects.get().written == 5
    assert Invitation.objects.get().done_at


def test_the_mail_programs_own_button_ends_these_emails(client, session, licence):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    invitations.invite(session=session, by=PlannerFactory())
    run_for(2)
    (letter,) = mail.outbox
    sent = letter.message()
    url = sent["List-Unsubscribe"].strip("<>")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in letter.body

    path = "/" + url.split("/", 3)[3]
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert NoInvitations.objects.filter(person=teacher).exists()
    mail.outbox.clear()
    other = SessionFactory(resource=licence.resource)
    invitations.invite(session=other, by=PlannerFactory())
    run_for(2)
    assert mail.outbox == []


def test_only_looking_at_the_page_changes_nothing_and_a_press_brings_them_back(client, licence):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    path = no_invitations_path(teacher)
    assert "You are invited to trainings" in client.get(path).content.decode()
    assert not NoInvitations.objects.exists()

    client.post(path, {"wanted": "no"})
    assert "You get no more invitations" in client.get(path).content.decode()
    client.post(path, {"wanted": "yes"})

    assert not NoInvitations.objects.exists()


def test_a_link_that_is_not_ours_is_not_found(client, licence):
    teacher = TeacherFactory(works_at=licence.school)
    forged = reverse("training_open:no_invitations", args=[teacher.public_id])

    assert client.get(forged, follow=True).status_code == 404
    assert client.post(forged, {"wanted": "no"}).status_code == 404


def test_nobody_is_invited_to_a_draft(licence):
    draft = SessionFactory(resource=licence.resource, state=SessionState.DRAFT)

    with pytest.raises(SessionNotOpen):
        invitations.invite(session=draft, by=PlannerFactory())
    assert not Invitation.objects.exists()


def test_cancelled_meanwhile_nobody_else_is_written_to(session, licence):
    TeacherFactory(works_at=licence.school)
    invitations.invite(session=session, by=PlannerFactory())
    session.state, session.cancel_reason = SessionState.CANCELLED, "Grève"
    session.save()

    run_for(2)

    assert mail.outbox == []
    assert not Invitation.objects.get().done_at


def test_restored_the_others_are_written_to_after_all(session, licence):
    TeacherFactory(works_at=licence.school)
    invitations.invite(session=session, by=PlannerFactory())
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")
    run_for(2)
    sessions.restore(session=session, by=PlannerFactory())

    run_for(63)

    assert Letter.objects.filter(kind=Letters.INVITED, state=LetterState.SENT).count() == 1
    assert Invitation.objects.get().done_at


def test_who_answered_leads_it_or_is_in_another_date_is_not_invited(session, licence):
    gone, elsewhere, leads = TeacherFactory.create_batch(3, works_at=licence.school)
    seat = enrolments.enrol(session=session, teacher=gone)
    enrolments.cancel(enrolment=seat, by=gone)
    other = SessionFactory(resource=licence.resource, training=session.training)
    enrolments.enrol(session=other, teacher=elsewhere)
    session.trainers.add(leads)

    assert not teachers_to_invite(session, now=timezone.now()).exists()


def test_whose_date_was_cancelled_or_is_over_is_invited_to_another_one(client, session, licence):
    cancelled, attended = TeacherFactory.create_batch(2, works_at=licence.school)
    one, other = (
        SessionFactory(resource=licence.resource, training=session.training) for _each in range(2)
    )
    enrolments.enrol(session=one, teacher=cancelled)
    sessions.cancel(session=one, by=PlannerFactory(), reason="Grève")
    Enrolment.objects.held().delete()
    assert list(teachers_to_invite(session, now=timezone.now())) == [cancelled, attended]
    enrolments.enrol(session=other, teacher=attended)

    assert list(teachers_to_invite(session, now=timezone.now())) == [cancelled]
    assert list(teachers_to_invite(session, now=other.ends_at)) == [cancelled, attended]


def test_with_nobody_to_invite_the_page_says_who_is_left_out(client, session, licence):
    elsewhere = TeacherFactory(works_at=licence.school)
    other = SessionFactory(resource=licence.resource, training=session.training)
    enrolments.enrol(session=other, teacher=elsewhere)

    shown = client.get(by_planner(client, session)).content.decode()

    assert "has a seat or waits in it or in another date of the training" in shown


def test_who_took_another_date_since_the_press_gets_no_email(session, licence):
    teacher = TeacherFactory(works_at=licence.school)
    other = SessionFactory(resource=licence.resource, training=session.training)
    invitation = invitations.invite(session=session, by=PlannerFactory())
    invitations.write_batch(invitation.pk, 0)
    enrolments.enrol(session=other, teacher=teacher)

    run_for(2)

    assert not [one for one in mail.outbox if "invited" in one.subject]
    assert Letter.objects.filter(kind=Letters.INVITED).count() == 1


def test_while_nobody_can_enrol_the_page_says_why_and_after_the_start_what_was_written(
    client, session, licence, monkeypatch
):
    monkeypatch.setattr(invitations, "BATCH", 1)
    TeacherFactory.create_batch(3, works_at=licence.school)
    page = by_planner(client, session)
    client.post(page)
    assert "The emails are about to be written" in client.get(page).content.decode()
    run_worker()
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")

    shown = client.get(page).content.decode()
    assert "1 teacher is written to" in shown
    assert "This session is cancelled." in shown
    assert "No emails are written until teachers can enrol again" in shown
    with time_machine.travel(session.starts_at + A_MINUTE, tick=True):
        client.force_login(PlannerFactory(language="en"))
        run_worker()
        shown = client.get(page).content.decode()

    assert "The session has begun: no more emails are written." in shown
    assert "All emails are written." not in shown


def test_once_it_has_begun_the_planner_reads_a_planner_s_sentence(client, licence):
    start = in_a_week()
    hours = [Hours(start + n * DAY, start + n * DAY + HOUR) for n in range(3)]
    series = SessionFactory(resource=licence.resource, hours=hours)
    client.force_login(PlannerFactory(language="en"))
    with time_machine.travel(start + 2 * HOUR, tick=True):
        page = client.get(reverse("training:invite", args=[series.public_id])).text

    assert "The session has begun: nobody is invited any more." in page
    assert "enrol by yourself" not in page

"""A letter is a row of its reason's transaction; the worker sends it; nothing is lost, nothing goes
twice.
"""

import datetime
import email
import email.policy
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.today.services import checks_of_jobs
from courses.mail import documents
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import NO_ADDRESS, Letter
from courses.mail.queries import given_up
from courses.mail.values import wait_before_next_try
from tests.factories.mail import BROKEN, CERTIFICATE, NOT_NEEDED, NOTE
from tests.factories.people import PersonFactory, TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


NOW = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    """The hour, moved by the story."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mail_server(settings):
    """A pretend mail server: `is_down` is a switch, `got` what it accepted."""

    class Server:
        is_down = False
        got: list = []

        def fails(self, message) -> bool:
            if not self.is_down:
                self.got.append(message)
            return self.is_down

    server = Server()
    server.got = []
    settings.MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
    settings.PRETEND_MAIL_FAILS = server.fails
    return server


def test_a_letter_goes_in_the_readers_language_and_its_record_stays():
    teacher = TeacherFactory(language="fr", given_name="Inès")

    letter = outbox.post(NOTE, to=teacher, key="reason", details={"subject": "Séance déplacée"})
    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.address, letter.subject, letter.attempts) == (
        LetterState.SENT,
        teacher.email,
        "Séance déplacée",
        1,
    )
    opened = documents.opened(letter)
    assert opened.text == "Inès, fr\n"
    assert opened.html.strip() == "<p>Inès, fr</p>"
    assert dict(opened.headers)["Subject"] == "Séance déplacée"
    assert [m.to for m in mail.outbox] == [[f"Inès {teacher.family_name} <{teacher.email}>"]]


def test_what_is_rolled_back_leaves_no_letter():
    teacher = TeacherFactory()

    def a_fact_that_fails():
        with transaction.atomic():
            outbox.post(NOTE, to=teacher, key="reason")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        a_fact_that_fails()

    run_worker()
    assert (Letter.objects.count(), DBTaskResult.objects.count(), mail.outbox) == (0, 0, [])


def test_the_same_reason_twice_is_one_letter():
    teacher = TeacherFactory()

    first = outbox.post(NOTE, to=teacher, key="reason", details={"subject": "First"})
    run_worker()
    second = outbox.post(NOTE, to=teacher, key="reason", details={"subject": "Second"})
    run_worker()

    assert first.pk == second.pk
    assert [m.subject for m in mail.outbox] == ["First"]


def test_a_letter_is_posted_with_three_queries(django_assert_num_queries):
    teacher = TeacherFactory()

    with transaction.atomic(), django_assert_num_queries(3):
        outbox.post(NOTE, to=teacher, key="reason")


def test_who_has_no_mail_address_keeps_a_letter_that_could_not_go_until_it_is_sent_again():
    teacher = TeacherFactory(email=None)

    letter = outbox.post(NOTE, to=teacher, key="reason")
    run_worker()

    assert (letter.state, letter.last_error, mail.outbox) == (LetterState.FAILED, NO_ADDRESS, [])

    teacher.email = "found@example.org"
    teacher.save()
    again = outbox.send_again(letter)
    run_worker()

    again.refresh_from_db()
    assert (again.state, again.address) == (LetterState.SENT, "found@example.org")


def test_an_address_taken_away_before_the_worker_came_is_said():
    teacher = TeacherFactory()
    letter = outbox.post(NOTE, to=teacher, key="reason")
    teacher.email = None
    teacher.save()

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (LetterState.FAILED, NO_ADDRESS)


@pytest.mark.parametrize("gone", [False, True], ids=["its writer says so", "its row is gone"])
def test_a_letter_that_is_no_longer_needed_does_not_go(gone):
    teacher, about = TeacherFactory(), PersonFactory()
    letter = outbox.post(NOTE if gone else NOT_NEEDED, about=about, to=teacher, key="reason")
    if gone:
        about.delete()

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == (LetterState.WITHDRAWN, [])


def test_a_mail_server_that_is_down_delays_letters_and_loses_none(clock, mail_server):
    mail_server.is_down = True
    teachers = TeacherFactory.create_batch(3)
    for teacher in teachers:
        outbox.post(NOTE, to=teacher, key=f"reason:{teacher.pk}")

    run_worker()
    assert set(Letter.objects.values_list("state", "attempts", "last_error")) == {
        (LetterState.WAITING, 1, "The pretend mail server is down.")
    }

    clock.shift(2 * MINUTE)
    run_worker()
    assert set(Letter.objects.values_list("attempts", flat=True)) == {2}

    mail_server.is_down = False
    clock.shift(6 * MINUTE)
    run_worker()
    assert set(Letter.objects.values_list("state", "attempts", "last_error")) == {
        (LetterState.SENT, 3, "")
    }
    assert sorted(m.recipients()[0] for m in mail_server.got) == sorted(
        f"{t.given_name} {t.family_name} <{t.email}>" for t in teachers
    )


def test_after_a_day_in_vain_a_letter_is_shown_as_failed_and_can_be_sent_again(clock, mail_server):
    mail_server.is_down = True
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")

    for _hour in range(30):
        for _minutes in range(2):
            run_worker()
            clock.shift(31 * MINUTE)

    letter.refresh_from_db()
    assert (letter.state, letter.last_error, letter.attempts) == (
        LetterState.FAILED,
        "The pretend mail server is down.",
        32,
    )
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists()

    mail_server.is_down = False
    again = outbox.send_again(letter)
    run_worker()
    again.refresh_from_db()
    letter.refresh_from_db()
    assert (again.state, letter.state) == (LetterState.SENT, LetterState.FAILED)


def test_a_second_task_of_an_attempt_that_was_made_sends_nothing(clock, mail_server):
    """Of a task that runs twice, as after its worker was killed."""
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    mail_server.is_down = True
    run_worker()
    mail_server.is_down = False
    clock.shift(5 * MINUTE)  # the next try is due

    late = outbox.send(letter.pk, 0)

    letter.refresh_from_db()
    assert (late, letter.attempts, mail_server.got) == ("nothing to do", 1, [])
    run_worker()
    assert len(mail_server.got) == 1


@pytest.mark.parametrize("posted", ["just now", "six days ahead, as reminders are"])
def test_a_letter_counts_as_given_up_on_the_day_of_its_last_try(clock, mail_server, posted):
    mail_server.is_down = True
    ahead = datetime.timedelta(days=6) if "ahead" in posted else datetime.timedelta()
    outbox.post(NOTE, to=TeacherFactory(), key="reason", not_before=NOW + ahead)
    clock.shift(ahead)

    for _half_hour in range(2 * 30):
        run_worker()
        clock.shift(31 * MINUTE)
        if Letter.objects.filter(state=LetterState.FAILED).exists():
            break

    a_day = datetime.timedelta(days=1)
    assert given_up(timezone.now()) == 1
    assert "given up in the last 24 hours: 1" in str(checks_of_jobs(timezone.now()))
    assert given_up(timezone.now() + a_day) == 0
    assert outbox.send_failed_again(timezone.now() - a_day) == 1


def test_after_a_long_outage_all_that_was_given_up_goes_with_one_command(
    clock, mail_server, capsys
):
    lost = [outbox.post(NOTE, to=TeacherFactory(), key=f"reason:{n}") for n in range(3)]
    outbox.post(NOTE, to=TeacherFactory(email=None), key="no address")
    outbox.post(NOTE, to=TeacherFactory(), key="old")
    Letter.objects.filter(pk__in=[letter.pk for letter in lost]).update(
        state=LetterState.FAILED, attempts=32, not_before=NOW, last_error="down"
    )
    Letter.objects.filter(key="old").update(
        state=LetterState.FAILED,
        attempts=32,
        not_before=NOW - datetime.timedelta(days=30),
        last_error="down",
    )

    call_command("send_failed_letters", "--days=7")
    call_command("send_failed_letters", "--days=7")
    run_worker()

    assert (
        capsys.readouterr().out
        == "3 letters are on their way again.\n0 letters are on their way again.\n"
    )
    assert len(mail_server.got) == 3
    assert Letter.objects.filter(key__endswith=":again:1", state=LetterState.SENT).count() == 3


def test_the_waits_add_up_to_about_a_day():
    waits = [wait_before_next_try(n) for n in range(1, 33)]

    assert [w.total_seconds() / 60 for w in waits[:10]] == [1, 2, 5, 10, 10, 10, 10, 10, 60, 60]
    assert waits[-1] is None
    assert (
        datetime.timedelta(hours=23)
        < sum(waits[:-1], datetime.timedelta())
        <= datetime.timedelta(hours=24)
    )


def test_an_address_refused_for_good_is_not_tried_again(settings):
    def refuse(message):
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})

    settings.MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
    settings.PRETEND_MAIL_FAILS = refuse
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.last_error) == (
        LetterState.FAILED,
        1,
        "550 no such user",
    )


def test_an_address_refused_for_now_is_tried_again(settings):
    def refuse(message):
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (451, b"greylisted")})

    settings.MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
    settings.PRETEND_MAIL_FAILS = refuse
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")

    run_worker()

    letter.refresh_from_db()
    assert letter.state == LetterState.WAITING


def test_a_writer_that_fails_leaves_its_words_on_the_letter(clock):
    letter = outbox.post(BROKEN, to=TeacherFactory(), key="reason")

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.last_error, letter.not_before) == (
        LetterState.WAITING,
        "the template is missing",
        NOW + MINUTE,
    )


def test_send_again_pressed_twice_is_one_more_letter_and_later_another():
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    run_worker()

    first, second = outbox.send_again(letter), outbox.send_again(letter)
    run_worker()
    third = outbox.send_again(first)
    run_worker()

    assert first.pk == second.pk
    assert [first.key, third.key] == ["reason:again:1", "reason:again:2"]
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("where", ["subject", "name"])
def test_nothing_that_was_typed_becomes_a_header(where):
    evil = "Bonjour\r\nBcc: spy@example.org\n\nspam"
    teacher = TeacherFactory(given_name=evil if where == "name" else "Inès")

    letter = outbox.post(
        NOTE, to=teacher, key="reason", details={"subject": evil if where == "subject" else "Note"}
    )
    run_worker()

    letter.refresh_from_db()
    sent = email.message_from_bytes(bytes(letter.source), policy=email.policy.default)
    assert letter.state == LetterState.SENT
    assert "Bcc" not in sent
    assert [address.addr_spec for address in sent["To"].addresses] == [teacher.email]
    assert mail.outbox[0].recipients() == mail.outbox[0].to


def test_a_certificate_goes_along_as_an_attachment():
    letter = outbox.post(CERTIFICATE, to=TeacherFactory(), key="reason")
    run_worker()

    letter.refresh_from_db()
    opened = documents.opened(letter)
    assert [(a.name, a.mimetype, a.content) for a in opened.attachments] == [
        ("c.pdf", "application/pdf", b"%PDF-1.7")
    ]
    assert (opened.text, opened.calendar) == ("Here\n", None)


def test_a_template_gives_text_and_html_in_one_language_and_marks_the_demo(settings):
    settings.MAILS_READ_IN_BROWSER = True

    message = documents.letter("mail/base", "A\nsubject", {})

    assert message.subject == "A subject"
    assert 'lang="en"' in message.html
    assert "Demonstration" in message.text
    assert "Demonstration" in message.html


def test_each_person_sees_their_own_letters_only():
    one, other = TeacherFactory.create_batch(2)
    mine = outbox.post(NOTE, to=one, key="one")
    outbox.post(NOTE, to=other, key="other")

    assert list(Letter.objects.visible_to(one)) == [mine]

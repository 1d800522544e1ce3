"""The record of what was sent to me and why; sent again; into my calendar; read in the demo."""

import pytest

from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.mail.registry import writes
from courses.mail.values import CalendarPart, MailFile, Message
from tests.factories.people import PersonFactory, RegistrarFactory, TeacherFactory

pytestmark = pytest.mark.django_db

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@writes("tests.a_seat", because="a seat is yours")
def a_seat(about, *, to, details):
    return Message(
        subject="Your seat",
        text="See you on Wednesday.",
        html=(
            "<html><head></head><body><p style='color: green'>See you <script>alert(1)</script> on"
            " Wednesday.</p></body></html>"
        ),
        calendar=CalendarPart("REQUEST", CALENDAR),
        attachments=(MailFile("plan.pdf", b"%PDF-1.7", "application/pdf"),),
    )


def letter_to(person, key="seat:1", *, sent=True) -> Letter:
    letter = outbox.post("tests.a_seat", to=person, key=key)
    if sent:
        outbox.send(letter.pk, letter.attempts)
    return Letter.objects.get(pk=letter.pk)


def test_my_letters_say_what_was_sent_and_why(client):
    me = TeacherFactory(email="me@lycee.example")
    sent, waiting = letter_to(me), letter_to(me, "seat:2", sent=False)
    letter_to(TeacherFactory(), "seat:3")
    client.force_login(me)

    page = client.get("/en/letters/")

    assert [line.letter.pk for line in page.context["lines"]] == [waiting.pk, sent.pk]
    assert [line.title for line in page.context["lines"]] == ["A seat is yours", "Your seat"]
    assert "Because a seat is yours." in page.text
    assert "to me@lycee.example" in page.text


def test_a_letter_is_sent_again_once_however_often_one_presses(client):
    me = TeacherFactory()
    letter = letter_to(me)
    client.force_login(me)

    for _ in range(2):
        answer = client.post(f"/en/letters/{letter.public_id}/send-again/")

    assert answer.url == "/en/letters/"
    assert [other.state for other in me.letters.all()] == [LetterState.WAITING, LetterState.SENT]


def test_the_invitation_goes_into_my_calendar(client):
    me = TeacherFactory()
    letter = letter_to(me)
    client.force_login(me)

    file = client.get(f"/en/letters/{letter.public_id}/calendar/")

    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.content == CALENDAR


def test_the_demo_reads_letters_in_the_browser_in_a_frame_that_runs_nothing(client, settings):
    settings.MAILS_READ_IN_BROWSER = True
    me = TeacherFactory()
    letter = letter_to(me)
    client.force_login(me)

    page = client.get(f"/en/letters/{letter.public_id}/")
    frame = client.get(f"/en/letters/{letter.public_id}/message/")
    file = client.get(f"/en/letters/{letter.public_id}/attachments/0/")

    assert "See you on Wednesday." in page.text
    assert "METHOD:REQUEST" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]
    assert (
        "sandbox allow-top-navigation-by-user-activation"
        in frame.headers["Content-Security-Policy"]
    )
    assert (file.content, file.headers["Content-Disposition"]) == (
        b"%PDF-1.7",
        'attachment; filename="plan.pdf"',
    )
    assert client.get(f"/en/letters/{letter.public_id}/attachments/1/").status_code == 404


def test_outside_the_demo_a_letter_keeps_its_text_to_the_mailbox(client):
    me = TeacherFactory()
    letter = letter_to(me)
    client.force_login(me)

    assert "See you on Wednesday." not in client.get(f"/en/letters/{letter.public_id}/").text
    assert client.get(f"/en/letters/{letter.public_id}/message/").status_code == 404
    assert client.get(f"/en/letters/{letter.public_id}/attachments/0/").status_code == 404


@pytest.mark.parametrize("part", ["", "message/", "calendar/", "attachments/0/"])
def test_anothers_letter_is_not_there(client, settings, part):
    settings.MAILS_READ_IN_BROWSER = True
    letter = letter_to(TeacherFactory())
    for somebody in (TeacherFactory(), RegistrarFactory()):
        client.force_login(somebody)

        assert client.get(f"/en/letters/{letter.public_id}/{part}").status_code == 404
        assert client.post(f"/en/letters/{letter.public_id}/send-again/").status_code == 404


def test_an_adviser_sees_what_could_not_be_sent_and_why(client):
    unreachable = PersonFactory(email=None)
    letter = letter_to(unreachable)
    client.force_login(RegistrarFactory())

    page = client.get(f"/en/persons/{unreachable.public_id}/letters/")

    assert letter.state == LetterState.FAILED
    assert "This account has no email address." in page.text
    assert (
        client.post(f"/en/persons/letters/{letter.public_id}/send-again/").url
        == f"/en/persons/{unreachable.public_id}/letters/"
    )


def test_a_teacher_does_not_see_anothers_record(client):
    letter = letter_to(TeacherFactory())
    client.force_login(TeacherFactory())

    assert client.get(f"/en/persons/{letter.to.public_id}/letters/").status_code == 403
    assert client.post(f"/en/persons/letters/{letter.public_id}/send-again/").status_code == 403


@pytest.mark.parametrize("letters", [5, 60])
def test_the_record_asks_the_same_queries_however_long(
    client, letters, django_assert_max_num_queries
):
    me = TeacherFactory()
    for number in range(letters):
        letter_to(me, f"seat:{number}", sent=False)
    client.force_login(me)
    client.get("/en/letters/")

    with django_assert_max_num_queries(7):
        client.get("/en/letters/")

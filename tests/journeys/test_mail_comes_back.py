"""An email comes back: the letter says so, the address is marked until it is mended."""

import datetime
import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.exceptions import NotADeliveryReport, NotSentYet
from courses.mail.models import Letter
from courses.people import services as people
from courses.people.services import groups, leaving, returned_mail
from tests.factories.attendance import seated
from tests.factories.bounces import bounce
from tests.factories.mail import NOTE
from tests.factories.people import PlannerFactory, RegistrarFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def teacher():
    return TeacherFactory(email="Lea@lycee.example", language="en")


def letter_to(person, key="note:1", *, details=None, sent_at=None) -> Letter:
    letter = outbox.post(NOTE, to=person, key=key, details=details)
    assert outbox.send(letter.pk, letter.attempts) == LetterState.SENT
    if sent_at:
        Letter.objects.filter(pk=letter.pk).update(sent_at=sent_at)
    return Letter.objects.get(pk=letter.pk)


def hand_over(monkeypatch, raw: bytes) -> str:
    """As Postfix pipes it."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("bounces", stdout=out)
    return out.getvalue()


def marks(person) -> tuple[str, bool]:
    person.refresh_from_db()
    return person.returned_address, person.returns_mail


def test_a_permanent_return_marks_letter_and_address(monkeypatch, teacher):
    letter = letter_to(teacher)

    said = hand_over(monkeypatch, bounce(letter.public_id))

    letter.refresh_from_db()
    assert (letter.state, letter.return_status, letter.delays) == (LetterState.SENT, "5.1.1", 0)
    assert marks(teacher) == ("Lea@lycee.example", True)
    assert said == f"Letter {letter.public_id}: 5.1.1.\n"


def test_the_id_is_the_one_of_the_message_that_was_sent(monkeypatch, mailoutbox, teacher):
    letter = letter_to(teacher)

    headers = bytes(letter.source).partition(b"\r\n\r\n")[0]
    message_id = f"<letter-{letter.public_id}@testserver>"

    assert f"Message-ID: {message_id}".encode() in headers


def test_a_delay_is_counted_and_marks_nobody(monkeypatch, teacher):
    letter = letter_to(teacher)

    hand_over(monkeypatch, bounce(letter.public_id, status="4.4.1", action="delayed"))

    letter.refresh_from_db()
    assert (letter.delays, letter.returned_at) == (1, None)
    assert marks(teacher) == ("", False)


def test_a_delivery_that_was_given_up_marks_the_address_whatever_its_status(
    client, monkeypatch, teacher
):
    letter = letter_to(teacher)

    hand_over(monkeypatch, bounce(letter.public_id, status="4.4.1", action="failed"))

    letter.refresh_from_db()
    assert (letter.return_status, letter.delays) == ("4.4.1", 0)
    assert marks(teacher) == ("Lea@lycee.example", True)
    client.force_login(teacher)
    page = client.get("/en/letters/").content.decode()
    assert "The reader’s mail server could not be reached (4.4.1)." in page
    assert "could not deliver it yet" not in page


def test_the_mark_stays_while_a_mail_server_may_still_try(monkeypatch, teacher):
    now = timezone.now()
    returned_mail.take_report(
        bounce(letter_to(teacher, sent_at=now).public_id, status="5.2.2"), now=now
    )
    later = letter_to(teacher, "note:2", sent_at=now + DAY)

    ended = returned_mail.forget_marks(now + 6 * DAY)
    returned_mail.take_report(bounce(later.public_id, status="4.2.2"), now=now + 6.05 * DAY)

    assert ended == 0
    assert returned_mail.forget_marks(now + 30 * DAY) == 0
    assert marks(teacher) == ("Lea@lycee.example", True)


def test_what_is_foreign_or_forged_changes_nothing(monkeypatch, teacher):
    letter = letter_to(teacher)
    waiting = outbox.post(NOTE, to=teacher, key="note:2")
    before = list(Letter.objects.order_by("pk").values())

    said = [
        hand_over(monkeypatch, raw)
        for raw in (
            b"Subject: Bonjour\n\nUne question.\n",
            bounce("zzzzzzzz99", recipient="lea@lycee.example"),
            bounce(waiting.public_id),
            b"x" * 3_000_000,
        )
    ]

    assert said == [
        "Nothing changed: not a multipart/report of a delivery status.\n",
        "Nothing changed: no such letter was sent.\n",
        "Nothing changed: no such letter was sent.\n",
        "Nothing changed: larger than 1000000 bytes.\n",
    ]
    assert list(Letter.objects.order_by("pk").values()) == before
    assert marks(teacher) == ("", False)
    assert letter.returned_at is None


def test_a_return_that_overtakes_our_own_note_is_asked_for_again(monkeypatch, teacher):
    letter = outbox.post(NOTE, to=teacher, key="note:1")
    Letter.objects.filter(pk=letter.pk).update(attempts=1)  # a worker speaks to the mail server

    with pytest.raises(NotSentYet):
        returned_mail.take_report(bounce(letter.public_id), now=timezone.now())
    with pytest.raises(SystemExit) as left:
        hand_over(monkeypatch, bounce(letter.public_id))

    assert left.value.code == 75


def test_an_address_that_is_not_theirs_any_more_is_not_marked(monkeypatch, teacher):
    to_another = letter_to(teacher, details={"address": "new@lycee.example"})
    before = letter_to(teacher, "note:2")
    people.change_account(person=teacher, email="lea.new@lycee.example", by=None)

    hand_over(monkeypatch, bounce(to_another.public_id))
    hand_over(monkeypatch, bounce(before.public_id))

    assert Letter.objects.exclude(returned_at=None).count() == 2
    assert marks(teacher) == ("", False)


def test_a_new_address_ends_the_mark(monkeypatch, teacher):
    hand_over(monkeypatch, bounce(letter_to(teacher).public_id))

    people.change_account(person=teacher, email="lea.new@lycee.example", by=None)
    at_once = marks(teacher)
    returned_mail.forget_marks(timezone.now())

    assert at_once == ("Lea@lycee.example", False)
    assert marks(teacher) == ("", False)


def test_a_later_letter_that_stays_ends_the_mark_once(teacher):
    now = timezone.now()
    first = letter_to(teacher, sent_at=now)
    returned_mail.take_report(bounce(first.public_id), now=now)
    later = letter_to(teacher, "note:2", sent_at=now + DAY)

    assert returned_mail.forget_marks(now + 6.9 * DAY) == 0
    assert marks(teacher)[1]
    assert returned_mail.forget_marks(now + 7 * DAY) == 1
    assert marks(teacher) == ("", False)

    # The same report again is no new one; the later letter's own is.
    returned_mail.take_report(bounce(first.public_id), now=now + 8 * DAY)
    assert marks(teacher) == ("", False)
    returned_mail.take_report(bounce(later.public_id, status="5.2.2"), now=now + 9 * DAY)
    assert marks(teacher) == ("Lea@lycee.example", True)
    assert returned_mail.forget_marks(now + 30 * DAY) == 0


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("teachers.md", "hasn’t come back within six days"),
        ("advisers.md", "hasn’t come back within six days"),
        ("enseignants.md", "n’est pas revenu au bout de six jours"),
        ("conseillers.md", "n’est pas revenu au bout de six jours"),
    ],
)
def test_the_guides_say_how_long_a_mark_stays(guide, words):
    assert returned_mail.ARRIVED_AFTER == 6 * DAY
    assert words in (settings.BASE_DIR / "docs" / guide).read_text()


def test_a_later_letter_that_is_delayed_proves_nothing(teacher):
    now = timezone.now()
    returned_mail.take_report(bounce(letter_to(teacher, sent_at=now).public_id), now=now)
    later = letter_to(teacher, "note:2", sent_at=now + DAY)
    returned_mail.take_report(
        bounce(later.public_id, action="delayed", status="4.4.1"), now=now + 2 * DAY
    )

    assert returned_mail.forget_marks(now + 10 * DAY) == 0


def test_a_report_of_an_unknown_letter_is_refused(teacher):
    with pytest.raises(NotADeliveryReport):
        returned_mail.take_report(bounce("zzzzzzzz99"), now=timezone.now())


def test_the_person_reads_it_after_logging_in(client, monkeypatch, teacher):
    hand_over(monkeypatch, bounce(letter_to(teacher).public_id))
    client.force_login(teacher)

    first = client.get("/en/today/").content.decode()
    profile = client.get("/en/profile/").content.decode()
    letters = client.get("/en/letters/").content.decode()

    assert "Emails to you come back" in first
    assert "We write to Lea@lycee.example." in profile
    assert "came back" in letters
    assert "does not know this address (5.1.1)" in letters


def test_a_registrar_reads_it_on_the_person_s_page(client, monkeypatch, teacher):
    hand_over(monkeypatch, bounce(letter_to(teacher).public_id, status="5.2.2"))
    registrar = RegistrarFactory(language="en")
    groups.derive_groups(registrar)
    client.force_login(registrar)

    page = client.get(f"/en/persons/{teacher.public_id}/letters/").content.decode()
    listed = client.get(reverse("persons:index"), headers={"accept-language": "en"})

    assert "Emails to this address come back since" in page
    assert "The mailbox is full (5.2.2)." in page
    assert reverse("persons:edit", args=[teacher.pk]) in page
    assert "returns emails" in listed.content.decode()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_planner_reads_how_many_addresses_return_mail(client, monkeypatch, count):
    session = SessionFactory(starts_at=in_a_week())
    there = [TeacherFactory() for _number in range(3)]
    for teacher in there:
        seated(session, teacher)
    for number, teacher in enumerate(there[:count]):
        hand_over(monkeypatch, bounce(letter_to(teacher, f"note:{number}").public_id))
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("training:session_people", args=[session.public_id]))

    said = {0: "return emails", 1: "1 address returns emails", 2: "2 addresses return emails"}
    assert (said[count] in page.content.decode()) == bool(count)
    assert page.content.decode().count("Emails come back") == count


def test_an_erased_account_has_no_mark(monkeypatch, teacher):
    hand_over(monkeypatch, bounce(letter_to(teacher).public_id))
    teacher.refresh_from_db()

    leaving.anonymise(teacher, now=timezone.now())

    assert marks(teacher) == ("", False)

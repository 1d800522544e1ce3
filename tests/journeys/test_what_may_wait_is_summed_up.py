"""What may wait comes in one email a day or a week to whoever wishes so; all else at once."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from courses.mail import documents
from courses.mail import services as outbox
from courses.mail.enums import LetterKeys, Letters, LetterState, MailRhythm
from courses.mail.models import Letter
from courses.mail.registry import discover, writer_of, writes
from courses.mail.values import Message, summary_after
from courses.people import services as people
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
NEWS = "tests.news"
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)  # a Wednesday
FIVE = NOON.replace(hour=17)
MAY_WAIT = {
    "guidance.both_languages", "guidance.commented", "guidance.dead_links_found",
    "guidance.deputy_left", "guidance.opinion_came", "guidance.pages_received",
    "guidance.to_check", "launches.licence_ends", "people.new_colleague",
    "roster.academy_set_refused", "roster.set_refused", "roster.set_waits",
    "training.evaluation_open",
    "training.material_added", "training.question_asked",
    "training.seats_given_back", "training.sheet_to_close", "training.wishes",
}  # fmt: skip
NEVER_WAIT = {
    "continuity.agreement_kept", "continuity.agreement_to_sign", "continuity.loan_back",
    "continuity.loan_due", "continuity.loan_follows", "continuity.loan_prolonged",
    "continuity.need_decided",
    "continuity.cover_wanted", "continuity.family_week", "continuity.video_cancelled",
    "continuity.video_moved",
    "guidance.ended_in_review", "guidance.not_published", "guidance.opinion_answered",
    "guidance.published", "guidance.review_ended", "guidance.roles_changed",
    "guidance.sent_back", "guidance.step_asked", "guidance.urgent_reviewed",
    "guidance.urgent_to_review", "mail.digest",
    "people.account_closed_or_opened", "people.address_changed", "people.correction_answered",
    "people.invitation", "people.key_off", "people.key_put", "people.login_link",
    "people.new_address", "people.new_password", "people.role_changed",
    "people.school_merged", "people.second_factor",
    "training.admitted", "training.certificate_corrected", "training.certificate_issued",
    "training.certificate_not_corrected", "training.certificate_revoked",
    "training.date_counts_after_all", "training.enrolment_cancelled", "training.held_seat_over",
    "training.invited", "training.last_hour", "training.meeting_invitation",
    "training.meeting_update", "training.meeting_withdrawn", "training.message_to_participants",
    "training.new_date", "training.no_other_date", "training.no_trainer_came",
    "training.offer_expired", "training.offer_withdrawn", "training.on_the_waiting_list",
    "training.plan_b", "training.presence_answered", "training.presence_contested",
    "training.proposal_answered",
    "training.proposal_draft_deleted", "training.proposal_passed",
    "training.question_answered", "training.reminder", "training.right_ends",
    "training.right_ends_at_school",
    "training.right_renewed", "training.room_changed", "training.seat_confirmed",
    "training.seat_from_waiting_list", "training.seat_offered", "training.seats_at_risk",
    "training.session_cancelled", "training.session_language", "training.session_moved",
    "training.session_restored", "training.substitution", "training.trainer_invitation",
    "training.trainer_is_back",
}  # fmt: skip


@writes(NEWS, because="something is new", may_wait=True)
def news(about, *, to, details) -> Message | None:
    if details.get("gone"):
        return None
    if details.get("broken"):
        raise KeyError("subject")
    subject = details["subject"]
    return Message(
        subject=subject,
        text=f"Hello Léa,\n\n{subject}\n\nThis is the sentence about {subject}.\n\nRead it\n"
        f"http://testserver/en/{subject}/\n\n-- \nPasserelle.\n",
        html="<p></p>",
    )


def reader(rhythm=MailRhythm.DAILY, language="en"):
    return TeacherFactory(email="lea@lycee.example", mail_rhythm=rhythm, language=language)


def tell(to, subject, *, at=NOON, **details) -> Letter:
    letter = outbox.post(NEWS, to=to, key=f"news:{subject}", details={"subject": subject} | details)
    Letter.objects.filter(pk=letter.pk).update(posted_at=at)
    return letter


def states() -> dict[str, str]:
    return {one.key: one.state for one in Letter.objects.order_by("pk")}


def test_every_letter_either_may_wait_or_never_does():
    discover()
    keys = {str(key) for kind in LetterKeys.__subclasses__() for key in kind}

    assert {key for key in keys if writer_of(key).may_wait} == MAY_WAIT
    assert {key for key in keys if not writer_of(key).may_wait} == NEVER_WAIT


@pytest.mark.parametrize(
    ("posted", "rhythm", "due"),
    [
        ("2026-11-25T12:00", MailRhythm.DAILY, "2026-11-25T17:00"),
        ("2026-11-25T17:00", MailRhythm.DAILY, "2026-11-26T17:00"),
        ("2026-11-27T18:00", MailRhythm.DAILY, "2026-11-30T17:00"),
        ("2026-11-28T09:00", MailRhythm.DAILY, "2026-11-30T17:00"),
        ("2026-11-25T12:00", MailRhythm.WEEKLY, "2026-11-27T17:00"),
        ("2026-11-27T17:00", MailRhythm.WEEKLY, "2026-12-04T17:00"),
        ("2026-03-27T18:00", MailRhythm.DAILY, "2026-03-30T17:00"),
        ("2026-11-28T09:00", MailRhythm.AT_ONCE, "2026-11-28T09:00"),
    ],
    ids=[
        "the same day",
        "from 17:00 on the next",
        "Friday evening",
        "Saturday",
        "Friday of the week",
        "from Friday 17:00 on the next",
        "over a change of the clock",
        "at once",
    ],
)
def test_when_a_summary_is_due(posted, rhythm, due):
    when = datetime.datetime.fromisoformat(posted).replace(tzinfo=PARIS)

    assert summary_after(when, rhythm) == datetime.datetime.fromisoformat(due).replace(tzinfo=PARIS)


def test_what_may_wait_comes_in_one_email(mailoutbox):
    to = reader()
    for subject in ("one", "two"):
        tell(to, subject)
    outbox.post(NOTE, to=to, key="note")

    run_worker()
    assert [mail.subject for mail in mailoutbox] == ["Note"]
    assert outbox.sum_up(FIVE - datetime.timedelta(seconds=1)) == 0
    assert outbox.sum_up(FIVE) == 1
    assert outbox.sum_up(FIVE) == 0
    run_worker()

    summary = mailoutbox[1]
    assert len(mailoutbox) == 2
    assert summary.subject == "Passerelle: one, and 1 more message"
    for subject in ("one", "two"):
        assert f"* {subject}\n  This is the sentence about {subject}.\n" in summary.body
        assert f"  http://testserver/en/{subject}/\n" in summary.body
        assert f'<a href="http://testserver/en/{subject}/">{subject}</a>' in (
            summary.alternatives[0].content
        )
    assert "List-Unsubscribe" not in summary.message()


@pytest.mark.parametrize(
    ("language", "count", "subject"),
    [
        ("en", 1, "Passerelle: n0"),
        ("fr", 1, "Passerelle : n0"),
        ("fr", 2, "Passerelle : n0, et 1 autre message"),
        ("fr", 3, "Passerelle : n0, et 2 autres messages"),
    ],
)
def test_a_summary_is_in_its_reader_s_language(mailoutbox, language, count, subject):
    to = reader(language=language)
    for number in range(count):
        tell(to, f"n{number}")

    outbox.sum_up(FIVE)
    run_worker()

    assert [mail.subject for mail in mailoutbox] == [subject]


def test_what_is_needed_no_longer_is_left_out_and_nothing_is_no_email(mailoutbox):
    to = reader()
    tell(to, "one")
    tell(to, "two", gone=True)
    outbox.sum_up(FIVE)
    run_worker()
    tell(to, "three", gone=True, at=FIVE)
    outbox.sum_up(FIVE + datetime.timedelta(days=1))
    run_worker()

    assert [mail.subject for mail in mailoutbox] == ["Passerelle: one"]


def test_one_that_cannot_be_written_holds_nothing_back(mailoutbox, caplog):
    to = reader()
    tell(to, "one")
    tell(to, "two", broken=True)

    outbox.sum_up(FIVE)
    run_worker()

    (summary,) = mailoutbox
    assert "This is the sentence about one." in summary.body
    assert "* Something is new\n  This message could not be written." in summary.body
    assert "can't be written" in caplog.text


def test_what_says_the_same_stands_there_once(mailoutbox):
    to = reader()
    for key in ("first", "second"):
        letter = outbox.post(NEWS, to=to, key=key, details={"subject": "one"})
        Letter.objects.filter(pk=letter.pk).update(posted_at=NOON)

    outbox.sum_up(FIVE)
    run_worker()

    assert [mail.subject for mail in mailoutbox] == ["Passerelle: one"]
    assert mailoutbox[0].body.count("* one") == 1


def test_a_closed_account_has_no_summary(mailoutbox):
    to = reader()
    tell(to, "one")
    to.is_active = False
    to.save()

    outbox.sum_up(FIVE)
    run_worker()

    assert mailoutbox == []


def test_what_is_taken_back_before_the_summary_went_is_left_out(mailoutbox):
    to = reader()
    tell(to, "one")
    tell(to, "two")
    outbox.sum_up(FIVE)

    assert outbox.withdraw(keys=["news:one"]) == 1
    run_worker()
    assert outbox.withdraw(keys=["news:two"]) == 0

    assert [mail.subject for mail in mailoutbox] == ["Passerelle: two"]


def test_who_chooses_at_once_again_has_what_was_put_by_once(mailoutbox):
    to = reader()
    tell(to, "one")
    people.change_account(person=to, by=to, mail_rhythm=MailRhythm.AT_ONCE)

    outbox.sum_up(NOON)
    run_worker()
    people.change_account(person=to, by=to, mail_rhythm=MailRhythm.WEEKLY)
    outbox.sum_up(FIVE + datetime.timedelta(days=9))
    run_worker()

    assert [mail.subject for mail in mailoutbox] == ["one"]


def test_what_is_put_by_can_be_taken_back_and_comes_back():
    to = reader()
    tell(to, "one")

    assert outbox.withdraw(keys=["news:one"]) == 1
    outbox.sum_up(FIVE)
    assert states() == {"news:one": LetterState.WITHDRAWN}
    tell(to, "one")
    assert states() == {"news:one": LetterState.GATHERED}


def test_a_summary_that_could_not_go_is_sent_again_whole(mailoutbox, settings):
    to = reader()
    tell(to, "one")
    outbox.sum_up(FIVE)
    Letter.objects.filter(kind=Letters.DIGEST).update(state=LetterState.FAILED)

    outbox.send_again(Letter.objects.get(kind=Letters.DIGEST))
    run_worker()

    assert [mail.subject for mail in mailoutbox] == ["Passerelle: one"]


def test_a_letter_that_is_sent_again_by_hand_comes_at_once(mailoutbox):
    letter = tell(reader(), "one")
    outbox.sum_up(FIVE)

    outbox.send_again(Letter.objects.get(pk=letter.pk))
    run_worker()

    assert "one" in [mail.subject for mail in mailoutbox]


def test_the_summary_is_chosen_on_one_s_profile(client):
    me = TeacherFactory(language="en")
    client.force_login(me)
    names = {"given_name": me.given_name, "family_name": me.family_name, "language": "en"}

    client.post("/en/profile/", names | {"mail_rhythm": "weekly"})
    me.refresh_from_db()
    first = me.mail_rhythm
    client.post("/en/profile/", names)
    me.refresh_from_db()
    page = client.get("/en/profile/").content.decode()

    assert (first, me.mail_rhythm) == (MailRhythm.WEEKLY, MailRhythm.WEEKLY)
    assert "one email a week, on Friday at 17:00" in page
    label = page[page.index("Emails that may wait") :]
    assert "optional" not in label[: label.index("</legend>")]


def test_the_record_says_what_waits_for_the_summary(client):
    me = reader()
    tell(me, "one")
    client.force_login(me)

    assert "waiting for the summary" in client.get("/en/letters/").content.decode()
    outbox.sum_up(FIVE)
    assert "in a summary" in client.get("/en/letters/").content.decode()


def test_a_letter_that_opens_an_account_never_waits():
    with pytest.raises(ValueError, match="somebody waits for it"):
        writes("tests.account", because="", opens_an_account=True, may_wait=True)
    assert documents.reason(Letter(kind=Letters.DIGEST))

"""The outbox: a letter is a row of the transaction that gave the reason; the worker writes and
sends it.
"""

import datetime
import logging
import smtplib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone

from courses.jobs import services as jobs
from courses.mail import documents, tasks
from courses.mail.enums import Letters, LetterState, MailRhythm
from courses.mail.exceptions import NotADeliveryReport, NotSentYet
from courses.mail.models import NO_ADDRESS, Letter
from courses.mail.registry import key_now, writer_of
from courses.mail.values import (
    LEASE,
    Addressee,
    DeliveryReport,
    one_line,
    summary_after,
    wait_before_next_try,
)

logger = logging.getLogger(__name__)

GRACE = datetime.timedelta(minutes=2)  # the worker's own time to come to a letter that is due
AGAIN = ":again:"
MOST_DELAYS = 1000  # a small integer's worth of reports


def post(
    kind: str,
    *,
    about: Model | None = None,
    to: Addressee,
    key: str,
    details: dict | None = None,
    not_before: datetime.datetime | None = None,
    at_once: bool = False,
) -> Letter:
    """Put a letter in the outbox, in the caller's transaction: it goes if the fact commits, and
    only then.

    `kind` is the key of the function that writes it (`courses.mail.registry`), called later as
    `writer(about, to=…, details=…)` in the reader's language; an unknown one raises
    `UnknownLetter`. `key` is the reason: posted again, it gives the first letter; one that was
    withdrawn comes back. `not_before` is aware. Without an email address the row is kept, as one
    that could not be sent. `details["address"]`, if given, is where it goes instead of the person's
    own address. What may wait is put by for the summary of a reader who wishes so, unless it is to
    go `at_once`.
    """
    writer = writer_of(kind)
    goes_to = (details or {}).get("address") or to.email
    row = Letter(
        kind=key_now(str(kind)),
        about_model=about._meta.label if about is not None else "",
        about_pk=str(about.pk) if about is not None else "",
        to_id=to.pk,
        key=key,
        details=details or {},
        not_before=not_before,
    )
    if not goes_to:
        row.state, row.last_error = LetterState.FAILED, NO_ADDRESS
    elif writer.may_wait and not at_once and to.mail_rhythm != MailRhythm.AT_ONCE:
        row.state = LetterState.GATHERED
    with transaction.atomic(savepoint=False):
        # Waits for another transaction that is posting the same key, and raises nothing: no
        # savepoint is needed.
        Letter.objects.bulk_create([row], ignore_conflicts=True)
        letter = Letter.objects.get(key=key)
        if letter.public_id != row.public_id and letter.state == LetterState.WITHDRAWN and goes_to:
            letter.state, letter.details, letter.not_before, letter.last_error = (
                row.state,
                row.details,
                not_before,
                "",
            )
            letter.posted_at = row.posted_at
            letter.save(update_fields=["state", "details", "not_before", "last_error", "posted_at"])
        elif letter.public_id != row.public_id:
            return letter
        if letter.state != LetterState.WAITING:
            return letter
        tasks.deliver.using(run_after=not_before).enqueue(letter.pk, letter.attempts)
    return letter


def send_again(letter: Letter) -> Letter:
    """Post a new letter about the same thing, with its text and calendar as they are now.

    Idempotent until it has left.
    """
    reason = letter.key.partition(AGAIN)[0]
    with transaction.atomic():
        Letter.objects.select_for_update().get(pk=letter.pk)
        earlier = Letter.objects.filter(key__startswith=reason + AGAIN).order_by("pk")
        if (last := earlier.last()) and last.state == LetterState.WAITING:
            return last
        about = documents.about(letter)
        return post(
            letter.kind,
            about=about,
            to=letter.to,
            key=f"{reason}{AGAIN}{earlier.count() + 1}",
            details=letter.details,
            at_once=True,
        )


def send_failed_again(since: datetime.datetime) -> int:
    """After an outage of more than a day: every letter that was given up since then, once more.
    Says how many.

    Those without an email address stay, and so do those that were sent again already. May be called
    twice.
    """
    latest = {
        letter.key.partition(AGAIN)[0]: letter
        for letter in Letter.objects.given_up(since)
        .defer("source")
        .select_related("to")
        .order_by("pk")
    }
    sent_again = 0
    for reason, letter in latest.items():
        family = Letter.objects.filter(Q(key=reason) | Q(key__startswith=reason + AGAIN)).order_by(
            "pk"
        )
        if family.last() == letter:
            send_again(letter)
            sent_again += 1
    return sent_again


def forget_texts(letters: QuerySet[Letter]) -> int:
    """The letters stay in the record, without their text. Says how many."""
    return letters.filter(state=LetterState.SENT).exclude(source=b"").update(source=b"")


def withdraw(*, keys: Iterable[str] = (), key_prefix: str = "") -> int:
    """Take back letters that haven't gone yet, such as reminders of a meeting that moved.

    Says how many.
    """
    if not keys and not key_prefix:
        return 0
    chosen = Q(key__in=list(keys))
    if key_prefix:
        chosen |= Q(key__startswith=key_prefix)
    return Letter.objects.not_gone().filter(chosen).update(state=LetterState.WITHDRAWN)


def send(pk: int, attempt: int, now: datetime.datetime | None = None) -> str:
    """The worker's: write and send one letter, unless somebody else has this attempt. Says what
    came of it.

    A letter whose sending broke off between the mail server's yes and our commit goes a second
    time, with the same Message-ID: a doubled mail is a nuisance, a lost invitation is an empty
    seat.
    """
    now = now or timezone.now()
    letter = _take(pk, attempt, now)
    if letter is None:
        return "nothing to do"
    try:
        if not letter.goes_to:
            return _settle(letter, state=LetterState.FAILED, last_error=NO_ADDRESS)
        message = documents.written(letter)
        if message is None:
            return _settle(letter, state=LetterState.WITHDRAWN)
        mail = documents.mail(letter, message)
        # Whoever reads a backup must find no link that opens an account. The demo's reader shows it
        # until it is used.
        is_secret = documents.opens_an_account(letter) and not settings.MAILS_READ_IN_BROWSER
        source = b"" if is_secret else mail.message().as_bytes()
        mail.send(using="default")
    except Exception as error:  # whatever goes wrong is noted on the letter, shown, and tried again
        # Without its words, which name the reader: they stay on the letter's row.
        logger.warning("letter %s, attempt %s: %s", letter.pk, letter.attempts, for_log(error))
        return _try_later(letter, error, now)
    return _settle(
        letter,
        state=LetterState.SENT,
        sent_at=timezone.now(),
        address=letter.goes_to,
        subject=message.subject[:300],
        source=source,
        last_error="",
    )


def sum_up(now: datetime.datetime) -> int:
    """Write one letter to each reader whose hour has come, about all that was put by. What was put
    by goes by itself if the reader wants everything at once by now. Says how many letters that
    makes.

    Summary and letters change in one transaction: nothing is told twice, nothing is lost.
    """
    due = Letter.objects.gathered().filter(Q(not_before=None) | Q(not_before__lte=now))
    made = 0
    for reader in list(due.order_by("to").values_list("to", flat=True).distinct()):
        with transaction.atomic():
            letters = list(
                due.filter(to=reader)
                .select_for_update(of=("self",))
                .select_related("to")
                .order_by("pk")
            )
            made += _sum_up(letters, now) if letters else 0
    return made


def _sum_up(letters: list[Letter], now: datetime.datetime) -> int:
    """Called with one reader's letters locked."""
    to, pks = letters[0].to, [letter.pk for letter in letters]
    rows = Letter.objects.filter(pk__in=pks)
    if to.mail_rhythm == MailRhythm.AT_ONCE:
        rows.update(state=LetterState.WAITING, not_before=None)
        for letter in letters:
            tasks.deliver.enqueue(letter.pk, letter.attempts)
        return len(letters)
    first = min(letter.not_before or letter.posted_at for letter in letters)
    if summary_after(first, to.mail_rhythm) > now:
        return 0
    key = f"summary:{letters[0].public_id}"
    summary = post(Letters.DIGEST, to=to, key=key, details={"summary": key})
    rows.update(state=LetterState.SUMMED_UP, summary=summary)
    return 1


def note_return(report: DeliveryReport, *, now: datetime.datetime) -> Letter:
    """Note on the letter that it came back, the first time only, or that its delivery waits.

    Called in a transaction: locks the letter. Raises `NotADeliveryReport` where no such letter was
    sent, `NotSentYet` where the sending isn't noted yet.
    """
    letter = (
        Letter.objects.select_for_update().defer("source").filter(public_id=report.letter).first()
    )
    if letter and letter.state == LetterState.WAITING and letter.attempts:
        raise NotSentYet(report.letter)
    if letter is None or letter.state != LetterState.SENT:
        raise NotADeliveryReport("no such letter was sent")
    if not report.is_permanent:
        letter.delays = min(letter.delays + 1, MOST_DELAYS)
    elif not letter.came_back:
        letter.returned_at, letter.return_status = now, report.status
    letter.save(update_fields=["delays", "returned_at", "return_status"])
    return letter


def sweep_letters(now: datetime.datetime) -> int:
    """Give letters that are overdue and that no task will send to the worker again.

    May run twice.
    """
    overdue = Letter.objects.overdue(now - GRACE).order_by("pk").values_list("pk", "attempts")
    return jobs.enqueue_missing(tasks.deliver, overdue, but_not=[TaskResultStatus.READY])


def _take(pk: int, attempt: int, now: datetime.datetime) -> Letter | None:
    """The letter, if this attempt is still to be made: one statement, so that of two workers one
    gets it.

    Nothing is locked while a mail server is spoken to. Until the lease ends nobody else tries; then
    a sweep does.
    """
    taken = (
        Letter.objects.waiting()
        .filter(Q(not_before=None) | Q(not_before__lte=now), pk=pk, attempts=attempt)
        .update(attempts=attempt + 1, not_before=now + LEASE)
    )
    return Letter.objects.select_related("to").get(pk=pk) if taken else None


def _try_later(letter: Letter, error: Exception, now: datetime.datetime) -> str:
    words = one_line(in_words(error))[:300]
    wait = None if is_final(error) else wait_before_next_try(letter.attempts)
    if wait is None:
        return _settle(letter, state=LetterState.FAILED, last_error=words)
    with transaction.atomic():
        done = _settle(letter, not_before=now + wait, last_error=words)
        tasks.deliver.using(run_after=now + wait).enqueue(letter.pk, letter.attempts)
    return done


def for_log(error: Exception) -> str:
    """Return the error's class, and the mail server's codes: "SMTPRecipientsRefused 550"."""
    codes: set[int] = set()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _words in error.recipients.values()}
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = {error.smtp_code}
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


def in_words(error: Exception) -> str:
    """Return the mail server's answer, such as "550 no such user"; else what the error says of
    itself.
    """
    answers: list[tuple[int, bytes | str]] = (
        list(error.recipients.values()) if isinstance(error, smtplib.SMTPRecipientsRefused) else []
    )
    if isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    said = ", ".join(
        f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
        for code, words in answers
    )
    return said or str(error) or type(error).__name__


def is_final(error: Exception) -> bool:
    """The address itself is refused for good (RFC 5321, 4.2.1: 5yz): trying again can't help."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _words in error.recipients.values()
    )


def _settle(letter: Letter, **fields: Any) -> str:
    """Write the result whatever the row says meanwhile: a mail that went has gone."""
    Letter.objects.filter(pk=letter.pk).update(**fields)
    return fields.get("state", LetterState.WAITING)

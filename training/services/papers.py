"""Papers of training that somebody asks for: the notice of enrolment, the sheet to sign, an archive
of certificates.
"""

from datetime import datetime

from django.utils import timezone, translation
from wagtail.log_actions import log

from courses.documents.models import Paper
from courses.documents.services import ask_for_paper
from courses.people.models import Person
from training import rules
from training.documents.archive import CERTIFICATES
from training.documents.enrolment import (
    NOTICE,
    SIGN_IN,
    meetings_to_sign,
    notice_says,
    people_to_sign,
)
from training.models import Enrolment, Session
from training.queries.issued import issued, valid_ones
from training.values import CertificateFilter


def ask_for_notice(*, enrolment: Enrolment) -> Paper:
    """Ask for the notice as the enrolment stands, in the teacher's language. Raises a `Refusal`."""
    if refusal := rules.why_no_notice(enrolment):
        raise refusal
    return ask_for_paper(
        kind=NOTICE.key,
        about=str(enrolment.pk),
        says=notice_says(enrolment),
        language=enrolment.teacher.language,
        owner=enrolment.teacher,
    )


def ask_for_sign_in(*, session: Session, by: Person) -> Paper:
    """Ask for the paper as the list of participants stands, in the reader's language. Raises a
    `Refusal`.
    """
    if refusal := rules.why_no_sign_in(session):
        raise refusal
    dates = [(one.starts_at, one.ends_at) for one in meetings_to_sign(session)]
    return ask_for_paper(
        kind=SIGN_IN.key,
        about=str(session.pk),
        says=(session.title, people_to_sign(session), dates),
        language=by.language,
        owner=by,
    )


def ask_for_certificates(
    *, asked: CertificateFilter, by: Person, now: datetime | None = None
) -> Paper:
    """The files of the certificates that a planner asks for, in one ZIP, in the active language.

    Without a change on the same day it is the same archive. Who asked for it is logged. Raises a
    `Refusal`.
    """
    now = now or timezone.now()
    number = valid_ones(asked).count()
    if refusal := rules.why_no_archive(number):
        raise refusal
    stand = (
        issued(asked)
        .order_by("pk")
        .values_list("pk", "drawn_at", "revoked_at", "replaced_by__number", "person__erased_at")
    )
    paper = ask_for_paper(
        kind=CERTIFICATES.key,
        about=str(by.pk),
        says=(sorted(asked.filled.items()), timezone.localdate(now), list(stand)),
        language=translation.get_language(),
        selection=asked.filled,
        now=now,
    )
    log(instance=by, action="training.download_certificates", user=by, data={"number": number})
    return paper

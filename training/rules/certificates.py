"""Revoking and correcting certificates, several in one file."""

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.rules.names import why_not_a_name
from training.enums import RequestedChange
from training.exceptions import (
    AlreadyRevoked,
    AnswerMissing,
    BelowTheThreshold,
    CertificateIsReplaced,
    CertificateIsRevoked,
    CertificateSaysSo,
    CorrectionAlreadyAnswered,
    CorrectionAlreadyAsked,
    CorrectionWithdrawn,
    MinutesBeyondTheSession,
    NoCertificateToTake,
    OtherThanTheSheets,
    OwnCertificate,
    TooManyCertificates,
)
from training.models import Certificate, CertificateRequest
from training.values import MOST_IN_AN_ARCHIVE, CertificateChange, needed_minutes, reaches


def why_not_revoke(certificate: Certificate) -> Refusal | None:
    """A replaced version holds no more: the one that replaced it can be revoked."""
    if certificate.is_revoked:
        return AlreadyRevoked()
    if certificate.replacement:
        return CertificateIsReplaced(number=certificate.replacement.number)
    return None


def why_no_archive(number: int) -> Refusal | None:
    """`number` of valid certificates that are asked for at once."""
    if not number:
        return NoCertificateToTake()
    if number > MOST_IN_AN_ARCHIVE:
        return TooManyCertificates(number=number, most=MOST_IN_AN_ARCHIVE)
    return None


def why_not_ask_for_correction(
    certificate: Certificate, *, waiting: CertificateRequest | None = None
) -> Refusal | None:
    """Allow one correction at a time, of a certificate that holds. `waiting` is its
    open request.
    """
    if refusal := _why_not_correct_any_more(certificate):
        return refusal
    return CorrectionAlreadyAsked(day=waiting.asked_at) if waiting else None


def why_not_this_change(
    certificate: Certificate, change: CertificateChange, *, real_minutes: int
) -> Refusal | None:
    """Minutes lie within the session's real length; what the certificate says already is no change.

    A usage name is its bearer's right: only what isn't a name is refused, as in the profile.
    """
    if change.minutes is None:
        if refusal := why_not_a_name(change.name):
            return refusal
        if change.name == certificate.content["fr"]["name"]:
            return CertificateSaysSo(words=change.name)
        return None
    if not 1 <= change.minutes <= real_minutes:
        return MinutesBeyondTheSession(most=real_minutes)
    if change.minutes == certificate.minutes:
        return CertificateSaysSo(words=f"{change.minutes} min")
    return None


def why_not_replace(
    request: CertificateRequest,
    change: CertificateChange,
    *,
    by: Person,
    stated_minutes: int,
    real_minutes: int,
    threshold_percent: int,
    reason: str,
) -> Refusal | None:
    """`stated_minutes` are those of the session's sheets for this person, corrections included:
    other ones need a reason, and none may fall below what a certificate needs.
    """
    if refusal := _why_not_answer_now(request, by) or _why_not_correct_any_more(
        request.certificate
    ):
        return refusal
    if refusal := why_not_this_change(request.certificate, change, real_minutes=real_minutes):
        return refusal
    if request.change == RequestedChange.NAME or change.minutes is None:
        return None
    if not reaches(change.minutes, real_minutes, threshold_percent):
        return BelowTheThreshold(needed=needed_minutes(real_minutes, threshold_percent))
    if change.minutes != stated_minutes and not reason.strip():
        return OtherThanTheSheets(stated=stated_minutes)
    return None


def why_not_refuse(request: CertificateRequest, *, by: Person, reason: str) -> Refusal | None:
    """Only once, and with a reason."""
    if refusal := _why_not_answer_now(request, by):
        return refusal
    return None if reason.strip() else AnswerMissing()


def _why_not_correct_any_more(certificate: Certificate) -> Refusal | None:
    if certificate.is_revoked:
        return CertificateIsRevoked()
    if certificate.replacement:
        return CertificateIsReplaced(number=certificate.replacement.number)
    return None


def why_not_withdraw(request: CertificateRequest) -> Refusal | None:
    """A request that was answered stays."""
    return None if request.is_open else CorrectionAlreadyAnswered(day=request.answered_at)


def _why_not_answer_now(request: CertificateRequest, by: Person) -> Refusal | None:
    if request.certificate.person_id == by.pk:
        return OwnCertificate()
    if request.is_withdrawn:
        return CorrectionWithdrawn()
    return None if request.is_open else CorrectionAlreadyAnswered(day=request.answered_at)

"""A certificate is corrected: asked for by its holder, decided by a planner; or its minutes follow
the sheets, when a planner corrects these.

Each service locks the certificate, so that of two answers one counts.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail.services import post
from courses.people.models import Person
from training import tasks
from training.documents.certificate import corrected_content
from training.enums import Letters, RequestedChange, RequestState
from training.models import Certificate, CertificateRequest, Enrolment
from training.queries.attendance import stated_at, tally
from training.rules import (
    why_not_ask_for_correction,
    why_not_refuse,
    why_not_replace,
    why_not_this_change,
    why_not_withdraw,
)
from training.values import CertificateChange, next_version, reaches


def ask(
    *,
    certificate: Certificate,
    change: CertificateChange,
    reason: str,
    now: datetime | None = None,
) -> CertificateRequest:
    """Put the request of the certificate's holder before the planners.

    The same request while it waits is that request. Holds the certificate until commit. Raises a
    `Refusal`.
    """
    now, reason = now or timezone.now(), reason.strip()
    with transaction.atomic():
        certificate = _locked(certificate.pk)
        waiting = certificate.requests.open().first()
        if waiting and _is_same(waiting, change, reason):
            return waiting
        session = certificate.enrolment.session
        refusal = why_not_ask_for_correction(certificate, waiting=waiting) or why_not_this_change(
            certificate, change, real_minutes=tally(session).real_minutes
        )
        if refusal:
            raise refusal
        asked = CertificateRequest.objects.create(
            certificate=certificate,
            change=RequestedChange.NAME if change.minutes is None else RequestedChange.HOURS,
            wanted_name=change.name,
            wanted_minutes=change.minutes,
            reason=reason,
            asked_at=now,
        )
        log(
            instance=certificate,
            action="training.ask_certificate_correction",
            user=certificate.person,
        )
    return asked


def withdraw(*, request: CertificateRequest) -> CertificateRequest:
    """Withdraw the holder's request: planners don't see it any more. Another one can be asked for
    at once.

    Idempotent; of an answer at the same instant, the first counts. Holds the certificate until
    commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        certificate, request = _held(request)
        if request.is_withdrawn:
            return request
        if refusal := why_not_withdraw(request):
            raise refusal
        request.state = RequestState.WITHDRAWN
        request.save(update_fields=["state"])
        log(
            instance=certificate,
            action="training.withdraw_certificate_correction",
            user=certificate.person,
        )
    return request


def replace(
    *,
    request: CertificateRequest,
    by: Person,
    minutes: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Certificate:
    """Issue the corrected version, which replaces the certificate: a new code, the next version of
    its number, a file of its own. The earlier row and file stay as they are.

    `minutes` are those that the planner attests, for a request about the time. Pressing twice gives
    the same version. Holds the certificate until commit. Raises a `Refusal`.
    """
    now, reason = now or timezone.now(), reason.strip()
    with transaction.atomic():
        certificate, request = _held(request)
        if request.state == RequestState.REPLACED and request.answered_by_id == by.pk:
            return certificate.replaced_by
        change = CertificateChange(request.wanted_name, minutes)
        counted = tally(certificate.enrolment.session)
        if refusal := why_not_replace(
            request,
            change,
            by=by,
            stated_minutes=counted.followed.get(certificate.enrolment_id, 0),
            real_minutes=counted.real_minutes,
            threshold_percent=certificate.enrolment.session.threshold_percent,
            reason=reason,
        ):
            raise refusal
        _answer(request, RequestState.REPLACED, reason, by=by, now=now)
        return _next_version(certificate, change, reason, by=by, now=now)


def follow_the_sheets(
    *, enrolment: Enrolment, by: Person, reason: str, now: datetime
) -> Certificate | None:
    """A sheet of the session was corrected for this participant: the certificate that states what
    the sheets stated before is replaced, and a request about its time is answered with it.

    What a planner attested otherwise stays. Who no longer reaches the threshold keeps theirs, too:
    none is taken back.

    Called in the transaction of the correction. Holds the certificate until commit.
    """
    certificate = _current(enrolment)
    if certificate is None or certificate.is_revoked or not _is_from_the_sheets(certificate):
        return None
    session = certificate.enrolment.session
    counted = tally(session)
    minutes = counted.followed.get(enrolment.pk, 0)
    is_enough = reaches(minutes, counted.real_minutes, session.threshold_percent)
    if minutes == certificate.minutes or not is_enough:
        return None
    change = CertificateChange("", minutes)
    corrected = _next_version(certificate, change, reason.strip(), by=by, now=now)
    waiting = certificate.requests.open().first()
    if waiting and waiting.change == RequestedChange.HOURS:
        _answer(waiting, RequestState.REPLACED, reason.strip(), by=by, now=now)
    elif waiting:
        certificate.requests.open().update(certificate=corrected)  # it waits for its answer still
    return corrected


def _next_version(
    certificate: Certificate, change: CertificateChange, reason: str, *, by: Person, now: datetime
) -> Certificate:
    corrected = Certificate.objects.create(
        number=next_version(certificate.number),
        version=certificate.version + 1,
        enrolment=certificate.enrolment,
        person=certificate.person,
        minutes=certificate.minutes if change.minutes is None else change.minutes,
        content=corrected_content(certificate, change, by=by, issued_at=now),
        issued_at=now,
        shows_name=certificate.shows_name,
        replaces=certificate,
    )
    tasks.draw_certificate.enqueue(corrected.pk)
    log(
        instance=corrected,
        action="training.replace_certificate",
        user=by,
        data={
            "replaces": certificate.number,
            "change": RequestedChange.NAME if change.minutes is None else RequestedChange.HOURS,
            "reason": reason,
        },
    )
    return corrected


def refuse(
    *, request: CertificateRequest, reason: str, by: Person, now: datetime | None = None
) -> CertificateRequest:
    """The certificate stays as it is; its holder is told why.

    Holds the certificate until commit. Raises a `Refusal`.
    """
    now, reason = now or timezone.now(), reason.strip()
    with transaction.atomic():
        certificate, request = _held(request)
        is_twice = (request.state, request.answered_by_id, request.answer) == (
            RequestState.REFUSED,
            by.pk,
            reason,
        )
        if is_twice:
            return request
        if refusal := why_not_refuse(request, by=by, reason=reason):
            raise refusal
        _answer(request, RequestState.REFUSED, reason, by=by, now=now)
        post(
            Letters.CERTIFICATE_NOT_CORRECTED,
            about=request,
            to=certificate.person,
            key=f"certificate-request:{request.pk}:refused",
        )
        log(
            instance=certificate,
            action="training.refuse_certificate_correction",
            user=by,
            data={"reason": reason},
        )
    return request


def _locked(pk: int) -> Certificate:
    return (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("person", "enrolment__session")
        .get(pk=pk)
    )


def _held(request: CertificateRequest) -> tuple[Certificate, CertificateRequest]:
    """The request as it stands now, under the lock of its certificate: also where it was passed on to
    the next version while we waited.
    """
    while True:
        request = CertificateRequest.objects.get(pk=request.pk)
        certificate = _locked(request.certificate_id)
        if found := certificate.requests.filter(pk=request.pk).first():
            found.certificate = certificate
            return certificate, found


def _current(enrolment: Enrolment) -> Certificate | None:
    """The newest version, locked: also where another one replaced it while we waited."""
    known = Certificate.objects.current().filter(enrolment=enrolment).first()
    while known:
        certificate = _locked(known.pk)
        known = certificate.replacement
        if known is None:
            return certificate
    return None


def _is_from_the_sheets(certificate: Certificate) -> bool:
    """Its minutes are those that the sheets stated when they were first written on a version, and not
    others that a planner attested.
    """
    first = certificate
    while first.replaces and first.replaces.minutes == first.minutes:
        first = first.replaces
    return stated_at(first.enrolment, first.issued_at) == first.minutes


def _is_same(waiting: CertificateRequest, change: CertificateChange, reason: str) -> bool:
    return (waiting.wanted_name, waiting.wanted_minutes, waiting.reason) == (
        change.name,
        change.minutes,
        reason,
    )


def _answer(
    request: CertificateRequest, state: RequestState, words: str, *, by: Person, now: datetime
) -> None:
    request.state, request.answer, request.answered_at, request.answered_by = state, words, now, by
    request.save(update_fields=["state", "answer", "answered_at", "answered_by"])

"""Why not: pure, over rows that are at hand. The page shows the very sentence that the service raises."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from courses.catalogue.enums import LicenceScope
from courses.catalogue.queries import Entitlement
from courses.exceptions import Refusal
from training import exceptions as no
from training.models import Enrolment, Session
from training.values import Standing

NOBODY_NAMED = _("the school’s leader")


def why_not_now(session: Session, *, now: datetime) -> Refusal | None:
    """What stands in anybody's way, whoever asks."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if session.starts_at <= now:
        return no.SessionStarted()
    if not session.is_open:
        return no.SessionNotOpen()
    return None


def why_not_enrol(session: Session, *, entitlement: Entitlement | None, now: datetime, standing: Standing | None = None) -> Refusal | None:
    """The first thing in the way, or None. Asks the database nothing, if the session comes with its resource.

    `entitlement` covers the session's days or is the nearest to them; `standing` lets the refusal name the school
    when there is none.
    """
    if refusal := why_not_now(session, now=now):
        return refusal
    if entitlement is None:
        return _why_no_licence(session, standing or Standing())
    names = {
        "school": entitlement.school.name,
        "resource": session.resource.name,
        "contact": entitlement.licence.contact or NOBODY_NAMED,
    }
    if entitlement.since > session.first_day:
        return no.LicenceBeginsAfter(**names, day=entitlement.since)
    if entitlement.until and entitlement.until < session.last_day:
        return no.LicenceEndsBefore(**names, day=entitlement.until)
    return None


def _why_no_licence(session: Session, standing: Standing) -> Refusal:
    resource = session.resource
    contact = standing.contact or NOBODY_NAMED
    if standing.reserved_for == LicenceScope.NAMED:
        return no.LicenceForNamedTeachers(school=standing.reserved_at, resource=resource.name, contact=contact)
    if standing.reserved_for == LicenceScope.SUBJECTS:
        return no.LicenceForSomeSubjects(school=standing.reserved_at, resource=resource.name, subjects=standing.subjects, contact=contact)
    if not standing.schools:
        return no.NoSchool()
    kind = no.NoLicence if len(standing.schools) == 1 else no.NoLicenceInAnySchool
    return kind(school=", ".join(standing.schools), resource=resource.name, contact=NOBODY_NAMED, provider=resource.provider.name)


def why_not_cancel(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """A seat or a turn is given back until the start."""
    session = enrolment.session
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    return no.TooLateToCancel() if session.starts_at <= now else None

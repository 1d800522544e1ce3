"""Certificates as training planners find them: a list with filters, an archive of their files."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.people.models import Organisation
from training.enums import CertificateState
from training.models import Certificate, Session, Training
from training.models.certificate import CertificateQuerySet
from training.values import (
    CertificateFilter,
    certificate_year,
    school_year_bounds,
    school_year_name,
)

READ_AT_ONCE = 200  # rows


def issued(asked: CertificateFilter) -> CertificateQuerySet:
    """Those that a planner asks for, each with what a line of the list shows."""
    found = Certificate.objects.select_related(
        "person", "replaced_by", "enrolment__school", "enrolment__session"
    )
    of_session = "enrolment__session"
    if asked.year:
        begins, ends = school_year_bounds(asked.year)
        found = found.filter(
            **{f"{of_session}__ends_at__gte": begins, f"{of_session}__ends_at__lt": ends}
        )
    if asked.provider:
        found = found.filter(**{f"{of_session}__provider__public_id": asked.provider})
    if asked.training:
        found = found.filter(**{f"{of_session}__training__public_id": asked.training})
    if asked.session:
        found = found.filter(**{f"{of_session}__public_id": asked.session})
    for word in asked.school.split():
        found = found.filter(_at_a_school_called(word))
    for word in asked.q.split():
        found = found.filter(_of_somebody_called(word) | Q(number__startswith=word) | Q(code=word))
    return in_state(found, asked.state)


def in_state(found: CertificateQuerySet, state: str) -> CertificateQuerySet:
    """All of them, if no state is given."""
    if state == CertificateState.REPLACED:
        return found.filter(replaced_by__isnull=False)
    if state:
        is_revoked = state == CertificateState.REVOKED
        return found.current().filter(revoked_at__isnull=not is_revoked)
    return found


def _at_a_school_called(word: str) -> Q:
    school = "enrolment__school"
    return (
        Q(**{f"{school}__uai__iexact": word})
        | Q(**{f"{school}__name__icontains": word})
        | Q(**{f"{school}__city__icontains": word})
    )


def _of_somebody_called(word: str) -> Q:
    """Match the holder's name of today or the printed one; of an erased account neither."""
    by_name = (
        Q(person__given_name__icontains=word)
        | Q(person__family_name__icontains=word)
        | Q(person__usage_name__icontains=word)
        | Q(content__fr__name__icontains=word)
    )
    return Q(person__erased_at__isnull=True) & by_name


def state_of(certificate: Certificate) -> CertificateState:
    if certificate.replacement:
        return CertificateState.REPLACED
    return CertificateState.REVOKED if certificate.is_revoked else CertificateState.VALID


def holder(certificate: Certificate) -> str:
    """The name that it bears; nothing once the account is erased."""
    return "" if certificate.person.erased_at else certificate.content["fr"]["name"]


def valid_ones(asked: CertificateFilter) -> CertificateQuerySet:
    """Those whose files an archive takes: no erased person's."""
    return in_state(issued(asked), CertificateState.VALID).filter(person__erased_at__isnull=True)


def by_name(found: CertificateQuerySet, *, until: datetime) -> Iterator[Certificate]:
    """Yield those issued until then, in the order of their holders' names: read in lots, for a
    file.
    """
    ordered = found.filter(issued_at__lte=until).order_by(
        "person__family_name", "person__given_name", "number"
    )
    return ordered.iterator(chunk_size=READ_AT_ONCE)


def hours_of_everybody(year: int) -> Iterator[Certificate]:
    """The newest version of each certificate of a training that ended in that school year, by name;
    without those of erased accounts.
    """
    found = issued(CertificateFilter(year=year)).current().filter(person__erased_at__isnull=True)
    ordered = found.select_related(
        "enrolment__session__training__resource", "enrolment__session__provider"
    ).order_by(
        "person__family_name", "person__given_name", "person", "enrolment__session__ends_at", "pk"
    )
    return ordered.iterator(chunk_size=READ_AT_ONCE)


def minutes_that_count(certificate: Certificate) -> int:
    """None of a revoked one."""
    return 0 if certificate.is_revoked else certificate.minutes


def school_years() -> list[int]:
    """List school years from the newest to the oldest in which a training ended that gave
    certificates.
    """
    ends = Certificate.objects.aggregate(
        first=Min("enrolment__session__ends_at"), last=Max("enrolment__session__ends_at")
    )
    if ends["first"] is None:
        return []
    first, last = (certificate_year(timezone.localdate(ends[one])) for one in ("first", "last"))
    return list(range(last, first - 1, -1))


def in_words(asked: CertificateFilter) -> str:
    """The filters as people say them, such as “2026–2027, Madmagz”. A query for each row named."""
    said = [school_year_name(asked.year)] if asked.year else []
    if asked.session:
        said += [
            f"{one.title}, {one.first_day}"
            for one in Session.objects.filter(public_id=asked.session).select_related("training")
        ]
    elif asked.training:
        said += [one.title for one in Training.objects.filter(public_id=asked.training)]
    if asked.provider:
        said += [one.name for one in Organisation.objects.filter(public_id=asked.provider)]
    if asked.state:
        said.append(str(CertificateState(asked.state).label))
    said += [one for one in (asked.school, asked.q) if one]
    return ", ".join(said) or _("All certificates")

"""Why a resource can't be opened: pure, no database."""

import datetime

from courses.catalogue.queries import Entitlement
from courses.exceptions import Refusal
from courses.launches.exceptions import (
    LicenceHasEnded,
    LicenceNotBegun,
    NeitherStudentNorTeacher,
    NoKeyForCodes,
    NoLicenceForYou,
    NotConnected,
)
from courses.launches.models import ResourceConnection


def why_not_open(
    resource: str,
    entitlement: Entitlement | None,
    connection: ResourceConnection | None,
    *,
    day: datetime.date,
    has_key: bool,
    is_student_or_teacher: bool = True,
) -> Refusal | None:
    """The first thing in the way on that day, or None. `resource` is its name, `has_key` whether the
    site has the keys that this way needs.
    """
    if not is_student_or_teacher:
        return NeitherStudentNorTeacher(resource=resource)
    if entitlement is None:
        return NoLicenceForYou(resource=resource)
    school = entitlement.school.name
    if entitlement.until < day:
        return LicenceHasEnded(school=school, resource=resource, day=entitlement.until)
    if day < entitlement.since:
        return LicenceNotBegun(school=school, resource=resource, day=entitlement.since)
    if connection is None:
        return NotConnected(resource=resource)
    if connection.gives_code and not has_key:
        return NoKeyForCodes(resource=resource)
    return None

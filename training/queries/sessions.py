"""What the pages of sessions show."""

import datetime

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.catalogue.queries import Entitlement, entitlement_of
from courses.people.models import Organisation, Person
from training.models import Enrolment, Session
from training.values import Standing


def may_enrol_through(session: Session, teacher: Person) -> tuple[Entitlement | None, Standing | None]:
    """The entitlement that the rule reads for this teacher, or what to tell somebody who has none."""
    entitlement = entitlement_of(teacher, resource=session.resource, first=session.first_day, last=session.last_day)
    return entitlement, None if entitlement else standing_of(teacher, session)


def schools_on(teacher: Person, day: datetime.date) -> list[Organisation]:
    """Where the person teaches on that day."""
    return [m.organisation for m in teacher.memberships.teaching().on(day).select_related("organisation").order_by("pk")]


def standing_of(teacher: Person, session: Session) -> Standing:
    """Where a teacher without entitlement teaches, and the licence there that is for others, if there is one."""
    schools = schools_on(teacher, session.first_day)
    names = tuple(school.name for school in schools)
    licences = Licence.objects.filter(resource=session.resource, school__in=schools).overlapping(session.first_day, session.last_day)
    licence = licences.exclude(scope=LicenceScope.WHOLE_SCHOOL).select_related("school").order_by("since").first()
    if licence is None:
        return Standing(schools=names)
    subjects = ", ".join(subject.title for subject in licence.subjects.all()) if licence.scope == LicenceScope.SUBJECTS else ""
    return Standing(schools=names, reserved_at=licence.school.name, reserved_for=licence.scope, subjects=subjects, contact=licence.contact)


def turn_of(enrolment: Enrolment) -> int:
    """1 for the head of the waiting list."""
    for turn, pk in enumerate(enrolment.session.enrolments.waiting().values_list("pk", flat=True), start=1):
        if pk == enrolment.pk:
            return turn
    return 0

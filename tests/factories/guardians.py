"""Guardians of students: plain, valid, no surprises."""

from courses.people.enums import GuardianQuality, Role
from courses.people.models import Guardianship, Organisation
from courses.people.services import guardians
from tests.factories.people import PersonFactory, _member


class GuardianFactory(PersonFactory):
    """Follows nobody yet: see `follows`."""

    given_name = "Morgane"


def with_guardians(school: Organisation) -> Organisation:
    Organisation.objects.filter(pk=school.pk).update(with_guardians=True)
    school.with_guardians = True
    return school


def follows(guardian, student, school=None, quality=GuardianQuality.AUTHORITY) -> Guardianship:
    """In the student's school, which has guardians switched on from now."""
    school = school or student.memberships.get(role=Role.STUDENT).organisation
    with_guardians(school)
    if not guardian.memberships.filter(organisation=school, role=Role.GUARDIAN).exists():
        _member(guardian, school, Role.GUARDIAN)
        guardian.forget_memberships()
    return Guardianship.objects.create(
        guardian=guardian, student=student, school=school, quality=quality
    )


def linked(guardianship: Guardianship) -> str:
    """Its secret part."""
    return guardians.make_link(guardianship=guardianship, by=None)

"""What rolls propose, and exemptions."""

from continuity.enums import ExemptionKind
from continuity.models import Exemption
from tests.factories.continuity import LeaderFactory
from tests.factories.rolls import A_TUESDAY


def exemption(student, school, kind=ExemptionKind.EXEMPTION, **facts) -> Exemption:
    entered_by = LeaderFactory(leads=school)
    return Exemption.objects.create(
        student=student,
        school=school,
        kind=kind,
        first_day=A_TUESDAY,
        entered_by=entered_by,
        **facts,
    )

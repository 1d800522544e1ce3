"""Settings of the demo's schools, and students on leave or exempt."""

import datetime

from continuity.enums import ExemptionKind, Motive
from continuity.models import Exemption, SchoolSettings
from courses.agenda.enums import Rhythm
from courses.people.models import Subject

CEILING = 100  # the first school's own


def load(world, say) -> None:
    """Create exemptions: in the first class, one without sport every other week and one who only
    watches it; in the second, one in hospital for long.
    """
    first, second = world.in_use
    SchoolSettings.objects.create(school=first.school, ceiling_minutes=CEILING)
    tutor = world.people["pp.demo"]
    begun = world.today - datetime.timedelta(days=15)
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    others = [student for student in world.students[first.pk] if student.login != "eleve.demo"]
    every_other, watches, absent = others[1], others[4], world.students[second.pk][2]
    common = {"school": first.school, "entered_by": tutor, "first_day": begun}
    exemptions = [
        (
            Exemption(
                **common,
                student=every_other,
                kind=ExemptionKind.EXEMPTION,
                rhythm=Rhythm.B,
                motive=Motive.ARRANGED,
            ),
            ["eps"],
        ),
        (
            Exemption(
                **common,
                student=watches,
                kind=ExemptionKind.EXEMPTION,
                last_day=world.today + datetime.timedelta(days=30),
                attends=True,
                document_seen_on=begun,
            ),
            ["eps"],
        ),
        (
            Exemption(
                **common,
                student=absent,
                kind=ExemptionKind.LEAVE,
                last_day=world.today + datetime.timedelta(days=60),
                keeps_working=True,
            ),
            ["francais", "mathematiques"],
        ),
    ]
    for exemption, codes in exemptions:
        exemption.save()
        exemption.subjects.set([subjects[code] for code in codes])
    say(f"{len(exemptions)} exemptions and leaves")

"""A week on paper that was handed to a student (case C38)."""

import datetime

from django.db import transaction
from django.utils import timezone

from continuity.contact.services.counts import count_anew
from continuity.models import PaperHandover
from courses.people.models import Person


def hand_over(*, student: Person, by: Person, day: datetime.date) -> PaperHandover:
    """Recorded twice for one day is once. Holds the student's row until commit."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        count_anew(by, timezone.localdate())
        standing = PaperHandover.objects.filter(withdrawn_at__isnull=True)
        return standing.get_or_create(student=student, handed_on=day, defaults={"recorded_by": by})[
            0
        ]


def take_back(*, handover: PaperHandover, by: Person) -> None:
    """It wasn't handed over after all. Taken back twice is once. Holds the student's row until
    commit.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=handover.student_id)
        count_anew(by, timezone.localdate())
        PaperHandover.objects.filter(pk=handover.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=timezone.now()
        )

"""Teaching goes on when a class can't meet: what the ground tells us."""

from django.dispatch import receiver

from continuity.services import cover
from courses.agenda.signals import absence_changed


@receiver(absence_changed, dispatch_uid="continuity.cover")
def ask_for_cover(absence_id, **kwargs):
    cover.follow(absence_id)

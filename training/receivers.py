"""A teacher is trained, from catalogue to certificate: what the ground tells us."""

from django.dispatch import receiver

from courses.live.signals import presence_settled
from training.services import attendance


@receiver(presence_settled, dispatch_uid="training.prefill")
def prefill_the_sheet(meeting_id, **kwargs):
    attendance.prefill(meeting_id)

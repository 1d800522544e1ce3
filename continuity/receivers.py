"""Teaching goes on when a class can't meet: what the ground tells us."""

from django.dispatch import receiver

from continuity.attendance.services import roll_call
from continuity.equipment.services import agreements, answers, needs, while_out
from continuity.homework.services import extensions, lateness, leaves, taken_from
from continuity.plans.services import cover
from continuity.video import services as video
from courses.agenda.signals import absence_changed, weeks_counted
from courses.live.signals import presence_settled
from courses.people.signals import classes_changed, guardian_replaced


@receiver(absence_changed, dispatch_uid="continuity.cover")
def ask_for_cover(absence_id, **kwargs):
    cover.follow(absence_id)


@receiver(absence_changed, dispatch_uid="continuity.video")
def cancel_video_classes(absence_id, **kwargs):
    video.cancel_those_of(absence_id)


@receiver(weeks_counted, dispatch_uid="continuity.leaves")
def forgive_by_weeks(school_id, **kwargs):
    leaves.follow_weeks(school_id)


@receiver(classes_changed, dispatch_uid="continuity.lateness")
def follow_classes(before, by, **kwargs):
    extensions.keep_dates_of(before, by=by)
    taken_from.follow_classes(before)
    lateness.forgive_students(before)


@receiver(presence_settled, dispatch_uid="continuity.prefill")
def prefill_the_roll(meeting_id, **kwargs):
    roll_call.prefill(meeting_id)


@receiver(guardian_replaced, dispatch_uid="continuity.guardian")
def pass_on_what_a_guardian_did(school_id, student_id, before_id, after_id, **kwargs):
    answers.pass_on(school_id, student_id, before_id=before_id, after_id=after_id)
    needs.pass_on(school_id, student_id, before_id=before_id, after_id=after_id)
    agreements.pass_on(school_id, student_id, before_id=before_id, after_id=after_id)
    while_out.pass_on(school_id, student_id, before_id=before_id, after_id=after_id)

"""Jobs of continuity by the minute or the hour: each calls one service."""

from wagtail import hooks

from continuity.attendance.services import roll_call
from continuity.equipment.services import agreements, needs, while_out
from continuity.families import services as families
from continuity.handins.services import sweeps
from continuity.homework.services import homework
from continuity.plans.services import cover, items, publishing
from continuity.video import services as video
from courses.digest.enums import Hook
from courses.jobs.values import daily, every
from courses.live.values import STAYS_OPEN_AFTER


@hooks.register(Hook.TICK)
@every(minutes=60)
def close_requests_of_leavers(now):
    return f"{needs.close_those_of_leavers(now)} requests for equipment closed: the student left"


@hooks.register(Hook.TICK)
@every(minutes=60)
def take_off_agreements(now):
    return f"{agreements.take_off_what_is_over(now)} agreements on loans taken off the list"


@hooks.register(Hook.TICK)
@daily(8, 0)
def remind_of_loans(now):
    return f"{while_out.post_reminders(now)} reminders of the last day of loans"


@hooks.register(Hook.TICK)
@every(minutes=10)
def draw_agreements_again(now):
    """Sheets that a killed worker left out."""
    return f"{agreements.draw_what_is_missing(now)} agreements drawn again"


@hooks.register(Hook.TICK)
@every(minutes=10)
def write_to_guardians(now):
    """On Sunday evening."""
    return f"{families.post_weekly(now)} letters about the week of children"


@hooks.register(Hook.TICK)
def follow_up_absences(now):
    """Absences whose news was lost."""
    return f"{cover.sweep(now)} absences followed up"


@hooks.register(Hook.TICK)
def publish_weeks(now):
    """Weeks whose moment has come; what was taken out of weeks is kept for thirty days."""
    items.forget_what_was_removed(now)
    return f"{publishing.publish_what_is_due(now)} weeks published"


@hooks.register(Hook.TICK)
@every(minutes=60)
def forget_deleted_homework(now):
    return f"{homework.forget_deleted(now)} deleted homework forgotten"


@hooks.register(Hook.TICK)
def follow_video_classes(now):
    """Presence whose news was lost; video classes that an absence has met since."""
    roll_call.follow_the_rooms(now, ended_within=STAYS_OPEN_AFTER)
    video.cancel_those_of(now=now)


@hooks.register(Hook.TICK)
@every(minutes=10)
def follow_work_after_video_classes(now):
    """Measure open rolls of video classes again: once the room is closed, only work can still come
    in.
    """
    roll_call.follow_the_rooms(now)


@hooks.register(Hook.TICK)
def draw_pages_again(now):
    """Pages of PDFs whose pictures a killed worker left out."""
    return f"{sweeps.draw_what_is_missing(now)} hand-ins without pictures of their pages"


@hooks.register(Hook.TICK)
def bind_hand_ins_again(now):
    """Those that a killed worker, or a storage that didn't answer, left without their PDF."""
    return f"{sweeps.bind_what_is_missing(now)} hand-ins without their PDF"

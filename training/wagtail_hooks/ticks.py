"""Jobs of training by the minute or the hour: each calls one service."""

from wagtail import hooks

from courses.digest.enums import Hook
from courses.jobs.values import daily, every
from training.services import (
    absences,
    attendance,
    certificates,
    deliveries,
    departures,
    evaluations,
    given_back,
    material,
    no_shows,
    one_seat,
    openings,
    proposals,
    questions,
    rebooking,
    returns,
    rights,
    taught,
    waiting_list,
    wishes,
)
from training.services.reminders import remind


@hooks.register(Hook.TICK)
def remind_of_meetings(now):
    remind(now)
    questions.tell_of_untold(now)  # of those that no reminder has just told


@hooks.register(Hook.TICK)
@every(minutes=60)
def follow_absences_from_class(now):
    """Timetables change seldom: once an hour is soon enough."""
    absences.sweep(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def forget_removed_material(now):
    material.forget_removed(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def ask_for_evaluations(now):
    evaluations.ask(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def tell_of_passed_proposals(now):
    proposals.tell_of_passed(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def close_evaluations(now):
    evaluations.close(now)


@hooks.register(Hook.TICK)
def follow_the_rooms(now):
    attendance.follow_the_rooms(now)


@hooks.register(Hook.TICK)
def pass_seats_on(now):
    """Every minute: offers end at a whole minute."""
    waiting_list.pass_on(now)


@hooks.register(Hook.TICK)
def tell_of_decisions(now):
    """Those whose process ended before it told of them."""
    one_seat.tell_of_decisions_left(now)


@hooks.register(Hook.TICK)
@every(minutes=5)
def tell_of_seats_given_back(now):
    given_back.tell(now)


@hooks.register(Hook.TICK)
def end_holds(now):
    """Every minute: a seat is held until a whole minute."""
    rebooking.end_holds(now)


@hooks.register(Hook.TICK)
@every(minutes=5)
def exchange_seats(now):
    rebooking.exchange_seats(now)


@hooks.register(Hook.TICK)
def enrolment_opens_and_closes(now):
    """Kept pages of visitors; whoever presses is asked by the rule."""
    openings.tell_pages(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def tell_leaders_of_wishes(now):
    wishes.tell_leaders(now)


@hooks.register(Hook.TICK)
@every(minutes=10)
def follow_rights(now):
    """A licence that is cut short within the last days is told of soon, not only overnight."""
    rights.follow(now)


@hooks.register(Hook.TICK)
def remind_of_sheets(now):
    attendance.remind(now)


@hooks.register(Hook.TICK)
def issue_certificates(now):
    certificates.issue_what_is_complete(now)


@hooks.register(Hook.TICK)
@every(minutes=10)  # a machine without Pango isn't asked every minute
def draw_certificates(now):
    certificates.draw_what_is_missing(now)


@hooks.register(Hook.TICK)
@every(minutes=10)
def release_trainers_who_left(now):
    """Soon, for the planner to name another; but not while a registrar corrects a membership."""
    departures.release_who_left(now)


@hooks.register(Hook.TICK)
@every(minutes=10)
def tell_who_has_come_back(now):
    returns.tell_who_has_come_back(now)


@hooks.register(Hook.TICK)
def count_subjects(now):
    """Every minute: who leaves after the start is counted, so this is soon after it."""
    taught.count_at_start(now)


@hooks.register(Hook.TICK)
@daily(3, 50)
def close_months_of_trainings(now):
    """From the third of a month on, the month before: notes, and seats of which nobody made use. Hidden
    numbers of these are forgotten a month later.
    """
    made, closed = deliveries.make_due(now), no_shows.close_months(now)
    forgotten = no_shows.forget_hidden_numbers(now)
    return (
        f"{made} delivery notes made, {closed} months of no-shows closed,"
        f" {forgotten} hidden numbers forgotten"
    )


@hooks.register(Hook.TICK)
@every(minutes=10)  # a machine without Pango isn't asked every minute
def draw_delivery_notes(now):
    deliveries.draw_what_is_missing(now)

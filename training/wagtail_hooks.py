"""What training tells the roof: the bar, what is due, what falls due, the admin.

Each answer calls one query or service.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.jobs.values import every
from courses.people.enums import Role
from courses.people.permissions import is_planner, is_teacher, is_trainer
from training import demo, register
from training.demo import measures
from training.documents.archive import CERTIFICATES
from training.documents.enrolment import NOTICE, SIGN_IN
from training.documents.hours import HOURS_ON_PAPER
from training.services import (
    absences,
    attendance,
    certificates,
    departures,
    evaluations,
    given_back,
    material,
    one_seat,
    openings,
    rebooking,
    rights,
    waiting_list,
    wishes,
)
from training.services.reminders import remind
from training.views import live, room, searching
from training.views.due import due_for_teacher
from training.views.due_sheets import certificates_there, contests_due, corrections_due, sheets_due
from training.views.evaluation import evaluations_due
from training.views.planning_due import due_for_planner, due_for_trainer
from training.views.wishes import reads_wishes
from training.viewsets import training_viewset


@hooks.register("register_log_actions")
def session_log_actions(actions):
    """Who did what to a session: each action is declared, or logging it raises."""
    for action, label, message in [
        ("training.plan", _("Plan"), _("Session planned")),
        ("training.delete_draft", _("Delete a draft"), _("Draft of a session deleted")),
        ("training.open", _("Open"), _("Session opened for enrolment")),
        ("training.edit", _("Edit"), _("Session changed")),
        ("training.move", _("Move"), _("Meetings moved")),
        ("training.add_meeting", _("Add a meeting"), _("Meeting added")),
        ("training.cancel", _("Cancel"), _("Session cancelled")),
        ("training.cancel_meeting", _("Cancel a meeting"), _("Meeting cancelled")),
        ("training.invite", _("Invite all teachers to a session"), _("All teachers invited")),
        ("training.restore", _("Restore a cancelled session"), _("Session restored")),
        ("training.message", _("Message"), _("Message sent to participants")),
        ("training.export", _("Export"), _("List of participants exported")),
        ("training.set_room", _("Set the room"), _("Room of a session set")),
        ("training.announce_plan_b", _("Announce plan B"), _("Plan B announced")),
        ("training.take_back_plan_b", _("Take plan B back"), _("Plan B taken back")),
        ("training.deposit", _("Add material"), _("Material for participants added")),
        ("training.remove_material", _("Remove material"), _("Material removed")),
        ("training.put_material_back", _("Put material back"), _("Material put back")),
        ("training.no_trainer_came", _("No trainer came"), _("Recorded that no trainer came")),
        ("training.undo_no_trainer", _("A trainer came"), _("“No trainer came” undone")),
        ("training.settle_missed_date", _("Settle a date owed"), _("Date owed settled")),
        ("training.name_substitute", _("Name a substitute"), _("Substitute named for a date")),
        ("training.take_back_substitute", _("Take a substitute back"), _("Substitute taken back")),
        ("training.trainer_left", _("A trainer left"), _("A trainer left the provider")),
        ("training.decline_proposal", _("Decline dates"), _("Proposed dates declined")),
        ("training.hide_comment", _("Hide a comment"), _("Comment of an evaluation hidden")),
        ("training.show_comment", _("Show a comment"), _("Comment of an evaluation shown again")),
    ]:
        actions.register_action(action, label, message)


@hooks.register(Hook.PERMISSIONS)
def planner_permissions():
    """Planners write the catalogue's trainings in the admin."""
    return {
        Role.PLANNER: [
            "training.add_training",
            "training.change_training",
            "training.delete_training",
            "training.view_training",
        ]
    }


@hooks.register("register_log_actions")
def sheet_log_actions(actions):
    """Who did what to a sheet or a certificate."""
    for action, label, message in [
        ("training.save_sheet", _("Save a sheet"), _("Sheet saved")),
        ("training.state_hours", _("State the hours"), _("Hours of a meeting stated")),
        ("training.close_sheet", _("Close a sheet"), _("Sheet closed")),
        ("training.correct_sheet", _("Correct a sheet"), _("Closed sheet corrected")),
        ("training.mark_all", _("Mark all lines"), _("All lines of a sheet marked")),
        ("training.provider_list", _("Upload a list"), _("Provider’s list uploaded")),
        ("training.match_provider_list", _("Match a list"), _("Provider’s list matched")),
        ("training.erase_provider_list", _("Erase a list"), _("Provider’s list erased")),
        ("training.contest_presence", _("Contest minutes"), _("Minutes contested")),
        ("training.answer_contest", _("Answer a contest"), _("Contest of minutes answered")),
        (
            "training.regularise_guest",
            _("Enrol a guest after the fact"),
            _("Guest enrolled after the fact"),
        ),
        (
            "training.download_certificates",
            _("Download certificates"),
            _("Certificates downloaded together"),
        ),
        (
            "training.export_hours",
            _("Export hours"),
            _("Certified hours of all teachers exported"),
        ),
        ("training.revoke_certificate", _("Revoke"), _("Certificate revoked")),
        (
            "training.ask_certificate_correction",
            _("Ask for a correction"),
            _("Correction of a certificate asked for"),
        ),
        (
            "training.withdraw_certificate_correction",
            _("Withdraw a request"),
            _("Request for a correction withdrawn"),
        ),
        ("training.replace_certificate", _("Replace"), _("Corrected certificate issued")),
        (
            "training.refuse_certificate_correction",
            _("Leave as it is"),
            _("Correction of a certificate refused"),
        ),
    ]:
        actions.register_action(action, label, message)


# Catalogue and enrolment


@hooks.register("register_log_actions")
def enrolment_log_actions(actions):
    """Who enrolled or cancelled somebody else."""
    for action, label, message in [
        ("training.enrol", _("Enrol"), _("Enrolled by a training planner")),
        ("training.cancel_enrolment", _("Cancel an enrolment"), _("Enrolment cancelled")),
        ("training.regularise", _("Enrol after the fact"), _("Enrolled after the fact")),
    ]:
        actions.register_action(action, label, message)


@hooks.register(Hook.PAPERS)
def training_on_paper():
    return [HOURS_ON_PAPER]


@hooks.register(Hook.REGISTER)
def what_is_held_of_people():
    return [register.REGISTER]


@hooks.register(Hook.MENU)
def trainings_in_the_bar(person):
    """The catalogue for everybody; a teacher's own trainings after what else there is."""
    catalogue, mine = reverse("training:catalogue"), reverse("training:mine")
    leads_only = is_trainer(person) and not is_teacher(person)
    entries = [
        MenuEntry(
            _("Trainings"), catalogue, "graduation-cap", 60 if leads_only else 20, (catalogue,)
        )
    ]
    if is_teacher(person):
        entries.append(MenuEntry(_("My trainings"), mine, "calendar-days", 45, (mine,)))
    return entries


@hooks.register(Hook.DUE)
def trainings_due(person, now):
    return due_for_teacher(person, now)


@hooks.register(Hook.LIVE)
def next_sessions(subjects, person, now):
    return live.next_sessions(subjects, person, now)


@hooks.register(Hook.LIVE_SUBJECTS)
def what_live_blocks_may_show():
    return live.subjects()


@hooks.register(Hook.SEARCHABLE)
def what_a_search_finds(keys, now):
    return searching.to_find(keys, now)


@hooks.register(Hook.TICK)
def remind_of_meetings(now):
    remind(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def follow_absences_from_class(now):
    """Timetables change seldom: once an hour is soon enough."""
    absences.sweep(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def forget_removed_material(now):
    material.forget_removed(now)


# Sheets and certificates


@hooks.register(Hook.PAPERS)
def what_can_be_on_paper():
    return [NOTICE, SIGN_IN, CERTIFICATES]


@hooks.register(Hook.MENU)
def sheets_in_the_bar(person):
    """For those who close them."""
    sheets = reverse("training:sheets")
    return (
        [MenuEntry(_("Sheets"), sheets, "list-checks", 40, (sheets,))] if is_trainer(person) else []
    )


@hooks.register(Hook.ACCOUNT)
def my_trainings_and_certificates(person):
    """The bar may be full of classes."""
    if not is_teacher(person):
        return []
    mine, certificates = reverse("training:mine"), reverse("training:certificates")
    return [
        MenuEntry(_("My trainings"), mine, "calendar-days", 15, (mine,)),
        MenuEntry(_("My certificates"), certificates, "award", 20),
    ]


@hooks.register(Hook.ACCOUNT)
def sheets_of_the_academy(person):
    return (
        [MenuEntry(_("Sheets"), reverse("training:sheets"), "list-checks", 60)]
        if is_planner(person)
        else []
    )


@hooks.register(Hook.DUE)
def sheets_to_close(person, now):
    return sheets_due(person, now)


@hooks.register(Hook.ACCOUNT)
def corrections_of_the_academy(person):
    if not is_planner(person):
        return []
    requests = reverse("training:certificate_requests")
    return [
        MenuEntry(_("Certificates"), reverse("training:issued_certificates"), "award", 61),
        MenuEntry(_("Corrections of certificates"), requests, "award", 62),
    ]


@hooks.register(Hook.DUE)
def certificates_to_correct(person, now):
    return corrections_due(person)


@hooks.register(Hook.DUE)
def contested_minutes(person, now):
    return contests_due(person, now)


@hooks.register(Hook.DUE)
def news_of_certificates(person, now):
    return certificates_there(person, now)


@hooks.register(Hook.ROOM_ROLE)
def role_in_a_session(meeting, person, role):
    return room.gives_role(meeting, person, role)


@hooks.register(Hook.ROOM_ELSEWHERE)
def where_a_session_takes_place(meeting):
    return room.elsewhere(meeting)


# Evaluation


@hooks.register(Hook.DUE)
def sessions_to_evaluate(person, now):
    return evaluations_due(person, now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def ask_for_evaluations(now):
    evaluations.ask(now)


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
def enrolment_opens_and_closes(now):
    """Kept pages of visitors; whoever presses is asked by the rule."""
    openings.tell_pages(now)


@hooks.register(Hook.TICK)
@every(minutes=60)
def tell_leaders_of_wishes(now):
    wishes.tell_leaders(now)


@hooks.register(Hook.ACCOUNT)
def wishes_under_the_name(person):
    if not reads_wishes(person):
        return []
    return [MenuEntry(_("Wishes of teachers"), reverse("training:wishes"), "graduation-cap", 64)]


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


# Planning


@hooks.register(Hook.DEMO, order=100)
def load_demo(world, say):
    demo.load(world, say)


@hooks.register(Hook.MENU)
def planning_in_the_bar(person):
    """A trainer's own sessions."""
    mine = reverse("training:my_sessions")
    return (
        [MenuEntry(_("My sessions"), mine, "calendar-days", 10, (mine,))]
        if is_trainer(person)
        else []
    )


@hooks.register(Hook.TICK)
@every(minutes=10)
def release_trainers_who_left(now):
    """Soon, for the planner to name another; but not while a registrar corrects a membership."""
    departures.release_who_left(now)


@hooks.register(Hook.ACCOUNT)
def planning_under_the_name(person):
    """A planner may be an adviser, too, whose bar is full: guidance, parity and the catalogue stand
    there.
    """
    planning = reverse("training:planning")
    return (
        [MenuEntry(_("Sessions"), planning, "calendar-days", 15, (planning,))]
        if is_planner(person)
        else []
    )


@hooks.register(Hook.DUE)
def planning_due(person, now):
    return due_for_planner(person, now) + due_for_trainer(person, now)


@hooks.register(Hook.BENCH)
def what_to_measure():
    return measures.targets()


@hooks.register("register_admin_viewset")
def trainings_in_the_admin():
    return training_viewset

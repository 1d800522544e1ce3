"""Continuity's answers to the hooks of `cms`: the bar, what is due, what falls due, the admin.

Each answer calls one query or service.
"""

import functools

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from continuity import demo, register
from continuity.attendance.services import roll_call
from continuity.contact.views.due import silent_due
from continuity.demo import measures
from continuity.due.views.answers import answers_due
from continuity.due.views.covers import covers_due
from continuity.due.views.homework import dates_off
from continuity.due.views.plans import plans_due
from continuity.due.views.rolls import rolls_due
from continuity.due.views.week import week_due
from continuity.equipment.documents import labels
from continuity.equipment.services import agreements, needs, while_out
from continuity.equipment.views.due import lending_due, surveys_due
from continuity.equipment.views.leaving import lent_on_leaving
from continuity.families import services as families
from continuity.handins.services import sweeps
from continuity.homework.services import homework
from continuity.log_actions import LOG_ACTIONS
from continuity.permissions import is_staff_of_a_school, looks_after_the_region
from continuity.plans import documents as lesson
from continuity.plans.services import cover, items, publishing
from continuity.video import services as video
from continuity.video.queries import gives_role, waiting_page
from continuity.week.documents import paper
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.jobs.values import daily, every
from courses.live.values import STAYS_OPEN_AFTER
from courses.people.enums import Role
from courses.people.permissions import (
    is_guardian,
    is_leader,
    is_student,
    is_teacher,
    keeps_students,
)


@hooks.register(Hook.DEMO, order=110)
def load_demo(world, say):
    demo.load(world, say)


@hooks.register("register_log_actions")
def what_the_log_keeps(actions):
    for action, label, message in LOG_ACTIONS:
        actions.register_action(action, label, message)


# Classes and people


def _under(*names: str) -> tuple[str, ...]:
    """Beginnings of the addresses of single things: on them, too, a word of the bar is the current
    one.
    """
    return _beginnings(names, get_language())


@functools.cache
def _beginnings(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(reverse(f"continuity:{name}", args=["x"]).removesuffix("x/") for name in names)


hooks.register(Hook.LEAVING, lent_on_leaving)


@hooks.register(Hook.REGISTER)
def what_is_held_of_people():
    return [register.REGISTER]


@hooks.register(Hook.FIRST_PAGE)
def week_comes_first(person):
    """The week is the first page of a person who is a student only: it holds late work, work to do
    again and answers, too.
    """
    return reverse("continuity:week") if person.roles == {Role.STUDENT} else ""


@hooks.register(Hook.FIRST_PAGE)
def children_come_first(person):
    """Who is a guardian and nothing else."""
    return reverse("continuity:children") if person.roles == {Role.GUARDIAN} else ""


@hooks.register(Hook.GUARDIAN_LINK)
def week_by_link(token):
    return reverse("continuity:link_week", args=[token])


@hooks.register(Hook.MENU)
def week_in_the_bar(person):
    """A student's bar is the week's; staff have the classes, a leader the board beside them."""
    entries = []
    if is_student(person):
        week, classes = reverse("continuity:week"), reverse("continuity:my_classes")
        to_hand_in, answers = reverse("continuity:to_hand_in"), reverse("continuity:answers")
        entries += [
            MenuEntry(_("Week"), week, "calendar-days", -40, (week, *_under("lesson"))),
            MenuEntry(
                _("To hand in"), to_hand_in, "upload", -30, (to_hand_in, *_under("homework"))
            ),
            MenuEntry(_("Classes"), classes, "users", -20, (classes,)),
            MenuEntry(
                pgettext_lazy("what came back", "Answers"),
                answers,
                "message-square",
                -10,
                (answers,),
            ),
        ]
    if is_staff_of_a_school(person):
        classes = reverse("continuity:classes")
        entries.append(
            MenuEntry(
                _("Classes"),
                classes,
                "users",
                25 if is_teacher(person) else 10,
                (
                    classes,
                    *_under("lesson", "homework", "student", "roll"),
                    reverse("continuity:queue"),
                    reverse("continuity:library"),
                ),
            )
        )
    if is_guardian(person):
        children = reverse("continuity:children")
        entries.append(MenuEntry(_("My children"), children, "users", 5, (children,)))
    if is_leader(person):
        board = reverse("continuity:board")
        entries.append(
            MenuEntry(pgettext_lazy("of weeks", "Plans"), board, "list-checks", 15, (board,))
        )
    return entries


@hooks.register(Hook.DUE)
def weeks_without_a_plan(person, now):
    return plans_due(person, now)


@hooks.register(Hook.DUE)
def what_a_student_does_next(person, now):
    return week_due(person, now)


# Contact


@hooks.register(Hook.DUE)
def students_not_heard_of(person, now):
    return silent_due(person, now)


@hooks.register(Hook.ACCOUNT)
def signs_under_the_name(person):
    """A student's own; the list of who looks after students."""
    entries = []
    if is_staff_of_a_school(person):
        address = reverse("continuity:silent")
        entries.append(MenuEntry(_("Students not heard of"), address, "phone", 13))
    if is_student(person):
        address = reverse("continuity:my_signs")
        entries.append(MenuEntry(_("Signs that I am there"), address, "eye", 13))
    return entries


# Equipment


@hooks.register(Hook.DUE)
def surveys_to_answer_and_to_begin(person, now):
    return surveys_due(person, now)


@hooks.register(Hook.ACCOUNT)
def surveys_under_the_name(person):
    """A school's results for its leader, whose bar is full; counts for the region."""
    entries = []
    if is_leader(person):
        entries.append(
            MenuEntry(_("Surveys on equipment"), reverse("continuity:surveys"), "list-checks", 13)
        )
    if keeps_students(person):
        url = reverse("continuity:equipment")
        entries.append(MenuEntry(_("Things to lend"), url, "laptop", 14))
    if is_student(person):
        entries.append(MenuEntry(_("Lent to me"), reverse("continuity:my_loans"), "laptop", 14))
    if looks_after_the_region(person):
        url = reverse("continuity:region_survey")
        entries.append(MenuEntry(_("Equipment at home"), url, "list-checks", 60))
        things = reverse("continuity:region_things")
        entries.append(MenuEntry(_("Things to lend, by school"), things, "laptop", 61))
    return entries


@hooks.register(Hook.DUE)
def requests_and_loans_to_see_to(person, now):
    return lending_due(person, now)


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


# Families


@hooks.register(Hook.ACCOUNT)
def who_reads_my_week(person):
    return (
        [MenuEntry(_("Who reads my week"), reverse("continuity:who_reads"), "users", 13)]
        if is_student(person)
        else []
    )


@hooks.register(Hook.ACCOUNT)
def what_leaders_see_of_me(person):
    return (
        [MenuEntry(_("What leaders see of you"), reverse("continuity:seen_by_leaders"), "eye", 13)]
        if is_teacher(person)
        else []
    )


@hooks.register(Hook.TICK)
@every(minutes=10)
def write_to_guardians(now):
    """On Sunday evening."""
    return f"{families.post_weekly(now)} letters about the week of children"


# Covers


@hooks.register(Hook.DUE)
def plans_wanted_during_trainings(person, now):
    return covers_due(person, now)


@hooks.register(Hook.TICK)
def follow_up_absences(now):
    """Absences whose news was lost."""
    return f"{cover.sweep(now)} absences followed up"


# The planner


@hooks.register(Hook.ACCOUNT)
def library_under_the_name(person):
    return (
        [MenuEntry(_("My library"), reverse("continuity:library"), "book-open", 12)]
        if is_teacher(person)
        else []
    )


@hooks.register(Hook.TICK)
def publish_weeks(now):
    """Weeks whose moment has come; what was taken out of weeks is kept for thirty days."""
    items.forget_what_was_removed(now)
    return f"{publishing.publish_what_is_due(now)} weeks published"


# Homework


@hooks.register(Hook.TICK)
@every(minutes=60)
def forget_deleted_homework(now):
    return f"{homework.forget_deleted(now)} deleted homework forgotten"


@hooks.register(Hook.DUE)
def due_dates_without_class(person, now):
    return dates_off(person, now)


# Answers


@hooks.register(Hook.DUE)
def answers_wanted_and_come_back(person, now):
    return answers_due(person, now)


@hooks.register(Hook.ACCOUNT)
def queue_under_the_name(person):
    """The bar of a teacher is full."""
    return (
        [MenuEntry(_("To answer"), reverse("continuity:queue"), "message-square", 10)]
        if is_teacher(person)
        else []
    )


# Video classes and roll calls


@hooks.register(Hook.ACCOUNT)
def rolls_under_the_name(person):
    """A teacher's rolls, a student's own attendance."""
    entries = []
    if is_teacher(person):
        entries.append(MenuEntry(_("Roll calls"), reverse("continuity:rolls"), "list-checks", 11))
    if is_student(person):
        entries.append(
            MenuEntry(_("My attendance"), reverse("continuity:my_attendance"), "list-checks", 12)
        )
    return entries


@hooks.register(Hook.DUE)
def rolls_to_take(person, now):
    return rolls_due(person, now)


@hooks.register(Hook.ROOM_WAITS)
def where_students_wait(meeting):
    return waiting_page(meeting)


@hooks.register(Hook.ROOM_ROLE)
def role_in_a_video_class(meeting, person, role):
    return gives_role(meeting, person, role)


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


# The student's week


@hooks.register(Hook.BENCH)
def what_to_measure():
    return measures.targets()


@hooks.register(Hook.PAPERS)
def what_can_be_on_paper():
    return [paper.ON_PAPER, lesson.ON_PAPER, labels.LABELS_ON_PAPER]


@hooks.register(Hook.TICK)
def draw_pages_again(now):
    """Pages of PDFs whose pictures a killed worker left out."""
    return f"{sweeps.draw_what_is_missing(now)} hand-ins without pictures of their pages"


# Hand-ins


@hooks.register(Hook.TICK)
def bind_hand_ins_again(now):
    """Those that a killed worker, or a storage that didn't answer, left without their PDF."""
    return f"{sweeps.bind_what_is_missing(now)} hand-ins without their PDF"

"""Continuity's answers to the hooks of `cms`: first pages, what is due, rooms, papers, the admin.

Each answer calls one query or service.
"""

from django.urls import reverse
from wagtail import hooks

from continuity import demo, indicators, mergers, register
from continuity.contact.views.due import silent_due
from continuity.demo import measures
from continuity.due.views.answers import answers_due
from continuity.due.views.covers import covers_due
from continuity.due.views.homework import dates_off
from continuity.due.views.plans import plans_due
from continuity.due.views.rolls import rolls_due
from continuity.due.views.week import week_due
from continuity.equipment.documents import labels
from continuity.equipment.views.due import lending_due, surveys_due
from continuity.equipment.views.leaving import lent_on_leaving
from continuity.handins.queries import waiting_for_pdf
from continuity.log_actions import LOG_ACTIONS
from continuity.plans import documents as lesson
from continuity.video.queries import gives_role, waiting_page
from continuity.wagtail_hooks import menu, ticks  # noqa: F401
from continuity.week.documents import paper
from courses.digest.enums import Hook
from courses.people.enums import Role


@hooks.register(Hook.DEMO, order=110)
def load_demo(world, say):
    demo.load(world, say)


@hooks.register("register_log_actions")
def what_the_log_keeps(actions):
    for action, label, message in LOG_ACTIONS:
        actions.register_action(action, label, message)


hooks.register(Hook.LEAVING, lent_on_leaving)


@hooks.register(Hook.MERGERS)
def what_follows_to_another_school():
    return mergers.MERGERS


@hooks.register(Hook.MEASURES)
def what_is_counted():
    return indicators.MEASURES


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


@hooks.register(Hook.DUE)
def weeks_without_a_plan(person, now):
    return plans_due(person, now)


@hooks.register(Hook.DUE)
def what_a_student_does_next(person, now):
    return week_due(person, now)


@hooks.register(Hook.DUE)
def students_not_heard_of(person, now):
    return silent_due(person, now)


@hooks.register(Hook.DUE)
def surveys_to_answer_and_to_begin(person, now):
    return surveys_due(person, now)


@hooks.register(Hook.DUE)
def requests_and_loans_to_see_to(person, now):
    return lending_due(person, now)


@hooks.register(Hook.DUE)
def plans_wanted_during_trainings(person, now):
    return covers_due(person, now)


@hooks.register(Hook.DUE)
def due_dates_without_class(person, now):
    return dates_off(person, now)


@hooks.register(Hook.DUE)
def answers_wanted_and_come_back(person, now):
    return answers_due(person, now)


@hooks.register(Hook.DUE)
def rolls_to_take(person, now):
    return rolls_due(person, now)


@hooks.register(Hook.ROOM_WAITS)
def where_students_wait(meeting):
    return waiting_page(meeting)


@hooks.register(Hook.ROOM_ROLE)
def role_in_a_video_class(meeting, person, role):
    return gives_role(meeting, person, role)


@hooks.register(Hook.BACKLOG)
def handins_to_bind(now):
    return [waiting_for_pdf()]


@hooks.register(Hook.BENCH)
def what_to_measure():
    return measures.targets()


@hooks.register(Hook.PAPERS)
def what_can_be_on_paper():
    return [paper.ON_PAPER, lesson.ON_PAPER, labels.LABELS_ON_PAPER]

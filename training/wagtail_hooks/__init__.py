"""Answers of training to the roof: what is due, found, held and drawn, the room, the admin.

Each answer calls one query or service.
"""

from wagtail import hooks

from courses.digest.enums import Hook
from courses.people.enums import Role
from training import demo, mergers, register
from training.demo import measures
from training.documents.archive import CERTIFICATES
from training.documents.enrolment import NOTICE, SIGN_IN
from training.documents.hours import HOURS_ON_PAPER
from training.views import live, room, searching
from training.views.due import due_for_teacher
from training.views.due_notes import notes_due
from training.views.due_sheets import certificates_there, contests_due, corrections_due, sheets_due
from training.views.evaluation import evaluations_due
from training.views.planning_due import due_for_planner, due_for_trainer
from training.viewsets import training_viewset
from training.wagtail_hooks import log_actions, menu, ticks  # noqa: F401


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


@hooks.register(Hook.PAPERS)
def training_on_paper():
    return [HOURS_ON_PAPER]


@hooks.register(Hook.MERGERS)
def what_follows_to_another_school():
    return mergers.MERGERS


@hooks.register(Hook.REGISTER)
def what_is_held_of_people():
    return [register.REGISTER]


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


@hooks.register(Hook.PAPERS)
def what_can_be_on_paper():
    return [NOTICE, SIGN_IN, CERTIFICATES]


@hooks.register(Hook.DUE)
def sheets_to_close(person, now):
    return sheets_due(person, now)


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


@hooks.register(Hook.DUE)
def sessions_to_evaluate(person, now):
    return evaluations_due(person, now)


@hooks.register(Hook.DEMO, order=100)
def load_demo(world, say):
    demo.load(world, say)


@hooks.register(Hook.DUE)
def planning_due(person, now):
    return due_for_planner(person, now) + due_for_trainer(person, now)


@hooks.register(Hook.BENCH)
def what_to_measure():
    return measures.targets()


@hooks.register(Hook.DUE)
def delivery_notes_due(person, now):
    return notes_due(person, now)


@hooks.register("register_admin_viewset")
def trainings_in_the_admin():
    return training_viewset

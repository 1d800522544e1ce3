"""Jobs of the ground by the minute or the hour: each calls one service."""

from wagtail import hooks

from courses.digest.enums import Hook
from courses.documents import services as documents
from courses.jobs import services as jobs
from courses.jobs.values import daily, every
from courses.launches.services import ending as licence_ends
from courses.launches.services import intents as launch_intents
from courses.launches.services import months as launch_months
from courses.launches.services import opening as openings
from courses.launches.services import practice as practice_resources
from courses.live import services as rooms
from courses.mail import services as outbox
from courses.people import services as people
from courses.people.services import accounts, guardians_left, logins, returned_mail
from courses.roster.services import academy as roster_academy
from courses.roster.services import ages
from courses.roster.services import applying as roster_applying
from courses.roster.services import folder as roster_folder
from courses.signin import services as logins_by_ent
from courses.timetables.services import applying as timetables_applying


@hooks.register(Hook.TICK, order=10)
def heal_the_outbox(now):
    """Tasks whose function has moved, tasks that a killed worker left, then letters that no task
    will send.
    """
    jobs.rename_moved_tasks()
    return (
        f"{jobs.sweep_tasks(now)} tasks and {outbox.sweep_letters(now)} letters given to the worker"
        " again"
    )


@hooks.register(Hook.TICK)
@every(minutes=10)
def tidy_papers(now):
    """The old ones, and what a killed worker left undrawn."""
    return documents.sweep_papers(now)


@hooks.register(Hook.TICK)
def go_on_with_rosters(now):
    """Sets that waited too long are set aside; what a killed worker left is taken up again."""
    return f"{roster_applying.sweep(now)} sets of a directory set aside"


@hooks.register(Hook.TICK)
@every(minutes=10)
def come_of_age(now):
    """Students of whom a set said the day."""
    return f"{ages.sweep(now)} students are of age"


@hooks.register(Hook.TICK)
def look_into_folders(now):
    """Sets that came into the folders of schools."""
    return f"{roster_folder.look(now)} schools have a set in their folder"


@hooks.register(Hook.TICK)
def look_for_academy_sets(now):
    """Sets of the whole académie that came into the folder."""
    return f"{roster_academy.look(now)} folder has a set of the whole académie"


@hooks.register(Hook.TICK)
@every(minutes=10)
def set_timetables_aside(now):
    """Files of a timetable that waited too long."""
    return f"{timetables_applying.sweep(now)} timetables set aside"


@hooks.register(Hook.TICK, order=15)
def forget_links_of_letters(now):
    """A link that opens an account, once it is used or has expired."""
    return f"{accounts.forget_links(now)} letters without their link now"


@hooks.register(Hook.TICK, order=12)
@every(minutes=5)
def sum_up_letters(now):
    """The email of the day or week, and what its reader wants at once by now."""
    return f"{outbox.sum_up(now)} letters about what was put by"


@hooks.register(Hook.TICK, order=16)
@every(minutes=60)
def forget_returned_addresses(now):
    """Addresses that were changed, or at which a later letter stayed."""
    return f"{returned_mail.forget_marks(now)} addresses no longer return mail"


@hooks.register(Hook.TICK)
@daily(7, 30)
def tell_of_licences_that_end(now):
    """Teachers, 30 days before."""
    return f"{licence_ends.tell_of_ends(now)} letters about subscriptions that end"


@hooks.register(Hook.TICK)
@daily(3, 40)
def close_months_of_openings(now):
    """From the third of a month on, the month before; hidden numbers are forgotten a month later, failures after
    three weeks.
    """
    closed, forgotten = launch_months.close_months(now), launch_months.forget_hidden_numbers(now)
    failures = openings.forget_failures(now)
    return (
        f"{closed} months of openings closed, {forgotten} hidden numbers forgotten,"
        f" {failures} counts of failures deleted"
    )


@hooks.register(Hook.TICK)
@every(minutes=60)
def forget_practice_links(now):
    return (
        f"{practice_resources.sweep(now)} links of practice resources and"
        f" {launch_intents.sweep(now)} begun launches forgotten"
    )


@hooks.register(Hook.TICK)
@every(minutes=10)
def forget_logins_by_saml(now):
    """Answers that no browser fetched."""
    return f"{logins_by_ent.forget_saml_logins(now)} logins by SAML forgotten"


@hooks.register(Hook.TICK, order=20)
def tidy_the_rooms(now):
    """Events whose task was lost, stays that nobody ended."""
    return rooms.tidy(now)


@hooks.register(Hook.TICK, order=25)
@every(minutes=60)
def end_guardianships(now):
    """Of students who don't belong to the school any more."""
    return f"{guardians_left.sweep(now)} guardianships ended"


@hooks.register(Hook.TICK, order=30)
@every(minutes=60)
def derive_the_groups(now):
    """Memberships begin and end by themselves; once an hour is soon enough for the admin."""
    return f"{people.sweep_groups()} groups put right"


@hooks.register(Hook.TICK, order=31)
def make_groups_of_new_roles(now):
    """A release brought a new role: it doesn't wait for the hour."""
    return f"{people.sweep_groups()} groups put right" if people.lacks_groups() else None


@hooks.register(Hook.TICK, order=40)
@daily(3, 20)
def remove_orphan_files(now):
    """Stored files that no row names, and rows whose private file is lost, once a night."""
    removed, lost = documents.remove_orphans(now), documents.report_lost_files()
    return f"{removed} orphan files removed, {lost} files lost"


@hooks.register(Hook.TICK)
@every(minutes=10)
def forget_old_logins(now):
    """Sessions that are over and counters of wrong passwords that count no longer."""
    return f"{logins.sweep(now)} counters of wrong passwords deleted"

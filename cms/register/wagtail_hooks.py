"""The register's answers to hooks: the bar, what is due, what is erased at night.

Each answer calls one query or service.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from cms.register.enums import EXPORTED
from cms.register.register import REGISTER
from cms.register.services import accounts, erasing
from cms.register.views import corrections_due
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import answers_corrections, is_leader


@hooks.register(Hook.REGISTER, order=40)
def what_the_roof_holds():
    return [REGISTER]


SECONDS_A_TICK = 20


@hooks.register(Hook.TICK, order=900)
def erase_what_is_over(now):
    """Erase at night, some seconds of each minute, until nothing is over. The list of the erased, which
    each restore asks for, is begun at any hour.
    """
    if not erasing.is_quiet(now):
        accounts.begin_list_of_the_erased()
        return None
    erased = erasing.erase_what_is_over(now, seconds=SECONDS_A_TICK)
    accounts.write_down_the_erased()
    return (
        ", ".join(f"{count} {model}" for model, count in sorted(erased.items()))
        or "nothing was over"
    )


@hooks.register("register_log_actions")
def export_log_actions(actions):
    """Log action of an export: the person reads it on their page."""
    actions.register_action(
        EXPORTED, gettext_lazy("Export"), gettext_lazy("Personal data exported")
    )


@hooks.register(Hook.DUE)
def corrections_asked_for(person, now):
    return corrections_due(person)


@hooks.register(Hook.ACCOUNT)
def data_under_the_name(person):
    entries = [MenuEntry(_("My data"), reverse("register:personal_data"), "shield-check", 82)]
    if is_leader(person):
        entries.append(
            MenuEntry(_("Data of students"), reverse("register:school"), "shield-check", 83)
        )
    if answers_corrections(person):
        entries.append(
            MenuEntry(_("Requests for corrections"), reverse("register:corrections"), "pencil", 84)
        )
    return entries

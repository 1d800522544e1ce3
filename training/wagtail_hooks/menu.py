"""Entries of the bar and under the reader's name."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import is_officer, is_planner, is_teacher, is_trainer
from training.views.wishes import reads_wishes


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


@hooks.register(Hook.MENU)
def sheets_in_the_bar(person):
    """Menu entry for those who close them."""
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


@hooks.register(Hook.ACCOUNT)
def corrections_of_the_academy(person):
    if not is_planner(person):
        return []
    requests = reverse("training:certificate_requests")
    return [
        MenuEntry(_("Certificates"), reverse("training:issued_certificates"), "award", 61),
        MenuEntry(_("Corrections of certificates"), requests, "award", 62),
    ]


@hooks.register(Hook.ACCOUNT)
def wishes_under_the_name(person):
    if not reads_wishes(person):
        return []
    return [MenuEntry(_("Wishes of teachers"), reverse("training:wishes"), "graduation-cap", 64)]


@hooks.register(Hook.MENU)
def planning_in_the_bar(person):
    """A trainer's own sessions."""
    mine = reverse("training:my_sessions")
    return (
        [MenuEntry(_("My sessions"), mine, "calendar-days", 10, (mine,))]
        if is_trainer(person)
        else []
    )


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


@hooks.register(Hook.MENU)
def money_in_the_bar(person):
    """What the Region pays, and what it gets. A superuser finds it under the name."""
    if not is_officer(person) or person.is_superuser:
        return []
    return _of_the_region(10)


@hooks.register(Hook.ACCOUNT)
def money_under_the_name(person):
    if is_officer(person):
        return _of_the_region(16)
    if is_planner(person):
        notes = reverse("training:delivery_notes")
        return [MenuEntry(_("Delivery notes"), notes, "file-text", 63, (notes,))]
    return []


def _of_the_region(order):
    subscriptions, notes = reverse("training:subscriptions"), reverse("training:delivery_notes")
    return [
        MenuEntry(_("Subscriptions"), subscriptions, "key-round", order, (subscriptions,)),
        MenuEntry(_("Delivery notes"), notes, "file-text", order + 1, (notes,)),
    ]

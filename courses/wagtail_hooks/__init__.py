"""Answers of the ground to the roof's questions."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from courses import dates
from courses.agenda import demo as agenda_demo
from courses.agenda import mergers as agenda_mergers
from courses.agenda import register as agenda_register
from courses.catalogue import demo as catalogue_demo
from courses.catalogue import mergers as catalogue_mergers
from courses.catalogue import register as catalogue_register
from courses.catalogue.viewsets import LicenceViewSet, ProviderProfileViewSet, ResourceViewSet
from courses.codes import mergers as codes_mergers
from courses.codes import register as codes_register
from courses.digest.enums import Hook
from courses.digest.values import DueItem
from courses.launches import demo as launches_demo
from courses.launches import mergers as launches_mergers
from courses.launches import register as launches_register
from courses.launches.queries import indicators as launches_indicators
from courses.launches.views import tiles as resource_tiles
from courses.launches.viewsets import ConnectionViewSet
from courses.live import register as live_register
from courses.people import demo as people_demo
from courses.people import mergers as people_mergers
from courses.people import register as people_register
from courses.people import services as people
from courses.people.enums import WORKS_IN_ADMIN, Role
from courses.people.permissions import is_registrar, will_need_second_factor
from courses.people.viewsets import (
    MembershipViewSet,
    OrganisationChooserViewSet,
    OrganisationViewSet,
    PersonChooserViewSet,
    PersonViewSet,
    SubjectViewSet,
)
from courses.roster import demo as roster_demo
from courses.roster import mergers as roster_mergers
from courses.roster import register as roster_register
from courses.signin import mergers as signin_mergers
from courses.signin import register as signin_register
from courses.signin.viewsets import IdentityProviderViewSet
from courses.timetables import mergers as timetables_mergers
from courses.timetables import register as timetables_register
from courses.wagtail_hooks import log_actions, menu, ticks  # noqa: F401


@hooks.register(Hook.DEMO, order=10)
def load_demo(world, say):
    people_demo.load(world, say)
    agenda_demo.load(world, say)
    catalogue_demo.load(world, say)
    launches_demo.load(world, say)
    people.sweep_groups()


@hooks.register(Hook.DEMO, order=120)
def load_directory(world, say):
    """When the classes are as the other rooms want them."""
    roster_demo.load(world, say)


@hooks.register(Hook.BENCH)
def what_to_measure():
    return launches_demo.targets()


@hooks.register(Hook.MEASURES)
def what_is_counted():
    return launches_indicators.MEASURES


@hooks.register(Hook.TILES)
def tiles_of_resources(slugs, person, now):
    return resource_tiles.tiles_for(slugs, person, now)


@hooks.register(Hook.TILE_CHOICES)
def resources_with_a_tile():
    return resource_tiles.tile_choices()


@hooks.register(Hook.DUE)
def my_address(person, now):
    """Emails come back: nothing else reaches the person but a page."""
    if not person.returns_mail:
        return []
    return [
        DueItem(
            title=gettext("Emails to you come back"),
            text=_(
                "%(address)s didn’t take the last one. Until this is mended no email reaches you."
            )
            % {"address": person.email},
            url=reverse("people:profile") + "#address",
            when=person.returned_since,
            action=gettext("Check my address"),
            tone="warn",
            icon="mail",
            order=5,
        )
    ]


@hooks.register(Hook.DUE)
def my_second_step(person, now):
    """Before the day from which it comes before anything else."""
    if not will_need_second_factor(person, timezone.localdate(now)):
        return []
    return [
        DueItem(
            title=gettext("Your login gets a second step"),
            text=_("From %(day)s on it asks for a code of an app after the password.")
            % {"day": dates.day(settings.SECOND_FACTOR_FROM)},
            url=reverse("people:second_factor"),
            when=settings.SECOND_FACTOR_FROM,
            action=gettext("Set it up now"),
            tone="warn",
            icon="shield-check",
            order=6,
        )
    ]


@hooks.register(Hook.REGISTER, order=50)
def what_the_ground_holds():
    return [
        part.REGISTER
        for part in (
            codes_register,
            launches_register,
            roster_register,
            signin_register,
            timetables_register,
            live_register,
            agenda_register,
            catalogue_register,
            people_register,
        )
    ]


@hooks.register(Hook.MERGERS, order=-50)
def what_follows_to_another_school():
    return [
        one
        for part in (
            agenda_mergers,  # hours are found by their classes, which follow then
            people_mergers,
            catalogue_mergers,
            codes_mergers,
            launches_mergers,
            roster_mergers,
            signin_mergers,
            timetables_mergers,
        )
        for one in part.MERGERS
    ]


@hooks.register(Hook.PERMISSIONS)
def permissions_in_the_admin():
    """Three roles open the admin; the directory is the registrar's.

    Persons and organisations are never deleted there.
    """
    kept = [
        f"courses.{verb}_{noun}"
        for noun in ("organisation", "person")
        for verb in ("add", "change", "view")
    ]
    plain = [
        f"courses.{verb}_{noun}"
        for noun in (
            "membership",
            "subject",
            "resource",
            "resourceconnection",
            "providerprofile",
            "licence",
        )
        for verb in ("add", "change", "delete", "view")
    ]
    return {
        **{role: ["wagtailadmin.access_admin"] for role in WORKS_IN_ADMIN},
        Role.REGISTRAR: ["wagtailadmin.access_admin", *kept, *plain],
    }


class ReferenceData(ModelViewSetGroup):
    menu_label = _("Directory")
    menu_icon = "group"
    menu_order = 150
    items = (
        OrganisationViewSet("organisations"),
        PersonViewSet("persons"),
        MembershipViewSet("memberships"),
        SubjectViewSet("subjects"),
        ResourceViewSet("resources"),
        ConnectionViewSet("resource_connections"),
        ProviderProfileViewSet("provider_profiles"),
        LicenceViewSet("licences"),
        IdentityProviderViewSet("identity_providers"),
    )


@hooks.register("register_admin_viewset")
def reference_data():
    return [
        ReferenceData(),
        PersonChooserViewSet("person_chooser"),
        OrganisationChooserViewSet("organisation_chooser"),
    ]


class TablesMenuItem(MenuItem):
    """The way to tables of people and licences, which are pages of the site."""

    def is_shown(self, request):
        return is_registrar(request.user)


@hooks.register("register_admin_menu_item")
def tables_menu_item():
    return TablesMenuItem(
        _("Tables"), reverse("people:import_people"), icon_name="upload", order=160
    )

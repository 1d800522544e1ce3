"""Answers of the ground to the roof's questions."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from courses.agenda import demo as agenda_demo
from courses.agenda import register as agenda_register
from courses.catalogue import demo as catalogue_demo
from courses.catalogue import register as catalogue_register
from courses.catalogue.viewsets import LicenceViewSet, ProviderProfileViewSet, ResourceViewSet
from courses.codes import register as codes_register
from courses.digest.enums import Hook
from courses.digest.values import DueItem, MenuEntry
from courses.documents import services as documents
from courses.jobs import services as jobs
from courses.jobs.values import daily, every
from courses.launches import demo as launches_demo
from courses.launches import register as launches_register
from courses.launches.permissions import opens_resources, sees_launches
from courses.launches.services import ending as licence_ends
from courses.launches.services import practice as practice_resources
from courses.launches.viewsets import ConnectionViewSet
from courses.live import register as live_register
from courses.live import services as rooms
from courses.mail import services as outbox
from courses.people import demo as people_demo
from courses.people import register as people_register
from courses.people import services as people
from courses.people.enums import WORKS_IN_ADMIN, Role
from courses.people.permissions import is_registrar, keeps_students, works_in_admin
from courses.people.services import accounts, guardians_left, logins, returned_mail
from courses.people.viewsets import (
    MembershipViewSet,
    OrganisationChooserViewSet,
    OrganisationViewSet,
    PersonChooserViewSet,
    PersonViewSet,
    SubjectViewSet,
)
from courses.roster import demo as roster_demo
from courses.roster import register as roster_register
from courses.roster.services import applying as roster_applying
from courses.roster.services import folder as roster_folder
from courses.signin import register as signin_register
from courses.signin import services as logins_by_ent
from courses.signin import views as signin
from courses.signin.viewsets import IdentityProviderViewSet
from courses.timetables import register as timetables_register
from courses.timetables.services import applying as timetables_applying


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
def look_into_folders(now):
    """Sets that came into the folders of schools."""
    return f"{roster_folder.look(now)} schools have a set in their folder"


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
@every(minutes=60)
def forget_practice_links(now):
    return f"{practice_resources.sweep(now)} links of practice resources forgotten"


@hooks.register(Hook.TICK)
@every(minutes=10)
def forget_logins_by_saml(now):
    """Answers that no browser fetched."""
    return f"{logins_by_ent.forget_saml_logins(now)} logins by SAML forgotten"


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
    """Files in the private storage that no row names, and rows whose file is lost, once a night."""
    removed, lost = documents.remove_orphans(now), documents.report_lost_files()
    return f"{removed} orphan files removed, {lost} files lost"


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


@hooks.register(Hook.TICK)
@every(minutes=10)
def forget_old_logins(now):
    """Sessions that are over and counters of wrong passwords that count no longer."""
    return f"{logins.sweep(now)} counters of wrong passwords deleted"


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


@hooks.register("register_log_actions")
def log_actions(actions):
    """Who did what to whom: each action is declared, or logging it raises."""
    for action, label, message in [
        ("people.invite", _("Invite"), _("Invitation sent")),
        ("people.join", _("Join"), _("Membership begun")),
        ("people.change_membership", _("Change a membership"), _("Membership changed")),
        ("people.take_away", _("Take a membership away"), _("Membership taken away")),
        ("people.address", _("Change the email address"), _("Email address changed")),
        ("people.name", _("Change the name"), _("Name changed")),
        ("people.login", _("Change the login"), _("Login changed")),
        ("people.closed", _("Close the account"), _("Account closed")),
        ("people.opened", _("Open the account again"), _("Account opened again")),
        ("people.ask_correction", _("Ask for a correction"), _("Correction asked for")),
        ("people.answer_correction", _("Answer"), _("Request for a correction answered")),
        ("people.import", _("Import"), _("Written from a file")),
        ("people.switch_guardians", _("Switch guardians"), _("Guardians switched on or off")),
        ("people.guard", _("Enter a guardian"), _("Guardian entered")),
        (
            "people.change_guardian",
            _("Change a guardian"),
            _("Legal quality of a guardian changed"),
        ),
        ("people.end_guardian", _("End a guardian"), _("Guardian ended")),
        ("people.guardian_link", _("Make a link"), _("Personal link of a guardian made")),
        ("people.end_guardian_link", _("Stop a link"), _("Personal link of a guardian stopped")),
        ("people.of_age", _("Of age"), _("Of age entered or taken back")),
        ("catalogue.import", _("Import"), _("Licence written from a file")),
        ("classes.open", _("Open a class"), _("Class opened")),
        ("classes.join", _("Join a class"), _("Put into a class")),
        ("classes.leave", _("Leave a class"), _("Taken out of a class")),
        ("classes.change", _("Change class"), _("Class changed")),
        ("classes.give", _("Give a teaching"), _("Teaching given")),
        ("classes.end", _("End a teaching"), _("Teaching ended")),
        ("classes.hand_over", _("Hand over"), _("Teaching handed over")),
        ("classes.stand_in", _("Stand in"), _("Stand-in named")),
        ("classes.withdraw_stand_in", _("Take a stand-in back"), _("Stand-in taken back")),
        ("classes.put_back", _("Put classes back"), _("Classes put back as they were")),
        ("classes.look_after", _("Look after a class"), _("Class tutor named")),
        (
            "classes.look_after_no_more",
            _("Look after a class no more"),
            _("Class tutor no more"),
        ),
        ("people.key_off", _("Take a key off"), _("Key of a directory taken off")),
        ("roster.key", _("Put a key on"), _("Key of a directory put on an account")),
        ("roster.receive", _("Receive a set"), _("Set of a directory received")),
        ("roster.applied", _("Apply a set"), _("Set of a directory applied")),
        ("roster.refused", _("Set aside"), _("Set of a directory set aside")),
        ("roster.undone", _("Undo a set"), _("Set of a directory undone")),
        ("launches.renew_codes", _("Renew the codes"), _("Codes of everybody renewed")),
        ("launches.renew_secret", _("Renew the secret"), _("Secret of signed links renewed")),
        ("launches.show_secret", _("Show the secret"), _("Secret of signed links shown")),
        ("timetables.receive", _("Receive a timetable"), _("Files of a timetable received")),
        ("timetables.applied", _("Apply a timetable"), _("Timetable applied")),
        ("timetables.nothing", _("Change nothing"), _("Timetable that changes nothing")),
        ("timetables.refused", _("Set aside"), _("Timetable set aside")),
        ("timetables.undone", _("Undo a timetable"), _("Timetable undone")),
        ("codes.give", _("Make codes"), _("Codes on paper made")),
        ("people.first_password", _("Make a first password"), _("First password made")),
        (
            "people.second_factor_on",
            _("Switch on the second step of the login"),
            _("Second step of the login switched on"),
        ),
        (
            "people.second_factor_off",
            _("Switch off the second step of the login"),
            _("Second step of the login switched off"),
        ),
        (
            "people.second_factor_taken_off",
            _("Take off the second step of the login"),
            _("Second step of the login taken off"),
        ),
        (
            "people.second_factor_codes",
            _("Make recovery codes"),
            _("Recovery codes made"),
        ),
        (
            "people.second_factor_recovered",
            _("Use a recovery code"),
            _("Recovery code used"),
        ),
        (
            "people.second_factor_wrong",
            _("Try wrong codes"),
            _("Five wrong codes given"),
        ),
    ]:
        actions.register_action(action, label, message)


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


@hooks.register(Hook.LOGIN)
def login_ways(request, to):
    """Identity providers on the login page."""
    return signin.login_ways(request, to)


@hooks.register(Hook.SESSION)
def other_accounts(session):
    """The way to the person's other accounts, where the identity provider named several."""
    return signin.other_accounts(session)


@hooks.register(Hook.ACCOUNT)
def resources_under_the_name(person):
    entries = []
    if opens_resources(person):
        url = reverse("launches:mine")
        entries.append(MenuEntry(_("My resources"), url, "book-open", order=5))
    if sees_launches(person):
        url = reverse("launches:counts")
        entries.append(MenuEntry(_("Openings of resources"), url, "book-open", order=62))
    return entries


@hooks.register(Hook.ACCOUNT)
def my_letters(person):
    """Menu entries under a person's name."""
    entries = [
        MenuEntry(label=_("My emails"), url=reverse("people:letters"), icon="mail", order=80)
    ]
    if keeps_students(person):
        entries.append(
            MenuEntry(
                label=_("Students’ accounts"),
                url=reverse("people:students"),
                icon="users",
                order=82,
            )
        )
    if is_registrar(person):
        entries.append(
            MenuEntry(
                label=_("Tables"), url=reverse("people:import_people"), icon="upload", order=85
            )
        )
    if works_in_admin(person):
        entries.append(
            MenuEntry(
                label=_("Administration"),
                url=reverse("wagtailadmin_home"),
                icon="settings",
                order=90,
            )
        )
    return entries
